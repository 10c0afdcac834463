import Box
import CAN
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
    /// Keys of the configuration that wait for a restart, or why the changed file is refused.
    var staleConfiguration: String?

    private let signals: ProcessSignals
    private var timer: DeadlineTimer
    private var server: LocalServer?
    private var hintDue: BootTime
    private var time: BootTime
    private var isStarted = false
    private var ending: Ending?
    private let powerSwitch: PowerSwitch

    /// Everything that `parts` are, wired up.
    init(_ parts: consuming DaemonParts) {
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
        for input in board.advance() + keypad.advance() { deliver(input) }
        if let input = gauge.advance(to: time, isBusy: isBusy) { deliver(input) }
        tendNetwork()
        offerTime()
        if host.advance(to: time), let runtime = host.runtime { start(runtime) }
        watchdogs.advance(to: time)
        server?.answer { answer }
        chronicle.compare(faults, at: time)
        if powerSwitch.isOff { ending = .powerOff }
    }

    private func receive(_ frame: CANFrame, at moment: BootTime) {
        time = max(time, moment)
        host.runtime?.receive(frame, at: time)
    }

    private func start(_ runtime: BoxRuntime) {
        runtime.observer = chronicle
        runtime.start(inhibit: board.starterIsInhibited, at: time)
        for line in InputLine.allCases {
            runtime.deliver(.lineRead(line, board.level(of: line)), at: time)
        }
    }

    private func deliver(_ input: BoxInput) {
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
        if let offer = KernelSynchronization.current()?.offer { deliver(.timeOffered(offer)) }
    }

    /// Whether the car may be asked something soon.
    private var isBusy: Bool { host.runtime?.box.ignition == true }

    private func wait() {
        let deadlines = [
            buses.nextDeadline, board.nextDeadline, keypad.nextDeadline, host.nextDeadline,
            gauge.nextDeadline(isBusy: isBusy), watchdogs.nextDeadline, hintDue,
        ]
        timer.arm(deadlines.compactMap { $0 }.min())
        var sources = [timer.source, signals.source]
        if let source = server?.source { sources.append(source) }
        if let source = network?.source { sources.append(source) }
        if let source = keypad.source { sources.append(source) }
        sources += board.sources + buses.sources(at: time)
        _ = PollSource.wait(for: sources, milliseconds: -1)
        _ = timer.acknowledge()
    }

    /// Ends in order: the Box writes that it was stopped, and pulses end by themselves.
    private func finish() -> Ending {
        watchdogs.tell([.stopping])
        // A Box that turned itself off has written so already.
        if ending == .stopped { host.runtime?.deliver(.stopping, at: time) }
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
