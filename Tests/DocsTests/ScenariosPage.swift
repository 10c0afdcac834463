import DataFiles
import Simulation
import Testing

/// Blocks of `scenarios.md`.
enum ScenariosPage {
    static let blocks = [
        Block("scenarios", "files") { try files() },
        Block("scenarios", "parameters") { try parameters() },
        Block("scenarios", "statistics") {
            try Table.cases(
                of: RunStatistics.Item.self, named: "RunStatistics.Item", in: "Simulation",
                head: "line")
        },
        Block("scenarios", "invariants") { try invariants() },
    ]

    /// The one that the others are compared with.
    private static let ordinary = "ordinary_week"

    static func load(_ name: String) throws -> Scenario {
        try DataFolder.decode(from: "\(SourceTree.root)/Scenarios/\(name).json5")
    }

    static func names() throws -> [String] {
        try SourceTree.names(in: "Scenarios", ending: DataFolder.ending)
            .map { String($0.dropLast(DataFolder.ending.count)) }
    }

    private static func files() throws -> [String] {
        let common = Dictionary(
            uniqueKeysWithValues: values(of: try load(ordinary)).map { ($0.path, $0.text) })
        return Table.lines(
            ["name", "in one line", "unlike `\(ordinary)`"],
            try names().map { name in
                let scenario = try load(name)
                let other = values(of: scenario).filter {
                    !["name", "describes"].contains($0.path) && common[$0.path] != $0.text
                }
                return [
                    "[`\(name)`](../../Scenarios/\(name)\(DataFolder.ending))", scenario.describes,
                    other.isEmpty
                        ? "-"
                        : other.map { "`\($0.path)` \($0.text)" }
                            .joined(separator: ", "),
                ]
            })
    }

    private static func parameters() throws -> [String] {
        let declared = try SourceTree.declarations(of: "Simulation")
        return Table.lines(
            ["parameter", "meaning", "allowed", "in `\(ordinary)`"],
            try values(of: try load(ordinary)).map { value in
                let parts = value.path.split(separator: ".")
                let type =
                    parts.count == 1
                    ? "Scenario"
                    : "Scenario.\(parts[0].prefix(1).uppercased())\(parts[0].dropFirst())"
                return [
                    Table.code(value.path),
                    try declared.comment(type, String(parts[parts.count - 1])),
                    try allowed(value.path), value.text,
                ]
            })
    }

    private static var numbers: [String: WritableKeyPath<Scenario, Int>] {
        [
            "unit": \.unit, "rentals.perWeek": \.rentals.perWeek, "drivers.early": \.drivers.early,
            "drivers.mistype": \.drivers.mistype, "drivers.returnEarly": \.drivers.returnEarly,
            "drivers.returnLate": \.drivers.returnLate, "drivers.extend": \.drivers.extend,
            "drivers.forgetEnd": \.drivers.forgetEnd, "drivers.cancel": \.drivers.cancel,
            "drivers.hostilePerDay": \.drivers.hostilePerDay, "faults.coverage": \.faults.coverage,
            "faults.powerCutsPerMonth": \.faults.powerCutsPerMonth,
            "faults.cutsInWrites": \.faults.cutsInWrites,
            "faults.clockLossesPerMonth": \.faults.clockLossesPerMonth,
            "faults.drift": \.faults.drift,
            "faults.flatBatteriesPerMonth": \.faults.flatBatteriesPerMonth,
            "faults.placeholdersPerMonth": \.faults.placeholdersPerMonth,
            "faults.logKilobytes": \.faults.logKilobytes,
        ]
    }
    private static var lists: [String: WritableKeyPath<Scenario, [Int]>] {
        [
            "rentals.hours": \.rentals.hours, "rentals.drives": \.rentals.drives,
            "rentals.minutes": \.rentals.minutes, "rentals.speed": \.rentals.speed,
        ]
    }

    /// The values of the parameter `path` that are no contradiction, found by trying.
    private static func allowed(_ path: String) throws -> String {
        if ["name", "describes", "profile"].contains(path) { return "text" }
        let scenario = try load(ordinary)
        let inside: Int
        let isAllowed: (Int) -> Bool
        if let number = numbers[path] {
            inside = scenario[keyPath: number]
            isAllowed = { value in
                var changed = scenario
                changed[keyPath: number] = value
                return changed.contradiction == nil
            }
        } else if let list = lists[path], let first = scenario[keyPath: list].first {
            inside = first
            let count = path == "rentals.hours" ? 1 : 2
            isAllowed = { value in
                var changed = scenario
                changed[keyPath: list] = Array(repeating: value, count: count)
                return changed.contradiction == nil
            }
        } else {
            throw Missing(what: "way to the scenario's \(path)")
        }
        let least = edge(from: inside, to: -1, isAllowed)
        let most = edge(from: inside, to: Int(Int32.max), isAllowed)
        return "\(least) to \(most)"
    }

    /// The last value on the way from `inside`, which is allowed, to `outside`, which is not.
    private static func edge(from inside: Int, to outside: Int, _ isAllowed: (Int) -> Bool) -> Int {
        var (good, bad) = (inside, outside)
        while abs(good - bad) > 1 {
            let middle = (good + bad) / 2
            if isAllowed(middle) { good = middle } else { bad = middle }
        }
        return good
    }

    /// Every parameter of `scenario` in the order of the file, with its value as text.
    private static func values(of scenario: Scenario) -> [(path: String, text: String)] {
        Mirror(reflecting: scenario).children.flatMap { label, value in
            leaves(value, at: label ?? "")
        }
    }

    private static func leaves(_ value: Any, at path: String) -> [(path: String, text: String)] {
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .struct, !(value is String) else {
            return [(path, "\(value)")]
        }
        return mirror.children.flatMap { leaves($0.value, at: "\(path).\($0.label ?? "")") }
    }

    /// What the checkers say when something that must never happen happened.
    private static func invariants() throws -> [String] {
        var found: [String] = []
        for name in try SourceTree.names(in: "Sources/Simulation", ending: ".swift") {
            let lines = try SourceTree.text("Sources/Simulation/\(name)")
                .split(separator: "\n").map { $0.drop { $0 == " " } }
            for (index, line) in lines.enumerated() {
                // The sentence stands behind the parenthesis, on the next line, or in a name.
                let isNext = index > 0 && lines[index - 1].hasSuffix("violate(")
                for head in isNext ? ["\""] : ["violate(\"", "let invariant = \""] {
                    guard let begin = line.firstRange(of: head)?.upperBound else { continue }
                    let sentence = String(line[begin...].prefix { $0 != "\"" })
                    if !found.contains(sentence) { found.append(sentence) }
                }
            }
        }
        return found.map { "- \($0)" }
    }
}

@Suite struct `The page of scenarios` {
    @Test func `every scenario is named as its file is, and has no contradiction`() throws {
        let names = try ScenariosPage.names()
        #expect(!names.isEmpty)
        for name in names {
            let scenario = try ScenariosPage.load(name)
            #expect(scenario.name == name)
            #expect(scenario.contradiction == nil)
        }
    }
}
