public import CAN
public import Units

/// How one make of car is read: the compiled form of a profile file.
///
/// All scales are integers, so that a distance never depends on how a sum was rounded.
public struct VehicleProfile: Hashable, Sendable {
    /// The name of the profile, which is the name of its file.
    public var name: String
    /// The SHA-256 of the files that it was made of, in lower-case hexadecimal digits.
    public var hash: String
    /// Where the odometer is found, best first. The first is the one that is used.
    public var odometers: [OdometerSignal]
    /// The counter that runs between the odometer's ticks.
    public var distance: DistanceCounter?
    /// The speed.
    public var speed: SpeedSignal?
    /// The ignition.
    public var ignition: IgnitionSource?
    /// The doors that are known.
    public var doors: [FlagSignal]
    /// Fuel or state of charge.
    public var fuel: FuelSignal?
    /// What the car can have driven.
    public var plausibility: Plausibility

    /// A profile that reads nothing but what is given.
    public init(
        name: String, hash: String, odometers: [OdometerSignal] = [],
        distance: DistanceCounter? = nil, speed: SpeedSignal? = nil,
        ignition: IgnitionSource? = nil, doors: [FlagSignal] = [], fuel: FuelSignal? = nil,
        plausibility: Plausibility = Plausibility()
    ) {
        self.name = name
        self.hash = hash
        self.odometers = odometers
        self.distance = distance
        self.speed = speed
        self.ignition = ignition
        self.doors = doors
        self.fuel = fuel
        self.plausibility = plausibility
    }

    /// What goes into records: the name and the first eight digits of the hash,
    /// `toyota_611@1f0c2a9b`.
    public var title: String { "\(name)@\(hash.prefix(8))" }
}

/// A signal in the frames of one identifier.
public struct SignalSource: Hashable, Sendable {
    /// The frames it stands in.
    public var id: CANID
    /// Where in the frame.
    public var layout: SignalLayout
    /// What must hold for the signal to count: a validity bit, or the branch of a multiplexer.
    public var gates: [SignalGate]

    /// The signal at `layout` in frames `id`, as far as all `gates` are open.
    public init(id: CANID, layout: SignalLayout, gates: [SignalGate] = []) {
        self.id = id
        self.layout = layout
        self.gates = gates
    }

    /// The raw value; `nil` where the frame is too short or a gate is shut.
    public func raw(from frame: CANFrame) -> Int64? {
        guard admits(frame) else { return nil }
        return layout.raw(from: frame)
    }

    /// Whether all gates are open.
    public func admits(_ frame: CANFrame) -> Bool {
        for gate in gates where gate.layout.raw(from: frame) != gate.value { return false }
        return true
    }
}

/// A condition in the same frame.
public struct SignalGate: Hashable, Sendable {
    /// The signal to look at.
    public var layout: SignalLayout
    /// The raw value that it must have.
    public var value: Int64

    /// Open while the signal at `layout` is `value`.
    public init(layout: SignalLayout, value: Int64) {
        self.layout = layout
        self.value = value
    }
}

/// How long one count of an odometer is.
public enum OdometerUnit: Hashable, Sendable {
    /// Always the same.
    case fixed(perCount: Millimetres)
    /// As a signal of the same frame says; a value that is not listed makes the reading unusable.
    case bySignal(SignalLayout, [OdometerUnitChoice])
}

/// One unit that an odometer may be in.
public struct OdometerUnitChoice: Hashable, Sendable {
    /// The raw value of the unit signal.
    public var raw: Int64
    /// One count of the odometer then.
    public var perCount: Millimetres

    /// `perCount` where the unit signal is `raw`.
    public init(raw: Int64, perCount: Millimetres) {
        self.raw = raw
        self.perCount = perCount
    }
}

/// An odometer that the car broadcasts.
public struct OdometerSignal: Hashable, Sendable {
    /// Where it stands. At most 48 bits, so that no reading overflows.
    public var signal: SignalSource
    /// Its unit and resolution.
    public var unit: OdometerUnit
    /// Raw values that mean "not known". Zero and all ones are so without being listed.
    public var invalid: [Int64]
    /// After how many counts it begins at zero again; `nil` where it never does.
    public var modulus: Int64?

    /// An odometer at `signal`.
    public init(
        signal: SignalSource, unit: OdometerUnit, invalid: [Int64] = [], modulus: Int64? = nil
    ) {
        self.signal = signal
        self.unit = unit
        self.invalid = invalid
        self.modulus = modulus
    }
}

/// A counter that rises by one every few centimetres or metres and wraps.
public struct DistanceCounter: Hashable, Sendable {
    /// Where it stands.
    public var signal: SignalSource
    /// After how many counts it begins at zero again.
    public var modulus: Int64
    /// The length of a count in nanometres, as the profile states it: within 5 %.
    public var nanometresPerCount: Int64
    /// Whether the length is measured anew between ticks of the odometer.
    public var calibrates: Bool
    /// How long it may be unheard before the number of wraps is unknown.
    public var maxSilence: Milliseconds

    /// A counter at `signal`.
    public init(
        signal: SignalSource, modulus: Int64, nanometresPerCount: Int64, calibrates: Bool,
        maxSilence: Milliseconds
    ) {
        self.signal = signal
        self.modulus = modulus
        self.nanometresPerCount = nanometresPerCount
        self.calibrates = calibrates
        self.maxSilence = maxSilence
    }
}

/// The speed of the car.
public struct SpeedSignal: Hashable, Sendable {
    /// Where it stands. At most 32 bits, so that no speed overflows.
    public var signal: SignalSource
    /// One count in nanometres a second: 0.01 km/h is 2 777 778.
    public var nanometresPerSecond: Int64
    /// The speed at a raw value of zero.
    public var offset: MillimetresPerSecond
    /// Raw values that mean "not known".
    public var invalid: [Int64]

    /// A speed at `signal`.
    public init(
        signal: SignalSource, nanometresPerSecond: Int64,
        offset: MillimetresPerSecond = .zero, invalid: [Int64] = []
    ) {
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
    /// Where it stands. At most 32 bits, so that no level overflows.
    public var signal: SignalSource
    /// One count in millionths of the whole.
    public var millionthsPerCount: Int64
    /// The level at a raw value of zero.
    public var offset: PerMille
    /// Raw values that mean "not known".
    public var invalid: [Int64]

    /// A level at `signal`.
    public init(
        signal: SignalSource, millionthsPerCount: Int64, offset: PerMille = .zero,
        invalid: [Int64] = []
    ) {
        self.signal = signal
        self.millionthsPerCount = millionthsPerCount
        self.offset = offset
        self.invalid = invalid
    }
}

/// What the car can have driven.
public struct Plausibility: Hashable, Sendable {
    /// The highest speed.
    public var maxSpeed: MillimetresPerSecond
    /// The furthest that one reading may stand above the one before while the bus is awake.
    public var maxJump: Metres
    /// The highest average speed over a time in which nothing was heard.
    public var gapSpeed: MillimetresPerSecond

    /// The bounds of an ordinary car unless others are given.
    public init(
        maxSpeed: MillimetresPerSecond = .kilometresPerHour(250),
        maxJump: Metres = .kilometres(5),
        gapSpeed: MillimetresPerSecond = .kilometresPerHour(150)
    ) {
        self.maxSpeed = maxSpeed
        self.maxJump = maxJump
        self.gapSpeed = gapSpeed
    }
}
