public import CAN
public import Units

/// A counter that rises by one every few centimetres or metres and wraps.
public struct DistanceCounter: Hashable, Sendable {
    /// Where it stands.
    public var signal: SignalSource
    /// After how many counts it begins at zero again.
    public var modulus: Int64
    /// The length of a count in nanometres, as the profile states it: within 5 % where it is
    /// measured anew, else within 1 %.
    public var nanometresPerCount: Int64
    /// Whether the length is measured anew between ticks of the odometer.
    public var calibrates: Bool
    /// How long it may be unheard before the number of wraps is unknown.
    public var maxSilence: Milliseconds

    /// A counter at `signal`.
    ///
    /// Traps unless the modulus is 2 to 2^32, a count 1 nm to 100 m long and the silence positive.
    public init(
        signal: SignalSource, modulus: Int64, nanometresPerCount: Int64, calibrates: Bool,
        maxSilence: Milliseconds
    ) {
        precondition((2...0x1_0000_0000).contains(modulus), "A counter wraps at 2 to 2^32.")
        precondition(
            (1...100_000_000_000).contains(nanometresPerCount), "A count is 1 nm to 100 m long.")
        precondition(maxSilence > .zero, "A counter may be silent for some time.")
        self.signal = signal
        self.modulus = modulus
        self.nanometresPerCount = nanometresPerCount
        self.calibrates = calibrates
        self.maxSilence = maxSilence
    }
}

/// The speed of the car.
public struct SpeedSignal: Hashable, Sendable {
    /// Where it stands: at most 32 bits, so that no speed overflows.
    public var signal: SignalSource
    /// One count in nanometres a second: 0.01 km/h is 2 777 778.
    public var nanometresPerSecond: Int64
    /// The speed at a raw value of zero.
    public var offset: MillimetresPerSecond
    /// Raw values that mean "not known".
    public var invalid: [Int64]

    /// A speed at `signal`.
    ///
    /// Traps for more than 32 bits and for a count of 0 or above 1 m/s.
    public init(
        signal: SignalSource, nanometresPerSecond: Int64,
        offset: MillimetresPerSecond = .zero, invalid: [Int64] = []
    ) {
        precondition(signal.layout.length <= 32, "A speed has at most 32 bits.")
        precondition(
            (1...1_000_000_000).contains(nanometresPerSecond), "A count of speed is up to 1 m/s.")
        self.signal = signal
        self.nanometresPerSecond = nanometresPerSecond
        self.offset = offset
        self.invalid = invalid
    }
}

/// A signal that is on for some raw values and off for all others.
public struct FlagSignal: Hashable, Sendable {
    /// Where it stands.
    public var signal: SignalSource
    /// The raw values that mean on, or open.
    public var onValues: [Int64]

    /// On while the signal is one of `onValues`.
    public init(signal: SignalSource, onValues: [Int64]) {
        self.signal = signal
        self.onValues = onValues
    }
}

/// What shows that the ignition is on.
public enum IgnitionSource: Hashable, Sendable {
    /// A signal.
    case signal(FlagSignal)
    /// That frames of an identifier are heard at least this often.
    case busActivity(CANID, within: Milliseconds)
}

/// Fuel or state of charge.
public struct FuelSignal: Hashable, Sendable {
    /// Where it stands: at most 32 bits, so that no level overflows.
    public var signal: SignalSource
    /// One count in millionths of the whole.
    public var millionthsPerCount: Int64
    /// The level at a raw value of zero.
    public var offset: PerMille
    /// Raw values that mean "not known".
    public var invalid: [Int64]

    /// A level at `signal`.
    ///
    /// Traps for more than 32 bits and for a count of 0 or above the whole.
    public init(
        signal: SignalSource, millionthsPerCount: Int64, offset: PerMille = .zero,
        invalid: [Int64] = []
    ) {
        precondition(signal.layout.length <= 32, "A level has at most 32 bits.")
        precondition(
            (1...1_000_000).contains(millionthsPerCount), "A count of a level is up to the whole.")
        self.signal = signal
        self.millionthsPerCount = millionthsPerCount
        self.offset = offset
        self.invalid = invalid
    }
}
