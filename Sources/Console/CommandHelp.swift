/// What `help` says.
enum CommandHelp {
    static let words = [
        "Words may be cut short while they are unique; Tab completes them.",
        "--json behind a command answers in one line of JSON, --no-page at once.",
    ]

    /// Help on the commands that `words` begin; on all of them for no word.
    static func lines(_ typed: [String]) -> [String]? {
        guard !typed.isEmpty else {
            return table(CommandTree.commands) + [""] + words
        }
        return switch CommandTree.find(typed) {
        case .command(let command, _): lines(command)
        case .group(let commands), .ambiguous(let commands): table(commands)
        case .unknown: nil
        }
    }

    static func table(_ commands: [ConsoleCommand]) -> [String] {
        let width = (commands.map(\.usage.count).max() ?? 0) + 2
        return commands.flatMap { command in
            wrapped(command.summary, to: columns - width).enumerated().map { index, line in
                let head = index == 0 ? command.usage : ""
                return head + String(repeating: " ", count: width - head.count) + line
            }
        }
    }

    private static func lines(_ command: ConsoleCommand) -> [String] {
        var out = [command.usage, ""] + wrapped(command.summary)
        if !command.discussion.isEmpty { out += wrapped(command.discussion) }
        if !command.arguments.isEmpty { out.append("") }
        for argument in command.arguments {
            out.append("  \(argument.notation): \(argument.kind.form)")
        }
        let notes = notes(command)
        return notes.isEmpty ? out : out + [""] + notes
    }

    /// What there is to know of a command besides its sentences.
    static func notes(_ command: ConsoleCommand) -> [String] {
        var notes: [String] = []
        switch command.access {
        case .anybody: notes.append("Needs no login.")
        case .technician: break
        }
        switch command.effect {
        case .shows: break
        case .exports: notes.append("It is written into the log that it was given.")
        case .changes: notes.append("It is written into the log before it is done.")
        }
        if command.needsStandingCar {
            notes.append("The car must have stood, its ignition off, for a minute.")
        }
        return notes
    }

    private static let columns = 78

    /// `text` in lines of at most so many columns.
    static func wrapped(_ text: String, to columns: Int = columns) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > columns {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " " + word
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
