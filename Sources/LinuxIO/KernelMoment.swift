public import Units

/// Two clocks of the kernel, read together.
///
/// Kernel time stamps are of the one that jumps when somebody sets it; lengths are measured on the
/// other. Who has both can place a stamp on the one that does not jump.
public struct KernelMoment: Hashable, Sendable {
    /// Nanoseconds since this boot (CLOCK_BOOTTIME).
    public var bootNanoseconds: Int64
    /// Nanoseconds since 1970-01-01T00:00:00Z as the kernel has it (CLOCK_REALTIME), which need
    /// not be true.
    public var realNanoseconds: Int64

    /// Both clocks.
    public init(bootNanoseconds: Int64, realNanoseconds: Int64) {
        self.bootNanoseconds = bootNanoseconds
        self.realNanoseconds = realNanoseconds
    }

    /// The boot clock in whole milliseconds.
    public var boot: BootTime { BootTime(milliseconds: bootNanoseconds / 1_000_000) }
}
