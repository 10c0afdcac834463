public import CAN
public import Units

/// What counts the way between two ticks of the odometer.
public enum DistanceInput: Hashable, Sendable {
    /// A counter on the bus.
    case counter(DistanceCounter)
    /// A line of the board that pulses as the wheels turn: for cars without a usable bus.
    case line(PulseLine)
}

/// A line that pulses every few centimetres or metres; somebody else counts the pulses.
public struct PulseLine: Hashable, Sendable {
    /// The way of one pulse in nanometres, as the profile states it: within 5 % where it is
    /// measured anew, else within 1 %.
    public var nanometresPerPulse: Int64
    /// Whether the way of a pulse is measured anew between ticks of the odometer.
    public var calibrates: Bool
    /// How long the count may stay untold before it says nothing about where the car is.
    public var maxSilence: Milliseconds

    /// What records call the line.
    public static let key: SourceKey = "line.PULSES"

    /// A line with these pulses.
    ///
    /// Traps unless a pulse is 1 nm to 100 m and the silence positive.
    public init(
        nanometresPerPulse: Int64, calibrates: Bool = false,
        maxSilence: Milliseconds = .seconds(2)
    ) {
        precondition(
            (1...100_000_000_000).contains(nanometresPerPulse), "A pulse is 1 nm to 100 m long.")
        precondition(maxSilence > .zero, "A line may stay untold for some time.")
        self.nanometresPerPulse = nanometresPerPulse
        self.calibrates = calibrates
        self.maxSilence = maxSilence
    }
}

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
    /// Raw values that are no speed.
    public var special: SpecialValues

    /// A speed at `signal`.
    ///
    /// Traps for more than 32 bits and for a count of 0 or above 1 m/s.
    public init(
        signal: SignalSource, nanometresPerSecond: Int64,
        offset: MillimetresPerSecond = .zero, special: SpecialValues = SpecialValues()
    ) {
        precondition(signal.layout.length <= 32, "A speed has at most 32 bits.")
        precondition(
            (1...1_000_000_000).contains(nanometresPerSecond), "A count of speed is up to 1 m/s.")
        self.signal = signal
        self.nanometresPerSecond = nanometresPerSecond
        self.offset = offset
        self.special = special
    }
}

/// A signal that is on for some raw values and off for all others.
public struct FlagSignal: Hashable, Sendable {
    /// Where it stands.
    public var signal: SignalSource
    /// The raw values that mean on, or open.
    public var onValues: [Int64]
    /// Raw values that mean neither.
    public var special: SpecialValues
    /// How long it must stay another before that counts.
    public var debounce: Milliseconds

    /// On while the signal is one of `onValues`.
    ///
    /// Traps for a debounce below zero.
    public init(
        signal: SignalSource, onValues: [Int64], special: SpecialValues = SpecialValues(),
        debounce: Milliseconds = .zero
    ) {
        precondition(debounce >= .zero, "A flag is not debounced for less than no time.")
        self.signal = signal
        self.onValues = onValues
        self.special = special
        self.debounce = debounce
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
public struct LevelSignal: Hashable, Sendable {
    /// Where it stands: at most 32 bits, so that no level overflows.
    public var signal: SignalSource
    /// One count in millionths of the whole.
    public var millionthsPerCount: Int64
    /// The level at a raw value of zero.
    public var offset: PerMille
    /// Raw values that are no level.
    public var special: SpecialValues

    /// A level at `signal`.
    ///
    /// Traps for more than 32 bits and for a count of 0 or above the whole.
    public init(
        signal: SignalSource, millionthsPerCount: Int64, offset: PerMille = .zero,
        special: SpecialValues = SpecialValues()
    ) {
        precondition(signal.layout.length <= 32, "A level has at most 32 bits.")
        precondition(
            (1...1_000_000).contains(millionthsPerCount), "A count of a level is up to the whole.")
        self.signal = signal
        self.millionthsPerCount = millionthsPerCount
        self.offset = offset
        self.special = special
    }
}

/// The 12 V supply as the car itself measures it.
public struct VoltageSignal: Hashable, Sendable {
    /// Where it stands: at most 32 bits, so that no voltage overflows.
    public var signal: SignalSource
    /// One count in microvolts.
    public var microvoltsPerCount: Int64
    /// The voltage at a raw value of zero.
    public var offset: Millivolts
    /// Raw values that are no voltage.
    public var special: SpecialValues

    /// The highest voltage that is believed: a 24 V supply being charged.
    public static let highest = Millivolts(36_000)

    /// A voltage at `signal`.
    ///
    /// Traps for more than 32 bits and for a count of 0 or above 1 V.
    public init(
        signal: SignalSource, microvoltsPerCount: Int64, offset: Millivolts = .zero,
        special: SpecialValues = SpecialValues()
    ) {
        precondition(signal.layout.length <= 32, "A voltage has at most 32 bits.")
        precondition(
            (1...1_000_000).contains(microvoltsPerCount), "A count of voltage is up to 1 V.")
        self.signal = signal
        self.microvoltsPerCount = microvoltsPerCount
        self.offset = offset
        self.special = special
    }
}
