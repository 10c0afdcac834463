import Testing

@Suite struct `Words of code` {
    @Test(arguments: Ban.all.map(\.name))
    func `what is banned is not said`(name: String) throws {
        let ban = try #require(Ban.all.first { $0.name == name })
        let files = try Tree.swiftFiles("Sources") + Tree.swiftFiles("Tests")
        #expect(try files.flatMap(ban.findings) == [])
    }

    @Test(arguments: [
        ("a default in a decision", "Sources/Box/A.swift", "    default: return 1"),
        ("fatalError", "Sources/Fleet/A.swift", "fatalError(\"x\")"),
        ("try!", "Tests/BoxTests/A.swift", "let a = try! b()"),
        ("as!", "Sources/Ports/A.swift", "let a = b as! C"),
        ("force unwrap", "Sources/Units/A.swift", "let a = b!.c"),
        ("force unwrap", "Sources/Units/A.swift", "let a = b[0]!"),
        ("force unwrap", "Sources/Units/A.swift", "let a: Int! = nil"),
        ("force unwrap", "Sources/Units/A.swift", "let a = \"\\(b!)\""),
        ("print", "Sources/Simulation/A.swift", "print(a)"),
        ("a clock", "Sources/Runtime/A.swift", "let now = ContinuousClock.now"),
        ("a clock", "Sources/DataFiles/A.swift", "let now = Date()"),
        ("chance", "Sources/Simulation/A.swift", "let a = Int.random(in: 0...5)"),
        ("chance", "Sources/Fleet/A.swift", "let a = all.shuffled()"),
        ("concurrency", "Sources/Runtime/A.swift", "func run() async {"),
        ("unsafe", "Sources/AccessCode/A.swift", "unsafe memcpy(a, b, 1)"),
        ("an empty name", "Sources/Fleet/A.swift", "final class KeyManager {"),
    ])
    func `what is banned is seen`(name: String, path: String, line: String) throws {
        let ban = try #require(Ban.all.first { $0.name == name })
        let file = SwiftFile(path: path, text: "let x = 1\n\(line)\n")
        #expect(try ban.findings(file).map(\.line) == [2])
    }

    @Test(arguments: [
        ("Sources/Box/A.swift", "if a != b { return }"),
        ("Sources/Box/A.swift", "guard !a, !(b) else { return }"),
        ("Sources/Box/A.swift", "/// try! and fatalError( and a!.b"),
        ("Sources/Box/A.swift", "let a = \"default: try! \\(b) print(c)\""),
        ("Sources/Box/A.swift", "let a = #\"print(\"x\")!\"#"),
        ("Sources/CAN/A.swift", "    default: nil"),
        ("Sources/cityzenbox-sim/A.swift", "print(ContinuousClock().now)"),
        ("Sources/Simulation/A.swift", "let a = Int.random(in: 0...5, using: &random)"),
        ("Sources/TripLog/A.swift", "unsafe close(file)"),
    ])
    func `what is allowed is not seen`(path: String, line: String) throws {
        let file = SwiftFile(path: path, text: line)
        #expect(try Ban.all.flatMap { try $0.findings(file) } == [])
    }

    @Test(arguments: [
        ("a // b", "a"), ("a /* b /* c */ d */ e", "a                   e"),
        ("\"a\" + b", "    + b"), ("\"a\\(b + \"c\\(d)\")e\" f", "    b +     d      f"),
        ("\"\"\"\n a \"b\" \n\"\"\" c", "\n\n    c"), ("#\"a\\(b)\"# c", "          c"),
        ("(a) \"\\\"\" b", "(a)      b"), ("f(g(\"(\")) // )", "f(g(   ))"),
    ])
    func `comments and texts are told from code`(text: String, expected: String) {
        let code = CodeOnly.of(text).split(separator: "\n", omittingEmptySubsequences: false)
        let trimmed = code.map { line in
            String(line.prefix(line.count - line.reversed().prefix { $0 == " " }.count))
        }
        #expect(trimmed.joined(separator: "\n") == expected)
    }
}
