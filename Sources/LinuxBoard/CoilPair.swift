internal import Units

/// Two outputs of which one undoes what the other does, such as the coils of a latching relay:
/// their pulses are bounded, and never both are driven.
struct CoilPair: Hashable, Sendable {
    /// Which of the two.
    enum Side: Hashable, Sendable, CaseIterable {
        case first, second
    }

    /// What to do with the outputs.
    enum Effect: Hashable, Sendable {
        /// Make this one active; it ends by itself after its width.
        case drive(Side)
        /// Make this one inactive.
        case end(Side)
    }

    /// How long both rest between two pulses: longer than a driver takes to let go of a coil.
    static let rest = Milliseconds(20)

    private enum State: Hashable, Sendable {
        case driving(Side, until: BootTime)
        case resting(until: BootTime, next: Side?)
    }

    private let first: Milliseconds
    private let second: Milliseconds
    private var state = State.resting(until: .boot, next: nil)

    /// A pair at rest, whose pulses are this wide.
    init(first: Milliseconds, second: Milliseconds) {
        precondition(min(first, second) > .zero, "A pulse has a width.")
        self.first = first
        self.second = second
    }

    /// How long a pulse of `side` lasts.
    func width(_ side: Side) -> Milliseconds {
        switch side {
        case .first: first
        case .second: second
        }
    }

    /// The side that is being driven.
    var driven: Side? {
        switch state {
        case .driving(let side, _): side
        case .resting: nil
        }
    }

    /// Asks for a pulse of `side` at `now`.
    ///
    /// The last one asked for is what counts: a pulse of the other side is cut short, one of the
    /// same side that is under way is not made longer.
    mutating func pulse(_ side: Side, at now: BootTime) -> [Effect] {
        switch state {
        case .driving(let driven, let until) where driven == side && now < until:
            return []
        case .driving(let driven, _):
            state = .resting(until: now + Self.rest, next: side)
            return [.end(driven)]
        case .resting(let until, _):
            state = .resting(until: until, next: side)
            return advance(to: now)
        }
    }

    /// Ends and begins what is due at `now`.
    mutating func advance(to now: BootTime) -> [Effect] {
        switch state {
        case .driving(let side, let until) where now >= until:
            state = .resting(until: now + Self.rest, next: nil)
            return [.end(side)]
        case .resting(let until, let next?) where now >= until:
            state = .driving(next, until: now + width(next))
            return [.drive(next)]
        case .driving, .resting:
            return []
        }
    }

    /// The output that was to be driven has been active since `time`: its width counts from there.
    mutating func began(at time: BootTime) {
        switch state {
        case .driving(let side, _): state = .driving(side, until: time + width(side))
        case .resting: preconditionFailure("A pulse begins by being driven.")
        }
    }

    /// When ``advance(to:)`` is due; `nil` when nothing is under way.
    var nextDeadline: BootTime? {
        switch state {
        case .driving(_, let until): until
        case .resting(let until, let next): next == nil ? nil : until
        }
    }

    /// The outputs are gone and with them what they did.
    mutating func forget(at now: BootTime) {
        state = .resting(until: now + Self.rest, next: nil)
    }
}
