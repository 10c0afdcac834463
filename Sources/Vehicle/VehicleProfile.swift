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
