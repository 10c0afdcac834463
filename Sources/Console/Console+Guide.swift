internal import Records
internal import Units

/// The guide through the installation.
extension Console {
    mutating func beginGuide(_ invocation: Invocation, _ facts: BoxFacts) {
        let report = ProvisionStep.report(facts)
        guard !isJSON(invocation) else { return finish(invocation, report) }
        write(report.lines)
        guide = Guide(invocation: invocation)
        goOn(facts)
    }

    /// Asks for the next step that is open, or ends.
    mutating func goOn(_ facts: BoxFacts) {
        guard let guide else { return prompt() }
        guard let step = guide.next(facts) else {
            let left = ProvisionStep.allCases.filter { !$0.isDone(in: facts) }.map(\.rawValue)
            write(
                left.isEmpty
                    ? "all steps are done\n" : "left for later: \(left.joined(separator: ", "))\n")
            return prompt()
        }
        write("\n\(step.instruction)\n")
        switch step.entry {
        case .bundle:
            write("l for later, q to leave\n")
            put(.bundle(BundlePaste(purpose: .step)), guide.invocation)
        case .value, .start, .look: put(.step(step), guide.invocation)
        }
    }

    /// What was typed for `step`.
    mutating func take(_ line: String, for step: ProvisionStep, _ invocation: Invocation) {
        let word = line.filter { $0 != " " }
        switch word {
        case "q":
            write("left: provision goes on here\n")
            return prompt()
        case "l":
            guide?.left.insert(step)
            return ask(.facts, .guide, invocation)
        case _: break
        }
        switch step.entry {
        case .bundle: preconditionFailure("a bundle is pasted, not typed")
        case .look: ask(.facts, .guide, invocation)
        case .start: ask(.facts, .guideRelays, invocation)
        case .value(let kind):
            if word.isEmpty {
                guide?.left.insert(step)
                return ask(.facts, .guide, invocation)
            }
            guard let value = CommandReader.value(word, kind), let action = step.action(value)
            else {
                write("\(CommandReader.shown(word)) is none: \(kind.form)\n")
                return put(.step(step), invocation)
            }
            record(.act(action), invocation)
        }
    }
}
