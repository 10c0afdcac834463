import Box
import DeskScreen
import Glibc
import Ports
import Simulation
import Units

/// The desk in real time: lets time pass, draws, waits for keys.
final class LiveLoop {
    private let session: LiveSession
    private let terminal: LiveTerminal
    private let display: LiveDisplay
    private var decoder = KeyDecoder()
    private var lamps = LampPlayer()
    private var anchor: (host: BootTime, desk: WallTime)
    /// The signal that ended it, if one did that is no key.
    private(set) var endedBy: Int32?

    /// The longest pause between two frames, in milliseconds.
    private static let framePeriod: Int64 = 100
    /// A pause that is no slow frame: the machine slept or the desk was stopped. Time stood still.
    private static let standstill = Milliseconds.seconds(3)

    init(_ session: LiveSession, _ terminal: LiveTerminal, _ display: LiveDisplay) {
        self.session = session
        self.terminal = terminal
        self.display = display
        anchor = (HostClock.now, session.box.truth)
    }

    /// Until somebody ends it.
    ///
    /// - Throws: ``Ports/StorageError`` when the box does not start again.
    func run() throws(StorageError) {
        while !session.wantsToQuit {
            let now = HostClock.now
            try pass(to: now)
            show(at: now)
            let input = terminal.wait(
                milliseconds: pause(at: now), other: session.console?.line.descriptor ?? -1)
            if input.isClosed { session.wantsToQuit = true }
            for signal in input.signals { answer(signal) }
            let keys =
                input.bytes.isEmpty && decoder.isWaiting
                ? decoder.flush() : decoder.decode(input.bytes)
            for key in keys { try take(key) }
        }
    }

    private func pass(to now: BootTime) throws(StorageError) {
        let time = now - anchor.host
        anchor.host = now
        guard time < Self.standstill else { return }
        anchor.desk = max(session.box.truth, anchor.desk + time * session.rate)
        try session.pass(to: anchor.desk)
    }

    private func show(at now: BootTime) {
        let events = session.takeEvents()
        for event in events {
            switch event.kind {
            case .signal(let signal): lamps.play(signal, at: now)
            case .powerLost: lamps.stop()
            case .record, .notice: break
            }
        }
        var state = session.state
        state.lamps = lamps.lamps(at: now)
        display.show(state, events)
    }

    /// Until the next frame, or the next beat if that comes before.
    private func pause(at now: BootTime) -> Int32 {
        var pause = Self.framePeriod
        // Half an escape sequence: what follows may be slow, and a short beat must not cut it off.
        guard !decoder.isWaiting else { return Int32(pause) }
        if let change = lamps.nextChange(after: now) { pause = min(pause, (change - now).count) }
        return Int32(max(1, pause))
    }

    private func take(_ key: LiveKey) throws(StorageError) {
        guard let action = LiveAction(key) else { return }
        // A key is pressed now, not at the last frame.
        try pass(to: HostClock.now)
        try session.perform(action)
        anchor.desk = max(anchor.desk, session.box.truth)
    }

    private func answer(_ signal: Int32) {
        switch signal {
        case SIGWINCH: display.forget()
        case SIGTSTP:
            terminal.pause()
            display.forget()
        case SIGCONT:
            terminal.enter()
            display.forget()
        case SIGINT, SIGQUIT: session.wantsToQuit = true
        default:
            endedBy = signal
            session.wantsToQuit = true
        }
    }
}

/// CLOCK_BOOTTIME of this machine.
enum HostClock {
    static var now: BootTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return BootTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// UTC of this machine, in whole seconds.
    static var utc: WallTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(milliseconds: Int64(time.tv_sec) * 1000)
    }
}
