public import Wiring

/// The car at the other end of the wires: central locking, a latching relay with its read-back,
/// LEDs and a buzzer.
public final class WiredCar {
    /// Where the lines are. Some are active low, so that a polarity that is ignored shows.
    public static let draft: BoardDraft = {
        let label = "cityzenbox-bench"
        let outputs: [(LineName, Int64?)] = [
            (.doorLock, 500), (.doorUnlock, 500), (.starterInhibitSet, 60),
            (.starterInhibitReset, 60), (.ledGreen, nil), (.ledRed, nil), (.buzzer, nil),
        ]
        let inputs: [(LineName, Int64)] = [
            (.starterInhibitSense, 20), (.doorContact, 50), (.ignition, 50),
        ]
        let activeLow: [LineName] = [.doorUnlock, .ledRed, .doorContact]
        func line(_ name: LineName, _ offset: Int) -> BoardDraft.Line {
            var line = BoardDraft.Line(name.rawValue)
            line.chip = label
            line.offset = offset
            line.polarity = activeLow.contains(name) ? "active-low" : "active-high"
            return line
        }
        var lines: [BoardDraft.Line] = []
        for (name, width) in outputs {
            var written = line(name, lines.count)
            written.direction = "out"
            written.safe = "inactive"
            written.width = width
            lines.append(written)
        }
        for (name, debounce) in inputs {
            var written = line(name, lines.count)
            written.direction = "in"
            written.debounce = debounce
            lines.append(written)
        }
        return BoardDraft(name: "bench", title: "A bench.", lines: lines)
    }()

    /// The same, checked.
    public static let board = layout(draft)

    /// A layout that is known to be without mistakes.
    public static func layout(_ draft: BoardDraft) -> BoardLayout {
        do throws(BoardMistakes) { return try BoardLayout(draft) } catch {
            preconditionFailure("The bench's own board has mistakes: \(error.all)")
        }
    }

    /// The chip behind the wires.
    public let chip: SimulatedChip
    /// Whether the central locking was locked last.
    public private(set) var isLocked = true
    /// Whether the relay keeps the starter from turning.
    public private(set) var starterIsInhibited = false
    /// How many pulses the central locking has seen.
    public private(set) var doorPulses = 0
    /// How many pulses the relay has seen.
    public private(set) var starterPulses = 0
    /// Whether both outputs of a pair were active in one moment.
    public private(set) var hasSeenBoth = false
    private var wasActive: [LineName: Bool] = [:]

    /// A locked car with a free starter, doors closed, ignition off.
    ///
    /// - Throws: ``SimulatedChip/Failure``.
    public init() throws(SimulatedChip.Failure) {
        chip = try SimulatedChip(label: "cityzenbox-bench", lines: 16)
        rest()
    }

    /// Wires as they are while nobody drives them: every output inactive by its pull.
    public func rest() {
        for line in Self.board.lines { drive(line.name, active: false) }
        drive(.starterInhibitSense, active: starterIsInhibited)
    }

    /// Whether the output or input `name` is active on its wire; `nil` when there is no chip.
    public func isActive(_ name: LineName) -> Bool? {
        guard let (line, offset) = Self.place(name) else { return nil }
        return chip.isHigh(offset).map { $0 == (line.polarity == .activeHigh) }
    }

    /// Makes the input `name` active or inactive from the car's side.
    public func drive(_ name: LineName, active: Bool) {
        guard let (line, offset) = Self.place(name) else { return }
        chip.pull(offset, up: active == (line.polarity == .activeHigh))
    }

    /// Looks at the outputs and does what they tell the car to do.
    public func follow() {
        for (first, second) in [
            (LineName.doorLock, LineName.doorUnlock),
            (.starterInhibitSet, .starterInhibitReset),
        ] where isActive(first) == true && isActive(second) == true {
            // Looked at one after the other: only if the first is still active were both.
            if isActive(first) == true { hasSeenBoth = true }
        }
        if hasRisen(.doorLock) {
            doorPulses += 1
            isLocked = true
        }
        if hasRisen(.doorUnlock) {
            doorPulses += 1
            isLocked = false
        }
        if hasRisen(.starterInhibitSet) { move(toInhibited: true) }
        if hasRisen(.starterInhibitReset) { move(toInhibited: false) }
    }

    private func move(toInhibited inhibited: Bool) {
        starterPulses += 1
        starterIsInhibited = inhibited
        drive(.starterInhibitSense, active: inhibited)
    }

    private func hasRisen(_ name: LineName) -> Bool {
        let isActive = isActive(name) ?? false
        defer { wasActive[name] = isActive }
        return isActive && wasActive[name] != true
    }

    private static func place(_ name: LineName) -> (BoardLine, Int)? {
        guard let line = board[name], case .offset(let offset) = line.place else { return nil }
        return (line, offset)
    }
}
