import AccessCode
import Box
import CAN
import ConsoleHost
import DataFiles
import Glibc
import LinuxBoard
import LinuxHost
import LinuxIO
import LinuxTime
import Ports
import Runtime
import Status
import Units
import Vehicle

/// The one loop of the box: it waits for whatever comes first, hands it to the Box, and waits
/// again. There is no other thread.
final class Daemon {
    /// How the loop ended.
    enum Ending {
        /// Somebody asked for it.
        case stopped
        /// The Box turned itself off to save the car's battery.
        case powerOff
        /// The car was paired with another profile: the box starts anew with it.
        case restart
    }

    /// How often the kernel's clock is looked at for a hint.
    private static let hintPeriod = Milliseconds.hours(1)

    var installation: Installation
    let identity: BoxIdentity
    let startedAt: BootTime
    let board: LinuxBoard
    let rtc: DeviceRTC
    let buses: CarBuses
    let host: BoxHost
    let chronicle: Chronicle
    var keypad: EvdevKeypad
    var gauge: BatteryGauge
    var watchdogs: Watchdogs
    let network: NetworkWatch?
    let keys: any BoxKeyStore
    /// The technician's console; `nil` where there is none.
    let desk: ConsoleDesk?
    /// The profile of the next start, where it is another one.
    var nextProfile: String?
    /// The key epoch that the store was told to go over to.
    var keysTriedFor: KeyEpoch?
    /// Keys of the configuration that wait for a restart, or why the changed file is refused.
    var staleConfiguration: String?

    private let signals: ProcessSignals
    private var timer: DeadlineTimer
    private var server: LocalServer?
    private var hintDue: BootTime
    var time: BootTime
    private var isStarted = false
    private var ending: Ending?
    private let powerSwitch: PowerSwitch

    /// Everything that `parts` are, wired up.
    init(_ parts: consuming DaemonParts, desk previous: ConsoleDesk?) {
        desk = previous ?? parts.installation.configuration.console.map { ConsoleDesk($0) }
        installation = parts.installation
        identity = parts.identity
        startedAt = parts.startedAt
        board = parts.board
        rtc = parts.rtc
        buses = parts.buses
        host = parts.host
        chronicle = parts.chronicle
        keypad = parts.keypad
        gauge = BatteryGauge(
            sensor: parts.installation.configuration.batterySensor,
            floor: parts.installation.configuration.batteryFloor)
        network = parts.network
        keys = parts.keys
        signals = parts.signals
        timer = parts.timer
        server = parts.server
        watchdogs = parts.watchdogs
        powerSwitch = parts.powerSwitch
        hintDue = parts.startedAt
        time = parts.startedAt
    }

    /// Runs until somebody asks for the end.
    func run() -> Ending {
        desk?.serve(self)
        if let runtime = host.runtime { start(runtime) }
        takeTurn()
        watchdogs.tell([.ready, .status("at work")])
        chronicle.tellStart(identity.box)
        ProcessMemory.releaseCode()
        while ending == nil {
            wait()
            takeTurn()
        }
        return finish()
    }

    /// What happened is taken in the order in which it can have happened: frames have times of
    /// their own, and the rest is of now.
    private func takeTurn() {
        let moment = KernelClock.moment
        for (bus, report) in buses.handle(at: moment, receive) {
            chronicle.tell(report, of: buses.names[bus])
        }
        time = max(time, moment.boot)
        takeSignals()
        for input in board.advance() + keypad.advance() { take(input, at: time) }
        if let input = gauge.advance(to: time, isBusy: isBusy) { take(input, at: time) }
        tendNetwork()
        offerTime()
        if host.advance(to: time), let runtime = host.runtime { start(runtime) }
        watchdogs.advance(to: time)
        server?.answer { answer }
        tendDesk()
        tendKeys()
        chronicle.compare(faults, at: time)
        if powerSwitch.isOff { ending = .powerOff }
    }

    private func receive(_ frame: CANFrame, at moment: BootTime) {
        time = max(time, moment)
        host.runtime?.receive(frame, at: time)
        desk?.service?.receive(frame, at: time)
    }

    /// A probe hears all of the bus; the box else hears what its profile needs.
    private func tendDesk() {
        guard let desk else { return }
        desk.tend(at: now)
        buses.hear(everything: desk.service?.isListening ?? false)
        // Not in a trip, whose odometer must stay what it is.
        if nextProfile != nil, host.runtime?.box.durable.trip == nil { ending = ending ?? .restart }
    }

    private func start(_ runtime: BoxRuntime) {
        runtime.observer = chronicle
        runtime.start(inhibit: board.starterIsInhibited, at: time)
        for line in InputLine.allCases {
            runtime.deliver(.lineRead(line, board.level(of: line)), at: time)
        }
    }

    func take(_ input: BoxInput, at time: BootTime) {
        if case .keyPressed = input { desk?.service?.keyPressed() }
        if let runtime = host.runtime {
            runtime.deliver(input, at: time)
        } else if input == .keyPressed(.enter) {
            board.signal(.storageFailed)
        }
    }

    private func takeSignals() {
        while let signal = signals.take() {
            switch signal {
            case .terminate: ending = .stopped
            case .reload: reload()
            }
        }
    }

    private func tendNetwork() {
        guard let news = network?.handle() else { return }
        chronicle.tellNetwork(news)
        if news { hintDue = time }
    }

    /// The kernel's clock, where somebody keeps it, is a hint and no more.
    private func offerTime() {
        guard time >= hintDue else { return }
        hintDue = time + Self.hintPeriod
        if let offer = KernelSynchronization.current()?.offer {
            take(.timeOffered(offer), at: time)
        }
    }

    /// Whether the car may be asked something soon.
    private var isBusy: Bool { host.runtime?.box.ignition == true }

    private func wait() {
        var sources = [signals.source]
        if let source = server?.source { sources.append(source) }
        if let source = network?.source { sources.append(source) }
        if let source = keypad.source { sources.append(source) }
        if let source = desk?.source { sources.append(source) }
        sources += board.sources + buses.sources(at: time)
        wait(
            for: sources,
            until: [
                buses.nextDeadline, board.nextDeadline, keypad.nextDeadline, host.nextDeadline,
                gauge.nextDeadline(isBusy: isBusy), watchdogs.nextDeadline, desk?.nextDeadline,
                hintDue,
            ])
    }

    /// Waits for what comes first.
    func wait(for sources: [PollSource], until deadlines: [BootTime?]) {
        timer.arm(deadlines.compactMap { $0 }.min())
        _ = PollSource.wait(for: [timer.source] + sources, milliseconds: -1)
        _ = timer.acknowledge()
    }

    /// Ends in order: the Box writes that it was stopped, and pulses end by themselves.
    private func finish() -> Ending {
        watchdogs.tell([.stopping])
        // A Box that turned itself off has written so already.
        if ending != .powerOff { host.runtime?.deliver(.stopping, at: time) }
        for _ in 0..<Self.turnsToRest where board.nextPulseEnd != nil {
            timer.arm(board.nextPulseEnd)
            _ = PollSource.wait(for: [timer.source], milliseconds: 1000)
            _ = timer.acknowledge()
            _ = board.advance()
        }
        watchdogs.disarm()
        chronicle.tellEnd()
        return ending ?? .stopped
    }

    /// More than there can be pulses under way.
    private static let turnsToRest = 8
}

/// What the Box turns off; the loop looks at it.
final class PowerSwitch {
    private(set) var isOff = false

    func turnOff() { isOff = true }
}
