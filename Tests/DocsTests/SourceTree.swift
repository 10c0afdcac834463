import FoundationEssentials

/// The files of this package, as they lie around this one.
enum SourceTree {
    /// The package's folder.
    static let root: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/")
    }()

    static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: root + "/" + path)), as: UTF8.self)
    }

    static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: root + "/" + path))
    }

    /// The names in `folder` that end in `ending`, sorted.
    static func names(in folder: String, ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root + "/" + folder)
            .filter { $0.hasSuffix(ending) }.sorted()
    }

    /// All Swift of `target`, one file behind the other.
    static func code(of target: String) throws -> String {
        try names(in: "Sources/\(target)", ending: ".swift")
            .map { try text("Sources/\(target)/\($0)") }.joined()
    }

    /// What is declared in the Swift files of `target`, file by file in their order.
    static func declarations(of target: String) throws -> [Declaration] {
        try names(in: "Sources/\(target)", ending: ".swift").flatMap { name in
            Declaration.all(in: try text("Sources/\(target)/\(name)"), file: name)
        }
    }
}

/// Something that is declared directly in a type, and the first paragraph of its comment.
struct Declaration: Hashable {
    /// The types that it stands in, joined by dots.
    let type: String
    let name: String
    /// What stands in front of it: `case`, `public var`, `public static let`.
    let keyword: String
    /// What stands behind `=`.
    let value: String
    let comment: String
    let file: String

    /// Reads the form that `swift format` gives: four spaces a level, one brace at the end.
    static func all(in text: String, file: String) -> [Declaration] {
        var found: [Declaration] = []
        var types: [(indent: Int, name: String)] = []
        var comment: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let indent = line.prefix { $0 == " " }.count
            let code = line.dropFirst(indent)
            if code == "}", let last = types.last, last.indent == indent { types.removeLast() }
            if code.hasPrefix("///") {
                comment.append(code.dropFirst(3).drop { $0 == " " })
                continue
            }
            defer { comment = [] }
            let place = types.map(\.name).joined(separator: ".")
            if let name = typeName(code) {
                if !code.hasSuffix("}") { types.append((indent, name)) }
                continue
            }
            guard let inner = types.last, indent == inner.indent + 4 else { continue }
            for (keyword, name, value) in members(code) {
                found.append(
                    Declaration(
                        type: place, name: name, keyword: keyword, value: value,
                        comment: paragraph(comment), file: file))
            }
        }
        return found
    }

    private static let typeWords: [Substring] = [
        "enum", "struct", "class", "extension", "protocol",
    ]
    private static let modifiers: [Substring] = [
        "public", "package", "private", "fileprivate", "internal", "final", "indirect", "static",
    ]

    private static func typeName(_ code: Substring) -> String? {
        let words = code.split { " :<{".contains($0) }
        guard let at = words.firstIndex(where: { !modifiers.contains($0) }),
            typeWords.contains(words[at]), at + 1 < words.count
        else { return nil }
        return String(words[at + 1])
    }

    private static func members(_ code: Substring) -> [(String, String, String)] {
        let words = code.split(separator: " ")
        guard let at = words.firstIndex(where: { !modifiers.contains($0) }), at + 1 < words.count
        else { return [] }
        let keyword = words[...at].joined(separator: " ")
        switch words[at] {
        case "case":
            return names(code.dropFirst(5)).map { (keyword, $0, "") }
        case "let", "var":
            let parts = code.split(separator: " = ", maxSplits: 1)
            let name = words[at + 1].prefix { $0 != ":" }
            return [(keyword, String(name), parts.count > 1 ? String(parts[1]) : "")]
        default: return []
        }
    }

    /// `a, b(Int, c: Int), d = "x"`: the names at the top level.
    private static func names(_ list: Substring) -> [String] {
        var depth = 0
        var parts = [""]
        for character in list {
            if character == "(" { depth += 1 }
            if character == "," && depth == 0 {
                parts.append("")
            } else if depth == 0 {
                parts[parts.count - 1].append(character)
            }
            if character == ")" { depth -= 1 }
        }
        return parts.compactMap { part in
            part.split { " =`".contains($0) }.first.map(String.init)
        }
    }

    private static func paragraph(_ comment: [Substring]) -> String {
        comment.prefix { !$0.isEmpty }.joined(separator: " ").replacing("``", with: "`")
    }
}

extension [Declaration] {
    /// The comment of `name` in `type`; throws when there is none, so that no table has a hole.
    func comment(_ type: String, _ name: String) throws(Missing) -> String {
        let comment = first { $0.type == type && $0.name == name }?.comment ?? ""
        guard !comment.isEmpty else { throw Missing(what: "a comment for \(type).\(name)") }
        return comment
    }
}

/// A table cannot be made: something has no words.
struct Missing: Error, CustomStringConvertible {
    let what: String
    var description: String { "there is no \(what)" }
}
