internal import AccessCode
internal import Box
internal import Console
public import Ports
internal import Records
internal import Runtime
internal import Units
internal import Vehicle

/// What changes something in the box.
extension ConsoleService {
    /// How exactly a technician's time is taken.
    private static let timeError = Milliseconds.seconds(1)

    func act(_ action: ConsoleAction) -> ActionOutcome {
        do throws(KeyStoreFailure) {
            switch action {
            case .claim(let claim): return try self.claim(claim)
            case .installKeys(let bundle): return try install(bundle)
            case .installSpare(let bundle): return try installSpare(bundle)
            case .rotateKeys: return try rotateKeys()
            case .setClock(let time): return setClock(time)
            case .confirmOdometer(let metres):
                box.deliver(.odometerConfirmed(dash: metres))
                return odometerOutcome
            case .pinOdometer(let source):
                box.deliver(.odometerChosen(source))
                return odometerOutcome
            case .endRental: return endRental()
            case .pairProfile(let name): return box.pair(name)
            case .acknowledge:
                return .refused(.notHere, "this firmware takes no acknowledgement yet")
            case .wipe: return try wipe()
            }
        } catch {
            return .refused(.keysFailed, "\(error)")
        }
    }

    private func claim(_ claim: ConsoleClaim) throws(KeyStoreFailure) -> ActionOutcome {
        let words = BoxClaim(
            technician: claim.technician, key: claim.key, pin: claim.pin, fleet: claim.fleet)
        guard let words else { return .refused(.badArgument, "") }
        switch try box.keys.claim(words) {
        case .claimed: return .done("claimed: log in now")
        case .alreadyClaimed: return .refused(.alreadyClaimed, "")
        }
    }

    private func install(_ bundle: String) throws(KeyStoreFailure) -> ActionOutcome {
        guard box.runtime?.box.durable.trip == nil else { return .refused(.tripOpen, "") }
        return note(try box.keys.install(bundle: bundle, at: utc))
    }

    private func installSpare(_ bundle: String) throws(KeyStoreFailure) -> ActionOutcome {
        note(try box.keys.installSpare(bundle: bundle, at: utc))
    }

    private var utc: WallTime? { box.runtime?.box.clock.reading(at: box.now)?.time }

    /// Lets the log know which keys there are.
    private func note(_ outcome: BundleOutcome) -> ActionOutcome {
        switch outcome {
        case .refused(let refusal): return .refused(.badBundle, refusal.words)
        case .installed(let keys):
            guard let known = box.runtime?.box.durable.book.keyEpoch, keys.keyEpoch >= known else {
                return .refused(.badBundle, BundleRefusal.tooOld.words)
            }
            // The bundle is in the store; where the log takes nothing the same one is given again.
            guard changeKeys(to: keys.keyEpoch, hasColdSpare: keys.hasSpare) else {
                return .refused(.storageFailed, "")
            }
            let spare = keys.hasSpare ? "with a cold spare" : "without a cold spare"
            return .done("key epoch \(keys.keyEpoch), \(spare)")
        }
    }

    private func rotateKeys() throws(KeyStoreFailure) -> ActionOutcome {
        guard let book = box.runtime?.box.durable.book, book.hasColdSpare else {
            return .refused(.noSpare, "")
        }
        guard box.runtime?.box.durable.trip == nil else { return .refused(.tripOpen, "") }
        let next = book.keyEpoch.next
        guard box.keys.holds(.coldSpare(next)) else { return .refused(.noSpare, "") }
        guard changeKeys(to: next, hasColdSpare: false) else {
            return .refused(.storageFailed, "")
        }
        try box.keys.switchOver(to: next)
        return .done("key epoch \(next)")
    }

    private func changeKeys(to epoch: KeyEpoch, hasColdSpare: Bool) -> Bool {
        box.deliver(.keysChanged(epoch: epoch, hasColdSpare: hasColdSpare))
        guard let book = box.runtime?.box.durable.book else { return false }
        return book.keyEpoch == epoch && book.hasColdSpare == hasColdSpare
    }

    private func wipe() throws(KeyStoreFailure) -> ActionOutcome {
        guard let durable = box.runtime?.box.durable, durable.trip == nil else {
            return .refused(.tripOpen, "")
        }
        try box.keys.wipe()
        box.unpair()
        tests = BoxFacts.Tests()
        // What the log says of a spare that is gone would only let a code be looked for in vain.
        _ = changeKeys(to: durable.book.keyEpoch, hasColdSpare: false)
        return .done("the box is new: claim it")
    }

    private func setClock(_ time: WallTime) -> ActionOutcome {
        guard let before = box.runtime?.box, time + Self.timeError >= before.clock.floor else {
            return .refused(.badTime, "that has certainly passed")
        }
        let waits = before.durable.trip != nil && before.clock.reading(at: box.now) != nil
        box.deliver(
            .timeOffered(TimeOffer(time: time, error: Self.timeError, source: .technician)))
        if waits { return .done("it is taken when the trip is closed") }
        guard let reading = box.runtime?.box.clock.reading(at: box.now),
            (reading.time - time).magnitude <= .seconds(3)
        else { return .refused(.badTime, "") }
        return .done("\(reading.time.iso) ± \(reading.error)")
    }

    private func endRental() -> ActionOutcome {
        _ = box.runtime?.takeLastSignal()
        box.deliver(.rentalEndedByTechnician)
        return box.runtime?.takeLastSignal().map(Self.outcome) ?? .refused(.storageFailed, "")
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
        guard let before = box.runtime?.box, before.durable.trip == nil,
            before.interlock.reason(at: box.now) == nil
        else {
            return [
                LineTest(
                    "interlock", passed: false,
                    "the car has not stood for a minute, or a trip is open")
            ]
        }
        let wasInhibited = before.starter.sensed == .engaged
        let released = box.releaseStarter() == false
        // Time has passed: somebody may have got in.
        guard let proof = box.runtime?.box.interlock.prove(at: box.now) else {
            return [LineTest("interlock", passed: false, "the car was touched meanwhile")]
        }
        let engaged = box.inhibitStarter(proof) == true
        let last = wasInhibited ? engaged : box.releaseStarter() != false
        box.lockDoors()
        // The Box hears of it, as of any change of its lines.
        box.deliver(.lineRead(.starterInhibitSense, wasInhibited ? engaged : last))
        tests.relays = released && engaged
        return [
            LineTest(
                "starter.inhibit.reset", passed: released, released ? "released" : "did not move"),
            LineTest("starter.inhibit.set", passed: engaged, engaged ? "engaged" : "did not move"),
            LineTest("door.lock", passed: true, "pulsed: listen for the lock"),
        ]
    }
}

extension BundleRefusal {
    /// The reason in a few words.
    public var words: String {
        switch self {
        case .notABundle: "this is no bundle"
        case .notClaimed: "the box trusts no fleet yet: claim it first"
        case .wrongFleet: "another fleet signed it than the box was claimed for"
        case .badSignature: "it was changed after it was signed"
        case .notForThisBox: "it was made for another box"
        case .expired: "it has expired: let the fleet make a new one"
        case .replayed: "it answers another request: show the fleet the latest one"
        case .tooOld: "its keys are of an epoch that this box has left"
        case .noSpare: "there is no cold spare in it"
        }
    }
}
