import Testing

@Suite struct `Form of files` {
    @Test func `lines are short and clean`() throws {
        let found = try Tree.paths.flatMap { path in
            Form.findings(lines: lines(try Tree.text(path)), path: path)
        }
        #expect(found == [])
    }

    @Test func `files and functions can be read as one thing`() throws {
        let files = try Tree.swiftFiles("Sources") + Tree.swiftFiles("Tests")
        #expect(files.flatMap(Form.length) == [])
    }

    @Test func `no text says where it was written`() throws {
        // This suite has to name the words that it looks for.
        let paths = Tree.paths.filter { !$0.hasPrefix("Tests/TidyTests/") }
        let found = try paths.flatMap { path in
            ForeignWords.findings(lines: lines(try Tree.text(path)), path: path)
        }
        #expect(found == [])
    }

    @Test(arguments: [99, 100, 101])
    func `a line has at most 100 columns`(columns: Int) {
        let line = String(repeating: "é", count: columns)
        #expect(Form.findings(lines: [line[...]], path: "A.swift").isEmpty == (columns <= 100))
        #expect(Form.findings(lines: [line[...]], path: "docs/a.md").isEmpty)
    }

    @Test(arguments: ["a\tb", "a ", "// TO" + "DO: later", "// FIX" + "ME"])
    func `what does not belong in a line is seen`(line: String) {
        #expect(Form.findings(lines: ["", line[...]], path: "A.swift").map(\.line) == [2])
        #expect(Form.findings(lines: ["a b"], path: "A.swift") == [])
    }

    @Test(arguments: [399, 400, 401])
    func `a file has at most 400 lines`(count: Int) {
        let text = Array(repeating: "// a", count: count).joined(separator: "\n")
        let file = SwiftFile(path: "Sources/Box/A.swift", text: text)
        #expect(Form.length(file).isEmpty == (count <= 400))
    }

    @Test(arguments: [59, 60, 61])
    func `a function has at most 60 lines`(count: Int) {
        let body = Array(repeating: "        if a { b() }", count: count - 2)
        let text =
            ["struct A {", "    public static func long(", "        a: Int)", "    {"]
            + body.dropLast(2) + ["    }", "    func next() {}", "}"]
        let file = SwiftFile(path: "Sources/Box/A.swift", text: text.joined(separator: "\n"))
        let functions = Form.functions(file)
        #expect(functions.map(\.name) == ["long", "next"])
        #expect(functions.map(\.lines) == [count, 1])
        #expect(Form.length(file).isEmpty == (count <= 60))
    }

    @Test func `a requirement without a body has no length`() {
        let text = "protocol A {\n    func a()\n    func b() -> Int\n}\nfunc c() {\n}\n"
        let file = SwiftFile(path: "Sources/Ports/A.swift", text: text)
        #expect(Form.functions(file).map(\.name) == ["c"])
    }

    @Test func `foreign words are seen`() {
        for word in ForeignWords.words {
            let line = "see \(word)x"
            #expect(ForeignWords.findings(lines: [line[...]], path: "a").count >= 1, "\(word)")
        }
        #expect(ForeignWords.findings(lines: ["the owner's session"], path: "a") == [])
    }

    private func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }
}
