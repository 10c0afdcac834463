public import Box
public import LinuxIO
public import Ports
public import Records
public import Units
public import Wiring

/// How much of the board is there.
public enum BoardCondition: Hashable, Sendable {
    /// All of it.
    case ready
    /// All of it, but a pulse could outlast this program: its guard could not be started.
    case unguarded(LineError)
    /// Nothing can be driven or read; it is tried again.
    case absent(LineError)
}

/// The board of a car on Linux: its lines by libgpiod, found by the labels of their chips.
///
/// It has no thread and waits for nothing. Whoever owns it waits for ``sources`` and until
/// ``nextDeadline``, then calls ``advance()`` and hands what that answers to the Box. A board that
/// is not there, or vanishes, is a ``condition`` and not an error: its inputs read as unknown, what
/// is to be driven is counted in ``lostPulses``, and it is opened again when it comes back.
///
/// Opening puts every output to its safe level, so a pulse from before ends there. The starter
/// inhibit latches: neither that nor a crash nor an update changes what the car may do.
public final class LinuxBoard: Board {
    /// How much later than a pulse should end its guard ends it.
    static let guardSlack = Milliseconds(50)

    /// How much of the board is there.
    public private(set) var condition = BoardCondition.ready
    /// Why LEDs and buzzer on a chip of their own are not there; `nil` when they are.
    public private(set) var lampsFailure: LineError?
    /// Pulses that were asked for while the board was not there.
    public private(set) var lostPulses = 0

    private let layout: BoardLayout
    private let consumer: String
    private let clock: () -> BootTime
    private let turnOff: () -> Void

    private var lines: OpenLines?
    private var reopening: Reopening
    private var guarding: Reopening
    private var doors: PulsedPair
    private var starter: PulsedPair
    /// LEDs and buzzer on chips of their own; `nil` while they are not there.
    private var lampBanks: [OutputBank]?
    private var relighting: Reopening
    private var player = LampPlayer()
    /// When LEDs and buzzer change next.
    private var lampsDue: BootTime?
    /// What LEDs and buzzer were last set to; `nil` when that is not known.
    private var shown: Lamps?
    private var news: [BoxInput] = []

    /// Opens the board that `layout` describes. The kernel shows `consumer` as who holds its lines.
    ///
    /// `clock` reads CLOCK_BOOTTIME; `powerOff` is called when the Box turns the box off.
    public init(
        layout: BoardLayout, consumer: String = "cityzenbox", clock: @escaping () -> BootTime,
        powerOff: @escaping () -> Void
    ) {
        self.layout = layout
        self.consumer = consumer
        self.clock = clock
        turnOff = powerOff
        let now = clock()
        reopening = Reopening(at: now)
        guarding = Reopening(at: now)
        relighting = Reopening(at: now)
        doors = PulsedPair(layout, .doorLock, .doorUnlock)
        starter = PulsedPair(layout, .starterInhibitSet, .starterInhibitReset)
        open(at: now)
    }

    /// Whether the starter cannot turn, as its relay was last read; `nil` is unknown.
    public var starterIsInhibited: Bool? { lines?.level(of: .starterInhibitSense) }

    /// What is believed about `line`; `nil` is unknown.
    public func level(of line: InputLine) -> Bool? { lines?.level(of: line) }

    /// When the pulses under way have ended, as far as this program ends them; `nil` for none.
    public var nextPulseEnd: BootTime? {
        guard lines != nil else { return nil }
        return [doors.coils.nextDeadline, starter.coils.nextDeadline].compactMap { $0 }.min()
    }

    /// What to wait for.
    public var sources: [PollSource] { lines?.sources ?? [] }

    /// When ``advance()`` is due if nothing happens before.
    public var nextDeadline: BootTime? {
        guard let lines else { return reopening.deadline }
        return [
            guarding.deadline, doors.coils.nextDeadline, starter.coils.nextDeadline,
            lampsDue, relighting.deadline, lines.nextDeadline,
        ].compactMap { $0 }.min()
    }

    /// Does what is due, and tells what is new since the last call.
    public func advance() -> [BoxInput] {
        let now = clock()
        if lines == nil, reopening.isDue(at: now) { open(at: now) }
        attempt(at: now) { lines throws(LineError) in
            news += try lines.takeChanges(at: now)
            try carryOut(doors.coils.advance(to: now), of: &doors, on: lines)
            try carryOut(starter.coils.advance(to: now), of: &starter, on: lines)
        }
        show(at: now)
        keepGuards(at: now)
        defer { news = [] }
        return news
    }

    /// Pulses `door.lock` or `door.unlock`.
    public func pulseDoor(_ action: LockBody.Action) {
        let now = clock()
        guard lines != nil else { return lostPulses += 1 }
        let effects = doors.coils.pulse(action == .lock ? .first : .second, at: now)
        attempt(at: now) { lines throws(LineError) in
            try carryOut(effects, of: &doors, on: lines)
        }
    }

    /// Pulses `starter.inhibit.reset`: the starter can turn.
    public func releaseStarter() { pulseStarter(.second) }

    /// Pulses `starter.inhibit.set`: the starter cannot turn. The proof is the interlock's.
    public func inhibitStarter(_ proof: InterlockProof) { pulseStarter(.first) }

    /// Shows and sounds `signal`.
    public func signal(_ signal: Signal) {
        let now = clock()
        player.play(signal, at: now)
        show(at: now)
    }

    /// Turns the box off, by what the board was given for it.
    public func powerOff() { turnOff() }

    private func pulseStarter(_ side: CoilPair.Side) {
        let now = clock()
        guard lines != nil else { return lostPulses += 1 }
        let effects = starter.coils.pulse(side, at: now)
        attempt(at: now) { lines throws(LineError) in
            try carryOut(effects, of: &starter, on: lines)
        }
    }

    private func carryOut(
        _ effects: [CoilPair.Effect], of pair: inout PulsedPair, on lines: OpenLines
    ) throws(LineError) {
        for effect in effects {
            switch effect {
            case .drive(let side):
                let bound = pair.coils.width(side) + Self.guardSlack
                try lines.set(pair.name(side), active: true, bound: bound)
                pair.coils.began(at: clock())
            case .end(let side):
                try lines.set(pair.name(side), active: false)
            }
        }
    }

    private func show(at now: BootTime) {
        if lampBanks == nil, relighting.isDue(at: now) { openLamps(at: now) }
        let lamps = player.lamps(at: now)
        lampsDue = player.nextChange(after: now)
        guard lamps != shown else { return }
        let before = shown
        attempt(at: now) { lines throws(LineError) in
            for (line, isOn) in lamps.changes(since: before) { try lines.set(line, active: isOn) }
            shown = lamps
        }
        do throws(LineError) {
            for bank in lampBanks ?? [] {
                for (line, isOn) in lamps.changes(since: before) {
                    try bank.set(line, active: isOn, bound: nil)
                }
            }
        } catch { loseLamps(error, at: now) }
    }

    private func openLamps(at now: BootTime) {
        do throws(LineError) {
            lampBanks = try OpenLines.lamps(of: layout, consumer: consumer)
            lampsFailure = nil
            relighting.succeeded()
            shown = nil
        } catch { loseLamps(error, at: now) }
    }

    private func loseLamps(_ error: LineError, at now: BootTime) {
        lampBanks = nil
        lampsFailure = error
        relighting.failed(at: now)
    }

    private func open(at now: BootTime) {
        do throws(LineError) {
            let lines = try OpenLines(layout, consumer: consumer)
            self.lines = lines
            reopening.succeeded()
            condition = .ready
            shown = nil
            for line in InputLine.allCases {
                if let level = lines.level(of: line) { news.append(.lineRead(line, level)) }
            }
        } catch {
            condition = .absent(error)
            reopening.failed(at: now)
            return
        }
        guarding = Reopening(at: now)
        keepGuards(at: now)
        show(at: now)
    }

    /// Does something with the lines, if there are any; if it fails they are gone.
    private func attempt(at now: BootTime, _ body: (OpenLines) throws(LineError) -> Void) {
        guard let lines else { return }
        do throws(LineError) { try body(lines) } catch {
            self.lines = nil
            condition = .absent(error)
            reopening.failed(at: now)
            doors.coils.forget(at: now)
            starter.coils.forget(at: now)
            for line in InputLine.allCases where layout.has(line) {
                news.append(.lineRead(line, nil))
            }
        }
    }

    /// Starts the guards that are missing: at once when one was lost, later when it cannot be.
    private func keepGuards(at now: BootTime) {
        guard let lines, !lines.outputs.allSatisfy(\.isGuarded) else { return }
        guard guarding.deadline == nil || guarding.isDue(at: now) else { return }
        do throws(LineError) {
            for bank in lines.outputs { bank.dropDeadGuard() }
            for bank in lines.outputs { try bank.keepGuard() }
            guarding.succeeded()
            condition = .ready
        } catch {
            condition = .unguarded(error)
            guarding.failed(at: now)
        }
    }
}

/// A pair of pulsed outputs and their names.
private struct PulsedPair {
    var coils: CoilPair
    private let first: LineName
    private let second: LineName

    init(_ layout: BoardLayout, _ first: LineName, _ second: LineName) {
        self.first = first
        self.second = second
        coils = CoilPair(first: layout.width(of: first), second: layout.width(of: second))
    }

    func name(_ side: CoilPair.Side) -> LineName {
        switch side {
        case .first: first
        case .second: second
        }
    }
}

extension Lamps {
    /// The lines that differ from `before`; all of them where that is not known.
    fileprivate func changes(since before: Lamps?) -> [(line: LineName, isOn: Bool)] {
        var changes: [(line: LineName, isOn: Bool)] = []
        if green != before?.green { changes.append((.ledGreen, green)) }
        if red != before?.red { changes.append((.ledRed, red)) }
        if buzzer != before?.buzzer { changes.append((.buzzer, buzzer)) }
        return changes
    }
}

extension BoardLayout {
    fileprivate func width(of name: LineName) -> Milliseconds {
        guard case .pulsed(let width) = self[name]?.use else {
            preconditionFailure("A layout that was checked has every pulsed line.")
        }
        return width
    }

    fileprivate func has(_ line: InputLine) -> Bool {
        LineName(rawValue: line.rawValue).map { self[$0] != nil } ?? false
    }
}
