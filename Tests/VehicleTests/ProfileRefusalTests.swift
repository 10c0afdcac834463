import CAN
import DataFiles
import Diagnostics
import FoundationEssentials
import Testing
import Units
import Vehicle

/// A line of a profile that is refused.
struct Refusal: Sendable, CustomStringConvertible {
    /// What stands in the third line of the profile.
    var body: String
    /// The way to the mistake.
    var place: String
    /// Part of the reason, or of the remedy.
    var reason: String
    var isListenOnly: Bool

    init(_ body: String, at place: String, _ reason: String, isListenOnly: Bool = false) {
        self.body = body
        self.place = place
        self.reason = reason
        self.isListenOnly = isListenOnly
    }

    var description: String { body }
}

extension Refusal {
    private static func odometer(
        _ keys: String, at place: String = "", _ reason: String, isListenOnly: Bool = false
    ) -> Refusal {
        Refusal(
            "odometer: [{ \(keys) }]", at: "odometer[0]\(place)", reason,
            isListenOnly: isListenOnly)
    }

    private static func speed(_ keys: String, at place: String = "", _ reason: String) -> Refusal {
        Refusal("speed: { \(keys) }", at: "speed\(place)", reason)
    }

    /// What does not fit the DBC file.
    static let signals = [
        odometer(#"message: 256, signal: "ENGINE""#, at: ".signal", "it has ODOMETER, BARE"),
        odometer(#"message: 256, signal: "ODOMETR""#, at: ".signal", "did you mean ODOMETER?"),
        odometer(#"message: 999, signal: "ODOMETER""#, at: ".message", "has no message 3E7"),
        odometer(#"message: 257, signal: "LONG""#, at: ".signal", "needs 3 bytes, its frame has 2"),
        odometer(#"message: 257, signal: "LOST""#, "has no multiplexor"),
        odometer(#"message: 256, signal: "REAL""#, at: ".signal", "REAL is no integer"),
        odometer(#"message: 256, signal: "BARE""#, "an odometer in '' cannot be billed"),
        odometer(#"message: 256, signal: "ODD""#, "which is not 1 to 2000000 whole ones"),
        odometer(#"message: 256, signal: "WIDE""#, "at most 40 bits"),
        odometer(#"message: 256, signal: "SIGNED""#, "no sign"),
        odometer(#"message: 256, signal: "SHIFTED""#, "no offset"),
        odometer(
            #"message: 256, signal: "ODOMETER", modulus: 16777217"#, at: ".modulus",
            "16777217 does not lie within the signal"),
        odometer(
            #"message: 256, signal: "ODOMETER", modulus: 1"#, at: ".modulus", "1 is not 2 to"),
        odometer(
            #"message: 256, signal: "BARE", unit: { signal: "NO", map: {} }"#, at: ".unit.signal",
            "no signal NO"),
        odometer(
            #"message: 256, signal: "BARE", unit: { signal: "WHICH", map: { "1": "ft" } }"#,
            at: ".unit.map.1", "an odometer in 'ft'"),
        odometer(
            #"message: 256, signal: "BARE", unit: { signal: "WHICH", map: { one: "km" } }"#,
            at: ".unit.map.one", "'one' is no whole number"),
        odometer(
            #"message: 256, signal: "BARE", unit: { signal: "WHICH", map: { "1": 1 } }"#,
            at: ".unit.map.1", "write km, mi or m"),
        odometer(
            #"message: 256, signal: "ODOMETER", valid_if: { signal: "NO", equals: 1 }"#,
            at: ".valid_if.signal", "no signal NO"),
        odometer(
            #"message: 256, signal: "ODOMETER", valid_if: { signal: "WHICH", equals: 256 }"#,
            at: ".valid_if.equals", "256 does not lie within the signal"),
        odometer(
            #"message: 256, signal: "ODOMETER", valid_if: { signal: "WHICH" }"#,
            at: ".valid_if.equals", "is missing"),
        speed(#"message: 256, signal: "ODOMETER""#, "a speed in 'km' is not known"),
        speed(#"message: 256, signal: "FAST""#, "of no car"),
        Refusal(
            #"fuel: { message: 256, signal: "BARE" }"#, at: "fuel", "a full store as 'full'"),
        Refusal(
            #"charge: { message: 256, signal: "LEVEL", full: 10, empty: 10 }"#, at: "charge.full",
            "10 is not above empty, 10"),
        Refusal(
            #"supply: { message: 256, signal: "LEVEL" }"#, at: "supply", "state V or mV"),
        Refusal(
            #"ignition: { message: 257, signal: "BIT", on_values: [2] }"#,
            at: "ignition.on_values", "2 does not lie within the signal"),
        Refusal(
            #"doors: { boot: { message: 257, signal: "BIT", on_values: [] } }"#,
            at: "doors.boot.on_values", "are none"),
        Refusal(
            "ignition: { message: 258, seen_within_ms: 100 }", at: "ignition.message",
            "has no message 102"),
        Refusal(
            #"distance: { message: 256, signal: "WIDE", metres_per_count: 1, max_silence_ms: 1 }"#,
            at: "distance", "at most 32 bits"),
        Refusal(
            #"""
            distance: { message: 257, signal: "BIT", metres_per_count: 1, max_silence_ms: 1,
            modulus: 3 }
            """#, at: "distance.modulus", "3 does not lie within the signal"),
        // Two metres a turn, at 250 km/h: 28.8 ms.
        Refusal(
            #"distance: { message: 257, signal: "BIT", metres_per_count: 1, max_silence_ms: 29 }"#,
            at: "distance.max_silence_ms", "the counter turns over after 2 m"),
    ]

    /// What the car may not be asked, or not so.
    static let questions =
        [0x02, 0x04, 0x08, 0x10, 0x11, 0x14, 0x27, 0x28, 0x2E, 0x2F, 0x31, 0x34, 0x3E].map {
            asked("service: \($0), identifier: 1", at: ".service", "the box only reads")
        } + [
            asked("service: 1, identifier: 0x100", at: ".identifier", "has two bytes"),
            asked("service: 0x1a, identifier: 0x100", at: ".identifier", "or service 0x22"),
            asked("service: 256, identifier: 1", at: ".service", "256 is not 0 to 255"),
            asked("service: 0x22, identifier: 0x10000", at: ".identifier", "is not 0 to 65535"),
            asked("request: 0x743", at: ".request", "nobody knows who answers 743"),
            asked("request: 0x123, response: 0x763", at: ".request", "none that the box may ask"),
            asked("request: 0x7df, response: 0x7e8", at: ".response", "any unit may answer 7DF"),
            asked("request: 0x7e0, response: 0x7e9", at: ".request", "none that the box may ask"),
            asked("every_s: 59.999", at: ".every_s", "more often than an odometer may be"),
            asked("bytes: 0", at: ".bytes", "0 is not 1 to 8"),
            asked("bytes: 9", at: ".bytes", "9 is not 1 to 8"),
            asked("first_byte: 5, bytes: 4", at: ".bytes", "end behind the first eight"),
            asked("first_byte: 8", at: ".first_byte", "8 is not 0 to 7"),
            asked("bytes: 6", "at most 40 bits"),
            asked("scale: 0", at: ".scale", "is not 1e-09 to"),
            asked("offset: 1", "an odometer has no offset"),
            asked("unit: 'ft'", at: ".unit", "an odometer in 'ft' cannot be billed"),
            asked("byte_order: 'middle'", at: ".byte_order", "known are big, little"),
            asked("message: 256", "there is no key 'message' here"),
            odometer(
                Self.keys([:]), at: ".request", "every bus is listen_only", isListenOnly: true),
            speed(
                Self.keys(["every_s": "0.099", "unit": "'km/h'"]), at: ".every_s",
                "write 0.1 or more"),
            Refusal(
                "distance: { \(keys(["metres_per_count": "1", "max_silence_ms": "1"])) }",
                at: "distance", "a counter cannot be polled"),
        ]

    /// The keys of a question that may be asked, with those in `changes` instead.
    static func keys(_ changes: [String: String]) -> String {
        var keys = [
            "request": "0x7df", "service": "1", "identifier": "0xa6", "every_s": "60",
            "bytes": "4", "scale": "0.1", "unit": "'km'",
        ]
        for (key, value) in changes { keys[key] = value }
        return keys.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            .joined(separator: ", ")
    }

    private static func asked(_ changes: String, at place: String = "", _ reason: String) -> Refusal
    {
        let pairs = changes.split(separator: ", ").map { $0.split(separator: ": ") }
        let changed = Dictionary(
            uniqueKeysWithValues: pairs.map { (String($0[0]), String($0[1])) })
        return odometer(keys(changed), at: place, reason)
    }
}
