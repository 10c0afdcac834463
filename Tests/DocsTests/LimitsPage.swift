import AccessCode
import Box
import Ports
import Records
import Runtime
import Testing
import TripLog
import Units
import Vehicle

/// Blocks of `limits.md`.
enum LimitsPage {
    static let blocks = [
        Block("limits", "public limits") {
            try targets.flatMap { try table(of: $0) { $0.hasPrefix("public") } }
        },
        Block("limits", "inner limits") {
            try ["Units", "AccessCode", "Vehicle", "Box", "Runtime"].flatMap {
                try table(of: $0) { !$0.hasPrefix("public") }
            }
        },
    ]

    /// Every library, in the order of the architecture.
    private static let targets = [
        "Units", "CAN", "Diagnostics", "Records", "AccessCode", "Vehicle", "Tariff", "Box", "Ports",
        "TripLog", "KeyStore", "Runtime", "DataFiles", "SimulatedDisk", "Fleet", "Simulation",
    ]

    private static func table(of target: String, _ isWanted: (String) -> Bool) throws -> [String] {
        let rows = try SourceTree.declarations(of: target).compactMap { limit -> [String]? in
            guard limit.keyword.hasSuffix("static let"), isWanted(limit.keyword),
                let value = value(limit.value)
            else { return nil }
            let name = "\(limit.type).\(limit.name)"
            if limit.comment.isEmpty, limit.keyword.hasPrefix("public") {
                throw Missing(what: "a comment for \(name) of \(target)")
            }
            return [Table.code(name), value, limit.comment, limit.file]
        }
        guard !rows.isEmpty else { return [] }
        return ["### \(target)", ""]
            + Table.lines(["name", "value", "what it is", "file"], rows) + [""]
    }

    private static let units: [(head: String, unit: String)] = [
        ("Milliseconds.seconds(", "s"), ("Milliseconds.minutes(", "min"),
        ("Milliseconds.hours(", "h"), ("Milliseconds.days(", "d"), ("Milliseconds(", "ms"),
        ("Metres.kilometres(", "km"), ("Metres(", "m"), ("Millimetres(", "mm"),
        ("MillimetresPerSecond.kilometresPerHour(", "km/h"), ("Millivolts(", "mV"),
        ("Cents(", "ct"), ("WallTime(milliseconds: ", "ms since 1970"),
    ]

    /// A number, a quantity of a unit, or a sum of constants; `nil` for what is no limit.
    static func value(_ text: String) -> String? {
        if text.isEmpty { return nil }
        if text.allSatisfy({ $0.isNumber || $0 == "_" }) { return text.replacing("_", with: " ") }
        for (head, unit) in units where text.hasPrefix(head) && text.hasSuffix(")") {
            let inner = text.dropFirst(head.count).dropLast()
            guard inner.allSatisfy({ $0.isNumber || $0 == "_" }) else { break }
            return "\(inner.replacing("_", with: " ")) \(unit)"
        }
        // What is put together of other constants is shown as it is written.
        let isArithmetic = text.allSatisfy {
            $0.isLetter || $0.isNumber || " ._*+-()".contains($0)
        }
        let isProduct = text.contains(" * ") || text.contains(" + ")
        return isArithmetic && isProduct ? Table.code(text) : nil
    }
}

@Suite struct `The page of limits` {
    static let times: [(String, Milliseconds)] = [
        ("CodeBook.early", CodeBook.early), ("CodeBook.activation", CodeBook.activation),
        ("CodeBook.late", CodeBook.late), ("CodeBook.extensionGrace", CodeBook.extensionGrace),
        ("Lockout.longestWait", Lockout.longestWait), ("Keypad.silence", Keypad.silence),
        ("Interlock.quietMinimum", Interlock.quietMinimum),
        ("IntervalClock.errorMaximum", IntervalClock.errorMaximum),
        ("VehicleMonitor.busSilence", VehicleMonitor.busSilence),
        ("TripLog.retention", TripLog.retention), ("Box.floorPeriod", Box.floorPeriod),
    ]

    /// The same length may be written in another unit: both are compared as numbers.
    @Test(arguments: times)
    func `times read from the sources are those that were compiled`(
        name: String, time: Milliseconds
    ) throws {
        let cells = try row(name)
        let words = cells[1].split(separator: " ")
        let count = try #require(words.first.flatMap { Int64($0) })
        let lengths: [String: Int64] = [
            "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000,
        ]
        let length = try #require(words.last.flatMap { lengths[String($0)] })
        #expect(count * length == time.count)
    }

    @Test(arguments: [
        ("Lockout.stop", Int64(Lockout.stop)),
        ("Keypad.digitsMaximum", Int64(Keypad.digitsMaximum)),
        ("TripLog.rentalReserve", TripLog.rentalReserve),
        ("BoxRuntime.snapshotPeriod", BoxRuntime.snapshotPeriod),
        ("CanonicalJSON.integerMaximum", CanonicalJSON.integerMaximum),
    ])
    func `numbers read from the sources are those that were compiled`(
        name: String, number: Int64
    ) throws {
        #expect(try row(name)[1].replacing(" ", with: "") == "\(number)")
    }

    /// The cells of a public limit, as the page says it.
    private func row(_ name: String) throws -> [String] {
        let block = try #require(LimitsPage.blocks.first)
        let line = try #require(try block.make().first { $0.hasPrefix("| `\(name)` |") })
        return line.split(separator: "|").map { cell in
            String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    @Test(arguments: [
        ("Milliseconds.days(90)", "90 d"), ("65_536", "65 536"), ("", nil), ("[1, 2]", nil),
        ("Metres.kilometres(100_000)", "100 000 km"),
        ("2 * FloorSlot.length", "`2 * FloorSlot.length`"),
        ("Self(rawValue: 1 << 0)", nil), ("DataFolder(", nil), ("\".json5\"", nil),
        ("Millimetres(2_000_000)", "2 000 000 mm"),
    ])
    func `a limit is a number, a quantity or made of constants`(text: String, value: String?) {
        #expect(LimitsPage.value(text) == value)
    }
}
