import KeyStore
import Units

@testable import AccessCode
@testable import Box

/// Blocks of `codes.md`.
enum CodesPage {
    static let blocks = [
        Block("codes", "forms") { forms },
        Block("codes", "grids") { grids },
        Block("codes", "grants") { try grants() },
        Block("codes", "refusals") { try refusals() },
        Block("codes", "lockout") { lockout },
        Block("codes", "clock") { clock },
        Block("codes", "clock losses") {
            try Table.cases(of: ClockLoss.self, named: "ClockLoss", in: "AccessCode")
        },
        Block("codes", "figures") { CodeFigures.table },
        Block("codes", "vectors") { try vectors() },
    ]

    /// Every form that can be typed, in the order of the page.
    private static let entries: [CodeEntry] = [
        .rental(.minimum, tag: 0), .extend(tag: 0), .revoke(tag: 0), .keySwitch(tag: 0),
        .time(count: 0, tag: 0), .owner(password: 0),
    ]

    private static var forms: [String] {
        Table.lines(
            ["code", "typed", "what it does", "what is searched", "most compared"],
            entries.map { entry in
                let row = form(entry)
                return [
                    row.name, row.typed, row.effect, row.searched,
                    "\(CodeFigures.searched(entry))",
                ]
            } + [
                [
                    "RETURN", "never: 8 digits, shown at the end",
                    "Shows that the rental ended then, after that distance.", "-", "-",
                ]
            ])
    }

    private static func form(
        _ entry: CodeEntry
    ) -> (name: String, typed: String, effect: String, searched: String) {
        switch entry {
        case .rental:
            (
                "RENTAL", "`000`...`\(DurationIndex.maximum.value)` + 9 digits",
                "Begins a rental of this duration, or opens its car again.",
                "starts on the grid from `min(duration, \(Amount.text(CodeBook.activation)))` and "
                    + "\(Amount.text(CodeCheck.horizon)) back to \(Amount.text(CodeCheck.horizon)) "
                    + "ahead, \(CodeBook.generations) generations of each from the lowest that "
                    + "can open, \(CodeCheck.olderGenerations) older ones, remembered rentals"
            )
        case .extend:
            (
                "EXTEND", "`984` + 9 digits",
                "Gives the active rental a later end.",
                "every later end up to \(Amount.text(CodeBook.extensionMaximum)) more, the next "
                    + "\(CodeCheck.extensionCounters) counters"
            )
        case .revoke:
            (
                "REVOKE", "`985` + 9 digits",
                "Closes every code with a start up to this hour.",
                "full hours from \(RevokeGrid.back) back to \(RevokeGrid.ahead) ahead"
            )
        case .keySwitch:
            (
                "KEYSWITCH", "`986` + 9 digits",
                "Retires the key epoch for that of the cold spare.", "the cold spare's epoch"
            )
        case .time:
            (
                "TIME", "`987` + 7 digits + 8 digits",
                "Sets the clock, forward only.", "the count that is typed"
            )
        case .owner:
            (
                "OWNER", "8 digits",
                "The owner: opens, ends, and revokes for five minutes.",
                "steps of \(Amount.text(OneTimePassword.period)) in the clock's interval and one "
                    + "on each side, \(CodeCheck.ownerStepsMaximum) from the middle at most"
            )
        }
    }

    private static var grids: [String] {
        let borders: [Milliseconds] = [.hours(24), .hours(72), DurationIndex.maximum.length]
        return Table.lines(
            ["rentals up to", "start every"],
            borders.compactMap { DurationIndex(covering: $0) }.map { duration in
                [
                    duration.description,
                    Amount.text(Slot.length * Int64(StartGrid.step(for: duration))),
                ]
            })
    }

    private static func grants() throws -> [String] {
        let declared = try SourceTree.declarations(of: "AccessCode")
        let cases = declared.filter { $0.type == "CodeGrant" && $0.keyword == "case" }
        return Table.lines(
            ["granted", "meaning"],
            try cases.map {
                [Table.code($0.name), try declared.comment("CodeGrant", $0.name)]
            })
    }

    private static func refusals() throws -> [String] {
        let declared = try SourceTree.declarations(of: "AccessCode")
        return Table.lines(
            ["refused", "meaning", "uses up a try", "signal"],
            try CodeRefusal.allCases.map {
                [
                    Table.code($0.rawValue), try declared.comment("CodeRefusal", "\($0)"),
                    $0.countsAsTry ? "yes" : "no", Table.code(Signal.refused($0).notation),
                ]
            })
    }

    private static var lockout: [String] {
        var lane = Lockout()
        var rows: [[String]] = []
        for failures in 0...Lockout.stop {
            let state =
                switch lane.state(at: .boot) {
                case .open: "none"
                case .waiting(let rest): Amount.text(rest)
                case .stopped: "until the owner or a technician came"
                }
            if rows.last?[1] != state {
                rows.append(["\(failures)", state])
            }
            lane.fail(at: .boot)
        }
        for index in rows.indices {
            guard index + 1 < rows.count, let next = Int(rows[index + 1][0]) else {
                rows[index][0] += " in a row"
                continue
            }
            if let first = Int(rows[index][0]), first < next - 1 {
                rows[index][0] = "\(first) to \(next - 1)"
            }
        }
        return Table.lines(["failures that count", "wait after the last"], rows)
    }

    private static var clock: [String] {
        let days: [Int64] = [0, 1, 7, 30, 90, 365, 6 * 365]
        return Table.lines(
            ["days since a trusted setting", "u, battery-backed clock", "u, bare crystal"],
            days.map { day in
                [
                    "\(day)", error(IntervalClock.driftOfRTC, after: day),
                    error(IntervalClock.driftOfCrystal, after: day),
                ]
            })
    }

    private static func error(_ drift: Int64, after days: Int64) -> String {
        var clock = IntervalClock(floor: Slot.origin, drift: drift)
        guard clock.set(CodeFigures.noon, error: .zero, at: .boot),
            let reading = clock.reading(at: .boot + .days(days))
        else { return "none" }
        let text = Amount.text(.seconds(reading.error.wholeSeconds))
        return clock.isDegraded(at: .boot + .days(days)) ? text + ", degraded" : text
    }

    private static func vectors() throws -> [String] {
        let keys = SoftwareCodeKeys()
        keys.install(SecretBytes((0..<32).map { UInt8($0) }), as: .epoch(KeyEpoch(0)))
        let issuer = CodeIssuer(box: BoxID(0x0011_2233_4455_6677), keyEpoch: KeyEpoch(0))
        var rows: [[String]] = []
        for (hours, generation) in [(8, 0), (8, 1), (48, 0)] as [(Int64, UInt16)] {
            guard let duration = DurationIndex(covering: .hours(hours)) else { continue }
            let rental = RentalID(start: Slot(12_712), duration: duration, generation: generation)
            rows.append(
                [
                    "RENTAL", rental.start.description, duration.description, "\(generation)",
                    Table.code(try issuer.rental(rental, with: keys).description),
                ])
        }
        if let eight = DurationIndex(covering: .hours(8)),
            let twelve = DurationIndex(covering: .hours(12))
        {
            let rental = RentalID(start: Slot(12_712), duration: eight, generation: 0)
            let code = try issuer.extend(rental, to: twelve, counter: 1, with: keys)
            rows.append(
                [
                    "EXTEND, counter 1", rental.start.description, twelve.description, "0",
                    Table.code(code.description),
                ])
        }
        return Table.lines(["code", "start", "duration", "generation", "digits"], rows)
    }
}
