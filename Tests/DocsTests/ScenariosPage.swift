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
            ["parameter", "meaning", "in `\(ordinary)`"],
            try values(of: try load(ordinary)).map { value in
                let parts = value.path.split(separator: ".")
                let type =
                    parts.count == 1
                    ? "Scenario"
                    : "Scenario.\(parts[0].prefix(1).uppercased())\(parts[0].dropFirst())"
                return [
                    Table.code(value.path),
                    try declared.comment(type, String(parts[parts.count - 1])), value.text,
                ]
            })
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
            for (index, line) in lines.enumerated() where line.contains("violate(") {
                // The sentence stands behind the parenthesis, or alone on the next line.
                let next = index + 1 < lines.count ? lines[index + 1] : ""
                let text = line.hasSuffix("violate(") ? next : line
                guard let begin = text.firstIndex(of: "\"") else { continue }
                let sentence = text[begin...].dropFirst().prefix { $0 != "\"" }
                if !found.contains(String(sentence)) { found.append(String(sentence)) }
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
