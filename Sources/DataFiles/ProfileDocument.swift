/// A profile as its file writes it.
struct ProfileDocument: Decodable {
    var profile: String
    var version: Int
    var describes: String
    var dbc: String
    var odometer: [OdometerEntry]
    var distance: DistanceEntry?
    var speed: SignalEntry?
    var ignition: IgnitionEntry?
    var doors: [String: FlagEntry]
    var fuel: FuelEntry?
    var plausibility: PlausibilityEntry?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case profile, version, describes, dbc, odometer, distance, speed, ignition, doors, fuel
        case plausibility
        // Read by people, and by the part that brings up the interfaces.
        case buses, verified
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(besides: CodingKeys.self)
        let values = try decoder.container(keyedBy: CodingKeys.self)
        profile = try values.decode(String.self, forKey: .profile)
        version = try values.decode(Int.self, forKey: .version)
        describes = try values.decode(String.self, forKey: .describes)
        dbc = try values.decode(String.self, forKey: .dbc)
        odometer = try values.decodeIfPresent([OdometerEntry].self, forKey: .odometer) ?? []
        distance = try values.decodeIfPresent(DistanceEntry.self, forKey: .distance)
        speed = try values.decodeIfPresent(SignalEntry.self, forKey: .speed)
        ignition = try values.decodeIfPresent(IgnitionEntry.self, forKey: .ignition)
        doors = try values.decodeIfPresent([String: FlagEntry].self, forKey: .doors) ?? [:]
        fuel = try values.decodeIfPresent(FuelEntry.self, forKey: .fuel)
        plausibility = try values.decodeIfPresent(PlausibilityEntry.self, forKey: .plausibility)
    }
}

/// Names a signal of the DBC file, and when it counts.
struct SignalEntry: Decodable {
    var message: UInt32
    var signal: String
    var invalid: [Int64]
    var validIf: Condition?

    struct Condition: Decodable {
        var signal: String
        var equals: Int64
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case message, signal, invalid
        case validIf = "valid_if"
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(besides: CodingKeys.self)
        try self.init(partOf: decoder)
    }

    /// Reads the keys of a signal from an entry that has further ones.
    init(partOf decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        message = try values.decode(UInt32.self, forKey: .message)
        signal = try values.decode(String.self, forKey: .signal)
        invalid = try values.decodeIfPresent([Int64].self, forKey: .invalid) ?? []
        validIf = try values.decodeIfPresent(Condition.self, forKey: .validIf)
    }
}

struct OdometerEntry: Decodable {
    var signal: SignalEntry
    var unit: UnitEntry?
    var modulus: Int64?

    struct UnitEntry: Decodable {
        var signal: String
        var map: [String: String]
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case unit, modulus
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(besides: CodingKeys.self, SignalEntry.CodingKeys.self)
        signal = try SignalEntry(partOf: decoder)
        let values = try decoder.container(keyedBy: CodingKeys.self)
        unit = try values.decodeIfPresent(UnitEntry.self, forKey: .unit)
        modulus = try values.decodeIfPresent(Int64.self, forKey: .modulus)
    }
}

struct DistanceEntry: Decodable {
    var signal: SignalEntry
    var modulus: Int64?
    var metresPerCount: Double
    var calibrate: Bool
    var maxSilence: Int64

    enum CodingKeys: String, CodingKey, CaseIterable {
        case modulus, calibrate
        case metresPerCount = "metres_per_count"
        case maxSilence = "max_silence_ms"
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(besides: CodingKeys.self, SignalEntry.CodingKeys.self)
        signal = try SignalEntry(partOf: decoder)
        let values = try decoder.container(keyedBy: CodingKeys.self)
        modulus = try values.decodeIfPresent(Int64.self, forKey: .modulus)
        metresPerCount = try values.decode(Double.self, forKey: .metresPerCount)
        calibrate = try values.decodeIfPresent(Bool.self, forKey: .calibrate) ?? false
        maxSilence = try values.decode(Int64.self, forKey: .maxSilence)
    }
}

struct FlagEntry: Decodable {
    var signal: SignalEntry
    var onValues: [Int64]

    enum CodingKeys: String, CodingKey, CaseIterable {
        case onValues = "on_values"
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(besides: CodingKeys.self, SignalEntry.CodingKeys.self)
        signal = try SignalEntry(partOf: decoder)
        let values = try decoder.container(keyedBy: CodingKeys.self)
        onValues = try values.decodeIfPresent([Int64].self, forKey: .onValues) ?? [1]
    }
}

/// Either a signal or the life of a message.
enum IgnitionEntry: Decodable {
    case signal(FlagEntry)
    case activity(message: UInt32, within: Int64)

    enum CodingKeys: String, CodingKey, CaseIterable {
        case message
        case seenWithin = "seen_within_ms"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        guard values.contains(.seenWithin) else {
            self = .signal(try FlagEntry(from: decoder))
            return
        }
        try decoder.refuseUnknownKeys(besides: CodingKeys.self)
        self = .activity(
            message: try values.decode(UInt32.self, forKey: .message),
            within: try values.decode(Int64.self, forKey: .seenWithin))
    }
}

struct FuelEntry: Decodable {
    var signal: SignalEntry
    var full: Int64

    enum CodingKeys: String, CodingKey, CaseIterable {
        case full
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(besides: CodingKeys.self, SignalEntry.CodingKeys.self)
        signal = try SignalEntry(partOf: decoder)
        full = try decoder.container(keyedBy: CodingKeys.self).decode(Int64.self, forKey: .full)
    }
}

struct PlausibilityEntry: Decodable {
    var maxSpeed: Int64?
    var maxJump: Int64?
    var gapSpeed: Int64?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case maxSpeed = "max_speed_kmh"
        case maxJump = "max_jump_km"
        case gapSpeed = "max_gap_speed_kmh"
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(besides: CodingKeys.self)
        let values = try decoder.container(keyedBy: CodingKeys.self)
        maxSpeed = try values.decodeIfPresent(Int64.self, forKey: .maxSpeed)
        maxJump = try values.decodeIfPresent(Int64.self, forKey: .maxJump)
        gapSpeed = try values.decodeIfPresent(Int64.self, forKey: .gapSpeed)
    }
}
