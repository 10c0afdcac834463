import Testing
import Units
import Wiring

@Suite struct `Page of the hardware` {
    private func row(_ line: BoardLine) throws -> [String] {
        let direction =
            switch line.use {
            case .pulsed(let width): "out, pulse \(width)"
            case .held: "out"
            case .input(let debounce): debounce.count == 0 ? "in" : "in, steady \(debounce)"
            }
        let gpio = line.isOnHeader ? "\(line.offset)" : ""
        let pin = line.isOnHeader ? "\(try #require(Header.pin[line.offset]))" : ""
        return [
            "`\(line.name.rawValue)`", gpio, pin, line.isOnHeader ? "" : "GP\(line.offset)",
            direction, line.polarity.rawValue,
            line.name.kind == .input ? "" : SafeLevel.inactive.rawValue,
        ]
    }

    @Test func `the table of lines is what the board files say`() throws {
        let tables = PageTables(try Repository.text("hardware/README.md"))
        let shown = try #require(tables.rows["line"])
        let lines = try Repository.board().lines
        #expect(shown.map { Array($0.prefix(7)) } == (try lines.map(row)))
    }

    /// `U2, K3; X1 8, 9`: parts, and pins of a plug.
    @Test func `the way of each line is that of the drawings`() throws {
        let file = try Harness.file("box")
        let tables = PageTables(try Repository.text("hardware/README.md"))
        for row in try #require(tables.rows["line"]) {
            let words = row[7].split { " ,;`".contains($0) }.map(String.init)
            let line = row[0].filter { $0 != "`" }
            guard let plug = words.first(where: { $0.hasPrefix("X") }) else { continue }
            let end = try #require(Harness.ends.first { $0.line.rawValue == line })
            for pin in words.filter({ Int($0) != nil }) {
                let label = try #require(file.label(Point(of: plug, pin: pin)))
                #expect(label.hasPrefix(end.net), "\(line) at \(plug) \(pin)")
            }
        }
    }

    @Test func `boards and their chips are all told`() throws {
        let tables = PageTables(try Repository.text("hardware/README.md"))
        let told = try #require(tables.rows["board file"])
        for name in Repository.raspberryPis + ["bench"] {
            let chip = try #require(try Repository.board(name).chips.first)
            let row = try #require(told.first { $0[0].contains("`\(name)`") }, "\(name)")
            #expect(row[1].hasPrefix("`\(chip)`"))
        }
    }
}
