import Testing

/// The bill of materials: one part a row.
struct Bill {
    struct Row {
        let use: String
        let part: String
        let number: String
        let quantity: Int
        let references: [String]
        /// Of all pieces together, in cents.
        let cents: Int
        let source: String
    }

    struct Unreadable: Error {
        let line: String
    }

    static let head = "for,part,manufacturer_part_number,quantity,references,price_eur,source"

    let rows: [Row]

    init(_ text: String) throws {
        let lines = text.split(separator: "\n").map(String.init)
        guard lines.first == Self.head else { throw Unreadable(line: lines.first ?? "") }
        rows = try lines.dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
                .map(String.init)
            let euros = cells.count == 7 ? cells[5].split(separator: ".") : []
            guard euros.count == 2, euros[1].count == 2, let whole = Int(euros[0]),
                let rest = Int(euros[1]), let quantity = Int(cells[3])
            else { throw Unreadable(line: line) }
            return Row(
                use: cells[0], part: cells[1], number: cells[2], quantity: quantity,
                references: cells[4].split(separator: " ").map(String.init),
                cents: whole * 100 + rest, source: cells[6])
        }
    }

    static func load() throws -> Bill {
        try Bill(try Repository.text("hardware/bill-of-materials.csv"))
    }

    func cents(_ use: String) -> Int { rows.filter { $0.use == use }.map(\.cents).reduce(0, +) }

    func row(_ reference: String) -> Row? { rows.first { $0.references.contains(reference) } }

    /// `109,75` as `109.75`
    static func euros(_ cents: Int) -> String {
        "\(cents / 100).\(cents % 100 / 10)\(cents % 10)"
    }
}

@Suite struct `Bill of materials` {
    /// What has a reference but no wire of its own.
    static let unwired = ["M1", "AD1", "AD2", "E1", "E2", "XC1", "W1"]

    /// The references that a diagram draws or names in a note; `N` is a group of parts.
    private func drawn(_ name: String) throws -> [String] {
        let file = try Harness.file(name)
        let reference = try Regex("^[A-Z]+[0-9]+$")
        let notes = file.references.flatMap { part in
            (file.connectors[part]?.values["notes"] ?? "").split { " ,".contains($0) }
        }
        let named = try notes.filter { try reference.wholeMatch(in: $0) != nil }.map(String.init)
        return file.references.filter { !$0.hasPrefix("N") } + named.filter { !isPin($0) }
    }

    /// `A0`, `OSC1`, `VBUS` are pins of chips and no parts.
    private func isPin(_ word: String) -> Bool { word == "A0" || word.hasPrefix("OSC") }

    @Test func `every part of the diagrams is in the bill`() throws {
        let bill = try Bill.load()
        for name in Harness.names {
            for reference in try drawn(name) {
                #expect(bill.row(reference) != nil, "\(name): \(reference)")
            }
        }
    }

    @Test func `every part of the bill is in a diagram`() throws {
        let drawn = try Harness.names.flatMap(drawn) + Self.unwired
        for row in try Bill.load().rows where row.use != "variant" {
            for reference in row.references { #expect(drawn.contains(reference), "\(reference)") }
        }
    }

    @Test func `every reference stands once, and quantities count them`() throws {
        let rows = try Bill.load().rows
        let references = rows.flatMap(\.references)
        #expect(Set(references).count == references.count)
        for row in rows {
            #expect(["box", "car", "variant"].contains(row.use))
            #expect(row.cents > 0 && !row.part.isEmpty && !row.number.isEmpty)
            // Contacts come in dozens; a board has a header; splices are bought by the bag.
            let isOne = ["A1", "XC1", "T4"].contains(row.references.first ?? "")
            #expect(isOne || row.quantity == row.references.count, "\(row.part)")
        }
    }

    @Test func `chips of the diagrams and of the overlay are those of the bill`() throws {
        let (bill, file) = (try Bill.load(), try Harness.file("box"))
        let overlay = try Repository.text("hardware/overlays/cityzenbox.dts")
        for (reference, chip, isInOverlay) in [
            ("U1", "MCP23008", true), ("U2", "ULN2003A", false), ("U3", "MCP2518FD", true),
            ("U4", "TJA1051T/3", false), ("A2", "DS3231", true), ("A3", "INA226", true),
            ("A4", "D36V28F5", false), ("K1", "DSP1-L2-DC12V-F", false),
        ] {
            let row = try #require(bill.row(reference))
            #expect("\(row.part) \(row.number)".contains(chip), "\(reference)")
            if isInOverlay { #expect(overlay.contains(",\(chip.lowercased())\"")) }
            let values = try #require(file.connectors[reference]?.values)
            let drawn = (values["type"] ?? "") + " " + (values["subtype"] ?? "")
            // The relay is drawn by what it does.
            #expect(drawn.contains(chip) || reference == "K1", "\(reference)")
        }
        let crystal = try #require(bill.row("Y1"))
        #expect(crystal.part.contains("40 MHz"))
        #expect(overlay.contains("clock-frequency = <40000000>;"))
    }

    @Test func `plugs of box and car are of the circuits that are drawn`() throws {
        let (bill, file) = (try Bill.load(), try Harness.file("car"))
        for (header, housing) in [("X1", "XP1"), ("X2", "XP2"), ("X3", "XP3")] {
            let drawn = try #require(file.connectors[header])
            let circuits = drawn.values["subtype"]?.split(separator: " ").last ?? "?"
            for reference in [header, housing] {
                let part = try #require(bill.row(reference)).part
                #expect(part.hasSuffix(" \(circuits) circuits"), "\(reference)")
            }
            #expect(drawn.values["notes"] == housing)
            #expect(drawn.pins.count <= Int(circuits) ?? 0)
        }
    }

    @Test(arguments: ["hardware/README.md", "docs/hardware.md"])
    func `pages tell the sums of the bill`(page: String) throws {
        let (bill, text) = (try Bill.load(), try Repository.text(page))
        let (box, car) = (bill.cents("box"), bill.cents("car"))
        for sum in [box, car, box + car] { #expect(text.contains("\(Bill.euros(sum)) EUR")) }
        // About a hundred, or the pages promise too much.
        #expect((9_500...11_500).contains(box))
    }

    @Test(arguments: [
        "box,a,b,1,R1,1.5,c", "box,a,b,x,R1,1.50,c", "box,a,b,1,R1,1.50", "box,a,b,1,R1,,c",
    ])
    func `a row that is none is refused`(row: String) {
        #expect(throws: Bill.Unreadable.self) { try Bill("\(Bill.head)\n\(row)\n") }
    }
}
