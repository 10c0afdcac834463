internal import AccessCode
internal import Box
internal import Console
internal import KeyStore
internal import Records
internal import Runtime
internal import Units
internal import Vehicle

/// What changes something in the simulated box.
extension ConsoleService {
    /// How exactly a technician's time is taken.
    private static let timeError = Milliseconds.seconds(1)

    func act(_ action: ConsoleAction) -> ActionOutcome {
        switch action {
        case .claim(let claim):
            guard technicians.technicians.isEmpty else { return .refused(.alreadyClaimed, "") }
            technicians.install(SecretBytes(claim.key), pin: claim.pin, for: claim.technician)
            return .done("claimed: log in now")
        case .setClock(let time): return setClock(time)
        case .confirmOdometer(let metres):
            box.deliver(.odometerConfirmed(dash: metres))
            return odometerOutcome
        case .pinOdometer(let source):
            box.deliver(.odometerChosen(source))
            return odometerOutcome
        case .endRental:
            box.board.forgetAnswer()
            box.deliver(.rentalEndedByTechnician)
            return box.board.lastAnswer.map(Self.outcome) ?? .refused(.storageFailed, "")
        case .pairProfile(let name):
            guard name == box.car.profile.name else {
                return .refused(.notHere, "the simulated car is a \(box.car.profile.name)")
            }
            return .done("it is read so already")
        case .wipe:
            guard box.runtime?.box.durable.trip == nil else { return .refused(.tripOpen, "") }
            technicians.removeAll()
            tests = BoxFacts.Tests()
            return .done("the box is new: claim it")
        case .installKeys, .installSpare:
            return .refused(.notHere, "the simulated box has its keys from the seed")
        case .rotateKeys:
            return .refused(.notHere, "type the fleet's KEYSWITCH code at the keypad")
        case .acknowledge:
            return .refused(.notHere, "the desk's fleet takes the log with coverage")
        }
    }

    private func setClock(_ time: WallTime) -> ActionOutcome {
        guard let before = box.runtime?.box, time + Self.timeError >= before.clock.floor else {
            return .refused(.badTime, "that has certainly passed")
        }
        let waits = before.durable.trip != nil && before.clock.reading(at: box.bootTime) != nil
        box.deliver(
            .timeOffered(TimeOffer(time: time, error: Self.timeError, source: .technician)))
        if waits { return .done("it is taken when the trip is closed") }
        guard let reading = box.runtime?.box.clock.reading(at: box.bootTime),
            (reading.time - time).magnitude <= .seconds(3)
        else { return .refused(.badTime, "") }
        return .done("\(reading.time.iso) ± \(reading.error)")
    }

    private var odometerOutcome: ActionOutcome {
        switch box.runtime?.odometerAnswer {
        case .confirmed(let metres): .done("confirmed at \(metres.count / 1000) km")
        case .chosen(let source): .done("\(source.name) is billed by: confirm it")
        case .refused(let refusal): .refused(Self.refusal(refusal), "")
        case nil: .refused(.odometerNotHeard, "")
        }
    }

    private static func refusal(_ refusal: OdometerRefusal) -> ConsoleRefusal {
        switch refusal {
        case .tripOpen: .tripOpen
        case .notHeard: .odometerNotHeard
        case .notOnDash: .odometerNotOnDash
        case .apart: .odometerApart
        case .unknownSource: .unknownOdometer
        case .storageFailed: .storageFailed
        }
    }

    /// What the Box shows when a rental is ended.
    private static func outcome(_ signal: Signal) -> ActionOutcome {
        switch signal {
        case .ended(let digits):
            .done(digits.isEmpty ? "ended" : "ended, receipt \(CodeText(digits: digits))")
        case .nothingActive: .refused(.noRental, "")
        case .moving: .refused(.moving, "")
        case .ignitionOn: .refused(.ignitionOn, "")
        case .closeDoors: .refused(.doorsOpen, "")
        case .digit, .cleared, .opened, .reopened, .extended, .locked, .owner, .accepted,
            .refused, .malformed, .wait, .stopped, .codeFirst, .storageFull, .storageFailed,
            .keysFailed, .starterFault:
            .refused(.storageFailed, "")
        }
    }

    /// Both coils and the lock. Only an interlock's proof lets the inhibit be engaged.
    func testRelays() -> [LineTest] {
        let now = box.bootTime
        guard let proof = box.runtime?.box.interlock.prove(at: now) else {
            return [LineTest("interlock", passed: false, "the car has not stood for a minute")]
        }
        let board = box.board
        let before = board.isInhibited
        board.releaseStarter()
        let released = !board.isInhibited
        board.inhibitStarter(proof)
        let engaged = board.isInhibited
        if !before { board.releaseStarter() }
        board.pulseDoor(.lock)
        // The Box hears of it, as of any change of its lines.
        box.deliver(.lineRead(.starterInhibitSense, board.isInhibited))
        tests.relays = released && engaged
        return [
            LineTest(
                "starter.inhibit.reset", passed: released, released ? "released" : "did not move"),
            LineTest("starter.inhibit.set", passed: engaged, engaged ? "engaged" : "did not move"),
            LineTest("door.lock", passed: true, "pulsed: listen for the lock"),
        ]
    }
}
