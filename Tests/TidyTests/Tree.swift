import FoundationEssentials

/// The files of this package, as they lie around this one.
enum Tree {
    /// The package's folder.
    static let root: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/")
    }()

    /// The folders and the files beside the manifest that are ours.
    private static let ours = [
        ".ci", "Profiles", "Scenarios", "Sources", "Tests", "Tools", "docs", "hardware", "udev",
        "Makefile", "Package.swift",
    ]

    /// What fuzzers start from: any bytes, with no form to keep.
    private static let corpora = "Tests/Corpora"

    /// Every file of ours, by its path from the root, sorted.
    static let paths: [String] = {
        let manager = FileManager.default
        var found: [String] = []
        func walk(_ path: String) {
            var isFolder = false
            guard manager.fileExists(atPath: root + "/" + path, isDirectory: &isFolder) else {
                return
            }
            guard isFolder else { return found.append(path) }
            for name in (try? manager.contentsOfDirectory(atPath: root + "/" + path)) ?? []
            where name != "__pycache__" && path + "/" + name != corpora {
                walk(path + "/" + name)
            }
        }
        ours.forEach(walk)
        let beside = (try? manager.contentsOfDirectory(atPath: root)) ?? []
        found += beside.filter { $0.hasSuffix(".md") }
        return found.sorted()
    }()

    /// The text of the file `path`.
    static func text(_ path: String) throws -> String {
        let data = try Data(contentsOf: URL(filePath: root + "/" + path))
        return String(decoding: data, as: UTF8.self)
    }

    /// Whether there is a file or a folder `path`.
    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root + "/" + path)
    }

    /// Every Swift file below `folder`.
    static func swiftFiles(_ folder: String) throws -> [SwiftFile] {
        try paths.filter { $0.hasPrefix(folder + "/") && $0.hasSuffix(".swift") }
            .map { SwiftFile(path: $0, text: try text($0)) }
    }
}

/// What a check found, as a compiler would say it.
struct Finding: Hashable, CustomStringConvertible {
    let path: String
    let line: Int
    let reason: String

    var description: String { "\(path):\(line): \(reason)" }
}

/// One Swift file, as it is and without its comments and texts.
struct SwiftFile {
    let path: String
    let lines: [Substring]
    let codeText: String
    let code: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        codeText = CodeOnly.of(text)
        code = codeText.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The target that a file below `Sources` or `Tests` belongs to.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

    /// The modules that are imported, each with its line.
    var imports: [(module: String, line: Int)] {
        code.enumerated().compactMap { index, line in
            let words = line.split(separator: " ")
            guard let at = words.firstIndex(of: "import"), at + 1 < words.count,
                words[..<at].allSatisfy({ Self.mayPrecedeImport.contains($0) })
            else { return nil }
            // `import struct Module.Type` imports the module all the same.
            let name = words[words.count - 1].split(separator: ".").first ?? ""
            return (String(name), index + 1)
        }
    }

    private static let mayPrecedeImport: [Substring] = [
        "public", "package", "internal", "fileprivate", "private", "@testable", "@preconcurrency",
        "@_exported",
    ]
}

/// Blanks comments and texts, and leaves what is interpolated: what a check of code must read.
enum CodeOnly {
    private enum Place {
        case code(parentheses: Int)
        case text(quote: String, hashes: Int)
        case line
        case block(Int)
    }

    static func of(_ text: String) -> String {
        var scanner = Scanner(rest: Array(text.unicodeScalars))
        return scanner.scan()
    }

    private struct Scanner {
        let rest: [Unicode.Scalar]
        var at = 0
        var out = String.UnicodeScalarView()
        var places = [Place.code(parentheses: 0)]

        init(rest: [Unicode.Scalar]) {
            self.rest = rest
        }

        mutating func scan() -> String {
            while at < rest.count {
                switch places[places.count - 1] {
                case .code(let depth): code(depth)
                case .text(let quote, let hashes): text(quote, hashes)
                case .line: line()
                case .block(let depth): block(depth)
                }
            }
            return String(out)
        }

        private func sees(_ text: String, at offset: Int = 0) -> Bool {
            let wanted = Array(text.unicodeScalars)
            let start = at + offset
            return start + wanted.count <= rest.count
                && Array(rest[start..<start + wanted.count]) == wanted
        }

        private mutating func keep() {
            out.append(rest[at])
            at += 1
        }

        private mutating func blank(_ count: Int = 1) {
            for _ in 0..<count where at < rest.count {
                out.append(rest[at] == "\n" ? "\n" : " ")
                at += 1
            }
        }

        private mutating func code(_ depth: Int) {
            guard ["/", "#", "\"", "(", ")"].contains(rest[at]) else { return keep() }
            if sees("//") {
                places.append(.line)
            } else if sees("/*") {
                places.append(.block(0))
            } else if let (hashes, quote) = openingQuote {
                places.append(.text(quote: quote, hashes: hashes))
                blank(hashes + quote.count)
            } else if sees("(") {
                places[places.count - 1] = .code(parentheses: depth + 1)
                keep()
            } else if sees(")") {
                // The parenthesis that ends an interpolation leads back into its text.
                if depth == 1, places.count > 1 {
                    places.removeLast()
                    blank()
                } else {
                    places[places.count - 1] = .code(parentheses: max(0, depth - 1))
                    keep()
                }
            } else {
                keep()
            }
        }

        private var openingQuote: (hashes: Int, quote: String)? {
            var hashes = 0
            while sees("#", at: hashes) { hashes += 1 }
            for quote in ["\"\"\"", "\""] where sees(quote, at: hashes) { return (hashes, quote) }
            return nil
        }

        private mutating func text(_ quote: String, _ hashes: Int) {
            guard rest[at] == "\\" || rest[at] == "\"" else { return blank() }
            let escape = "\\" + String(repeating: "#", count: hashes)
            let end = quote + String(repeating: "#", count: hashes)
            if sees(escape + "(") {
                blank(escape.count + 1)
                places.append(.code(parentheses: 1))
            } else if sees(escape) {
                blank(escape.count + 1)
            } else if sees(end) {
                blank(end.count)
                places.removeLast()
            } else {
                blank()
            }
        }

        private mutating func line() {
            if rest[at] == "\n" { places.removeLast() }
            blank()
        }

        private mutating func block(_ depth: Int) {
            if sees("/*") {
                places[places.count - 1] = .block(depth + 1)
                blank(2)
            } else if sees("*/") {
                if depth == 1 {
                    places.removeLast()
                } else {
                    places[places.count - 1] = .block(depth - 1)
                }
                blank(2)
            } else {
                blank()
            }
        }
    }
}
