internal import Records

/// A box's console as programs hear it, without a box: it keeps to the page of the console, and
/// remembers what was done to it.
///
/// What needs keys is asked of its owner, so that a real key store can stand behind it.
public final class ScriptedConsole {
    /// What became of a key, a bundle, an answer.
    public typealias Verdict = (isGood: Bool, words: String)

    /// The identity, 16 hexadecimal digits.
    public let box: String
    /// Claims by technician, key, PIN and fleet.
    public var claim: (String, String, String, String) -> Verdict = { _, _, _, _ in (true, "") }
    /// Whether an answer to a challenge is right: technician, challenge, answer.
    public var login: (String, String, String) -> Bool = { _, _, _ in true }
    /// Makes a request.
    public var request: () -> String = { "-----BEGIN X-----\nAA==\n-----END X-----\n" }
    /// Installs a bundle.
    public var install: (String) -> Verdict = { _ in (true, "") }

    /// Whether it was claimed.
    public var isClaimed = false
    /// Whether a technician is logged in.
    public var isLoggedIn = false
    /// The steps that are done.
    public var done: Set<String> = []
    /// The profile that is noted.
    public var profile: String?
    /// Commands that are refused: the code and the words, once each, in order.
    public var refusals: [String: [(code: String, words: String)]] = [:]
    /// Whether a rental is active.
    public var hasRental = false
    /// Every command that was given, without arguments.
    public private(set) var commands: [String] = []

    private var isPlain = false
    private var question: (name: String, command: String, given: [String])?
    private static let challenge = "12345678"

    /// The steps in the order in which a box lists them.
    public static let steps: [(step: String, command: String)] = [
        ("keys", "keys install"), ("profile", "car pair"), ("clock", "clock set"),
        ("odometer", "car confirm"), ("relays", "board test"), ("keypad", "board show"),
        ("code", "rental show"),
    ]

    /// The console of a new box.
    public init(box: String) { self.box = box }

    /// Takes a line, or ^C as the line "\u{3}".
    ///
    /// - Returns: the lines that it answers.
    public func take(_ line: String) -> [String] {
        if line == "\u{3}" {
            let open = question
            question = nil
            guard let open, isPlain else { return [] }
            return refuse(open.command, "cancelled", "it was broken off")
        }
        if let question { return take(line, for: question) }
        if line.isEmpty { return [] }
        let words = line.split(separator: " ").map(String.init)
        if line == "json on" {
            isPlain = true
            return ["> " + line, answer("json", ["json": true])]
        }
        guard isPlain else { return ["> " + line, "refused"] }
        let name = Self.names.first { line == $0 || line.hasPrefix($0 + " ") } ?? words[0]
        commands.append(name)
        let argument = String(line.dropFirst(name.count).drop { $0 == " " })
        if var open = refusals[name], !open.isEmpty {
            let first = open.removeFirst()
            refusals[name] = open
            return refuse(name, first.code, first.words)
        }
        return run(name, argument)
    }

    /// The technician does something at the car.
    public func act(_ step: String) {
        done.insert(step)
        if step == "code" { hasRental = true }
    }

    private static let names = [
        "keys request", "keys install", "keys show", "car pair", "car confirm", "car profile",
        "car odometer", "clock set", "clock show", "board test", "board show", "rental end",
        "log show", "version", "status", "claim", "login", "provision", "logout",
    ]

    private func run(_ name: String, _ argument: String) -> [String] {
        switch name {
        case "version":
            return [
                answer(
                    name,
                    [
                        "box": .string(box), "firmware": "1.0.0", "boots": 1, "uptimeMs": 1,
                    ])
            ]
        case "status": return [answer(name, ["claimed": .bool(isClaimed)])]
        case "claim":
            guard !isClaimed else { return refuse(name, "alreadyClaimed", "it was claimed") }
            return ask("key", name, [argument])
        case "login": return ask("answer", name, [argument], ["challenge": .string(Self.challenge)])
        case "logout":
            isLoggedIn = false
            return [answer(name, nil)]
        case _ where !isLoggedIn: return refuse(name, "needsLogin", "log in first")
        case "provision":
            return [
                answer(
                    name,
                    [
                        "done": .bool(done.count == Self.steps.count),
                        "steps": .array(
                            Self.steps.map { step, command in
                                .object([
                                    "step": .string(step), "command": .string(command),
                                    "done": .bool(done.contains(step)),
                                ])
                            }),
                    ])
            ]
        case "keys request": return [answer(name, ["request": .string(request())])]
        case "keys install": return ask("bundle", name, [])
        case "car pair":
            profile = argument
            return finish(name, "profile")
        case "car profile":
            return [answer(name, ["next": profile.map { .string($0 + "@3f2a9c01") } ?? .null])]
        case "clock set": return finish(name, "clock")
        case "car confirm": return finish(name, "odometer")
        case "board test":
            done.insert("relays")
            return [answer(name, ["ok": true, "tests": []])]
        case "rental end":
            guard hasRental else { return refuse(name, "noRental", "there is no rental to end") }
            hasRental = false
            return finish(name, "ended")
        case "keys show", "clock show", "board show", "car odometer", "log show":
            return [answer(name, ["shown": .string(name)])]
        case _: return refuse(nil, "unknownCommand", "there is no command \(name)")
        }
    }

    private func take(
        _ line: String, for open: (name: String, command: String, given: [String])
    ) -> [String] {
        question = nil
        let given = open.given + [line]
        switch open.name {
        case "key": return ask("pin", open.command, given)
        case "pin": return ask("fleet", open.command, given)
        case "fleet":
            let verdict = claim(given[0], given[1], given[2], given[3])
            guard verdict.isGood else { return refuse(open.command, "badArgument", verdict.words) }
            isClaimed = true
            return [answer(open.command, ["done": "yes"])]
        case "answer":
            isLoggedIn = login(given[0], Self.challenge, line)
            guard isLoggedIn else { return refuse(open.command, "loginRefused", "wrong answer") }
            return [answer(open.command, ["done": "logged in"])]
        case _:
            guard line.hasPrefix("-----END ") else {
                question = (open.name, open.command, given)
                return []
            }
            let verdict = install(given.joined(separator: "\n") + "\n")
            guard verdict.isGood else { return refuse(open.command, "badBundle", verdict.words) }
            return finish(open.command, "keys")
        }
    }

    private func finish(_ name: String, _ step: String) -> [String] {
        if step != "ended" { done.insert(step) }
        return [answer(name, ["done": "yes"])]
    }

    private func ask(
        _ question: String, _ command: String, _ given: [String],
        _ more: [String: CanonicalJSON] = [:]
    ) -> [String] {
        self.question = (question, command, given)
        return [
            CanonicalJSON.object(
                more.merging(["ask": .string(question), "command": .string(command)]) { $1 }
            ).text
        ]
    }

    private func answer(_ command: String, _ data: [String: CanonicalJSON]?) -> String {
        var members: [String: CanonicalJSON] = ["command": .string(command), "ok": true]
        if let data { members["data"] = .object(data) }
        return CanonicalJSON.object(members).text
    }

    private func refuse(_ command: String?, _ code: String, _ words: String) -> [String] {
        [
            CanonicalJSON.object([
                "command": command.map { .string($0) } ?? .null, "ok": false,
                "refusal": .string(code), "message": .string(words),
            ]).text
        ]
    }
}
