import AccessCode
import Testing
import Units

@testable import Console

/// Blocks of `console.md`.
enum ConsolePage {
    static let blocks = [
        Block("console", "commands") { commands },
        Block("console", "arguments") { arguments },
        Block("console", "steps") { steps },
        Block("console", "keys") { keys },
        Block("console", "refusals") {
            try Table.cases(
                of: ConsoleRefusal.self, named: "ConsoleRefusal", in: "Console", head: "refusal")
        },
        Block("console", "limits") { limits },
    ]

    private static var commands: [String] {
        Table.lines(
            ["command", "what it does", "login", "written into the log"],
            CommandTree.commands.map { command in
                [
                    Table.code(command.usage), text(command), login(command), log(command),
                ]
            })
    }

    private static func text(_ command: ConsoleCommand) -> String {
        let standing = command.needsStandingCar ? "Only while the car stands." : ""
        return [command.summary, command.discussion, standing].filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    private static func login(_ command: ConsoleCommand) -> String {
        switch command.access {
        case .anybody: "no"
        case .technician: "yes"
        }
    }

    private static func log(_ command: ConsoleCommand) -> String {
        if command.name == .login { return "that it succeeded or failed" }
        return switch command.effect {
        case .shows: "-"
        case .exports: "that it was given"
        case .changes: "before it is done"
        }
    }

    private static var arguments: [String] {
        var rows: [[String]] = []
        for argument in CommandTree.commands.flatMap(\.arguments) {
            let row = [Table.code(argument.name.uppercased()), argument.kind.form]
            if !rows.contains(row) { rows.append(row) }
        }
        return Table.lines(["argument", "form"], rows)
    }

    private static var steps: [String] {
        Table.lines(
            ["step", "what the technician does", "command for programs"],
            ProvisionStep.allCases.map { step in
                [Table.code(step.rawValue), step.instruction, Table.code(step.command.rawValue)]
            })
    }

    private static var keys: [String] {
        Table.lines(
            ["key", "what it does"],
            [
                ["left, right, `^B`, `^F`", "Moves the cursor."],
                ["Home, End, `^A`, `^E`", "Moves it to the beginning or the end."],
                [
                    "up, down, `^P`, `^N`",
                    "Shows the lines before; \(LineEditor.historyMaximum) are kept.",
                ],
                ["Tab", "Completes a word, or shows how it can go on."],
                ["Backspace, Delete, `^D`", "Deletes a character."],
                ["`^W`", "Deletes the word before the cursor."],
                ["`^K`, `^U`", "Deletes up to the end, up to the beginning."],
                ["`^L`", "Draws the line again."],
                ["`^C`", "Drops the line, leaves a question, ends what takes long."],
                ["`^D` in an empty line", "Logs out."],
            ])
    }

    private static var limits: [String] {
        Table.lines(
            ["limit", "value"],
            [
                ["a line", "\(LineEditor.lineMaximum) bytes"],
                ["a bundle", "\(Console.bundleMaximum) bytes"],
                ["typed while a command runs", "\(Console.typeAheadMaximum) bytes"],
                ["without a key, a session lasts", Amount.text(Console.idleMaximum)],
                ["an escape waits for its sequence", Amount.text(ConsoleKeyDecoder.patience)],
                ["a live view is drawn every", Amount.text(Console.livePeriod)],
                ["a challenge and an answer", "\(TechnicianLogin.digits) digits"],
                ["the suite of the login", Table.code(TechnicianLogin.suiteText)],
                ["wrong answers that cost nothing", "\(Lockout.free)"],
                ["the longest wait", Amount.text(Lockout.longestWait)],
            ])
    }
}

@Suite struct `The page of the console` {
    @Test func `every name is in the table of commands, once and in the order of the names`() {
        let names = CommandTree.commands.map(\.name)
        #expect(
            names.sorted { $0.rawValue < $1.rawValue }
                == CommandName.allCases.sorted { $0.rawValue < $1.rawValue })
    }

    @Test func `an argument that may be left out is the last`() {
        for command in CommandTree.commands {
            #expect(!command.arguments.dropLast().contains { $0.isOptional }, "\(command.usage)")
        }
    }

    @Test func `what changes something or gives records away needs a login, but to claim`() {
        for command in CommandTree.commands where command.effect != .shows {
            #expect((command.access == .technician) == (command.name != .claim))
        }
    }
}
