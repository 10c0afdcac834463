internal import CLinux
internal import Glibc
public import LinuxIO
public import Units

/// Wakes the loop at a point of the boot clock (timerfd), also one that passes while suspended:
/// then at once after.
public struct DeadlineTimer: ~Copyable {
    private let descriptor: Descriptor
    /// When it goes off; `nil` while it is not armed.
    public private(set) var deadline: BootTime?

    /// A timer that is not armed.
    ///
    /// - Throws: ``LinuxIO/SystemCallFailure``.
    public init() throws(SystemCallFailure) {
        descriptor = try Descriptor.timer(of: CLOCK_BOOTTIME)
    }

    /// To wait on.
    public var source: PollSource {
        PollSource(descriptor: descriptor.number, events: .readable)
    }

    /// Arms it for `deadline`, or disarms it with `nil`. A point that has passed counts as now.
    public mutating func arm(_ deadline: BootTime?) {
        guard deadline != self.deadline else { return }
        self.deadline = deadline
        // At zero it would be disarmed.
        let nanoseconds = deadline.map { max(1, $0.milliseconds.saturatingNanoseconds) } ?? 0
        let result = clinux_timer_set(descriptor.number, nanoseconds, 0)
        precondition(result == 0, "A timer takes every point of its clock.")
    }

    /// Takes note of it.
    ///
    /// - Returns: whether it went off; it is then no longer armed.
    public mutating func acknowledge() -> Bool {
        guard case .moved = descriptor.readCount() else { return false }
        deadline = nil
        return true
    }
}

/// Tells when somebody sets CLOCK_REALTIME, which stamps frames and files.
public struct ClockJumpWatch: ~Copyable {
    private let descriptor: Descriptor

    /// Watches from now on.
    ///
    /// - Throws: ``LinuxIO/SystemCallFailure``.
    public init() throws(SystemCallFailure) {
        descriptor = try Descriptor.timer(of: CLOCK_REALTIME)
        watch()
    }

    /// To wait on.
    public var source: PollSource {
        PollSource(descriptor: descriptor.number, events: .readable)
    }

    /// Whether the clock was set since the last call. Adjustments of its speed do not count.
    public mutating func takeJump() -> Bool {
        guard case .failed(ECANCELED) = descriptor.readCount() else { return false }
        watch()
        return true
    }

    /// Waits for the year 2200: only somebody who sets the clock ends that.
    private func watch() {
        let result = clinux_timer_set(descriptor.number, 7_258_118_400_000_000_000, 1)
        precondition(result == 0, "A timer takes every point of its clock.")
    }
}

extension Descriptor {
    /// A timer of `clock`.
    static func timer(of clock: Int32) throws(SystemCallFailure) -> Descriptor {
        let result = clinux_timer(clock)
        guard result >= 0 else {
            throw SystemCallFailure(
                "make", on: "a timer", code: -result,
                remedy: "raise the number of open files of the service (LimitNOFILE)")
        }
        return Descriptor(owning: result)
    }

    /// Reads the number of times that a timer went off.
    borrowing func readCount() -> Transfer {
        var count = [UInt8](repeating: 0, count: 8)
        return read(into: &count)
    }
}

extension Int64 {
    /// So many milliseconds in nanoseconds, as many as there can be.
    var saturatingNanoseconds: Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: 1_000_000)
        return overflow ? .max : product
    }
}
