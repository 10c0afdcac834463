internal import Console
internal import Records
internal import Units

/// How the dialogue goes from one command to the next.
extension ProvisioningDialogue {
    mutating func greet(_ count: Int) {
        guard count <= Self.greeting.tries else {
            return fail(
                .silent,
                box.map { "box \($0) does not answer any more" }
                    ?? "no console answers on this port")
        }
        state = .greeting(count)
        effects += [.interrupt, .send("json on"), .wait(Self.greeting.wait)]
    }

    /// Begins anew: what the box has done is asked of it again.
    mutating func restart() {
        restarts += 1
        guard restarts <= Self.restartMaximum else {
            return fail(.garbled, "the line is too noisy")
        }
        greet(1)
    }

    mutating func send(_ command: Command, _ line: String? = nil) {
        state = .waiting(command)
        let patience =
            command == .step(.relays) ? Self.testPatience : Self.patience
        effects += [.send(line ?? command.name), .wait(patience)]
    }

    mutating func need(_ need: FleetNeed) {
        state = .needing
        effects.append(.need(need))
    }

    mutating func tell(_ words: String) { effects.append(.tell(words)) }

    mutating func fail(_ code: ProvisioningFailure.Code, _ words: String) {
        guard state != .ended else { return }
        state = .ended
        effects.append(.end(.failed(ProvisioningFailure(code: code, words: words))))
    }

    mutating func takeElapsed() {
        switch state {
        case .greeting(let count): greet(count + 1)
        // A line that was lost looks like silence: asked once more, the box says where it stands.
        case .waiting: restart()
        case .resting: send(.provision)
        case .closed, .needing, .asking, .ended: break
        }
    }

    mutating func take(line: String) {
        // Echoes, prompts and noise are no objects; the console's answers are.
        guard case .object(let members) = Self.parsed(line) else { return }
        let command = members["command"]?.string
        switch state {
        case .greeting:
            if command == "json", members["ok"]?.bool == true { send(.version) }
        case .waiting(let waiting):
            if members["refusal"]?.string == ConsoleRefusal.noise.rawValue { return restart() }
            guard command == waiting.name else {
                // The session ended for want of a key, or somebody else types.
                if command == "logout" { restart() }
                return
            }
            if let asked = members["ask"]?.string {
                take(question: asked, members, for: waiting)
            } else if members["ok"]?.bool == true {
                take(members["data"] ?? .null, for: waiting)
            } else {
                take(
                    refusal: members["refusal"]?.string ?? "",
                    members["message"]?.string ?? "it says no reason", for: waiting)
            }
        case .resting, .asking:
            if command == "logout" { restart() }
        case .closed, .needing, .ended: break
        }
    }

    private static func parsed(_ line: String) -> CanonicalJSON {
        do throws(JSONParseError) { return try CanonicalJSON(parsing: line.utf8) } catch {
            return .null
        }
    }

    private mutating func take(
        question: String, _ members: [String: CanonicalJSON], for command: Command
    ) {
        switch (command, question) {
        case (.claim(let key, _, _), "key"): reply(key)
        case (.claim(_, let pin, _), "pin"): reply(pin)
        case (.claim(_, _, let fleet), "fleet"): reply(fleet)
        case (.login, "answer"):
            guard let box, let challenge = members["challenge"]?.string else { return restart() }
            need(.answer(box, challenge: challenge))
        case (.install(let bundle), "bundle"):
            for line in bundle.split(separator: "\n") { effects.append(.send(String(line))) }
            effects.append(.wait(Self.patience))
        case _: fail(.garbled, "the box asks for \(question), which is unknown here")
        }
    }

    private mutating func reply(_ line: String) {
        effects += [.send(line), .wait(Self.patience)]
    }

    mutating func take(_ answer: FleetAnswer) {
        guard state == .needing else { return }
        switch answer {
        case .claim(let key, let pin, let fleet):
            send(
                .claim(key: key, pin: pin, fleet: fleet), "claim \(plan.technician)")
        case .answer(let digits): send(.login, digits)
        case .bundle(let bundle): send(.install(bundle: bundle))
        case .isEnrolled(let isKnown):
            isEnrolled = isKnown
            goOn()
        case .time(let time): send(.step(.clock), "clock set \(time.iso)")
        case .testCode(let code):
            test = .given
            told = .code
            tell("Type at the keypad, within its half hour: \(code) #  (l and Enter: later)")
            send(.provision)
        case .testPending(let isPending):
            test = isPending ? .given : .none
            goOn()
        case .noted: goOn()
        case .failed(let words): fail(.fleet, words)
        }
    }

    private mutating func take(_ data: CanonicalJSON, for command: Command) {
        switch command {
        case .version:
            guard let text = data["box"]?.string, let found = BoxID(text) else {
                return fail(.garbled, "the box does not say who it is")
            }
            guard box == nil || box == found else {
                return fail(.otherBox, "box \(found) answers in place of \(box ?? found)")
            }
            if box == nil { tell("box \(found)") }
            box = found
            firmware = data["firmware"]?.string ?? ""
            send(.status)
        case .status:
            guard let box else { return restart() }
            if data["claimed"]?.bool == true { send(.provision) } else { need(.claim(box)) }
        case .claim:
            tell("[x] claimed")
            send(.provision)
        case .login: send(.provision)
        case .provision: take(steps: data)
        case .keys:
            keyEpoch = data["epoch"]?.integer
            send(.log)
        case .log:
            guard let box else { return restart() }
            need(.isEnrolled(box, keyEpoch: keyEpoch, logEpoch: data["epoch"]?.integer))
        case .profile:
            // Behind the name stands the beginning of the profile's hash: `toyota_611@3f2a9c01`.
            isPaired =
                data["next"]?.string?.split(separator: "@").first.map(String.init)
                == plan.profile
            goOn()
        case .request:
            guard let box, let request = data["request"]?.string else {
                return fail(.garbled, "the box gives no request")
            }
            need(.bundle(box, request: request))
        case .install:
            isEnrolled = true
            send(.provision)
        case .step(let step): take(data, of: step)
        case .endRental:
            guard let box else { return restart() }
            need(.testEnded(box))
        case .fact(let index):
            facts[ProvisioningReport.commands[index]] = data
            collect(index + 1)
        case .logout: finish()
        }
    }

    private mutating func take(refusal: String, _ words: String, for command: Command) {
        if refusal == ConsoleRefusal.needsLogin.rawValue {
            logins += 1
            guard logins <= Self.restartMaximum else {
                return fail(.garbled, "the box does not keep the technician logged in")
            }
            return send(.login, "login \(plan.technician)")
        }
        switch command {
        case .claim:
            // Somebody was faster, or the answer was lost with the cable.
            if refusal == ConsoleRefusal.alreadyClaimed.rawValue { return send(.provision) }
            refuse(command, words)
        case .profile:
            isPaired = false
            goOn()
        case .step(let step): take(refusal: words, of: step)
        case .endRental where refusal == ConsoleRefusal.noRental.rawValue:
            guard let box else { return restart() }
            need(.testEnded(box))
        case .endRental:
            tell("The test rental is not ended (\(words)): end it at the keypad, 363#.")
            notes.append("the test rental was left to be ended at the keypad")
            goOn()
        case .fact(let index):
            facts[ProvisioningReport.commands[index]] = .null
            collect(index + 1)
        case .logout: finish()
        case .version, .status, .provision, .keys, .log, .login, .request, .install:
            refuse(command, words)
        }
    }

    private mutating func refuse(_ command: Command, _ words: String) {
        fail(.refused, "the box refuses \(command.name): \(words)")
    }

    /// What the report tells of the box in the end, one command after the other.
    mutating func collect(_ index: Int) {
        guard index < ProvisioningReport.commands.count else { return send(.logout) }
        send(.fact(index))
    }

    private mutating func finish() {
        guard let box else { return restart() }
        state = .ended
        let report = ProvisioningReport(
            box: box, firmware: firmware, technician: plan.technician, profile: plan.profile,
            steps: steps.map { .init(name: $0.name, isDone: $0.isDone) }, notes: notes,
            facts: facts)
        effects.append(.end(.finished(report)))
    }
}
