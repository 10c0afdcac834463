/// A clock that ``Instant`` values are read from. A marker: it is never instantiated.
public protocol ClockKind: Sendable {}

/// The kernel's CLOCK_BOOTTIME: counts from boot, also while suspended, never steps.
public enum BootClock: ClockKind {}

/// UTC as well as the box knows it: may be wrong, may be set, never used to measure a length.
public enum WallClock: ClockKind {}

/// A point on one clock, in milliseconds. Points on different clocks do not mix.
public struct Instant<Clock: ClockKind>: Hashable, Comparable, Sendable {
    /// Milliseconds since the clock's zero.
    public var milliseconds: Int64

    /// The point `milliseconds` after the clock's zero.
    @inlinable
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Earlier first.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// A later point.
    @inlinable
    public static func + (left: Self, right: Milliseconds) -> Self {
        Self(milliseconds: left.milliseconds + right.count)
    }

    /// An earlier point.
    @inlinable
    public static func - (left: Self, right: Milliseconds) -> Self {
        Self(milliseconds: left.milliseconds - right.count)
    }

    /// The time between two points; negative when `left` is the earlier.
    @inlinable
    public static func - (left: Self, right: Self) -> Milliseconds {
        Milliseconds(left.milliseconds - right.milliseconds)
    }
}

/// Milliseconds since this boot (CLOCK_BOOTTIME).
public typealias BootTime = Instant<BootClock>
/// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds (POSIX time).
public typealias WallTime = Instant<WallClock>

extension Instant where Clock == BootClock {
    /// The moment of boot.
    @inlinable
    public static var boot: Self { Self(milliseconds: 0) }
}
