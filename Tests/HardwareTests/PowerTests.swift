import Box
import Testing
import Units

/// The tables of a page, by their first heading cell.
struct PageTables {
    let rows: [String: [[String]]]

    init(_ text: String) {
        var found: [String: [[String]]] = [:]
        var name: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                name = nil
                continue
            }
            let cells = line.dropFirst().dropLast().split(separator: "|").map { cell in
                let bare = cell.drop { $0 == " " }
                return String(
                    bare.prefix(
                        bare.lastIndex { $0 != " " }.map {
                            bare.distance(from: bare.startIndex, to: $0) + 1
                        } ?? 0))
            }
            if let name {
                if !cells.allSatisfy({ $0 == "---" }) { found[name, default: []].append(cells) }
            } else {
                name = cells.first ?? ""
            }
        }
        rows = found
    }

    /// The number that a cell begins with.
    static func number(_ cell: String) -> Double {
        Double(cell.prefix { $0.isNumber || $0 == "." }) ?? .nan
    }
}

@Suite struct `Power budget` {
    private let tables: PageTables
    private let constants: [String: Double]

    init() throws {
        tables = PageTables(try Repository.text("hardware/power-budget.md"))
        var constants: [String: Double] = [:]
        for row in tables.rows["what"] ?? [] { constants[row[0]] = PageTables.number(row[1]) }
        self.constants = constants
    }

    private func constant(_ name: String) throws -> Double { try #require(constants[name]) }

    /// Amperes at 12 V for milliamperes of the Raspberry Pi.
    private func watts(_ milliamperes: Double) throws -> Double {
        let electronics = try constant("electronics beside the Raspberry Pi")
        let efficiency = try constant("efficiency of the 5 V regulator at light load")
        return 5 * (milliamperes + electronics) / 1000 / efficiency
    }

    private func amperes(_ milliamperes: Double) throws -> Double {
        try watts(milliamperes) / constant("voltage of the parked battery")
    }

    @Test func `currents are what the constants make of them`() throws {
        let rows = try #require(tables.rows["state"])
        #expect(rows.count == 7)
        for row in rows {
            let drawn = PageTables.number(row[1])
            #expect(abs(PageTables.number(row[2]) - (try watts(drawn))) <= 0.005_01, "\(row)")
            #expect(abs(PageTables.number(row[3]) - (try amperes(drawn)) * 1000) <= 0.501, "\(row)")
        }
    }

    @Test func `days are what the currents make of them`() throws {
        let currents = try #require(tables.rows["state"])
        let rows = try #require(tables.rows["at rest"])
        #expect(rows.count == 6)
        let full = try constant("capacity of the battery")
        let parked = try constant("charge when parked") / 100
        let car = try constant("what the car itself draws at rest") / 1000
        for row in rows {
            let name = row[0].replacing(", ", with: " at rest, ")
            let state = currents.first { $0[0] == name || $0[0] == row[0] + " at rest" }
            #expect(state != nil || row[0] == "no box")
            let box = try state.map { try amperes(PageTables.number($0[1])) } ?? 0
            for (cell, left) in zip(row.dropFirst(), [0.5, 0.25, 0]) {
                let days = full * (parked - left) / (box + car) / 24
                #expect(abs(PageTables.number(cell) - days) <= 0.050_1, "\(row)")
            }
        }
        #expect(try constant("charge that still starts the engine") == 50)
    }

    @Test func `thresholds are those of the box`() throws {
        let setup = BoxSetup(firmware: "", profile: "")
        let rows = try #require(tables.rows["threshold"])
        for (name, threshold) in [
            ("`BoxSetup.batteryLow`", setup.batteryLow),
            ("`BoxSetup.batteryFloor`", setup.batteryFloor),
        ] {
            let row = try #require(rows.first { $0[0] == name })
            #expect(PageTables.number(row[1]) * 1000 == Double(threshold.count))
        }
    }
}
