/// What a file looks like, whatever it says.
enum Form {
    static let columnsMaximum = 100
    static let linesMaximum = 400
    static let functionLinesMaximum = 60

    /// Files that may be longer, each with its reason.
    static let longFiles: [String: String] = [:]
    /// Files in which single lines may be wider, each with its reason.
    static let wideFiles: [String: String] = [
        "Tests/Tools/mutate.py": "an expression that is one token long"
    ]
    /// Functions that may be longer, each with its reason.
    static let longFunctions: [String: String] = [:]

    /// Long lines, tabs, spaces at the end of a line, notes to oneself.
    static func findings(lines: [Substring], path: String) -> [Finding] {
        var found: [Finding] = []
        for (index, line) in lines.enumerated() {
            func add(_ reason: String) {
                found.append(Finding(path: path, line: index + 1, reason: reason))
            }
            let mayBeWide = path.hasSuffix(".md") || isTable(path) || wideFiles[path] != nil
            if line.count > columnsMaximum, !mayBeWide {
                add("\(line.count) columns; \(columnsMaximum) at most")
            }
            if line.contains("\t"), path != "Makefile", !isTable(path) { add("a tab") }
            if line.last == " ", !isTable(path) { add("a space at the end") }
            for note in ["TO" + "DO", "FIX" + "ME", "XX" + "X:"] where line.contains(note) {
                add("\(note): do it or leave it")
            }
        }
        return found
    }

    /// Recordings, databases of signals, drawings and printed transcripts are as their tools write
    /// them; a list of a wiring diagram is a line.
    private static func isTable(_ path: String) -> Bool {
        [
            ".dbc", ".log", ".csv", ".json", ".txt", ".crlf", ".svg", ".yml",
        ].contains { path.hasSuffix($0) }
    }

    /// A file or a function that is too long to be read as one thing.
    static func length(_ file: SwiftFile) -> [Finding] {
        var found: [Finding] = []
        if file.lines.count > linesMaximum, longFiles[file.path] == nil {
            found.append(
                Finding(
                    path: file.path, line: linesMaximum,
                    reason: "\(file.lines.count) lines; \(linesMaximum) at most"))
        }
        for function in functions(file)
        where function.lines > functionLinesMaximum
            && longFunctions["\(file.path) \(function.name)"] == nil
        {
            found.append(
                Finding(
                    path: file.path, line: function.start,
                    reason: "\(function.name) has \(function.lines) lines; "
                        + "\(functionLinesMaximum) at most"))
        }
        return found
    }

    /// Every function with a body: its name, its first line, how many lines it has.
    static func functions(_ file: SwiftFile) -> [(name: String, start: Int, lines: Int)] {
        var found: [(name: String, start: Int, lines: Int)] = []
        for (index, line) in file.code.enumerated() {
            guard let name = declaredFunction(line),
                let last = lastLine(of: file.code[index...])
            else { continue }
            found.append((name, index + 1, last - index + 1))
        }
        return found
    }

    private static func declaredFunction(_ line: Substring) -> String? {
        let words = line.split { $0 == " " || $0 == "(" || $0 == "<" }
        for (index, word) in words.enumerated() {
            if word == "func" { return words.dropFirst(index + 1).first.map(String.init) }
            if word == "init" || word == "init?" || word == "deinit" { return String(word) }
            guard word.first == "@" || isModifier(word) else { return nil }
        }
        return nil
    }

    private static func isModifier(_ word: Substring) -> Bool {
        [
            "public", "package", "internal", "fileprivate", "private", "static", "mutating",
            "consuming", "borrowing", "convenience", "override", "final", "class", "nonisolated",
            "required", "isolated",
        ].contains(word)
    }

    /// The line with the brace that ends what these lines begin with; `nil` for a declaration
    /// without a body.
    private static func lastLine(of lines: ArraySlice<Substring>) -> Int? {
        var depth = 0
        var isInside = false
        for index in lines.indices {
            if !isInside, index > lines.startIndex, declaredFunction(lines[index]) != nil {
                return nil
            }
            for character in lines[index] {
                switch character {
                case "{":
                    depth += 1
                    isInside = true
                case "}":
                    depth -= 1
                    if depth == 0 { return index }
                    if depth < 0 { return nil }
                default: break
                }
            }
        }
        return nil
    }
}

/// Words that say where a text was written and not what it is about.
enum ForeignWords {
    /// Words of machines and of the way the code came to be.
    static let words = [
        "/work/", "/root/", "/home/", "issue #", "this session", "last session", "worktree",
        "language model", "chatbot",
    ]

    static func findings(lines: [Substring], path: String) -> [Finding] {
        lines.enumerated().flatMap { index, line in
            words.filter { line.lowercased().contains($0) }.map { word in
                Finding(path: path, line: index + 1, reason: "'\(word)' means nothing to a reader")
            }
        }
    }
}
