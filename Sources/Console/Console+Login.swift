internal import AccessCode
internal import Records
internal import Units

/// Claiming and logging in.
extension Console {
    mutating func enter(_ invocation: Invocation, _ facts: BoxFacts) {
        guard let technician = invocation.number.flatMap({ TechnicianID($0) }) else {
            return refuse(invocation, .badArgument, "")
        }
        guard invocation.command.name == .login else {
            guard !facts.access.isClaimed else { return refuse(invocation, .alreadyClaimed, "") }
            return put(.claimKey(technician), invocation)
        }
        guard facts.access.isClaimed else { return refuse(invocation, .needsClaim, "") }
        for lane in [facts.access.lane, unwritten] {
            // Without a stop: a box that nobody could log in to could not be helped.
            guard case .waiting(let rest) = lane.state(at: now, stops: false) else { continue }
            let minutes = (rest.count + 59_999) / 60_000
            return refuse(invocation, .loginWait, "too many wrong answers: wait \(minutes) min")
        }
        self.technician = nil
        ask(.challenge, .challenge(technician), invocation)
    }

    mutating func takeLogin(
        _ answer: ConsoleAnswer, for pending: Pending, _ invocation: Invocation
    ) {
        switch (pending, answer) {
        case (.challenge(let technician), .challenge(let challenge)):
            guard let challenge, challenge.utf8.count == TechnicianLogin.digits else {
                return refuse(invocation, .keysFailed, "there is no chance to be had")
            }
            if !isJSON(invocation) {
                write("challenge: \(challenge.prefix(4)) \(challenge.suffix(4))\n")
            }
            put(.loginAnswer(technician, challenge: challenge), invocation)
        case (.login(let technician), .login(let isRight)):
            guard let isRight else { return refuse(invocation, .keysFailed, "") }
            let action = isRight ? TechnicianBody.login : TechnicianBody.loginRefused
            ask(
                .record(TechnicianBody(who: Int64(technician.number), action: action)),
                isRight ? .loggedIn(technician) : .loginRefused, invocation)
        case (.loggedIn(let technician), .recorded(let isDurable)):
            // A box whose log takes nothing must be helped, too: nothing else is done unrecorded.
            self.technician = technician
            unwritten.succeed()
            finish(
                invocation,
                isDurable ? "logged in" : "logged in, unrecorded: the log takes nothing")
        case (.loginRefused, .recorded(let isDurable)):
            if !isDurable { unwritten.fail(at: now) }
            refuse(invocation, .loginRefused, "")
        case _: preconditionFailure("an answer to something else than was asked")
        }
    }
}
