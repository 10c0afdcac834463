import FoundationEssentials
import Testing

/// A piece of a page that is made from the code.
struct Block: Sendable, CustomTestStringConvertible {
    /// `docs/reference/signals.md`
    let page: String
    /// The name that stands in its markers.
    let name: String
    /// Makes it.
    let make: @Sendable () throws -> [String]

    init(_ page: String, _ name: String, _ make: @escaping @Sendable () throws -> [String]) {
        self.page = "docs/reference/\(page).md"
        self.name = name
        self.make = make
    }

    var testDescription: String { "\(page): \(name)" }

    static func opening(_ name: some StringProtocol) -> String { "<!-- generated: \(name) -->" }
    static let closing = "<!-- end -->"
}

/// A page, cut at its markers.
struct Page {
    private(set) var lines: [String]

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    var text: String { lines.joined(separator: "\n") }

    /// The lines between the markers of `name`; `nil` unless they stand there once and in order.
    func range(of name: String) -> Range<Int>? {
        let begins = lines.indices.filter { lines[$0] == Block.opening(name) }
        guard begins.count == 1, let begin = begins.first,
            let end = lines[begin...].firstIndex(of: Block.closing)
        else { return nil }
        let inside = begin + 1..<end
        guard !lines[inside].contains(where: { $0.hasPrefix("<!--") }) else { return nil }
        return inside
    }

    mutating func replace(_ range: Range<Int>, with block: [String]) {
        lines.replaceSubrange(range, with: block)
    }

    /// The names in opening markers, in order.
    var names: [String] {
        lines.compactMap { line in
            let name = line.dropFirst("<!-- generated: ".count).dropLast(" -->".count)
            return Block.opening(name) == line ? String(name) : nil
        }
    }
}

/// Markdown tables.
enum Table {
    static func lines(_ head: [String], _ rows: [[String]]) -> [String] {
        precondition(rows.allSatisfy { $0.count == head.count }, "every row has every column")
        let rule = head.map { _ in "---" }
        return ([head, rule] + rows).map { cells in
            "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }
    }

    /// `code`
    static func code(_ text: some StringProtocol) -> String { "`\(text)`" }

    /// A table of the cases of an enumeration: its stable codes and what its comments say.
    static func cases<Case: CaseIterable & RawRepresentable<String>>(
        of type: Case.Type, named name: String, in target: String, head: String = "code"
    ) throws -> [String] {
        let declared = try SourceTree.declarations(of: target)
        return lines(
            [head, "meaning"],
            try Case.allCases.map {
                [code($0.rawValue), try declared.comment(name, "\($0)")]
            })
    }

    /// `a`, `b`: every code of an enumeration.
    static func list<Case: CaseIterable & RawRepresentable<String>>(_ type: Case.Type) -> String {
        Case.allCases.map { code($0.rawValue) }.joined(separator: ", ")
    }
}
