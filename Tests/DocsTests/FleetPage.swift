/// Blocks of `fleet.md`: what the program says of itself, as its transcripts hold it.
enum FleetPage {
    static let blocks = [
        Block("fleet", "commands") { try commands },
        Block("fleet", "help") { try help },
    ]

    private static let folder = "Tests/FleetCommandTests/Transcripts"

    /// The help of every command that is no group of others, in the order of the names.
    private static var pages: [(command: String, lines: [Substring])] {
        get throws {
            try SourceTree.names(in: folder, ending: ".txt")
                .filter { $0.hasPrefix("help_") }
                .map { name in
                    let text = try SourceTree.text("\(folder)/\(name)")
                    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                    let command = lines[0].dropFirst("$ cityzenbox-fleet ".count)
                        .dropLast(" --help".count)
                    return (String(command), Array(lines.dropFirst()))
                }
                .filter { page in !page.lines.contains("SUBCOMMANDS:") }
        }
    }

    private static var commands: [String] {
        get throws {
            Table.lines(
                ["command", "what it does"],
                try pages.map { page in
                    let summary = page.lines.first { $0.hasPrefix("OVERVIEW: ") }
                    // A summary may go over the end of its line.
                    let rest = page.lines.drop { $0 != summary }.dropFirst()
                        .prefix { !$0.isEmpty }.map { " " + $0 }.joined()
                    let text = (summary?.dropFirst("OVERVIEW: ".count) ?? "") + rest
                    return [Table.code(page.command), String(text)]
                })
        }
    }

    private static var help: [String] {
        get throws {
            try pages.flatMap { page in
                ["### " + page.command, "", "```text"]
                    + page.lines.prefix { !$0.hasPrefix("= ") }.map(String.init).trimmed
                    + ["```", ""]
            }
        }
    }
}

extension [String] {
    /// Without empty lines at the end.
    fileprivate var trimmed: [String] {
        Array(prefix((lastIndex { !$0.isEmpty } ?? -1) + 1))
    }
}
