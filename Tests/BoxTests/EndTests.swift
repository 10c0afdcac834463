import AccessCode
import Records
import Testing
import Units
import Vehicle

@testable import Box

@Suite("The end of a rental")
struct EndTests {
    @Test func `END closes the trip, locks, shows the receipt and inhibits the starter`() throws {
        var talk = Conversation.rented()
        talk.wait(.minutes(30))
        let effects = talk.enter("363")
        let asked = try #require(effects.first?.receipt)
        #expect(asked.returned.rental == eightHours)
        #expect(asked.returned.endMinute == ReturnedRental.minute(of: talk.wall))
        #expect(asked.returned.distance == .zero)
        #expect(asked.keyEpoch == KeyEpoch(0))
        #expect(effects[1].commitKinds == [.tripClose, .lock])
        #expect(
            effects[2..<5] == [
                .pulseDoor(.lock), .signal(.ended([1, 2, 3, 4, 5, 6, 7, 8])), .sync,
            ])
        #expect(effects.count == 6 && effects.inhibits)
        #expect(talk.box.starter.wanted == .engaged)
        let close = try #require(talk.closes.first)
        #expect(close.cause == .code)
        #expect(close.receipt == "12345678")
        #expect(close.endMinute == asked.returned.endMinute)
        #expect(close.duration == 1800)
        #expect(close.flags == [.odometerGap, .odometerStale, .offline])
        #expect(talk.written.last?.body == .lock(LockBody(action: .lock, cause: .end)))
    }

    @Test func `the minute of the record is the one that the receipt signs`() throws {
        var talk = Conversation.rented()
        talk.receiptTakes = .seconds(90)
        let effects = talk.enter("363")
        #expect(talk.closes.first?.endMinute == effects.first?.receipt?.returned.endMinute)
    }

    @Test func `without keys a rental ends without a receipt`() {
        var talk = Conversation.rented()
        talk.receipt = nil
        #expect(talk.enter("363").signals == [.ended([])])
        #expect(talk.closes.first?.receipt == nil)
        #expect(talk.closes.first?.endMinute == nil)
    }

    @Test func `without the time a rental ends without a receipt`() {
        var talk = Conversation(Conversation.rented().box.durable)
        talk.start(rtc: nil)
        talk.tell(.lineRead(.ignition, false))
        talk.wait(.seconds(3))
        let effects = talk.enter("363")
        #expect(effects.signals == [.ended([])])
        #expect(!effects.contains { $0.receipt != nil })
        #expect(talk.closes.first?.endMinute == nil)
    }

    /// What keeps a rental from ending, and what is signalled.
    enum Refusal: String, CaseIterable, Sendable {
        case moving, speedUnknown, ignitionOn, ignitionUnknown, doorOpen, doorOpenOnBus

        var signal: Signal {
            switch self {
            case .moving, .speedUnknown: .moving
            case .ignitionOn, .ignitionUnknown: .ignitionOn
            case .doorOpen, .doorOpenOnBus: .closeDoors
            }
        }

        func arrange(_ talk: inout Conversation) {
            switch self {
            case .moving: talk.hear(speed: 4_000)
            case .speedUnknown: talk.hear(speed: nil)
            case .ignitionOn: talk.tell(.lineRead(.ignition, true))
            case .ignitionUnknown: talk.tell(.lineRead(.ignition, nil))
            case .doorOpen: talk.tell(.lineRead(.doorContact, true))
            case .doorOpenOnBus:
                talk.tell(.lineRead(.doorContact, nil))
                talk.car.doorOpen = Reading(true, from: "test", at: talk.now)
                talk.hear(speed: 0)
            }
        }
    }

    @Test(arguments: Refusal.allCases)
    func `END is refused with a signal of its own`(_ refusal: Refusal) {
        var talk = Conversation.rented()
        refusal.arrange(&talk)
        #expect(talk.enter("363") == [.signal(refusal.signal)])
        #expect(talk.box.durable.trip != nil)
    }

    @Test func `END without a rental says so`() {
        var talk = Conversation.parked()
        #expect(talk.enter("363") == [.signal(.nothingActive)])
        #expect(talk.enter("5625") == [.signal(.nothingActive)])
    }

    @Test func `LOCK with a door open is refused and with the ignition on is not`() {
        var talk = Conversation.rented()
        talk.tell(.lineRead(.ignition, true))
        #expect(talk.enter("5625").signals == [.locked])
        talk.tell(.lineRead(.doorContact, true))
        #expect(talk.enter("5625") == [.signal(.closeDoors)])
        #expect(talk.box.durable.trip != nil)
    }

    @Test func `a door that does not say does not hold an END back`() {
        var talk = Conversation.rented()
        talk.tell(.lineRead(.doorContact, nil))
        #expect(talk.enter("363").signals.count == 1)
        #expect(talk.closes.count == 1)
        #expect(talk.closes.first?.flags.contains(.doorOpen) == false)
    }

    @Test func `an ignition known by the bus alone is enough for an END`() {
        var talk = Conversation.rented()
        talk.tell(.lineRead(.ignition, nil))
        talk.car.ignition = Reading(false, from: "test", at: talk.now)
        talk.hear(speed: 0)
        talk.enter("363")
        #expect(talk.closes.count == 1)
    }

    @Test func `a close that cannot be written leaves the trip open and the doors as they are`() {
        var talk = Conversation.rented()
        talk.takesCommit = { _, _ in false }
        let effects = talk.enter("363")
        #expect(effects.signals == [.storageFailed])
        #expect(!effects.contains(.pulseDoor(.lock)))
        #expect(talk.box.durable.trip != nil)
        #expect(talk.box.starter.wanted == .released)
        talk.takesCommit = { _, _ in true }
        talk.enter("363")
        #expect(talk.closes.count == 1)
    }

    @Test func `a rental that ended opens no more`() {
        var talk = Conversation.rented()
        talk.enter("363")
        let effects = talk.enter(rentalDigits)
        #expect(effects.signals == [.refused(.closed)])
        #expect(!effects.opensDoor)
        #expect(talk.opens.count == 1)
    }

    @Test(arguments: [-1, 0, 1] as [Int64])
    func `an hour behind its end a rental is closed where the car stands`(_ late: Int64) throws {
        var state = Conversation.rented().box.durable
        state.trusted = startWall
        var talk = Conversation(state)
        // The interval's lower edge decides: 2 s below what the clock shows.
        let due = startWall + .hours(9) + .seconds(2)
        talk.start(rtc: RTCReading(time: due - .minutes(2) + millis(late), stopped: false))
        talk.tell(.lineRead(.ignition, false))
        talk.wait(.minutes(2))
        // Nine hours of drift of 3.5 ppm are 113 ms.
        talk.wait(millis(113))
        #expect(talk.closes.count == (late < 0 ? 0 : 1))
        #expect(talk.closes.allSatisfy { $0.cause == .window && $0.flags.contains(.lateClose) })
    }

    @Test func `an overdue rental is not closed while the ignition is on`() {
        var talk = Conversation.rented()
        talk.tell(.lineRead(.ignition, true))
        talk.wait(.hours(12))
        #expect(talk.closes.isEmpty)
        talk.tell(.lineRead(.ignition, false))
        talk.wait(.minutes(11))
        #expect(talk.closes.map(\.cause) == [.window])
        #expect(talk.box.starter.wanted == .engaged)
    }

    @Test func `an overdue rental that cannot be written down is tried once a minute`() {
        var talk = Conversation.rented()
        talk.tell(.lineRead(.ignition, true))
        talk.wait(.hours(12))
        talk.tell(.lineRead(.ignition, false))
        talk.wait(millis(59_999))
        talk.takesCommit = { _, _ in false }
        let before = talk.commits
        for _ in 0..<5 { talk.tell(.deadlinePassed) }
        #expect(talk.commits == before)
        talk.now = talk.now + millis(1)
        for _ in 0..<5 { talk.tell(.deadlinePassed) }
        #expect(talk.commits == before + 1)
        talk.now = talk.now + millis(59_999)
        talk.tell(.deadlinePassed)
        #expect(talk.commits == before + 1)
        talk.now = talk.now + millis(1)
        talk.tell(.deadlinePassed)
        #expect(talk.commits == before + 2)
        talk.takesCommit = { _, _ in true }
        talk.wait(.minutes(11))
        #expect(talk.closes.count == 1)
    }

    @Test func `a rental that was overdue when the box started is closed as recovered`() {
        var talk = Conversation(Conversation.rented().box.durable)
        talk.start(rtc: RTCReading(time: startWall + .hours(30), stopped: false))
        talk.tell(.lineRead(.ignition, false))
        talk.wait(.minutes(11))
        #expect(talk.closes.map(\.cause) == [.recovered])
        #expect(talk.closes.first?.receipt == "12345678")
        talk.match = .rental(
            RentalID(start: Slot(firstSlot.number + 120), duration: hours(1), generation: 0))
        #expect(talk.enter(rentalDigits).signals == [.opened])
        talk.wait(.hours(3))
        #expect(talk.closes.map(\.cause) == [.recovered, .window])
    }

    @Test func `with the clock lost an active rental ends on uptime`() {
        var talk = Conversation(Conversation.rented().box.durable)
        talk.start(rtc: nil)
        talk.tell(.lineRead(.ignition, false))
        talk.wait(.hours(8))
        #expect(talk.closes.isEmpty)
        talk.wait(.hours(1) + .minutes(11))
        #expect(talk.closes.map(\.cause) == [.window])
    }
}
