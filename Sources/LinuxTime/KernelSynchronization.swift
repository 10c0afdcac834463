public import Box
internal import CLinux
public import Units

/// How well the kernel's clock is kept by whoever keeps it: chrony, systemd-timesyncd or ntpd.
///
/// It is read from the kernel alone (adjtimex), which all of them tell. Whoever keeps it trusts
/// the network, so for the box it is a hint.
public struct KernelSynchronization: Hashable, Sendable {
    /// UTC as the kernel has it.
    public var time: WallTime
    /// How far off it may be, as the kernel has it: grows by half a second in a thousand without
    /// a new measurement.
    public var error: Milliseconds
    /// Whether somebody keeps it.
    public var isSynchronized: Bool

    /// What is worth telling: an error of more than this is as good as no time.
    public static let errorMaximum = Milliseconds.seconds(16)

    /// This state.
    public init(time: WallTime, error: Milliseconds, isSynchronized: Bool) {
        self.time = time
        self.error = error
        self.isSynchronized = isSynchronized
    }

    /// The state now; `nil` where the kernel does not tell, as in some sandboxes.
    public static func current() -> KernelSynchronization? {
        var isSynchronized: Int32 = 0
        var error: Int64 = 0
        var time: Int64 = 0
        guard unsafe clinux_synchronization(&isSynchronized, &error, &time) == 0 else {
            return nil
        }
        return KernelSynchronization(
            time: WallTime(milliseconds: time / 1_000_000),
            // Rounded up: an error is never stated smaller than it is.
            error: Milliseconds(max(0, error) / 1000 + 1),
            isSynchronized: isSynchronized != 0)
    }

    /// What the box is offered: a hint, or nothing while nobody keeps the clock.
    public var offer: TimeOffer? {
        guard isSynchronized, error <= Self.errorMaximum else { return nil }
        return TimeOffer(time: time, error: error, source: .gnss)
    }
}
