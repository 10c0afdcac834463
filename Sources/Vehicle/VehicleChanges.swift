/// What a frame, or the passing of time, has changed in the ``VehicleState``.
public struct VehicleChanges: OptionSet, Hashable, Sendable {
    /// One bit a change.
    public let rawValue: UInt16

    /// The changes of these bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The odometer's display moved, or was accepted for the first time.
    public static let odometer = Self(rawValue: 1 << 0)
    /// The speed is another one.
    public static let speed = Self(rawValue: 1 << 1)
    /// The car moves: it stood, or its speed was unknown.
    public static let started = Self(rawValue: 1 << 2)
    /// The car stands: it moved, or its speed was unknown.
    public static let stopped = Self(rawValue: 1 << 3)
    /// The ignition became known, or went on or off.
    public static let ignition = Self(rawValue: 1 << 4)
    /// Whether a door is open became known, or is another.
    public static let doors = Self(rawValue: 1 << 5)
    /// The tank became known, or is another.
    public static let fuel = Self(rawValue: 1 << 6)
    /// The traction battery became known, or is another.
    public static let charge = Self(rawValue: 1 << 10)
    /// The car's own voltage became known, or is another.
    public static let supply = Self(rawValue: 1 << 11)
    /// The odometer moved while nobody listened: it waits in `takeGaps()`.
    public static let gap = Self(rawValue: 1 << 12)
    /// The first frame after a silence, or at all.
    public static let busWoke = Self(rawValue: 1 << 7)
    /// No frame of any kind for a minute.
    public static let busSlept = Self(rawValue: 1 << 8)
    /// Something odd about the odometer waits in `takeAnomalies()`.
    public static let anomaly = Self(rawValue: 1 << 9)
}
