import AccessCode
import Box
import Console
import ConsoleHost
import KeyStore
import Ports
import Records
import Runtime
import Testing
import TripLog
import Units

@testable import Simulation

/// The real console on the simulated box, without a line between them.
private struct ServedDesk {
    let box: SimulatedBox
    let stage: Stage
    let site: SimulatedSite
    let service: ConsoleService
    let technician = SimulatedTechnician(seed: 1)
    var console = Console()
    var now = BootTime.boot
    private(set) var text = ""

    init(isNew: Bool = false) throws {
        box = try FittedBox.make()
        stage = Stage(box: box, framePeriod: Milliseconds(100))
        let technicians = SoftwareTechnicianKeys()
        if !isNew { technician.install(in: technicians) }
        site = SimulatedSite(
            box,
            keys: try SeededKeyStore(box: box.id, codes: box.keys, people: technicians, seed: 1),
            profiles: [box.car.profile], seed: 1)
        service = ConsoleService(site)
    }

    mutating func tell(_ input: ConsoleInput) {
        var next: ConsoleInput? = input
        now = max(now, box.bootTime)
        while let input = next {
            next = nil
            for effect in console.step(input, at: now) {
                switch effect {
                case .write(let bytes): text += String(decoding: bytes, as: UTF8.self)
                case .ask(let request): next = service.answer(request).map { .answered($0) }
                case .hurry: next = service.hurry().map { .answered($0) }
                }
            }
            now = max(now, box.bootTime)
        }
    }

    /// Types `line`; what came of it.
    @discardableResult
    mutating func type(_ line: String) -> String {
        text = ""
        tell(.bytes(Array("\(line)\r".utf8)))
        return text
    }

    mutating func logIn() throws {
        type("login 7")
        let open = try #require(console.openChallenge)
        let answer = try technician.answer(to: open.challenge, for: open.technician)
        type(try #require(answer))
        try #require(console.technician == technician.id)
    }

    /// What technicians did, as the log has it.
    func actions() throws -> [String] {
        let log = try #require(box.log)
        return try log.records(1...log.head.sequence).compactMap { record in
            guard case .technician(let body) = try RecordDraft(record)?.body else { return nil }
            return body.action
        }
    }

    /// Lets time pass, as whoever owns the box does.
    mutating func pass(_ time: Milliseconds) throws {
        for _ in 0..<time.count / 100 {
            try stage.pass(Milliseconds(100))
            if stage.isBusAwake { site.speak(to: service) }
            if let answer = service.tend() { tell(.answered(answer)) }
        }
    }
}

@Suite struct `The console of a simulated box` {
    @Test func `a new box is claimed, and its technician logs in, on the record`() throws {
        var served = try ServedDesk(isNew: true)
        #expect(served.type("login 7").contains("(needsClaim)"))
        served.type("claim 7")
        served.type(Hex.encode(served.technician.key))
        served.type(served.technician.pin)
        #expect(served.type(String(repeating: "0f", count: 32)).contains("claimed: log in now"))
        #expect(served.type("claim 8").contains("(alreadyClaimed)"))
        try served.logIn()
        #expect(try served.actions() == ["claim 7", "login"])
        let key = Hex.encode(served.technician.key)
        #expect(!(try served.actions().contains { $0.contains(key.prefix(8)) }))
    }

    @Test func `wrong answers are counted in the log, through a power cut`() throws {
        var served = try ServedDesk()
        for _ in 0..<6 {
            served.type("login 7")
            #expect(served.type("00000000").contains("(loginRefused)"))
        }
        #expect(served.type("login 7").contains("(loginWait)"))
        served.box.cutPower(entropy: 1)
        #expect(
            served.service.answer(.facts)
                == .unavailable("the box has no power, or its log does not open"))
        try served.box.powerOn()
        served.console = Console()
        served.now = .boot
        #expect(served.type("login 7").contains("(loginWait)"))
        #expect(try served.actions().count == 6)
    }

    @Test func `a session is written down, and the log verifies`() throws {
        var served = try ServedDesk()
        try served.logIn()
        for command in ["board show", "clock set 2026-06-01T00:05Z", "net test", "log export 1"] {
            served.type(command)
        }
        #expect(served.type("log verify").contains("holds"))
        #expect(
            try served.actions() == [
                "login", "clock set 2026-06-01T00:05:00Z", "net test", "log export 1",
            ])
    }

    @Test func `the clock is set, but not below what has certainly passed`() throws {
        var served = try ServedDesk()
        try served.logIn()
        #expect(served.type("clock set 2026-06-01T00:05Z").contains("2026-06-01T00:05:00Z"))
        #expect(served.type("clock set 2026-05-31T00:05Z").contains("(badTime)"))
        #expect(served.type("clock show").contains("2026-06-01T00:05"))
        #expect(served.type("clock show").contains("technician"))
    }

    @Test func `relays move only while the car has stood for a minute`() throws {
        var served = try ServedDesk()
        try served.logIn()
        served.stage.setIgnition(true)
        try served.pass(.seconds(1))
        #expect(served.type("board test").contains("ignitionOn (notStanding)"))
        served.stage.setIgnition(false)
        try served.pass(.seconds(30))
        #expect(served.type("board test").contains("tooSoon (notStanding)"))
        try served.pass(.seconds(60))
        let before = served.box.board.isInhibited
        #expect(served.type("board test").contains("all    passed"))
        #expect(served.box.board.isInhibited == before)
        served.box.board.relayIsStuck = true
        #expect(served.type("board test").contains("FAILED"))
    }

    @Test func `the odometer is confirmed where the car shows it`() throws {
        var served = try ServedDesk()
        try served.logIn()
        #expect(served.type("car confirm 50000").contains("(odometerNotHeard)"))
        served.stage.setIgnition(true)
        try served.pass(.seconds(60))
        #expect(served.type("car confirm 50100").contains("(odometerApart)"))
        #expect(served.type("car confirm 50000").contains("confirmed at 50000 km"))
        #expect(served.type("car pin nonsense").contains("(unknownOdometer)"))
    }

    @Test func `a probe listens as long as it is told, or less`() throws {
        var served = try ServedDesk()
        try served.logIn()
        served.stage.setIgnition(true)
        served.type("car probe 20")
        try served.pass(.seconds(19))
        #expect(!served.text.contains("listened"))
        try served.pass(.seconds(2))
        #expect(served.text.contains("renault_broadcast:"))
        served.type("car probe")
        try served.pass(.seconds(5))
        served.tell(.bytes([0x03]))
        #expect(served.text.contains("listened for"))
    }

    @Test func `a rental that was left is ended, once the car allows it`() throws {
        var served = try ServedDesk()
        try served.logIn()
        #expect(served.type("rental end").contains("(noRental)"))
        let start = try #require(Slot(containing: served.box.truth))
        let rental = RentalID(
            start: start, duration: try #require(DurationIndex(covering: .hours(2))), generation: 0)
        let code = try CodeIssuer(box: served.box.id, keyEpoch: KeyEpoch(0))
            .rental(rental, with: served.box.keys)
        try served.stage.type(code.digits.map { "\($0)" }.joined() + "#")
        #expect(served.type("rental show").contains("trip"))
        served.stage.setIgnition(true)
        try served.pass(.seconds(3))
        #expect(served.type("rental end").contains("(ignitionOn)"))
        #expect(served.type("wipe").contains("(tripOpen)"))
        served.stage.setIgnition(false)
        try served.pass(.seconds(70))
        #expect(served.type("rental end").contains("ended, receipt"))
        #expect(served.box.board.isLocked)
        #expect(served.type("board show").contains("engaged"))
    }

    @Test func `what this box has not got says so`() throws {
        var served = try ServedDesk()
        try served.logIn()
        for line in ["car pair psa_2004", "log ack x"] {
            #expect(served.type(line).contains("(notHere)"))
        }
        served.type("keys install")
        served.type("-----BEGIN CMS-----")
        #expect(served.type("-----END CMS-----").contains("its keys come from the seed"))
        #expect(served.type("keys request").contains("(keysFailed)"))
        #expect(served.type("car pair renault_broadcast").contains("read so already"))
    }

    @Test func `a wiped box lets nobody in, and remembers that it was wiped`() throws {
        var served = try ServedDesk()
        try served.logIn()
        served.type("wipe")
        #expect(served.type(served.box.id.description).contains("claim it"))
        #expect(served.type("login 7").contains("(needsClaim)"))
        #expect(try served.actions() == ["login", "wipe"])
    }
}
