/// Something that code of some targets never says.
struct Ban {
    let name: String
    let pattern: String
    /// One of these stands in every text that the pattern matches.
    let hints: [String]
    let instead: String
    /// Whether a file is held to it.
    let holds: @Sendable (SwiftFile) -> Bool

    init(
        _ name: String, _ pattern: String, hints: [String], _ instead: String,
        where holds: @escaping @Sendable (SwiftFile) -> Bool
    ) {
        self.name = name
        self.pattern = pattern
        self.hints = hints
        self.instead = instead
        self.holds = holds
    }

    /// Where `file` says it, in code: comments and texts may.
    func findings(_ file: SwiftFile) throws -> [Finding] {
        guard holds(file) else { return [] }
        // Expressions are slow; most files do not even have the letters.
        guard hints.contains(where: { file.codeText.contains($0) }) else { return [] }
        let regex = try Regex(pattern)
        return file.code.enumerated().compactMap { index, line in
            guard line.firstMatch(of: regex) != nil else { return nil }
            return Finding(path: file.path, line: index + 1, reason: "\(name): \(instead)")
        }
    }
}

extension Ban {
    /// What code never says, and what it says instead.
    static let all: [Ban] = [
        Ban(
            "a default in a decision", #"^\s*default:"#, hints: ["default:"],
            "name every case, so that a new one is decided and not swallowed"
        ) { isDecision($0) && !defaultsAllowed.contains($0.path) },
        Ban(
            "fatalError", #"\bfatalError\("#, hints: ["fatalError"],
            "preconditionFailure with a sentence, or a typed error",
            where: isSource),
        Ban(
            "try!", #"\btry!"#, hints: ["try!"], "a typed error, or `try` in a test",
            where: { _ in true }),
        Ban("as!", #"\bas!"#, hints: ["as!"], "`as?` and what to do then", where: { _ in true }),
        Ban(
            "force unwrap", #"[\w\)\]\}]!(?!=)"#, hints: ["!"],
            "`guard let`, or `try #require` in a test",
            where: { _ in true }),
        Ban(
            "print", #"\bprint\("#, hints: ["print("],
            "only programs speak; everything else returns values",
            where: { isSource($0) && !isProgram($0) }),
        Ban(
            "a clock",
            #"\b(Date\(|ContinuousClock|SuspendingClock|clock_gettime|gettimeofday|DispatchTime)"#,
            hints: ["Date(", "Clock", "clock", "gettimeofday", "DispatchTime"],
            "time comes in as an argument",
            where: { isSource($0) && !isProgram($0) && !tellsTheTime($0) }),
        Ban(
            "chance",
            #"(SystemRandomNumberGenerator|\bgetrandom\b|\barc4random|\bRAND_bytes\b"#
                + #"|\.random\(in: [^,)]*\)|\.shuffled\(\)|\.randomElement\(\))"#,
            hints: ["andom", "RAND", "shuffled"],
            "chance comes in as a seed or from the key store",
            where: { isSource($0) && !isProgram($0) && $0.target != "KeyStore" }),
        Ban(
            "concurrency", #"\b(async|await|actor|Task|DispatchQueue|Thread)\b"#,
            hints: ["async", "await", "actor", "Task", "Thread", "DispatchQueue"],
            "the box runs on one thread, so that a run can be replayed",
            where: { (0...4).contains(layer($0)) }),
        Ban(
            "unsafe", #"\b(unsafe|nonisolated\(unsafe\)|@unchecked)\b"#,
            hints: ["unsafe", "@unchecked"],
            "calls of C belong to the adapters", where: { (0...2).contains(layer($0)) }),
        Ban(
            "an empty name",
            #"\b(class|struct|enum|protocol|actor)\s+\w*(Utils?|Helpers?|Manager)\b"#,
            hints: ["Util", "Helper", "Manager"],
            "name what it is", where: isSource),
    ]

    /// Files of decisions whose switches are over digits or bytes and not over cases of ours.
    private static let defaultsAllowed = [
        // Lengths and prefixes of what was typed.
        "Sources/AccessCode/CodeEntry.swift"
    ]

    @Sendable private static func isDecision(_ file: SwiftFile) -> Bool {
        isSource(file) && ["Box", "AccessCode"].contains(file.target)
    }

    @Sendable private static func isSource(_ file: SwiftFile) -> Bool {
        file.path.hasPrefix("Sources/")
    }

    @Sendable private static func isProgram(_ file: SwiftFile) -> Bool { layer(file) == 6 }

    /// The adapter and its C that read the clocks of the kernel for everybody else.
    @Sendable private static func tellsTheTime(_ file: SwiftFile) -> Bool {
        file.target == "LinuxTime"
    }

    @Sendable private static func layer(_ file: SwiftFile) -> Int {
        isSource(file) ? Walls.layer(file.target) ?? 0 : -1
    }
}
