import AccessCode
import Box
import Records
import Testing
import Units

@testable import Console

@Suite struct `The console` {
    /// A talk in which a technician has logged in.
    static func loggedIn() -> Talk {
        var talk = Talk()
        talk.tell(.connected)
        talk.type("login 7\r01501458\r")
        _ = talk.take()
        return talk
    }

    @Test func `nobody is logged in but by the right answer`() {
        var talk = Talk()
        talk.tell(.connected)
        talk.type("login 7\r")
        #expect(talk.console.technician == nil)
        #expect(talk.console.openChallenge?.challenge == "11111111")
        #expect(talk.console.openChallenge?.technician.number == 7)
        talk.type("01501458\r")
        #expect(talk.console.technician?.number == 7)
        #expect(talk.console.openChallenge == nil)
    }

    @Test(arguments: [ConsoleInput.hungUp, .connected])
    func `a closed or newly opened line has nobody`(input: ConsoleInput) {
        var talk = Self.loggedIn()
        talk.tell(input)
        #expect(talk.console.technician == nil)
        talk.tell(.connected)
        talk.type("\u{10}\r")
        #expect(!talk.take().contains { $0.contains("login") })
    }

    @Test func `who was removed meanwhile can do nothing more`() {
        var talk = Self.loggedIn()
        talk.box.facts.access.technicians.removeAll { $0.number == 7 }
        talk.type("keys show\r")
        #expect(talk.take().contains("| refused: log in first (needsLogin)"))
        #expect(talk.console.technician == nil)
    }

    @Test func `an answer right after a hang-up logs nobody in`() {
        var talk = Talk()
        talk.tell(.connected)
        talk.type("login 7\r")
        talk.isSlow = true
        talk.type("01501458\r")
        #expect(talk.open.map(Talk.words) == "login of 7: 01501458")
        talk.tell(.hungUp)
        talk.answerOpen()
        #expect(talk.console.technician == nil)
        talk.tell(.connected)
        talk.isSlow = false
        talk.type("keys show\r")
        #expect(talk.take().contains("| refused: log in first (needsLogin)"))
    }

    @Test func `a hang-up hurries what is outstanding, and the next one begins afresh`() {
        var talk = Self.loggedIn()
        talk.isSlow = true
        talk.type("car probe\r")
        talk.answerOpen()
        talk.tell(.hungUp)
        #expect(talk.take().last == "? hurry")
        talk.tell(.connected)
        talk.answerOpen()
        #expect(talk.take().last == "~ box> ")
    }

    @Test func `a challenge is good for one answer`() {
        var talk = Talk()
        talk.tell(.connected)
        talk.type("login 7\r01501459\r01501458\r")
        #expect(talk.console.technician == nil)
        #expect(talk.take().contains { $0.contains("there is no command 01501458") })
    }

    /// Failures that the log has and failures that it could not take make waits alike.
    @Test(arguments: [false, true])
    func `the sixth wrong answer makes a wait, also on a full card`(recordsFail: Bool) {
        var talk = Talk()
        talk.box.recordsFail = recordsFail
        talk.now = .boot
        talk.tell(.connected)
        for count in 1...7 {
            _ = talk.take()
            talk.type("login 7\r")
            #expect((talk.console.openChallenge == nil) == (count == 7), "try \(count)")
            if count < 7 { talk.type("00000000\r") }
        }
        talk.tell(.hungUp)
        talk.now = talk.now + .minutes(1) - Milliseconds(1)
        talk.type("login 7\r")
        #expect(talk.console.openChallenge == nil)
        talk.now = talk.now + Milliseconds(1)
        talk.type("login 7\r")
        #expect(talk.console.openChallenge != nil)
    }

    @Test(arguments: [Int64(599_999), 600_000])
    func `a session lasts ten minutes without a key`(milliseconds: Int64) {
        var talk = Self.loggedIn()
        talk.now = talk.now + Milliseconds(milliseconds)
        talk.tell(.deadlinePassed)
        #expect((talk.console.technician == nil) == (milliseconds == 600_000))
    }

    @Test func `a live view does not keep a session open`() {
        var talk = Self.loggedIn()
        talk.type("car signals\r")
        talk.wait(.minutes(11))
        #expect(talk.console.technician == nil)
        #expect(talk.take().last == "~ box> ")
        #expect(talk.console.nextDeadline == nil)
    }

    @Test func `a program whose session ended is told once`() {
        var talk = Self.loggedIn()
        talk.type("json on\r")
        _ = talk.take()
        talk.wait(.hours(2))
        #expect(talk.take() == ["| {\"command\":\"logout\",\"ok\":true}"])
        talk.type("version\r")
        #expect(talk.take().last?.contains("\"ok\":true") == true)
    }

    @Test func `bytes on a line that nobody opened open it`() {
        var talk = Talk()
        talk.type("version\r")
        #expect(talk.take().contains("| firmware     1.0.0"))
    }

    @Test func `every change is written down before it is done, and done only then`() {
        let changes = CommandTree.commands.filter {
            $0.effect != .shows && $0.access == .technician
        }
        #expect(changes.count > 10)
        for command in changes {
            var talk = Self.loggedIn()
            talk.box.facts.tests.relays = false
            talk.type(Self.line(command) + "\r")
            if command.name == .provision { talk.type("\r") }
            let lines = talk.take().filter { $0.hasPrefix("? ") && $0 != "? facts" }
            #expect(
                lines.first?.hasPrefix("? record \"\(command.name.rawValue)") == true, "\(lines)")
            #expect(lines.count > 1)
            var full = Self.loggedIn()
            full.box.facts.tests.relays = false
            full.box.recordsFail = true
            full.type(Self.line(command) + "\r")
            if command.name == .provision { full.type("\r") }
            let asked = full.take().filter { $0.hasPrefix("? ") && $0 != "? facts" }
            #expect(asked.count == 1, "\(command.name) is done unrecorded: \(asked)")
        }
    }

    /// A line that gives `command` with good arguments, and what it asks for behind it.
    static func line(_ command: ConsoleCommand) -> String {
        let words = command.arguments.map { argument in
            switch argument.kind {
            case .technician, .record: "7"
            case .time: "2026-06-01T10:00Z"
            case .kilometres: "48210"
            case .seconds(let range): "\(range.lowerBound)"
            case .choice(let words): words[0]
            case .name, .words: "x"
            }
        }
        let behind =
            switch command.name {
            case .keysInstall, .keysSpare: "\r-----BEGIN CMS-----\r-----END CMS-----"
            case .wipe: "\r0b0c000000000001"
            case _: ""
            }
        return ([command.name.rawValue] + words).joined(separator: " ") + behind
    }

    @Test(arguments: CommandTree.commands.filter { $0.name != .json && $0.name != .login })
    func `a program gets one line of JSON for each command`(command: ConsoleCommand) throws {
        var talk = Self.loggedIn()
        talk.type("json on\r")
        _ = talk.take()
        talk.type(Self.line(command) + "\r")
        let lines = talk.take().filter { !$0.hasPrefix("? ") }
        #expect(lines.allSatisfy { $0.hasPrefix("| {") }, "\(lines)")
        let objects = try lines.map { try CanonicalJSON(parsing: Array($0.dropFirst(2).utf8)) }
        #expect(zip(objects, lines).allSatisfy { $0.text == $1.dropFirst(2) }, "it is canonical")
        let answers = objects.filter { $0["ok"] != nil }
        #expect(answers.count == 1)
        #expect(answers.first?["command"]?.string == command.name.rawValue)
    }

    @Test func `an answer that nothing asked for is a bug`() async {
        await #expect(processExitsWith: .failure) {
            var console = Console()
            _ = console.step(.answered(.recorded(true)), at: .boot)
        }
    }

    @Test func `an answer to something else is a bug`() async {
        await #expect(processExitsWith: .failure) {
            var console = Console()
            _ = console.step(.bytes(Array("version\r".utf8)), at: .boot)
            _ = console.step(.answered(.recorded(true)), at: .boot)
        }
    }
}

@Suite struct `The tree of commands` {
    @Test(arguments: CommandTree.commands)
    func `a command is found by its words, however they are written`(command: ConsoleCommand) {
        for path in [command.path, command.path.map { $0.uppercased() }] {
            #expect(CommandTree.find(path) == .command(command, []))
            #expect(CommandTree.find(path + ["x", "y"]) == .command(command, ["x", "y"]))
        }
    }

    /// Never a command that does not begin so, and the right one wherever only one does.
    @Test(arguments: CommandTree.commands)
    func `a command is found by every beginning that is its alone`(command: ConsoleCommand) {
        for cut in 1...command.path[0].count {
            let words = [String(command.path[0].prefix(cut))] + command.path.dropFirst()
            let alike = CommandTree.commands.map { $0.path[0] }.filter { $0.hasPrefix(words[0]) }
            // A word that is written out is meant.
            let meant = alike.contains(words[0]) ? [words[0]] : Set(alike).sorted()
            switch CommandTree.find(words) {
            case .command(let found, _): #expect(found == command && meant == [command.path[0]])
            case .ambiguous(let found): #expect(meant.count > 1 && found.contains(command))
            case .group, .unknown: #expect(meant != [command.path[0]] && meant.count == 1)
            }
        }
    }

    @Test(arguments: [
        ("", "", 18), ("ver", "sion ", 0), ("clock", " ", 0), ("clock ", "s", 0),
        ("clock s", "", 2), ("clock se", "t ", 0), ("help clo", "ck ", 0), ("json ", "o", 0),
        ("json o", "", 2), ("json on", " ", 0), ("login ", "", 0), ("xyz", "", 0),
        ("xyz ", "", 0), ("l", "og", 0), ("lo", "g", 0), ("log", "", 3), ("k sh", "ow ", 0),
    ])
    func `a word is completed as far as it is certain`(
        line: String, insertion: String, candidates: Int
    ) {
        let completion = CommandTree.complete(line)
        #expect(completion.insertion == insertion)
        #expect(completion.candidates.count == candidates)
    }

    @Test(
        arguments: [
            ("7", ArgumentKind.technician, ArgumentValue.number(7)), ("0", .technician, nil),
            ("999999", .technician, .number(999_999)), ("1000000", .technician, nil),
            ("٧", .technician, nil), ("-1", .record, nil), ("1", .record, .number(1)),
            ("5", .seconds(5...9), .number(5)), ("4", .seconds(5...9), nil),
            ("10", .seconds(5...9), nil), ("0", .kilometres, .distance(.zero)),
            ("9999999", .kilometres, .distance(.kilometres(9_999_999))),
            ("10000000", .kilometres, nil), ("1.5", .kilometres, .distance(Metres(1500))),
            ("1.", .kilometres, nil), (".5", .kilometres, nil), ("1.55", .kilometres, nil),
            ("1.5.5", .kilometres, nil), ("ON", .choice(["on", "off"]), .text("on")),
            ("o", .choice(["on", "off"]), nil), ("99999999999999999999", .record, nil),
        ] as [(String, ArgumentKind, ArgumentValue?)])
    func `an argument is read in its range`(
        word: String, kind: ArgumentKind, value: ArgumentValue?
    ) {
        #expect(CommandReader.value(word, kind) == value)
    }
}
