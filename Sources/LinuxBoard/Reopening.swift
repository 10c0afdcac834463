internal import LinuxIO
internal import Units

/// When to try again to open what is not there: soon at first, for a plug that is being seated,
/// then ever more seldom, because each try wakes the box.
struct Reopening: Hashable, Sendable {
    /// The wait after the first failure.
    static let firstWait = Milliseconds(250)
    /// The longest wait: once every four seconds is what a missing part may cost.
    static let longestWait = Milliseconds.seconds(4)

    /// When to try again; `nil` while it is open.
    private(set) var deadline: BootTime?
    private var backOff = BackOff(first: firstWait, longest: longestWait)

    /// Never tried: due at once.
    init(at now: BootTime) {
        deadline = now
    }

    /// Whether it is to be tried at `now`.
    func isDue(at now: BootTime) -> Bool { deadline.map { now >= $0 } ?? false }

    /// It is open.
    mutating func succeeded() {
        deadline = nil
        backOff.reset()
    }

    /// It could not be opened at `now`, or was lost.
    mutating func failed(at now: BootTime) { deadline = backOff.fail(at: now) }
}
