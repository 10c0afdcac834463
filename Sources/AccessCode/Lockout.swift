public import Units

/// The try budget of one lane: five free failures, then waits of 1, 2, 4 … 64 minutes.
///
/// Kept as counts that are durable before the answer; waits run on the boot clock, never on wall
/// time, and a restart begins the wait again.
public struct Lockout: Hashable, Sendable {
    /// Failures that cost nothing.
    public static let free = 5
    /// How many a success takes off.
    public static let forgiven = 5
    /// Failures in a row after which the lane stops.
    public static let stop = 100
    /// The longest wait.
    public static let longestWait = Milliseconds.minutes(64)

    /// Failures that still count.
    public private(set) var failures: Int
    /// Failures since the last success.
    public private(set) var inARow: Int
    /// Until when no entry is looked at; `nil` when there is no wait.
    public private(set) var until: BootTime?

    /// A lane in which nothing has failed.
    public init() {
        self.init(failures: 0, inARow: 0, until: nil)
    }

    /// A lane as it was stored.
    public init(failures: Int, inARow: Int, until: BootTime?) {
        self.failures = failures
        self.inARow = inARow
        self.until = until
    }

    /// What an entry meets.
    public enum State: Hashable, Sendable {
        /// It is looked at.
        case open
        /// It is not looked at for so long.
        case waiting(Milliseconds)
        /// It is not looked at until the owner or a technician came.
        case stopped
    }

    /// What an entry meets at `now`. The lane of the owner has no `stops`: without it a stopped box
    /// could not be helped.
    public func state(at now: BootTime, stops: Bool = true) -> State {
        if stops, inARow >= Self.stop { return .stopped }
        if let until, now < until { return .waiting(until - now) }
        return .open
    }

    /// An entry failed at `now`.
    public mutating func fail(at now: BootTime) {
        failures += 1
        inARow += 1
        until = wait.map { now + $0 }
    }

    /// An entry succeeded.
    public mutating func succeed() {
        failures = max(0, failures - Self.forgiven)
        inARow = 0
        until = nil
    }

    /// The owner came: the stop is lifted, what was earned in waits stays.
    public mutating func lift() {
        inARow = 0
    }

    /// The box started again: a wait begins anew, so pulling the plug gives no try back.
    public mutating func restart(at now: BootTime) {
        guard until != nil else { return }
        until = wait.map { now + $0 }
    }

    /// Time has passed to `now`, in the same start of the box: a wait that is over is forgotten.
    public mutating func pass(to now: BootTime) {
        if let until, now >= until { self.until = nil }
    }

    /// The wait that the failures so far have earned.
    private var wait: Milliseconds? {
        guard failures > Self.free else { return nil }
        let doublings = min(failures - Self.free - 1, 6)
        return .minutes(1 << Int64(doublings))
    }
}
