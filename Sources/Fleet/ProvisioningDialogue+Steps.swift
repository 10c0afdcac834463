internal import Console
internal import Records
internal import Units

/// The steps of the installation, in the order in which the box lists them.
extension ProvisioningDialogue {
    mutating func take(steps data: CanonicalJSON) {
        let listed = data["steps"]?.array ?? []
        let before = zip(names, done).filter { $0.1 }.map { $0.0 }
        names = listed.map { $0["step"]?.string ?? "" }
        done = listed.map { $0["done"]?.bool ?? false }
        for (name, isDone) in steps where isDone && !before.contains(name) { tell("[x] \(name)") }
        goOn()
    }

    /// Goes on with the first step that is open and was not left for later.
    mutating func goOn() {
        guard let box else { return restart() }
        if isEnrolled == nil { return send(.keys) }
        // What was paired with another profile is paired anew.
        if isPaired == nil, steps.contains(where: { $0.name == ProvisionStep.profile.rawValue }) {
            return send(.profile)
        }
        if isDone(.code) {
            switch test {
            case .unknown: return need(.testPending(box))
            case .given:
                test = .taken
                return need(.testCodeTaken(box))
            case .taken:
                test = .over
                return send(.endRental)
            case .none, .over: break
            }
        }
        let open = steps.first { name, isDone in
            guard let step = ProvisionStep(rawValue: name) else { return false }
            // A profile is read from the next start on: until then the box has it noted only.
            let isOpen =
                switch step {
                case .profile: isPaired != true
                case .keys: !isDone || isEnrolled != true
                case .clock, .odometer, .relays, .keypad, .code: !isDone
                }
            return isOpen && !left.contains(step)
        }
        guard let open, let step = ProvisionStep(rawValue: open.name) else { return collect(0) }
        begin(step, box)
    }

    private func isDone(_ step: ProvisionStep) -> Bool {
        steps.contains { $0.name == step.rawValue && $0.isDone }
    }

    private mutating func begin(_ step: ProvisionStep, _ box: BoxID) {
        guard mayTry(step) else {
            notes.append("\(step.rawValue): the box lists it as open although it was done")
            return leave(step)
        }
        switch step {
        case .keys: send(.request)
        case .profile: send(.step(.profile), "car pair \(plan.profile)")
        case .clock: need(.time)
        case .odometer:
            if let known = kilometres {
                kilometres = nil
                return confirm(known)
            }
            guard !plan.isUnattended else { return leave(step) }
            ask(step, "Switch the ignition on and wait 10 s. Km on the dashboard (l: later): ")
        case .relays:
            guard !plan.isUnattended || told == .relays else {
                told = .relays
                return send(.step(.relays))
            }
            guard !plan.isUnattended else { return leave(step) }
            ask(step, "Ignition off and the car at rest for a minute, then Enter (l: later): ")
        case .keypad: watch(step, "Press a key of the keypad  (l and Enter: later)")
        case .code:
            guard test == .given else { return need(.testCode(box)) }
            rest(step)
        }
    }

    /// What the box took and still lists as open is not tried for ever.
    private mutating func mayTry(_ step: ProvisionStep) -> Bool {
        switch step {
        case .keys, .profile, .clock:
            tries[step, default: 0] += 1
            return tries[step, default: 0] <= 2
        case .odometer, .relays, .keypad, .code: return true
        }
    }

    private mutating func ask(_ step: ProvisionStep, _ question: String) {
        state = .asking(step)
        effects.append(.ask(question))
    }

    /// Looks at the box until the technician has done `step` at the car.
    private mutating func watch(_ step: ProvisionStep, _ words: String) {
        if told != step {
            told = step
            tell(words)
        }
        rest(step)
    }

    private mutating func rest(_ step: ProvisionStep) {
        // What is done at the car nobody will say any more.
        if isAlone { return leave(step) }
        if plan.isUnattended {
            looks[step, default: 0] += 1
            guard looks[step, default: 0] <= Self.looksMaximum else { return leave(step) }
        }
        state = .resting(step)
        effects.append(.wait(Self.period))
    }

    private mutating func leave(_ step: ProvisionStep) {
        left.insert(step)
        tell("[ ] \(step.rawValue): left for later")
        goOn()
    }

    mutating func take(typed line: String) {
        let word = line.filter { $0 != " " }
        switch state {
        case .asking(let step):
            if word == "l" { return leave(step) }
            switch step {
            case .odometer: confirm(word)
            case .relays: send(.step(.relays))
            case .keys, .profile, .clock, .keypad, .code: send(.provision)
            }
        case .resting(let step):
            if word == "l" { leave(step) }
        case .waiting, .needing:
            // Typed while the box was being looked at.
            if word == "l", let step = told, [.keypad, .code].contains(step) {
                left.insert(step)
                tell("[ ] \(step.rawValue): left for later")
            }
        case .closed, .greeting, .ended: break
        }
    }

    private mutating func confirm(_ kilometres: String) {
        let parts = kilometres.split(separator: ".", omittingEmptySubsequences: false)
        let isNumber =
            (1...2).contains(parts.count) && (1...7).contains(parts[0].utf8.count)
            && parts.dropFirst().allSatisfy { $0.utf8.count == 1 }
            && parts.joined().utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber else {
            tell("That is no number of km, such as 48210 or 48210.5.")
            return ask(.odometer, "Km on the dashboard (l: later): ")
        }
        send(.step(.odometer), "car confirm \(kilometres)")
    }

    /// The box did what `step` wanted.
    mutating func take(_ data: CanonicalJSON, of step: ProvisionStep) {
        switch step {
        case .profile:
            isPaired = true
            tell("[x] profile \(plan.profile), which the box reads from its next start on")
        case .relays:
            for test in data["tests"]?.array ?? [] where test["ok"]?.bool != true {
                let name = test["name"]?.string ?? "?"
                tell("\(name) FAILED: \(test["detail"]?.string ?? "?")")
            }
        case .keys, .clock, .odometer, .keypad, .code: break
        }
        send(.provision)
    }

    /// The box refuses what `step` wanted.
    mutating func take(refusal words: String, of step: ProvisionStep) {
        switch step {
        case .odometer, .relays:
            tell("The box says: \(words).")
            // Asked again, unless nobody is there to be asked.
            send(.provision)
        case .keys, .profile, .clock, .keypad, .code:
            fail(.refused, "the box refuses \(step.command.rawValue): \(words)")
        }
    }
}
