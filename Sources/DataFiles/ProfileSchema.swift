/// The keys that a profile may have.
///
/// `Profiles/README.md` explains them; the reader refuses every other one.
public enum ProfileSchema {
    /// The keys of one kind of object.
    public struct Section: Hashable, Sendable {
        /// What the object is: the heading in `Profiles/README.md`.
        public let name: String
        /// Its keys, in the order of the page.
        public let keys: [String]
    }

    /// The profile itself.
    public static let profile = Section(
        name: "The profile",
        keys: [
            "profile", "version", "describes", "cars", "verified", "dbc", "buses", "odometer",
            "distance", "speed", "ignition", "doors", "fuel", "charge", "supply", "plausibility",
        ])
    /// An entry of `buses`.
    public static let bus = Section(
        name: "A bus", keys: ["name", "bitrate", "listen_only", "tap"])
    /// A source that is a signal of a frame.
    public static let broadcast = Section(
        name: "A signal of a frame", keys: ["message", "signal", "valid_if"])
    /// The value of `valid_if`.
    public static let condition = Section(name: "`valid_if`", keys: ["signal", "equals"])
    /// A source that is the answer to a request.
    public static let polled = Section(
        name: "An answer to a request",
        keys: [
            "request", "response", "service", "identifier", "every_s", "first_byte", "bytes",
            "byte_order", "scale", "offset", "unit",
        ])
    /// What any source may have besides.
    public static let values = Section(
        name: "Any source",
        keys: ["not_available", "error", "initial", "coding", "max_age_s"])
    /// What a source of the odometer may have besides.
    public static let odometer = Section(
        name: "`odometer`", keys: ["unit", "modulus", "role"])
    /// The value of an odometer's `unit` where the car says it.
    public static let unit = Section(name: "`unit` by a signal", keys: ["signal", "map"])
    /// What the counter of `distance` has besides.
    public static let distance = Section(
        name: "`distance`",
        keys: ["input", "metres_per_count", "calibrate", "modulus", "max_silence_ms"])
    /// What `ignition` and each of `doors` may have besides.
    public static let flag = Section(
        name: "`ignition` and `doors`", keys: ["on_values", "debounce_ms"])
    /// The ignition by the life of a frame.
    public static let activity = Section(
        name: "`ignition` by the life of a frame", keys: ["message", "seen_within_ms"])
    /// What a source of `fuel` or `charge` may have besides.
    public static let level = Section(name: "`fuel` and `charge`", keys: ["full", "empty"])
    /// The value of `plausibility`.
    public static let plausibility = Section(
        name: "`plausibility`", keys: ["max_speed_kmh", "max_jump_km", "max_gap_speed_kmh"])

    /// All of them, in the order of the page.
    public static let sections = [
        profile, bus, broadcast, condition, polled, values, odometer, unit, distance, flag,
        activity, level, plausibility,
    ]
}

/// Finds the key that somebody may have meant.
enum NearestKey {
    /// The first of `known` that is nearest to `key`, at most a third of its letters away.
    static func of(_ key: String, among known: [String]) -> String? {
        var best: (key: String, distance: Int)?
        for candidate in known {
            let distance = distance(Array(key.utf8), Array(candidate.utf8))
            guard distance * 3 <= max(key.utf8.count, candidate.utf8.count) else { continue }
            if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
        }
        return best?.key
    }

    /// Letters to insert, to delete or to change (Levenshtein).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in right.enumerated() {
                let changed = diagonal + (byte == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, row[column] + 1, row[column + 1] + 1)
            }
        }
        return row[right.count]
    }
}
