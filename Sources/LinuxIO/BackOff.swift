public import Units

/// How long to wait before trying again: twice as long after each failure, up to a limit.
public struct BackOff: Hashable, Sendable {
    /// The wait after the first failure.
    public let first: Milliseconds
    /// The longest wait.
    public let longest: Milliseconds
    /// Failures since the last ``reset()``.
    public private(set) var failures = 0

    /// Waits from `first` up to `longest`. Traps unless 0 < first <= longest.
    public init(first: Milliseconds = .seconds(1), longest: Milliseconds = .seconds(64)) {
        precondition(.zero < first && first <= longest, "Waits grow from a positive first one.")
        self.first = first
        self.longest = longest
    }

    /// Counts a failure at `now`.
    ///
    /// - Returns: when to try again.
    public mutating func fail(at now: BootTime) -> BootTime {
        var wait = first
        for _ in 0..<min(failures, 62) {
            guard wait < longest else { break }
            wait = min(wait + wait, longest)
        }
        failures += 1
        return now + wait
    }

    /// It went well: the next failure is a first one.
    public mutating func reset() { failures = 0 }
}
