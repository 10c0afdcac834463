import AccessCode
import Box
import Records
import Runtime
import Simulation
import Units

/// Notes, in order, what was made durable and what was moved, and lets the checker look too.
final class StoryObserver: RuntimeObserver {
    /// The order of things since the last ``forget()``.
    private(set) var steps: [String] = []
    let checker: Checker?
    private var pending: Commit?

    init(checker: Checker?) {
        self.checker = checker
    }

    func forget() {
        steps = []
    }

    func took(_ input: BoxInput, at now: BootTime) {
        checker?.took(input, at: now)
        guard let commit = pending else { return }
        pending = nil
        guard case .committed = input else {
            steps.append("NOT durable: \(Self.kinds(commit))")
            return
        }
        let last = commit.state.sequence
        let first = last - Int64(commit.drafts.count) + 1
        let numbers = first == last ? "record \(last)" : "records \(first) to \(last)"
        steps.append("durable: \(numbers) (\(Self.kinds(commit)))")
    }

    func heardCar(at now: BootTime) {}

    func carriedOut(_ effect: BoxEffect, at now: BootTime) {
        checker?.carriedOut(effect, at: now)
        switch effect {
        case .commit(let commit): pending = commit
        case .pulseDoor(let action): steps.append("pulse:   door.\(action.rawValue)")
        case .releaseStarter: steps.append("pulse:   starter.inhibit.reset, the starter can turn")
        case .inhibitStarter: steps.append("pulse:   starter.inhibit.set, the starter cannot turn")
        case .check(let check):
            steps.append("search:  \(check.candidateCount) codes compared, none skipped")
        case .signal, .storeFloor, .setRTC, .readRTC, .sync, .powerOff, .makeReceipt, .pinOdometer,
            .acceptOdometerStep, .answerOdometer:
            break
        }
    }

    private static func kinds(_ commit: Commit) -> String {
        commit.drafts.map(\.body.kind.rawValue).joined(separator: ", ")
    }
}
