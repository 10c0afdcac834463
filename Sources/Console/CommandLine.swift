public import Units

/// A value that was typed for an argument.
public enum ArgumentValue: Hashable, Sendable {
    /// A number: of a technician, of a record, of seconds.
    case number(Int64)
    /// UTC.
    case time(WallTime)
    /// A distance.
    case distance(Metres)
    /// A word.
    case text(String)
}

/// A line that was typed, understood.
public struct Invocation: Hashable, Sendable {
    /// The command.
    public let command: ConsoleCommand
    /// The arguments, in order; what was left out is missing at the end.
    public let arguments: [ArgumentValue]
    /// Whether the answer is one line of JSON.
    public var isJSON: Bool
    /// Whether long answers are written at once.
    public var isUnpaged: Bool

    /// The command with its arguments, for the log. None of them is a secret.
    var action: String {
        let words = arguments.map { value in
            switch value {
            case .number(let number): "\(number)"
            case .time(let time): time.iso
            case .distance(let metres): "\(metres.count) m"
            case .text(let text): String(text.prefix(64))
            }
        }
        return ([command.name.rawValue] + words).joined(separator: " ")
    }
}

/// What became of a line.
enum ReadLine: Hashable, Sendable {
    /// Nothing stood there.
    case empty
    case invocation(Invocation)
    case refused(ConsoleRefusal, String, isJSON: Bool)
}

/// Reads a line: words with spaces between them, options anywhere behind the command.
enum CommandReader {
    static func read(_ line: String) -> ReadLine {
        var words = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        let isJSON = words.contains("--json")
        let isUnpaged = words.contains("--no-page")
        words.removeAll { $0 == "--json" || $0 == "--no-page" }
        guard let first = words.first else {
            return isJSON || isUnpaged
                ? .refused(.unknownCommand, "an option alone is no command", isJSON: isJSON)
                : .empty
        }
        func refused(_ refusal: ConsoleRefusal, _ detail: String) -> ReadLine {
            .refused(refusal, detail, isJSON: isJSON)
        }
        if let option = words.first(where: { $0.hasPrefix("--") }) {
            return refused(.badArgument, "there is no option \(shown(option))")
        }
        if first == "?" { words[0] = "help" }
        switch CommandTree.find(words) {
        case .unknown(let word):
            return refused(.unknownCommand, "there is no command \(shown(word)); try help")
        case .ambiguous(let commands):
            return refused(.ambiguousCommand, "it may be " + list(commands))
        case .group(let commands):
            return refused(.incompleteCommand, "go on with " + list(commands))
        case .command(let command, let rest):
            return read(rest, of: command, isJSON: isJSON, isUnpaged: isUnpaged)
        }
    }

    private static func read(
        _ words: [String], of command: ConsoleCommand, isJSON: Bool, isUnpaged: Bool
    ) -> ReadLine {
        var values: [ArgumentValue] = []
        var rest = words[...]
        for argument in command.arguments {
            if argument.kind == .words {
                values = rest.map { .text($0) }
                rest = []
                continue
            }
            guard let word = rest.popFirst() else {
                if argument.isOptional { break }
                return .refused(
                    .missingArgument, "\(argument.name) is missing: \(command.usage)",
                    isJSON: isJSON)
            }
            guard let value = value(word, argument.kind) else {
                return .refused(
                    .badArgument,
                    "\(shown(word)) is no \(argument.name): \(argument.kind.form)", isJSON: isJSON)
            }
            values.append(value)
        }
        if let word = rest.first {
            return .refused(
                .tooManyArguments, "\(shown(word)) is too much: \(command.usage)", isJSON: isJSON)
        }
        return .invocation(
            Invocation(
                command: command, arguments: values, isJSON: isJSON, isUnpaged: isUnpaged))
    }

    /// What `word` says as an argument of `kind`; `nil` where it says none.
    static func value(_ word: String, _ kind: ArgumentKind) -> ArgumentValue? {
        switch kind {
        case .technician: number(word, in: 1...999_999).map { .number($0) }
        case .record: number(word, in: 1...999_999_999_999).map { .number($0) }
        case .seconds(let range): number(word, in: range).map { .number($0) }
        case .time: WallTime(iso: word).map { .time($0) }
        case .kilometres: metres(word).map { .distance($0) }
        case .choice(let words):
            words.filter { $0.hasPrefix(word.lowercased()) }.count == 1
                ? words.first { $0.hasPrefix(word.lowercased()) }.map { .text($0) } : nil
        case .name, .words: word.isEmpty ? nil : .text(word)
        }
    }

    private static func number(_ word: String, in range: ClosedRange<Int64>) -> Int64? {
        guard word.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int64(word), range.contains(number)
        else { return nil }
        return number
    }

    /// Up to 9,999,999 km, with at most one decimal.
    private static func metres(_ word: String) -> Metres? {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), let whole = number(parts[0], in: 0...9_999_999) else {
            return nil
        }
        guard parts.count == 2 else { return .kilometres(whole) }
        guard parts[1].utf8.count == 1, let tenth = number(parts[1], in: 0...9) else { return nil }
        return .kilometres(whole) + Metres(tenth * 100)
    }

    private static func list(_ commands: [ConsoleCommand]) -> String {
        // Those that begin alike are one.
        let first = commands.first?.path.first
        let isGroup = commands.allSatisfy { $0.path.first == first }
        var words: [String] = []
        for command in commands {
            let word = isGroup ? command.name.rawValue : command.path[0]
            if !words.contains(word) { words.append(word) }
        }
        return words.joined(separator: ", ")
    }

    /// What was typed, cut so that an answer stays short.
    static func shown(_ word: String) -> String {
        word.unicodeScalars.count > 40 ? "\(word.prefix(40))…" : word
    }
}
