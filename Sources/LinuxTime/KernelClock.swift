internal import CLinux
internal import Glibc
public import LinuxIO
public import Units

/// The clocks of the kernel.
public enum KernelClock {
    /// Now by CLOCK_BOOTTIME, which counts from boot, also while suspended, and never steps.
    public static var now: BootTime { moment.boot }

    /// Now by the boot clock and by the one that stamps frames.
    public static var moment: KernelMoment {
        KernelMoment(
            bootNanoseconds: read(CLOCK_BOOTTIME), realNanoseconds: read(CLOCK_REALTIME))
    }

    private static func read(_ clock: Int32) -> Int64 {
        var nanoseconds: Int64 = 0
        let result = unsafe clinux_clock(clock, &nanoseconds)
        precondition(result == 0, "Every kernel since 2.6.39 has these clocks.")
        return nanoseconds
    }
}
