public import Units

/// A value and when it was last heard.
public struct Aged<Value: Hashable & Sendable>: Hashable, Sendable {
    /// What was heard.
    public var value: Value
    /// When.
    public var at: BootTime

    /// `value` as heard at `at`.
    public init(_ value: Value, at: BootTime) {
        self.value = value
        self.at = at
    }

    /// The value, unless it is older than `age`.
    public func fresh(within age: Milliseconds, at now: BootTime) -> Value? {
        now - at <= age ? value : nil
    }
}

/// What stands behind an odometer position.
public enum OdometerSource: String, CaseIterable, Sendable {
    /// The car's odometer alone.
    case odometer
    /// The odometer, with a counter between its ticks.
    case odometerAndPulses
    /// The odometer, with integrated speed between its ticks.
    case odometerAndSpeed
}

/// Where the car stands on its odometer, with a bound on the error.
public struct OdometerEstimate: Hashable, Sendable {
    /// What the dashboard shows: a multiple of the resolution.
    public var display: Metres
    /// The best estimate: at least the display, less than one resolution beyond it.
    public var position: Metres
    /// The truth lies within this of the position.
    public var error: Metres
    /// The step in which the car counts.
    public var resolution: Metres
    /// What stands behind it.
    public var source: OdometerSource
    /// When the odometer was last heard.
    public var at: BootTime

    /// A position of `position` ± `error`.
    public init(
        display: Metres, position: Metres, error: Metres, resolution: Metres,
        source: OdometerSource, at: BootTime
    ) {
        self.display = display
        self.position = position
        self.error = error
        self.resolution = resolution
        self.source = source
        self.at = at
    }
}

/// A way that was watched without a break, by counter or by speed.
public struct WitnessedWay: Hashable, Sendable {
    /// Since when it has been watched without a break.
    public var since: BootTime
    /// The way since then.
    public var distance: Millimetres
    /// The truth lies within this of the distance. It only grows.
    public var error: Millimetres

    /// A way of `distance` ± `error` since `since`.
    public init(since: BootTime, distance: Millimetres, error: Millimetres) {
        self.since = since
        self.distance = distance
        self.error = error
    }
}

/// What the bus has told about the car. Unknown is `nil`, never a default.
public struct VehicleState: Hashable, Sendable {
    /// The odometer, once accepted samples of a known unit were heard.
    public var odometer: OdometerEstimate?
    /// The speed.
    public var speed: Aged<MillimetresPerSecond>?
    /// Metres by the fine counter since this boot; `nil` without such a counter.
    public var pulses: Metres?
    /// Metres by integrated speed since this boot: a lower bound where speed had holes.
    public var speedIntegral: Metres?
    /// The way that was watched without a break; `nil` without counter and speed.
    public var way: WitnessedWay?
    /// The ignition by the bus. The board's ignition line is the Box's own business.
    public var ignition: Aged<Bool>?
    /// Whether any door stands open.
    public var doorOpen: Aged<Bool>?
    /// Fuel or state of charge.
    public var fuel: Aged<PerMille>?
    /// When the last frame of any kind was heard.
    public var lastFrameAt: BootTime?

    /// Nothing heard yet.
    public init() {}
}

/// Something about the odometer that cannot be billed and must be written down.
public struct OdometerAnomaly: Hashable, Sendable {
    /// The stable names of what can be odd about an odometer.
    public enum Kind: String, CaseIterable, Sendable {
        /// Zero, all ones, or another value that the profile calls invalid.
        case invalid
        /// The unit is not one that the profile knows.
        case unitUnknown
        /// The unit is not the one that was pinned.
        case unitChanged
        /// Lower than before.
        case back
        /// Higher than the car can have driven.
        case jump
        /// The same implausible value for a minute: a repair or another cluster.
        case step
        /// It stands still while the car moves.
        case frozen
        /// The frame is shorter than the signal needs.
        case short
    }

    /// What is odd.
    public var kind: Kind
    /// What the car said, where it could be read.
    public var reading: Metres?
    /// What is still believed.
    public var held: Metres?
    /// The frame in `cansend` form.
    public var frame: String

    /// An oddity in `frame`.
    public init(kind: Kind, reading: Metres?, held: Metres?, frame: String) {
        self.kind = kind
        self.reading = reading
        self.held = held
        self.frame = frame
    }
}
