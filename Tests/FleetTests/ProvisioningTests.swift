import AccessCode
import Fleet
import Records
import ScriptedConsole
import Testing
import Units

/// A dialogue with a scripted box, a technician who does what is asked, and a fleet that knows
/// every answer.
struct Installation {
    let console: ScriptedConsole
    var dialogue: ProvisioningDialogue
    /// Lines until the cable is pulled, in either direction; `nil` for a cable that holds.
    var linesLeft: Int?
    /// What the technician types, question by question; then `l`.
    var typed: [String]
    var told: [String] = []
    var needs: [ProvisioningDialogue.FleetNeed] = []
    var outcome: ProvisioningOutcome?
    /// Whether a test code of before is out, as the fleet knows it.
    var testIsOut: Bool
    /// Whether the fleet knows the box as it is.
    var isKnown = true
    private var isWaiting = false

    static let name = "0b0c00010000002a"

    init(
        _ console: ScriptedConsole, kilometres: String? = nil, typed: [String] = ["48210", ""],
        linesLeft: Int? = nil, testIsOut: Bool = false
    ) throws {
        self.console = console
        self.typed = typed
        self.linesLeft = linesLeft
        self.testIsOut = testIsOut
        dialogue = ProvisioningDialogue(
            .init(
                technician: try #require(TechnicianID(7)), profile: "renault_broadcast",
                kilometres: kilometres))
    }

    /// Plays until it is over.
    mutating func play() {
        take(.connected)
        var rounds = 0
        while outcome == nil, rounds < 200 {
            rounds += 1
            // Nothing else happens: time passes, and the technician does what was told.
            if told.last?.hasPrefix("Press a key") == true { console.act("keypad") }
            if told.last?.hasPrefix("Type at the keypad") == true { console.act("code") }
            guard isWaiting else { return }
            isWaiting = false
            take(.elapsed)
        }
    }

    private mutating func take(_ input: ProvisioningDialogue.Input) {
        guard outcome == nil else { return }
        for effect in dialogue.step(input) {
            switch effect {
            case .interrupt: carry("\u{3}")
            case .send(let line): carry(line)
            case .wait: isWaiting = true
            case .tell(let words): told.append(words)
            case .ask(let words):
                told.append(words)
                isWaiting = false
                take(.typed(typed.isEmpty ? "l" : typed.removeFirst()))
            case .need(let need):
                isWaiting = false
                needs.append(need)
                take(.made(answer(need)))
            case .end(let outcome): self.outcome = outcome
            }
        }
    }

    private mutating func carry(_ line: String) {
        guard outcome == nil, pull() else { return }
        for line in console.take(line) {
            guard outcome == nil, pull() else { return }
            take(.line(line))
        }
    }

    /// Counts one line; the last one does not arrive.
    private mutating func pull() -> Bool {
        guard let left = linesLeft else { return true }
        linesLeft = left - 1
        if left > 0 { return true }
        take(.hungUp("pulled"))
        return false
    }

    private mutating func answer(
        _ need: ProvisioningDialogue.FleetNeed
    ) -> ProvisioningDialogue.FleetAnswer {
        switch need {
        case .claim: return .claim(key: "00", pin: "1234", fleet: "ff")
        case .answer: return .answer("87654321")
        case .bundle: return .bundle("-----BEGIN CMS-----\nAA==\n-----END CMS-----\n")
        case .isEnrolled: return .isEnrolled(isKnown)
        case .time: return .time(at(10))
        case .testCode:
            testIsOut = true
            return .testCode(CodeText(digits: [0, 1, 5, 4, 4, 5, 2, 5, 0, 2, 2, 9]))
        case .testPending: return .testPending(testIsOut)
        case .testCodeTaken: return .noted
        case .testEnded:
            testIsOut = false
            return .noted
        }
    }

    var report: ProvisioningReport? {
        guard case .finished(let report) = outcome else { return nil }
        return report
    }

    var failure: ProvisioningFailure? {
        guard case .failed(let failure) = outcome else { return nil }
        return failure
    }
}

@Suite struct `The dialogue of an installation` {
    let console = ScriptedConsole(box: Installation.name)

    @Test func `a new box is led through all steps, and its test rental is ended`() throws {
        var run = try Installation(console)
        run.play()
        let report = try #require(run.report)
        #expect(report.open == [] && report.notes == [])
        #expect(report.steps.map(\.name) == ScriptedConsole.steps.map(\.step))
        #expect(report.box.description == Installation.name && report.firmware == "1.0.0")
        #expect(report.facts["keys show"]?["shown"] == "keys show")
        #expect(console.isClaimed && !console.hasRental && !console.isLoggedIn && !run.testIsOut)
        #expect(console.profile == "renault_broadcast")
        for once in ["claim", "keys install", "car pair", "clock set", "car confirm", "board test"]
        {
            #expect(console.commands.filter { $0 == once }.count == 1, "\(once)")
        }
    }

    /// How many lines go over the cable in an installation that nothing disturbs.
    static func lines() throws -> Int {
        var run = try Installation(ScriptedConsole(box: Installation.name), linesLeft: 100_000)
        run.play()
        return 100_000 - (try #require(run.linesLeft))
    }

    @Test func `a cable that is pulled at any line is one clear failure, and the next run ends it`()
        throws
    {
        let lines = try Self.lines()
        #expect(lines > 60)
        for pulled in 0..<lines {
            let console = ScriptedConsole(box: Installation.name)
            var first = try Installation(console, linesLeft: pulled)
            first.play()
            let failure = try #require(first.failure, "at line \(pulled)")
            #expect(failure.code == .hungUp)
            #expect("\(failure)".contains("start again") && !"\(failure)".contains("\n"))
            var second = try Installation(console, testIsOut: first.testIsOut)
            second.play()
            let report = try #require(second.report, "at line \(pulled): \(second.told)")
            #expect(report.open == [], "at line \(pulled)")
            #expect(!console.hasRental && !second.testIsOut, "at line \(pulled)")
            for once in ["car pair", "clock set", "car confirm", "board test"] {
                #expect(
                    console.commands.filter { $0 == once }.count == 1, "\(once) at \(pulled)")
            }
        }
    }

    @Test func `a port at which nobody answers is told in ten seconds`() throws {
        var dialogue = try Installation(console).dialogue
        var waited = Milliseconds.zero
        var effects = dialogue.step(.connected)
        while !dialogue.isOver {
            for case .wait(let length) in effects { waited += length }
            effects = dialogue.step(.elapsed)
        }
        #expect(waited == .seconds(10))
        guard case .end(.failed(let failure)) = effects.last else {
            Issue.record("\(effects)")
            return
        }
        #expect(failure.code == .silent)
    }

    @Test func `noise, other people's lines and echoes change nothing`() throws {
        var dialogue = try Installation(console).dialogue
        _ = dialogue.step(.connected)
        for line in [
            "box> json on", "{", "[1]", #"{"ok":true}"#, #"{"command":"version","ok":true}"#, "",
        ] {
            #expect(dialogue.step(.line(line)) == [], "\(line)")
        }
        let json = #"{"command":"json","data":{"json":true},"ok":true}"#
        #expect(dialogue.step(.line(json)).first == .send("version"))
        // A line that was spoilt was not run: it begins anew.
        let noise = #"{"command":null,"message":"x","ok":false,"refusal":"noise"}"#
        #expect(dialogue.step(.line(noise)).first == .interrupt)
    }

    @Test func `a line that is nothing but noise is given up`() throws {
        var dialogue = try Installation(console).dialogue
        var effects = dialogue.step(.connected)
        for _ in 0...ProvisioningDialogue.restartMaximum {
            _ = dialogue.step(.line(#"{"command":"json","ok":true}"#))
            effects = dialogue.step(.line(#"{"command":null,"ok":false,"refusal":"noise"}"#))
        }
        guard case .end(.failed(let failure)) = effects.last else {
            Issue.record("\(effects)")
            return
        }
        #expect(failure.code == .garbled)
    }

    @Test func `another box in the middle is noticed`() throws {
        var dialogue = try Installation(console).dialogue
        let json = #"{"command":"json","ok":true}"#
        func version(_ box: String) -> String {
            #"{"command":"version","data":{"box":"\#(box)","firmware":"1"},"ok":true}"#
        }
        _ = dialogue.step(.connected)
        _ = dialogue.step(.line(json))
        _ = dialogue.step(.line(version("0b0c00010000002a")))
        _ = dialogue.step(.line(#"{"command":null,"ok":false,"refusal":"noise"}"#))
        _ = dialogue.step(.line(json))
        let effects = dialogue.step(.line(version("0b0c00010000002b")))
        guard case .end(.failed(let failure)) = effects.last else {
            Issue.record("\(effects)")
            return
        }
        #expect(failure.code == .otherBox)
    }

    @Test(arguments: ["claim", "keys request", "keys install", "car pair", "clock set", "login"])
    func `what the box refuses for good ends it with the box's words`(_ command: String) throws {
        console.refusals[command] = [("badBundle", "it does not please")]
        var run = try Installation(console)
        run.play()
        let failure = try #require(run.failure)
        #expect(failure.code == .refused)
        #expect("\(failure)".contains("\(command): it does not please; "))
    }

    @Test func `what the box refuses for now is asked again`() throws {
        console.refusals["car confirm"] = [("odometerApart", "the car says 48310")]
        console.refusals["board test"] = [("notStanding", "it moves"), ("tripOpen", "a trip")]
        var run = try Installation(console, typed: ["km", "48210", "48310.5", "", "", ""])
        run.play()
        #expect(run.report?.open == [])
        #expect(run.told.contains("The box says: the car says 48310."))
        #expect(run.told.contains("That is no number of km, such as 48210 or 48210.5."))
    }

    @Test func `what the technician leaves is left, and named`() throws {
        var run = try Installation(console, typed: ["l", "l"])
        run.play()
        #expect(run.report?.open == ["odometer", "relays"])
    }

    @Test func `a session that ends in between is begun again`() throws {
        console.refusals["board test"] = [("needsLogin", "log in first")]
        var run = try Installation(console, typed: ["48210", "", ""])
        run.play()
        #expect(run.report?.open == [])
        #expect(console.commands.filter { $0 == "login" }.count == 2)
    }

    @Test func `a box that has another profile is paired anew`() throws {
        console.done = ["keys", "profile", "clock", "odometer", "relays", "keypad", "code"]
        console.isClaimed = true
        console.profile = "vw_mqb"
        var run = try Installation(console)
        run.play()
        #expect(run.report?.open == [])
        #expect(console.profile == "renault_broadcast")
        #expect(!run.needs.contains { if case .testCode = $0 { true } else { false } })
    }

    @Test func `a box with keys that the fleet does not know is enrolled all the same`() throws {
        console.done = ["keys"]
        var run = try Installation(console)
        run.isKnown = false
        run.play()
        #expect(run.report?.open == [])
        #expect(console.commands.filter { $0 == "keys install" }.count == 1)
    }

    @Test func `a box that reads the car already is not paired again`() throws {
        console.done = ["keys", "profile"]
        console.profile = "renault_broadcast"
        var run = try Installation(console)
        run.play()
        #expect(run.report?.open == [])
        #expect(!console.commands.contains("car pair"))
    }

    @Test func `the report says what was done, and is the same bytes each time`() throws {
        var run = try Installation(console)
        run.play()
        let report = try #require(run.report)
        let json = report.json(fleet: .zero, started: at(9), finished: at(10))
        #expect(try CanonicalJSON(parsing: json.bytes) == json)
        #expect(json["done"] == true && json["technician"] == 7)
        #expect(report.lines(started: at(9), finished: at(10)).last == "all steps are done")
    }
}
