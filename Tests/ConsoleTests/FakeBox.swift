import AccessCode
import Box
import Probe
import Records
import Units
import Vehicle

@testable import Console

/// A box that answers the console at once, as a transcript wants it.
struct FakeBox {
    static let id = BoxID(0x0B0C_0000_0000_0001)
    static let time = CivilTime.utc(2026, 6, 1, 10)

    var facts = FakeBox.installed
    /// What the next action comes to.
    var outcome: ActionOutcome?
    /// What is not to be had here, and why.
    var unavailable: String?
    var recordsFail = false
    var keysAreSilent = false
    var hasChance = true
    var logFails = false
    var relayIsStuck = false
    var defect: String?
    /// What was written down.
    var records: [TechnicianBody] = []
    /// How many records there are.
    var count: Int64 = 40

    /// A box in a parked car, everything done.
    static var installed: BoxFacts {
        var facts = new
        facts.access = BoxFacts.Access(technicians: [7, 12].compactMap { TechnicianID($0) })
        facts.identity.profile = "toyota_611@1f0c2a9b"
        facts.clock.reading = WallReading(time: time, error: .seconds(2), quality: .technician)
        facts.clock.loss = nil
        facts.keys.hasEpoch = true
        facts.keys.hasSpare = true
        facts.keys.hasOwner = true
        facts.odometer = BoxFacts.Odometer(
            known: ["611.ODOMETER", "7E8/22.F446"], pinned: "611.ODOMETER", isConfirmed: true)
        facts.car.odometer = OdometerEstimate(
            display: Metres(48_210_000), position: Metres(48_210_340), error: Metres(1_020),
            resolution: Metres(1_000), source: .odometerAndSpeed, key: "611.ODOMETER", at: .boot)
        facts.car.speed = Reading(.zero, from: "180.SPEED", at: .boot)
        facts.car.ignition = Reading(false, from: "610.IGNITION", at: .boot)
        facts.car.doorOpen = Reading(false, from: "620.DOORS", at: .boot)
        facts.car.fuel = Reading(PerMille(730), from: "620.FUEL", at: .boot)
        facts.car.lastFrameAt = .boot
        facts.net.online = true
        facts.net.link = "lte"
        facts.tests.relays = true
        facts.tests.keypad = true
        facts.tests.code = true
        return facts
    }

    /// A box that nobody has claimed yet.
    static var new: BoxFacts {
        var board = BoxFacts.Board(interlock: nil)
        board.ignition = false
        board.doorOpen = false
        board.wanted = .engaged
        board.sensed = .engaged
        board.battery = Millivolts(12_630)
        return BoxFacts(
            identity: BoxFacts.Identity(
                box: id, firmware: "1.0.0", boots: 3, uptime: .minutes(65)),
            access: BoxFacts.Access(),
            clock: BoxFacts.Clock(reading: nil, loss: .unset, floor: time - .days(1)),
            board: board,
            odometer: BoxFacts.Odometer(known: [], pinned: nil, isConfirmed: false),
            log: BoxFacts.Log(
                epoch: 1, head: 40, hash: Digest256(words: (1, 2, 3, 4)), acknowledged: 38,
                room: .normal),
            keys: BoxFacts.Keys(
                epoch: KeyEpoch(0), hasEpoch: false, hasSpare: false, hasOwner: false))
    }

    mutating func answer(_ request: ConsoleRequest) -> ConsoleAnswer {
        if let unavailable, request != .facts {
            if case .record = request {} else { return .unavailable(unavailable) }
        }
        switch request {
        case .facts: return .facts(facts)
        case .challenge: return .challenge(hasChance ? "11111111" : nil)
        case .login(let login):
            let isRight = login.technician.number == 7 && login.answer == "01501458"
            return .login(keysAreSilent ? nil : isRight)
        case .record(let body): return .recorded(record(body))
        case .act(let action): return .acted(act(action))
        case .testRelays: return .relays(testRelays())
        case .testNet:
            return .net([
                LineTest("modem", passed: true, "registered, lte"),
                LineTest("fleet", passed: facts.net.online, facts.net.online ? "220 ms" : "silent"),
            ])
        case .enrolment:
            return .enrolment(
                keysAreSilent
                    ? nil
                    : "-----BEGIN CERTIFICATE REQUEST-----\nMIIBAAEC\n"
                        + "-----END CERTIFICATE REQUEST-----\n")
        case .verifyLog:
            let check = LogCheck(
                checked: count, erased: 1, first: 1, last: count, hash: facts.log.hash,
                defect: defect)
            return .verified(logFails ? nil : check)
        case .readLog(let from):
            guard !logFails else { return .lines(nil) }
            let last = min(count, from + Int64(Console.linesOfPage) - 1)
            let lines = from <= last ? (from...last).map { Array("{\"seq\":\($0)}".utf8) } : []
            return .lines(LogLines(lines: lines, next: last < count ? last + 1 : nil))
        case .probe: return .probed(Probe(profiles: []).report())
        }
    }

    private mutating func record(_ body: TechnicianBody) -> Bool {
        guard !recordsFail else { return false }
        records.append(body)
        facts.log.head += 1
        switch body.action {
        case TechnicianBody.login: facts.access.lane.succeed()
        case TechnicianBody.loginRefused: facts.access.lane.fail(at: .boot)
        case _: break
        }
        return true
    }

    private mutating func act(_ action: ConsoleAction) -> ActionOutcome {
        if let outcome {
            self.outcome = nil
            return outcome
        }
        switch action {
        case .claim(let claim): facts.access.technicians = [claim.technician]
        case .installKeys:
            facts.keys.hasEpoch = true
            facts.keys.hasSpare = true
        case .installSpare: facts.keys.hasSpare = true
        case .rotateKeys:
            guard facts.keys.hasSpare else { return .refused(.noSpare, "") }
            facts.keys.epoch = facts.keys.epoch.next
            facts.keys.hasSpare = false
            return .done("key epoch \(facts.keys.epoch)")
        case .setClock(let time):
            guard time >= facts.clock.floor else {
                return .refused(.badTime, "\(facts.clock.floor.iso) has certainly passed")
            }
            facts.clock.reading = WallReading(time: time, error: .seconds(2), quality: .technician)
            facts.clock.loss = nil
        case .pairProfile(let name): facts.identity.profile = name
        case .confirmOdometer: facts.odometer.isConfirmed = true
        case .pinOdometer(let key): facts.odometer.pinned = key
        case .acknowledge: facts.log.acknowledged = facts.log.head
        case .endRental:
            guard facts.rental.window != nil else { return .refused(.noRental, "") }
            facts.rental = BoxFacts.Rental()
            return .done("receipt 1234 5678")
        case .wipe: facts = FakeBox.new
        }
        return .done("")
    }

    private mutating func testRelays() -> [LineTest] {
        facts.tests.relays = !relayIsStuck
        return [
            LineTest(
                "starter.inhibit.reset", passed: !relayIsStuck,
                relayIsStuck ? "still engaged" : "released"),
            LineTest("starter.inhibit.set", passed: true, "engaged"),
            LineTest("door.lock", passed: true, "pulsed"),
        ]
    }
}
