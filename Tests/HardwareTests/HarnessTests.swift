import Testing
import Wiring

typealias Point = HarnessFile.Point

extension HarnessFile.Point {
    init(_ of: String, _ pin: Int) {
        self.init(of: of, pin: "\(pin)")
    }
}

/// The two diagrams: inside the box, and in the car.
enum Harness {
    static let names = ["box", "car"]

    static func file(_ name: String) throws -> HarnessFile {
        try HarnessFile(try Repository.text("hardware/harness/\(name).yml"))
    }

    /// Where each line of a board leaves the box, or what it meets inside; and its end in the car.
    static let ends: [(line: LineName, inside: [Point], net: String, car: [Point])] = [
        (
            .doorLock, [Point("K2", "COM"), Point("K2", "NO")], "lock",
            [Point("T6", 1), Point("T6", 2)]
        ),
        (
            .doorUnlock, [Point("K3", "COM"), Point("K3", "NO")], "unlock",
            [Point("T7", 1), Point("T7", 2)]
        ),
        (
            .starterInhibitSet, [Point("K1", "a1"), Point("K1", "a2")], "starter wire",
            [Point("T8", "switch side"), Point("T8", "coil side")]
        ),
        (
            .starterInhibitReset, [Point("K1", "a1"), Point("K1", "a2")], "starter wire",
            [Point("T8", "switch side"), Point("T8", "coil side")]
        ),
        (.starterInhibitSense, [Point("K1", "b1")], "starter.inhibit.sense", []),
        (.ledGreen, [Point("N4", 3)], "led.green lamp", [Point("D1", "anode")]),
        (.ledRed, [Point("N4", 4)], "led.red lamp", [Point("D2", "anode")]),
        (.buzzer, [Point("U2", 12)], "buzzer sink", [Point("BZ1", "minus")]),
        (.doorContact, [Point("N2", "in")], "door.contact 12V", [Point("T4", 1)]),
        (.ignition, [Point("N1", "in")], "ignition 12V", [Point("F2", "out")]),
        (.vss, [Point("N3", "in")], "vss 12V", [Point("T5", 1)]),
        (.keyPresent, [Point("N6", 16)], "key.present pad", [Point("S2", 1)]),
        (.batteryLow, [Point("A3", "ALE")], "battery.low", []),
    ]
}

extension HarnessFile.Point {
    init(_ of: String, _ pin: String) {
        self.init(of: of, pin: pin)
    }
}

@Suite struct `Wiring harness` {
    @Test(arguments: Harness.names)
    func `every wire joins two pins of its own net`(name: String) throws {
        let file = try Harness.file(name)
        let wires = try file.wires
        #expect(wires.count > 30)
        for wire in wires {
            #expect(wire.ends.map(file.label) == [wire.label, wire.label], "\(wire.at)")
        }
    }

    @Test(arguments: Harness.names)
    func `every wire and every pin is connected`(name: String) throws {
        let file = try Harness.file(name)
        let wires = try file.wires
        let drawn = file.cables.keys.sorted().flatMap { cable in
            (file.cables[cable]?.labels ?? []).indices.map { Point(cable, $0 + 1) }
        }
        #expect(Set(wires.map(\.at)) == Set(drawn))
        #expect(wires.count == drawn.count, "a wire is connected twice")
        let met = Set(wires.flatMap(\.ends))
        for reference in file.references {
            let connector = try #require(file.connectors[reference])
            #expect(connector.pins.count == connector.labels.count, "\(reference)")
            #expect(Set(connector.pins).count == connector.pins.count, "\(reference)")
            for pin in connector.pins { #expect(met.contains(Point(reference, pin))) }
        }
        for (reference, cable) in file.cables {
            #expect(cable.colors.count == cable.labels.count, "\(reference)")
        }
    }

    /// From every pin of a net, wires lead to every other; within the Raspberry Pi, pins of one net
    /// are one. In the car, grounds are apart: body, diagnostic plug, panel.
    @Test(arguments: Harness.names)
    func `every net is in one piece`(name: String) throws {
        let file = try Harness.file(name)
        let wires = try file.wires
        for net in Set(wires.map(\.label)).sorted() where name == "box" || net != "ground" {
            let points = file.points(of: net)
            var pieces = wires.filter { $0.label == net }.map { Set($0.ends) }
            pieces.append(Set(points.filter { $0.of == "J1" }))
            var reached = Set(points.prefix(1))
            for _ in points {
                for piece in pieces where !reached.isDisjoint(with: piece) {
                    reached.formUnion(piece)
                }
            }
            #expect(reached == Set(points), "\(net)")
        }
    }

    @Test(arguments: ["X1", "X2", "X3"])
    func `a plug is the same on both of its sides`(plug: String) throws {
        let inside = try #require(try Harness.file("box").connectors[plug])
        let outside = try #require(try Harness.file("car").connectors[plug])
        #expect(inside.pins == outside.pins)
        #expect(inside.labels == outside.labels)
        #expect(inside.values["subtype"] == outside.values["subtype"])
    }

    @Test func `no two plugs can be mistaken for one another`() throws {
        let file = try Harness.file("car")
        let kinds = ["X1", "X2", "X3"].map { file.connectors[$0]?.values["subtype"] ?? "" }
        #expect(Set(kinds).count == 3)
    }

    @Test(arguments: Repository.raspberryPis)
    func `the header and the expander carry the lines of the board file`(name: String) throws {
        let file = try Harness.file("box")
        let lines = try Repository.board(name).lines
        for line in lines {
            // GP0 of the expander is its pin 10.
            let point =
                line.isOnHeader
                ? Point("J1", try #require(Header.pin[line.offset])) : Point("U1", line.offset + 10)
            #expect(file.label(point) == line.name.rawValue, "\(point)")
        }
        for reference in ["J1", "U1"] {
            let labels = try #require(file.connectors[reference]).labels
            let known = labels.filter { LineName(rawValue: $0) != nil }
            #expect(known.count == lines.count { $0.isOnHeader == (reference == "J1") })
        }
    }

    @Test func `the rest of the header is where its maker put it`() throws {
        let file = try Harness.file("box")
        let header = try #require(file.connectors["J1"])
        for (net, pins) in Header.supply {
            for point in file.points(of: net) where point.of == "J1" {
                #expect(pins.contains(Int(point.pin) ?? 0), "\(net) at \(point)")
            }
        }
        for (net, gpio) in [
            ("SDA", 2), ("SCL", 3), ("MOSI", 10), ("MISO", 9), ("SCLK", 11), ("CE0", 8),
            ("can.int", 25), ("expander.int", 24),
        ] {
            #expect(file.label(Point("J1", try #require(Header.pin[gpio]))) == net)
        }
        let supplied = header.labels.filter { Header.supply[$0] != nil }
        #expect(supplied == ["3V3", "5V", "ground", "3V3", "ground", "ground"])
    }

    @Test func `the keypad's wires run from the overlay's pins to its own`() throws {
        let (box, car) = (try Harness.file("box"), try Harness.file("car"))
        for (kind, gpios, letter) in [
            ("row", [5, 6, 12, 13], "R"), ("column", [16, 19, 26], "C"),
        ] {
            for (index, gpio) in gpios.enumerated() {
                let net = "keypad.\(kind).\(index + 1)"
                #expect(box.label(Point("J1", try #require(Header.pin[gpio]))) == net)
                #expect(car.label(Point("S1", "\(letter)\(index + 1)")) == "\(net) pad")
            }
        }
    }

    /// ULN2003A: input n has its output at pin 17 - n, and sinks.
    @Test func `the driver gives out what it takes in`() throws {
        let file = try Harness.file("box")
        for (input, line) in [
            (1, LineName.doorLock), (2, .doorUnlock), (3, .starterInhibitSet),
            (4, .starterInhibitReset), (5, .buzzer),
        ] {
            #expect(file.label(Point("U2", input)) == line.rawValue)
            let sunk = line == .buzzer ? "buzzer sink" : "\(line.rawValue) coil"
            #expect(file.label(Point("U2", 17 - input)) == sunk)
        }
        #expect(file.label(Point("K1", "set-")) == "starter.inhibit.set coil")
        #expect(file.label(Point("K1", "reset-")) == "starter.inhibit.reset coil")
        #expect(file.label(Point("K2", "coil-")) == "door.lock coil")
        #expect(file.label(Point("K3", "coil-")) == "door.unlock coil")
    }

    /// Resistor n of the panel lies between pins n and n + 8, a lamp's between n and n + 2.
    @Test func `what goes to the panel passes a resistor`() throws {
        let file = try Harness.file("box")
        for (part, count, ending) in [("N6", 8, " pad"), ("N4", 2, " lamp")] {
            for number in 1...count {
                let net = try #require(file.label(Point(part, number)))
                #expect(file.label(Point(part, number + count)) == net + ending)
                #expect(!file.points(of: net).contains { $0.of.hasPrefix("X") })
            }
        }
    }

    @Test(arguments: Harness.ends.indices)
    func `every line comes to its end in the car`(row: Int) throws {
        let (line, inside, net, ends) = Harness.ends[row]
        let (box, car) = (try Harness.file("box"), try Harness.file("car"))
        #expect(!box.points(of: line.rawValue).isEmpty)
        for point in inside {
            let label = try #require(box.label(point), "\(point)")
            #expect(label.hasPrefix(net), "\(point)")
            guard !ends.isEmpty else { continue }
            let plug = try #require(box.points(of: label).first { $0.of.hasPrefix("X") })
            #expect(car.label(plug) == label)
        }
        for point in ends {
            let label = try #require(car.label(point), "\(point)")
            #expect(label.hasPrefix(net), "\(point)")
            #expect(car.points(of: label).contains { $0.of.hasPrefix("X") })
        }
    }

    @Test func `there is an end for every line`() {
        #expect(Harness.ends.map(\.line) == LineName.allCases)
    }

    /// ISO 15031-3: 6 and 14 are CAN; 3, 11, 12, 13, 1, 9 are the maker's own.
    @Test func `the diagnostic plug has CAN and ground, and no other contact`() throws {
        let file = try Harness.file("car")
        let plug = try #require(file.connectors["OBD1"])
        #expect(plug.pins == ["5", "6", "14"])
        #expect(plug.labels == ["ground", "CAN-H", "CAN-L"])
        #expect(file.connectors.values.count { $0.values["type"] == "J1962 plug" } == 1)
    }

    @Test func `only the coil wire of the starter is cut, and only by the latching contact`() throws
    {
        let (box, car) = (try Harness.file("box"), try Harness.file("car"))
        for net in ["starter wire A", "starter wire B"] {
            #expect(box.points(of: net).map(\.of) == ["K1", "X1"])
            #expect(car.points(of: net).map(\.of) == ["T8", "X1"])
        }
        let cut = car.connectors.filter { $0.value.values["subtype"]?.contains("cut") == true }
        #expect(cut.map(\.key) == ["T8"])
    }

    @Test func `what comes from the car's supply is fused at its tap`() throws {
        let file = try Harness.file("car")
        for (net, fuse, tap) in [("terminal 30", "F1", "T30"), ("terminal 15", "F2", "T15")] {
            #expect(file.points(of: net).map(\.of) == [fuse, tap])
            for wire in try file.wires where wire.label == net {
                let length = try #require(file.cables[wire.at.of]?.values["length"])
                #expect(length == "0.1 m")
            }
        }
    }

    /// What each net must carry without growing warm or breaking by its own weight.
    @Test(arguments: [
        ("12V in", 0.75), ("terminal 30", 0.75), ("starter wire A", 0.75),
        ("starter wire B", 0.75), ("lock A", 0.5), ("unlock A", 0.5), ("ignition 12V", 0.35),
        ("CAN-H", 0.35), ("CAN-L", 0.35), ("12V box", 0.35), ("buzzer sink", 0.35),
    ])
    func `wires are thick enough`(net: String, least: Double) throws {
        for name in Harness.names {
            let file = try Harness.file(name)
            for wire in try file.wires where wire.label == net {
                let gauge = try #require(file.cables[wire.at.of]?.values["gauge"])
                let square = try #require(Double(gauge.prefix { $0 != " " }))
                #expect(square >= least, "\(name) \(wire.at)")
            }
        }
    }

    /// The contacts of the bill take 18 to 24 AWG, which is 0.82 to 0.2 mm².
    @Test func `wires in the car fit the contacts of the plugs`() throws {
        for cable in try Harness.file("car").cables.values {
            let gauge = try #require(cable.values["gauge"])
            let square = try #require(Double(gauge.prefix { $0 != " " }))
            #expect((0.2...0.82).contains(square), "\(cable.labels)")
        }
        let contact = try #require(try Bill.load().row("XC1"))
        #expect(contact.number == "Molex 39-00-0039")
        #expect(contact.source.contains("18 to 24 AWG"))
    }

    @Test(arguments: [
        "connectors:\n  A:\n    pins: 1", "cables:\n  W:\n   gauge: 1",
        "connections:\n    - A: [1]",
        "connectors:\n  A:\n    pins", "connections:\n  -\n    A: [1]",
    ])
    func `what is no diagram of ours is refused`(text: String) {
        #expect(throws: HarnessFile.Unreadable.self) { try HarnessFile(text) }
    }

    @Test(arguments: ["W: [2]", "V: [1]", "W: [1, 1]"])
    func `a wire that is not there is refused`(wire: String) throws {
        let file = try HarnessFile(
            """
            connectors:
              A:
                pins: [1]
                pinlabels: [n]
            cables:
              W:
                wirelabels: [n]
            connections:
              -
                - A: [1]
                - \(wire)
                - A: [1]
            """)
        #expect(throws: HarnessFile.Unreadable.self) { try file.wires }
    }
}
