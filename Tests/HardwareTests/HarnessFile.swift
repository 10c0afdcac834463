/// A wiring diagram as WireViz reads it, as far as this package writes it: maps of maps, lists in
/// one line, and connections as lists of `- name: [pins]`.
struct HarnessFile {
    struct Unreadable: Error {
        let line: Int
        let text: String
    }

    /// A plug, a part or an end in the car.
    struct Connector {
        var values: [String: String] = [:]
        var pins: [String] = []
        var labels: [String] = []
    }

    /// A bundle of wires.
    struct Cable {
        var values: [String: String] = [:]
        var labels: [String] = []
        var colors: [String] = []
    }

    /// One pin of a connector or one wire of a cable.
    struct Point: Hashable, CustomStringConvertible {
        let of: String
        let pin: String
        var description: String { "\(of):\(pin)" }
    }

    /// One wire and the pins at its ends.
    struct Wire {
        let at: Point
        let label: String
        let ends: [Point]
    }

    private(set) var connectors: [String: Connector] = [:]
    private(set) var cables: [String: Cable] = [:]
    /// Each is a connector, a cable and a connector, with as many pins.
    private(set) var sets: [[(name: String, pins: [String])]] = []

    init(_ text: String) throws {
        var part = ""
        var name = ""
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let bare = line.drop { $0 == " " }
            if bare.isEmpty || bare.hasPrefix("#") { continue }
            let depth = line.count - bare.count
            let wrong = Unreadable(line: index + 1, text: String(line))
            switch (depth, part) {
            case (0, _): part = String(bare.dropLast())
            case (2, "connections") where bare == "-": sets.append([])
            case (2, _): name = String(bare.dropLast())
            case (4, "connections") where bare.hasPrefix("- "):
                let (key, value) = try Self.pair(bare.dropFirst(2), wrong)
                guard !sets.isEmpty else { throw wrong }
                sets[sets.count - 1].append((key, try Self.list(value, wrong)))
            case (4, "connectors"):
                let (key, value) = try Self.pair(bare, wrong)
                try add(key, value, toConnector: name, wrong)
            case (4, "cables"):
                let (key, value) = try Self.pair(bare, wrong)
                try add(key, value, toCable: name, wrong)
            case (_, _): throw wrong
            }
        }
    }

    private mutating func add(
        _ key: String, _ value: String, toConnector name: String, _ wrong: Unreadable
    ) throws {
        switch key {
        case "pins": connectors[name, default: Connector()].pins = try Self.list(value, wrong)
        case "pinlabels":
            connectors[name, default: Connector()].labels = try Self.list(value, wrong)
        case _: connectors[name, default: Connector()].values[key] = value
        }
    }

    private mutating func add(
        _ key: String, _ value: String, toCable name: String, _ wrong: Unreadable
    ) throws {
        switch key {
        case "wirelabels": cables[name, default: Cable()].labels = try Self.list(value, wrong)
        case "colors": cables[name, default: Cable()].colors = try Self.list(value, wrong)
        case _: cables[name, default: Cable()].values[key] = value
        }
    }

    private static func pair(
        _ text: Substring, _ wrong: Unreadable
    ) throws -> (key: String, value: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { throw wrong }
        return (String(parts[0]), String(parts[1].drop { $0 == " " }))
    }

    private static func list(_ text: String, _ wrong: Unreadable) throws -> [String] {
        guard text.hasPrefix("["), text.hasSuffix("]") else { throw wrong }
        return text.dropFirst().dropLast().split(separator: ",").map { item in
            String(item.drop { $0 == " " }.replacing("\"", with: ""))
        }
    }

    /// Every wire that is connected, in the order of the file.
    var wires: [Wire] {
        get throws {
            try sets.flatMap { set in
                let wrong = Unreadable(line: 0, text: set.map(\.name).joined(separator: " "))
                guard set.count == 3, let cable = cables[set[1].name],
                    Set(set.map(\.pins.count)).count == 1
                else { throw wrong }
                return try set[1].pins.enumerated().map { index, number in
                    guard let wire = Int(number), cable.labels.indices.contains(wire - 1) else {
                        throw wrong
                    }
                    return Wire(
                        at: Point(of: set[1].name, pin: number), label: cable.labels[wire - 1],
                        ends: [set[0], set[2]].map { Point(of: $0.name, pin: $0.pins[index]) })
                }
            }
        }
    }

    /// The net at `point`; `nil` where there is no such pin.
    func label(_ point: Point) -> String? {
        guard let connector = connectors[point.of],
            let index = connector.pins.firstIndex(of: point.pin),
            connector.labels.indices.contains(index)
        else { return nil }
        return connector.labels[index]
    }

    /// Every pin that carries `net`, sorted.
    func points(of net: String) -> [Point] {
        connectors.keys.sorted().flatMap { name in
            (connectors[name]?.pins ?? []).map { Point(of: name, pin: $0) }
        }.filter { label($0) == net }
    }

    /// Every connector and cable by its reference, sorted.
    var references: [String] { connectors.keys.sorted() }
}
