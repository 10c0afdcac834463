public import LinuxIO
public import Units

/// Places the kernel's time stamps, which are of a clock that jumps, on the boot clock.
///
/// A frame is as old as its stamp, provided that the age fits in: no frame is from the future, and
/// none is older than the last time that the socket was empty. What does not fit shows that
/// somebody set the clock in between, and the frame is placed at the moment of reading. Times never
/// go backwards.
public struct FrameClock: Hashable, Sendable {
    /// How much older than allowed a frame may look: the clock is slewed, and reading takes time.
    public static let slack = Milliseconds(20)

    private var emptyAt: Int64
    private var last: BootTime

    /// A clock for a socket that was made at `moment`.
    public init(at moment: KernelMoment) {
        emptyAt = moment.bootNanoseconds
        last = moment.boot
    }

    /// The time at which a frame came that was read at `moment`.
    ///
    /// `stamp` is in nanoseconds since 1970; `nil` where the kernel told none.
    public mutating func place(_ stamp: Int64?, readAt moment: KernelMoment) -> BootTime {
        let oldest = moment.bootNanoseconds - emptyAt + Self.slack.count * 1_000_000
        var time = moment.boot
        if let stamp {
            let (age, overflow) = moment.realNanoseconds.subtractingReportingOverflow(stamp)
            if !overflow, (0...max(0, oldest)).contains(age) {
                time = BootTime(milliseconds: (moment.bootNanoseconds - age) / 1_000_000)
            }
        }
        last = max(last, min(time, moment.boot))
        return last
    }

    /// The socket was empty at `moment`: what comes later is not older.
    public mutating func becameEmpty(at moment: KernelMoment) {
        emptyAt = moment.bootNanoseconds
    }
}

/// How many frames a socket lost, of the kernel's running count (`SO_RXQ_OVFL`), which wraps at 32
/// bits and is told with the next frame that was not lost.
public struct LossCounter: Hashable, Sendable {
    private var last: UInt32 = 0
    /// All that was lost since the socket was made.
    public private(set) var total: Int64 = 0

    /// A counter for a new socket.
    public init() {}

    /// Takes in the running count.
    ///
    /// - Returns: how many frames were lost since the last call.
    public mutating func advance(to count: UInt32) -> UInt32 {
        let lost = count &- last
        last = count
        total += Int64(lost)
        return lost
    }
}
