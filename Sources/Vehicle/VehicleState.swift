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

/// A value that the car tells, and what stands behind it.
public struct Reading<Value: Hashable & Sendable>: Hashable, Sendable {
    /// Whether the value still holds.
    public enum Validity: Hashable, Sendable {
        /// It was heard as a measurement, not too long ago.
        case valid
        /// Its source said since that it has none: this raw value.
        case invalid(raw: Int64)
        /// Its source was not heard for longer than it may be silent.
        case stale
    }

    /// What was measured last.
    public var value: Value
    /// Who measured it.
    public var source: SourceKey
    /// When it was heard.
    public var at: BootTime
    /// Whether it still holds.
    public var validity: Validity

    /// `value` as heard from `source` at `at`.
    public init(
        _ value: Value, from source: SourceKey, at: BootTime, validity: Validity = .valid
    ) {
        self.value = value
        self.source = source
        self.at = at
        self.validity = validity
    }

    /// The value, unless its source has none now or it is older than `age`.
    public func fresh(within age: Milliseconds, at now: BootTime) -> Value? {
        switch validity {
        case .invalid: nil
        case .valid, .stale: now - at <= age ? value : nil
        }
    }

    /// How long ago it was heard.
    public func age(at now: BootTime) -> Milliseconds { now - at }
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
    /// What the odometer's own number says: a multiple of the resolution. The dashboard shows it
    /// where the role is ``OdometerRole/dash``.
    public var display: Metres
    /// The best estimate: at least the display, less than one resolution beyond it.
    public var position: Metres
    /// The truth lies within this of the position.
    public var error: Metres
    /// The step in which the car counts.
    public var resolution: Metres
    /// What stands behind it.
    public var source: OdometerSource
    /// Which odometer it is, as records name it.
    public var key: SourceKey
    /// What its number is.
    public var role: OdometerRole
    /// When the odometer was last heard.
    public var at: BootTime

    /// A position of `position` ± `error` on the odometer `key`.
    public init(
        display: Metres, position: Metres, error: Metres, resolution: Metres,
        source: OdometerSource, key: SourceKey, role: OdometerRole = .dash, at: BootTime
    ) {
        self.key = key
        self.role = role
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

/// What the car has told. Unknown is `nil`, never a default.
public struct VehicleState: Hashable, Sendable {
    /// The pinned odometer, once accepted samples of a known unit were heard.
    public var odometer: OdometerEstimate?
    /// What the pinned odometer has said for a minute and cannot have been driven: believed only
    /// once an operator has confirmed it.
    public var step: Metres?
    /// The speed.
    public var speed: Reading<MillimetresPerSecond>?
    /// Metres by the fine counter since this boot; `nil` without such a counter.
    public var pulses: Metres?
    /// Metres by integrated speed since this boot: a lower bound where speed had holes.
    public var speedIntegral: Metres?
    /// The way that was watched without a break; `nil` without counter and speed.
    public var way: WitnessedWay?
    /// The ignition by the bus. The board's ignition line is the Box's own business.
    public var ignition: Reading<Bool>?
    /// Whether any door stands open.
    public var doorOpen: Reading<Bool>?
    /// The tank.
    public var fuel: Reading<PerMille>?
    /// The traction battery.
    public var charge: Reading<PerMille>?
    /// The 12 V supply as the car measures it. What the board measures is the Box's own business.
    public var supply: Reading<Millivolts>?
    /// When the last data frame of any kind was heard.
    public var lastFrameAt: BootTime?

    /// Nothing heard yet.
    public init() {}
}
