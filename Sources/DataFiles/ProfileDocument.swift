internal import CAN

/// A profile as its file writes it: right by itself, not yet compared with a DBC file.
struct ProfileDocument {
    var name: String
    var describes: String
    var cars: [String]
    var verified: String
    var dbc: String?
    var dbcPlace: ProfilePlace
    var buses: [ProfileBus]
    var odometers: [OdometerEntry]
    var distance: DistanceEntry?
    var speed: [SourceEntry]
    var ignition: [IgnitionEntry]
    var doors: [FlagEntry]
    var fuel: [LevelEntry]
    var charge: [LevelEntry]
    var supply: [SourceEntry]
    var plausibility: PlausibilityEntry
}

/// Where a value comes from, and when it counts.
struct SourceEntry {
    enum Origin {
        case broadcast(BroadcastEntry)
        case polled(PolledEntry)
    }

    var origin: Origin
    var place: ProfilePlace
    var isJ1939 = false
    var notAvailable: [Int64] = []
    var error: [Int64] = []
    var initial: [Int64] = []
    /// In milliseconds.
    var maxAge: Int64?
}

/// A signal of a frame, by the names of the DBC file.
struct BroadcastEntry {
    struct Condition {
        var signal: String
        var equals: Int64
        var place: ProfilePlace
    }

    var message: CANID
    var signal: String
    var condition: Condition?
}

/// An answer to a request, and where in its data the value stands.
struct PolledEntry {
    var request: CANID
    /// `nil` where the standard says who answers.
    var response: CANID?
    var service: Int64
    var identifier: Int64
    /// In milliseconds.
    var interval: Int64
    var firstByte: Int
    var bytes: Int
    var byteOrder: ByteOrder
    var scale: Double
    var offset: Double
    var unit: String
}

struct OdometerEntry {
    struct Unit {
        struct Choice {
            var raw: Int64
            var unit: String
            var place: ProfilePlace
        }

        var signal: String
        var choices: [Choice]
        var place: ProfilePlace
    }

    var source: SourceEntry
    var unit: Unit?
    var modulus: Int64?
    var isDelta: Bool
}

/// What counts between the ticks of the odometer.
struct DistanceEntry {
    /// `nil` for the pulses of the board's line.
    var source: SourceEntry?
    var place: ProfilePlace
    var modulus: Int64?
    var nanometresPerCount: Int64
    var calibrates: Bool
    /// In milliseconds; always there with a source.
    var maxSilence: Int64?
}

struct FlagEntry {
    var source: SourceEntry
    var onValues: [Int64]
    /// In milliseconds.
    var debounce: Int64
}

/// Either a signal or the life of a message.
enum IgnitionEntry {
    case flag(FlagEntry)
    case activity(CANID, within: Int64, ProfilePlace)
}

/// Fuel or charge.
struct LevelEntry {
    var source: SourceEntry
    /// The raw values of a full and of an empty store, unless the unit is per cent.
    var full: Int64?
    var empty: Int64
}

struct PlausibilityEntry {
    var maxSpeed: Int64?
    var maxJump: Int64?
    var gapSpeed: Int64?
}
