internal import Units

/// Believes a level of an input once it has lasted.
struct Debouncer: Hashable, Sendable {
    /// How long a level must last.
    let period: Milliseconds
    /// What is believed; `nil` before the first reading.
    private(set) var level: Bool?
    private var candidate: Bool?
    private var since = BootTime.boot

    /// Nothing read yet; `period` is not negative.
    init(period: Milliseconds) {
        precondition(period >= .zero, "A level cannot have to last less than no time.")
        self.period = period
    }

    /// The line is at `level` at `time`.
    ///
    /// The first reading is believed as it is, for there is none to fall back on.
    mutating func read(_ level: Bool, at time: BootTime) {
        guard self.level != nil else {
            self.level = level
            return
        }
        if level == self.level {
            candidate = nil
        } else if candidate == nil {
            candidate = level
            since = time
        }
    }

    /// The line changed to `level` at `time`.
    ///
    /// A change to what it was changed to already means that one back was missed in between, so
    /// it has lasted since `time` only.
    mutating func change(to level: Bool, at time: BootTime) {
        if candidate == level { since = max(since, time) }
        read(level, at: time)
    }

    /// The level that has become believed by `now`; `nil` when nothing changed.
    mutating func settle(at now: BootTime) -> Bool? {
        guard let candidate, now - since >= period else { return nil }
        level = candidate
        self.candidate = nil
        return candidate
    }

    /// When a level will have lasted long enough; `nil` when none is waiting.
    var nextDeadline: BootTime? { candidate == nil ? nil : since + period }
}
