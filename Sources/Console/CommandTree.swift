/// What an argument of a command may be.
public enum ArgumentKind: Hashable, Sendable {
    /// A technician's number, 1...999999.
    case technician
    /// UTC, as `2026-06-01T10:00Z`.
    case time
    /// What a dashboard shows, in kilometres, with at most one decimal.
    case kilometres
    /// The number of a record, from 1.
    case record
    /// Seconds within these limits.
    case seconds(ClosedRange<Int64>)
    /// One of these words.
    case choice([String])
    /// The name of something that the box knows: a profile, an odometer.
    case name
    /// Words of a command, as many as there are.
    case words

    /// What it may be, for help.
    public var form: String {
        switch self {
        case .technician: "a number, 1 to 999999"
        case .time: "UTC, as 2026-06-01T10:00Z"
        case .kilometres: "km, as 48210 or 48210.5"
        case .record: "the number of a record, from 1"
        case .seconds(let range): "\(range.lowerBound) to \(range.upperBound) s"
        case .choice(let words): words.joined(separator: " or ")
        case .name: "a name"
        case .words: "words of a command"
        }
    }
}

/// An argument of a command.
public struct ConsoleArgument: Hashable, Sendable {
    /// What it is called in help.
    public let name: String
    /// What it may be.
    public let kind: ArgumentKind
    /// Whether it may be left out.
    public let isOptional: Bool

    init(_ name: String, _ kind: ArgumentKind, optional: Bool = false) {
        self.name = name
        self.kind = kind
        isOptional = optional
    }

    /// `TIME`, or `[TIME]` where it may be left out.
    public var notation: String {
        isOptional ? "[\(name.uppercased())]" : name.uppercased()
    }
}

/// What a command is: everything that help, completion, the parser and the reference page need.
public struct ConsoleCommand: Hashable, Sendable {
    /// Who may give a command.
    public enum Access: String, CaseIterable, Sendable {
        /// Anybody at the port.
        case anybody
        /// A technician who is logged in.
        case technician
    }

    /// What a command does to the box.
    public enum Effect: String, CaseIterable, Sendable {
        /// It only shows; nothing is written.
        case shows
        /// It gives records away, which is itself a record.
        case exports
        /// It changes something. A record says so before it is done.
        case changes
    }

    /// Which one it is.
    public let name: CommandName
    /// The line of help.
    public let summary: String
    /// What else there is to say, in sentences.
    public let discussion: String
    /// The arguments, in order.
    public let arguments: [ConsoleArgument]
    /// Who may give it.
    public let access: Access
    /// What it does.
    public let effect: Effect
    /// Whether the car must stand, its ignition off, for a minute.
    public let needsStandingCar: Bool

    init(
        _ name: CommandName, _ summary: String, _ discussion: String = "",
        _ arguments: [ConsoleArgument] = [], access: Access = .technician, effect: Effect = .shows,
        needsStandingCar: Bool = false
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.arguments = arguments
        self.access = access
        self.effect = effect
        self.needsStandingCar = needsStandingCar
    }

    /// The words that it is typed with.
    public var path: [String] { name.rawValue.split(separator: " ").map(String.init) }

    /// `clock set TIME`
    public var usage: String {
        ([name.rawValue] + arguments.map(\.notation)).joined(separator: " ")
    }
}

/// A command, by the words that it is typed with. These are stable codes.
public enum CommandName: String, CaseIterable, Hashable, Sendable {
    case help, version, status, claim, login, logout, json
    case provision
    case keysShow = "keys show"
    case keysRequest = "keys request"
    case keysInstall = "keys install"
    case keysRotate = "keys rotate"
    case keysSpare = "keys spare"
    case clockShow = "clock show"
    case clockSet = "clock set"
    case boardShow = "board show"
    case boardTest = "board test"
    case carProbe = "car probe"
    case carProfile = "car profile"
    case carPair = "car pair"
    case carOdometer = "car odometer"
    case carConfirm = "car confirm"
    case carPin = "car pin"
    case carSignals = "car signals"
    case logShow = "log show"
    case logVerify = "log verify"
    case logPull = "log pull"
    case logAck = "log ack"
    case logExport = "log export"
    case rentalShow = "rental show"
    case rentalEnd = "rental end"
    case netShow = "net show"
    case netTest = "net test"
    case updateShow = "update show"
    case diagnose
    case wipe
}

/// All commands, and how what is typed leads to one.
public enum CommandTree {
    /// What a line of words leads to.
    public enum Match: Hashable, Sendable {
        /// A command, with the words behind it.
        case command(ConsoleCommand, [String])
        /// Several commands begin so.
        case ambiguous([ConsoleCommand])
        /// The first words of commands that need another one.
        case group([ConsoleCommand])
        /// Nothing; the word that is wrong.
        case unknown(String)
    }

    /// The command called `name`.
    public static func command(_ name: CommandName) -> ConsoleCommand {
        guard let command = commands.first(where: { $0.name == name }) else {
            preconditionFailure("every name has its entry in the table")
        }
        return command
    }

    /// Finds the command that `words` begin with; each word may be cut to what makes it unique.
    public static func find(_ words: [String]) -> Match {
        var candidates = commands
        var depth = 0
        for word in words {
            let wider = candidates.filter { $0.path.count > depth }
            guard !wider.isEmpty else { break }
            let exact = wider.filter { $0.path[depth] == word.lowercased() }
            let next =
                exact.isEmpty ? wider.filter { $0.path[depth].hasPrefix(word.lowercased()) } : exact
            guard let first = next.first else {
                if let whole = candidates.first(where: { $0.path.count == depth }), depth > 0 {
                    return .command(whole, Array(words.dropFirst(depth)))
                }
                return .unknown(word)
            }
            guard next.allSatisfy({ $0.path[depth] == first.path[depth] }) else {
                return .ambiguous(next)
            }
            candidates = next
            depth += 1
        }
        guard let first = candidates.first, depth > 0 else { return .unknown("") }
        if candidates.count == 1, first.path.count == depth {
            return .command(first, Array(words.dropFirst(depth)))
        }
        return .group(candidates)
    }

    /// How the line before the cursor can go on.
    public struct Completion: Hashable, Sendable {
        /// What is certain, to be inserted.
        public var insertion: String
        /// The words that there are, when more than one.
        public var candidates: [String]
    }

    /// How `line`, all that stands before the cursor, can go on.
    public static func complete(_ line: String) -> Completion {
        var words = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        let stem = line.last == " " || line.isEmpty ? "" : words.popLast() ?? ""
        if let first = words.first, "help".hasPrefix(first.lowercased()), first.count > 1 {
            words.removeFirst()
        }
        let options = choices(behind: words).filter { $0.hasPrefix(stem.lowercased()) }
        guard let first = options.first else { return Completion(insertion: "", candidates: []) }
        let common = options.dropFirst().reduce(first[...]) { common, word in
            common.prefix(zip(common, word).prefix { $0 == $1 }.count)
        }
        let rest = String(common.dropFirst(stem.count))
        let isOnly = options.count == 1
        return Completion(
            insertion: isOnly ? rest + " " : rest,
            candidates: isOnly || !rest.isEmpty ? [] : options)
    }

    /// The words that may follow `words`.
    private static func choices(behind words: [String]) -> [String] {
        var found: [String] = []
        func add(_ word: String) { if !found.contains(word) { found.append(word) } }
        guard !words.isEmpty else {
            for command in commands { add(command.path[0]) }
            return found
        }
        switch find(words) {
        case .group(let commands):
            for command in commands where command.path.count > words.count {
                add(command.path[words.count])
            }
        case .command(let command, let arguments):
            guard arguments.count < command.arguments.count,
                case .choice(let words) = command.arguments[arguments.count].kind
            else { return [] }
            found = words
        case .ambiguous, .unknown: break
        }
        return found
    }
}
