public import Diagnostics

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
    /// Whether the car is asked anything, and what.
    public var diagnostics: DiagnosticUse

    /// A profile that reads nothing but what is given.
    public init(
        name: String, hash: String, odometers: [OdometerSignal] = [],
        distance: DistanceInput? = nil, speed: [SpeedSignal] = [],
        ignition: [IgnitionSource] = [], doors: [FlagSignal] = [], fuel: [LevelSignal] = [],
        charge: [LevelSignal] = [], supply: [VoltageSignal] = [],
        plausibility: Plausibility = Plausibility(), diagnostics: DiagnosticUse = .listens(to: [])
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
        self.diagnostics = diagnostics
    }

    /// What goes into records: the name and the first eight digits of the hash,
    /// `toyota_611@1f0c2a9b`.
    public var title: String { "\(name)@\(hash.prefix(8))" }

    /// The sources of the odometer by the names that records have for them, best first.
    public var odometerKeys: [SourceKey] { odometers.map(\.signal.key) }
}

/// What the box does about the diagnostic answers of a car's control units.
public enum DiagnosticUse: Hashable, Sendable {
    /// It sends nothing, ever. The answers that units give to others are read: those of
    /// ISO 15765-4, and those from these addresses of the maker's own.
    case listens(to: [DiagnosticAddress])
    /// It asks these questions, as often as each says and while ``PollingConditions`` allow it.
    case asks(DiagnosticQuery, [DiagnosticQuery])
}

extension VehicleProfile {
    /// What the car is asked; empty for a profile that only listens.
    public var queries: [DiagnosticQuery] {
        switch diagnostics {
        case .listens: []
        case .asks(let first, let others): [first] + others
        }
    }

    /// Whether nothing is ever sent to the car.
    public var isListenOnly: Bool {
        switch diagnostics {
        case .listens: true
        case .asks: false
        }
    }

    /// The maker's own and the standard's addresses at which units are asked or listened to, each
    /// once.
    public var addresses: [DiagnosticAddress] {
        switch diagnostics {
        case .listens(let addresses): addresses
        case .asks:
            queries.reduce(into: []) { addresses, query in
                if !addresses.contains(query.address) { addresses.append(query.address) }
            }
        }
    }

    /// The same profile for a car into which nothing may be sent: another tester asks it, and its
    /// answers are read.
    public var listening: VehicleProfile {
        var quiet = self
        quiet.diagnostics = .listens(to: addresses)
        return quiet
    }
}

extension DiagnosticUse {
    /// Asks `queries`; where there are none, only listens.
    public init(_ queries: [DiagnosticQuery]) {
        guard let first = queries.first else {
            self = .listens(to: [])
            return
        }
        self = .asks(first, Array(queries.dropFirst()))
    }
}
