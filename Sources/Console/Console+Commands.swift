internal import AccessCode
internal import Box
internal import Records
internal import Units
internal import Vehicle

/// What an answer is awaited for.
enum Pending: Hashable, Sendable {
    /// Nobody wants it any more.
    case nothing
    /// The facts with which a command begins.
    case command
    /// Whether a record is durable; then this is done.
    case record(Work)
    case acted
    case relays
    case net
    case enrolment
    case check
    /// The check of the log, for the report of everything.
    case diagnosis(BoxFacts)
    case lines(LinesSent)
    case probe
    case live
    case challenge(TechnicianID)
    case login(TechnicianID)
    case loggedIn(TechnicianID)
    case loginRefused
    /// The facts with which the guide goes on.
    case guide
    /// The facts by which the guide may test the relays.
    case guideRelays
}

/// What is done once the record of it is durable.
enum Work: Hashable, Sendable {
    case act(ConsoleAction)
    case relays
    case net
    case enrolment
    case lines(from: Int64)
}

/// How many lines of the log were given away.
struct LinesSent: Hashable, Sendable {
    var from: Int64
    var count: Int64 = 0
}

extension Console {
    /// Takes a line of the command level.
    mutating func run(_ line: String) {
        switch CommandReader.read(line) {
        case .empty: prompt()
        case .refused(let refusal, let detail, let isJSON):
            refuse(nil, refusal, detail, isJSON: isJSON || isPlain)
        case .invocation(let invocation): run(invocation)
        }
    }

    private mutating func run(_ invocation: Invocation) {
        switch invocation.command.name.plan {
        case .help: help(invocation)
        case .json:
            isPlain = invocation.word == "on"
            var report = Report()
            report.put("json", "json", isPlain, "on", "off")
            finish(invocation, report)
        case .logout: logOut("logged out", asJSON: isJSON(invocation))
        case .enter, .show, .work, .begin: ask(.facts, .command, invocation)
        }
    }

    private mutating func help(_ invocation: Invocation) {
        let words = invocation.arguments.compactMap { value in
            if case .text(let word) = value { word } else { nil }
        }
        guard let lines = CommandHelp.lines(words) else {
            return refuse(
                invocation, .unknownCommand,
                "there is no command \(CommandReader.shown(words.joined(separator: " ")))")
        }
        guard isJSON(invocation) else { return show(lines, invocation) }
        var report = Report()
        report.put("lines", "lines", "", json: .array(lines.map { .string($0) }))
        finish(invocation, report)
    }

    /// The command, now that the facts are known.
    mutating func run(_ invocation: Invocation, _ facts: BoxFacts) {
        let command = invocation.command
        // Whoever was removed meanwhile is not let go on.
        if let technician, !facts.access.technicians.contains(technician) { self.technician = nil }
        if command.access == .technician {
            guard facts.access.isClaimed else { return refuse(invocation, .needsClaim, "") }
            guard technician != nil else { return refuse(invocation, .needsLogin, "") }
        }
        if let obstacle = Self.obstacle(to: command, facts) {
            return refuse(invocation, obstacle.refusal, obstacle.detail)
        }
        switch command.name.plan {
        case .help, .json, .logout: preconditionFailure("it needs no facts")
        case .enter: enter(invocation, facts)
        case .show(let report): finish(invocation, report(facts))
        case .work(let work): record(work(invocation, facts), invocation)
        case .begin(let question): begin(question, invocation, facts)
        }
    }

    /// Why `command` may not be done with the car as it is; `nil` when it may.
    private static func obstacle(
        to command: ConsoleCommand, _ facts: BoxFacts
    ) -> (refusal: ConsoleRefusal, detail: String)? {
        if command.needsStandingCar, let reason = facts.board.interlock {
            let words = ConsoleRefusal.notStanding.words
            return (.notStanding, "\(words): \(reason.rawValue)")
        }
        if facts.rental.trip != nil, [.boardTest, .wipe].contains(command.name) {
            return (.tripOpen, ConsoleRefusal.tripOpen.words)
        }
        return nil
    }

    /// The relays, in the guide, by the same conditions as the command.
    private mutating func testRelays(_ invocation: Invocation, _ facts: BoxFacts) {
        guard let obstacle = Self.obstacle(to: CommandTree.command(.boardTest), facts) else {
            return record(.relays, invocation)
        }
        write("refused: \(obstacle.detail) (\(obstacle.refusal.rawValue))\n")
        goOn(facts)
    }

    /// What goes on before it is done, or is more than one answer.
    private mutating func begin(
        _ course: CommandCourse, _ invocation: Invocation, _ facts: BoxFacts
    ) {
        switch course {
        case .bundle(let purpose): askBundle(purpose, invocation)
        case .wipe: put(.wipeBox(facts.identity.box), invocation)
        case .check: ask(.verifyLog, .check, invocation)
        case .diagnosis: ask(.verifyLog, .diagnosis(facts), invocation)
        case .probe: ask(.probe(.seconds(invocation.number ?? 120)), .probe, invocation)
        case .guide: beginGuide(invocation, facts)
        case .signals:
            if isJSON(invocation) { return finish(invocation, facts.signals(at: now)) }
            drawLive(facts.signalLine(at: now), invocation)
        }
    }

    private mutating func askBundle(_ purpose: BundlePaste.Purpose, _ invocation: Invocation) {
        if !isJSON(invocation) { write("paste the bundle; its last line ends it\n") }
        put(.bundle(BundlePaste(purpose: purpose)), invocation)
    }

    /// Writes down that `work` is done, then does it.
    mutating func record(
        _ work: Work, by who: TechnicianID? = nil, _ invocation: Invocation
    ) {
        guard let who = who ?? technician else { return refuse(invocation, .needsLogin, "") }
        let body = TechnicianBody(who: Int64(who.number), action: action(work, invocation))
        ask(.record(body), .record(work), invocation)
    }

    /// What the record says: the command, or the step of the guide with what was typed for it.
    private func action(_ work: Work, _ invocation: Invocation) -> String {
        guard guide != nil else { return invocation.action }
        let step =
            switch work {
            case .relays: "\(ProvisionStep.relays)"
            case .act(.installKeys): "\(ProvisionStep.keys)"
            case .act(.setClock(let time)): "\(ProvisionStep.clock) \(time.iso)"
            case .act(.pairProfile(let name)): "\(ProvisionStep.profile) \(name.prefix(64))"
            case .act(.confirmOdometer(let metres)): "\(ProvisionStep.odometer) \(metres)"
            case .act, .net, .enrolment, .lines: ""
            }
        return "\(invocation.action) \(step)"
    }

    private mutating func perform(_ work: Work, _ invocation: Invocation) {
        switch work {
        case .act(let action): ask(.act(action), .acted, invocation)
        case .relays: ask(.testRelays, .relays, invocation)
        case .net: ask(.testNet, .net, invocation)
        case .enrolment: ask(.enrolment, .enrolment, invocation)
        case .lines(let from):
            ask(.readLog(from: from), .lines(LinesSent(from: from)), invocation)
        }
    }

    /// Takes in the answer that `pending` waited for.
    mutating func take(
        _ answer: ConsoleAnswer, for pending: Pending, _ invocation: Invocation?
    ) {
        guard let invocation, pending != .nothing else { return prompt() }
        if case .unavailable(let reason) = answer {
            return settle(invocation, .refused(.notHere, reason))
        }
        switch (pending, answer) {
        case (.command, .facts(let facts)): run(invocation, facts)
        case (.guide, .facts(let facts)): goOn(facts)
        case (.guideRelays, .facts(let facts)): testRelays(invocation, facts)
        case (.live, .facts(let facts)): drawLive(facts.signalLine(at: now), invocation)
        case (.record(let work), .recorded(let isDurable)):
            guard isDurable else { return settle(invocation, .refused(.notRecorded, "")) }
            perform(work, invocation)
        case (.acted, .acted(let outcome)): settle(invocation, outcome)
        case (.relays, .relays(let tests)), (.net, .net(let tests)): finish(tests, invocation)
        case (.enrolment, _), (.check, _), (.diagnosis, _), (.lines, _), (.probe, _):
            takeReading(answer, for: pending, invocation)
        case (.challenge, _), (.login, _), (.loggedIn, _), (.loginRefused, _):
            takeLogin(answer, for: pending, invocation)
        case _: preconditionFailure("an answer to something else than was asked")
        }
    }

    /// What was read, for whoever asked to see it.
    private mutating func takeReading(
        _ answer: ConsoleAnswer, for pending: Pending, _ invocation: Invocation
    ) {
        switch (pending, answer) {
        case (.enrolment, .enrolment(let request)):
            guard let request else { return refuse(invocation, .keysFailed, "") }
            finish(enrolment: request, invocation)
        case (.check, .verified(let check)):
            guard let check else { return refuse(invocation, .storageFailed, "") }
            finish(invocation, check.report)
        case (.diagnosis(let facts), .verified(let check)):
            finish(invocation, facts.diagnosis(check, at: now))
        case (.lines(let sent), .lines(let lines)): send(lines, sent, invocation)
        case (.probe, .probed(let report)): finish(invocation, report.report)
        case _: preconditionFailure("an answer to something else than was asked")
        }
    }

    /// The end of an action, in a command or in the guide.
    private mutating func settle(_ invocation: Invocation, _ outcome: ActionOutcome) {
        if guide != nil {
            switch outcome {
            case .done(let words): write((words.isEmpty ? "done" : words) + "\n")
            case .refused(let refusal, let detail):
                write("refused: \(detail.isEmpty ? refusal.words : detail) (\(refusal.rawValue))\n")
            }
            return ask(.facts, .guide, invocation)
        }
        switch outcome {
        case .done(let words):
            // What was wiped has no technicians any more.
            if invocation.command.name == .wipe { technician = nil }
            finish(invocation, words.isEmpty ? "yes" : words)
        case .refused(let refusal, let detail): refuse(invocation, refusal, detail)
        }
    }

    private mutating func finish(_ tests: [LineTest], _ invocation: Invocation) {
        guard guide != nil else { return finish(invocation, tests.report) }
        write(tests.report.lines)
        ask(.facts, .guide, invocation)
    }

    private mutating func finish(enrolment request: String, _ invocation: Invocation) {
        guard !isJSON(invocation) else {
            var report = Report()
            report.put("request", "request", request)
            return finish(invocation, report)
        }
        // All at once: it is to be copied.
        write(request.split(separator: "\n").map(String.init))
        prompt()
    }

    private mutating func send(_ lines: LogLines?, _ sent: LinesSent, _ invocation: Invocation) {
        guard let lines else { return refuse(invocation, .storageFailed, "") }
        for line in lines.lines { write(record: line) }
        var sent = sent
        sent.count += Int64(lines.lines.count)
        if isInterrupted {
            return refuse(invocation, .cancelled, "broken off after \(sent.count) records")
        }
        if let next = lines.next, !lines.lines.isEmpty {
            return ask(.readLog(from: next), .lines(sent), invocation)
        }
        var report = Report()
        report.put("from", "from", sent.from)
        report.put("records", "records", sent.count)
        finish(invocation, report)
    }
}
