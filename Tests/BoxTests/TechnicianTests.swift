import AccessCode
import Records
import Testing
import Units

@testable import Box

@Suite struct `A technician at the box` {
    private static func body(_ action: String) -> TechnicianBody {
        TechnicianBody(who: 17, action: action)
    }

    @Test func `an action is written down as it is`() {
        var talk = Conversation.parked()
        let before = talk.box.durable.sequence
        talk.tell(.technicianActed(Self.body("board test")))
        #expect(talk.written.last?.body == .technician(Self.body("board test")))
        #expect(talk.box.durable.sequence == before + 1)
    }

    @Test func `an action that cannot be written changes nothing`() {
        var talk = Conversation.parked()
        let before = talk.box.durable
        talk.takesCommit = { _, _ in false }
        talk.tell(.technicianActed(Self.body("board test")))
        #expect(talk.box.durable == before)
        #expect(talk.box.unwritten == 1)
    }

    @Test func `refused logins make waits, and one that succeeds forgives`() {
        var talk = Conversation.parked()
        for _ in 0..<6 { talk.tell(.technicianActed(Self.body(TechnicianBody.loginRefused))) }
        #expect(talk.box.durable.technicianLane.failures == 6)
        #expect(talk.box.durable.technicianLane.state(at: talk.now) == .waiting(.minutes(1)))
        talk.wait(.minutes(2))
        talk.tell(.technicianActed(Self.body("board show")))
        #expect(talk.box.durable.technicianLane.until == nil)
        talk.tell(.technicianActed(Self.body(TechnicianBody.login)))
        #expect(talk.box.durable.technicianLane.failures == 1)
    }

    @Test func `a technician who logs in lifts the stop of the keypad`() {
        var state = provisionedState()
        for _ in 0..<Lockout.stop { state.rentalLane.fail(at: .boot) }
        var talk = Conversation(state)
        talk.start()
        #expect(talk.box.durable.rentalLane.state(at: talk.now) == .stopped)
        talk.tell(.technicianActed(Self.body(TechnicianBody.loginRefused)))
        #expect(talk.box.durable.rentalLane.state(at: talk.now) == .stopped)
        talk.tell(.technicianActed(Self.body(TechnicianBody.login)))
        #expect(talk.box.durable.rentalLane.state(at: talk.now) == .waiting(Lockout.longestWait))
    }

    @Test func `pulling the plug gives no login back`() throws {
        var talk = Conversation.parked()
        for _ in 0..<6 { talk.tell(.technicianActed(Self.body(TechnicianBody.loginRefused))) }
        var again = Conversation(talk.box.durable, at: BootTime(milliseconds: 9_000))
        again.start()
        #expect(again.box.durable.technicianLane.state(at: again.now) == .waiting(.minutes(1)))
        let state = again.box.durable
        #expect(try DurableState(snapshot: state.snapshot) == state)
    }

    @Test func `a snapshot tells of logins only once one has failed`() throws {
        var talk = Conversation.parked()
        let text = String(decoding: talk.box.durable.snapshot, as: UTF8.self)
        #expect(!text.contains("technicianLane"))
        talk.tell(.technicianActed(Self.body(TechnicianBody.loginRefused)))
        let state = talk.box.durable
        let later = String(decoding: state.snapshot, as: UTF8.self)
        #expect(later.contains("\"technicianLane\":{\"failures\":1,\"inARow\":1}"))
        #expect(try DurableState(snapshot: state.snapshot) == state)
        let damaged = Array(later.split(separator: "\"inARow\":1}").joined(separator: "1}").utf8)
        #expect(throws: RecordError.self) { try DurableState(snapshot: damaged) }
    }

    @Test func `a technician ends a rental that its driver has locked and left`() {
        var talk = Conversation.rented()
        talk.enter("5625")
        let effects = talk.tell(.rentalEndedByTechnician)
        #expect(talk.closes.map(\.cause) == [.technician])
        #expect(talk.written.last?.body == .lock(LockBody(action: .lock, cause: .technician)))
        #expect(effects.contains(.signal(.ended([1, 2, 3, 4, 5, 6, 7, 8]))))
        #expect(talk.box.durable.book.active == nil)
    }

    @Test func `there must be one, and the car must stand with everything off and shut`() {
        var parked = Conversation.parked()
        #expect(parked.tell(.rentalEndedByTechnician) == [.signal(.nothingActive)])
        var moving = Conversation.rented()
        moving.hear(speed: 9_000)
        #expect(moving.tell(.rentalEndedByTechnician) == [.signal(.moving)])
        var on = Conversation.rented()
        on.tell(.lineRead(.ignition, true))
        #expect(on.tell(.rentalEndedByTechnician) == [.signal(.ignitionOn)])
        var open = Conversation.rented()
        open.tell(.lineRead(.doorContact, true))
        #expect(open.tell(.rentalEndedByTechnician) == [.signal(.closeDoors)])
    }
}
