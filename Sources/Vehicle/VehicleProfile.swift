/// How one make of car is read: the compiled form of a profile file.
///
/// All scales are integers, so that a distance never depends on how a sum was rounded. Where a
/// quantity has several sources, they stand best first: the best one that is heard counts.
public struct VehicleProfile: Hashable, Sendable {
    /// The name of the profile, which is the name of its file.
    public var name: String
    /// The SHA-256 of the files that it was made of, in lower-case hexadecimal digits.
    public var hash: String
    /// Where the odometer is found, best first. One is pinned and alone is billed by.
    public var odometers: [OdometerSignal]
    /// What counts the way between the odometer's ticks.
    public var distance: DistanceInput?
    /// The speed, best first.
    public var speed: [SpeedSignal]
    /// The ignition, best first.
    public var ignition: [IgnitionSource]
    /// The doors that are known: the car is open while any is.
    public var doors: [FlagSignal]
    /// The tank, best first.
    public var fuel: [LevelSignal]
    /// The traction battery, best first.
    public var charge: [LevelSignal]
    /// The 12 V supply as the car measures it, best first.
    public var supply: [VoltageSignal]
    /// What the car can have driven.
    public var plausibility: Plausibility

    /// A profile that reads nothing but what is given.
    public init(
        name: String, hash: String, odometers: [OdometerSignal] = [],
        distance: DistanceInput? = nil, speed: [SpeedSignal] = [],
        ignition: [IgnitionSource] = [], doors: [FlagSignal] = [], fuel: [LevelSignal] = [],
        charge: [LevelSignal] = [], supply: [VoltageSignal] = [],
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
        self.charge = charge
        self.supply = supply
        self.plausibility = plausibility
    }

    /// What goes into records: the name and the first eight digits of the hash,
    /// `toyota_611@1f0c2a9b`.
    public var title: String { "\(name)@\(hash.prefix(8))" }

    /// The sources of the odometer by the names that records have for them, best first.
    public var odometerKeys: [SourceKey] { odometers.map(\.signal.key) }
}
