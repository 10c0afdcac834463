import AccessCode
import Records
import Testing
import Units
import Vehicle

@testable import Box

@Suite("The life of a rental")
struct RentalTests {
    @Test func `redemption, door, trip and starter come in this order`() throws {
        var talk = Conversation.parked()
        talk.match = .rental(eightHours)
        let effects = talk.enter(rentalDigits)
        let redeemed = try #require(effects.firstIndex { $0.commitKinds == [.codeAccepted] })
        let door = try #require(effects.firstIndex(of: .pulseDoor(.unlock)))
        let opened = try #require(effects.firstIndex { $0.commitKinds == [.lock, .tripOpen] })
        let starter = try #require(effects.firstIndex(of: .releaseStarter))
        #expect(redeemed < door)
        #expect(door < opened)
        #expect(opened < starter)
        #expect(effects.signals == [.opened])
        #expect(effects.contains(.sync))
    }

    @Test func `the trip is named after the place of its record and says what allowed it`() throws {
        var talk = Conversation.parked()
        talk.tell(.batteryRead(BatteryReading(voltage: Millivolts(12_600), drawn: .zero)))
        talk.car.fuel = Reading(PerMille(700), from: "test", at: talk.now)
        talk.hear(speed: 0, odometer: Metres(45_000))
        talk.match = .rental(eightHours)
        talk.enter(rentalDigits)
        let open = try #require(talk.opens.first)
        let place = talk.kinds.firstIndex(of: .tripOpen).map { Int64($0) + 1 }
        #expect(open.trip == TripID(epoch: 7, sequence: place ?? 0))
        #expect(open.authority.kind == .code)
        #expect(open.authority.rental == eightHours)
        #expect(open.authority.window == eightHours.start.start..<eightHours.end)
        #expect(open.odometer?.position == Metres(45_000))
        #expect(open.battery == Millivolts(12_600))
        #expect(open.fuel == PerMille(700))
        #expect(open.firmware == "1.0")
        #expect(open.profile == "test@00000000")
        #expect(talk.box.durable.trip?.open == open)
    }

    @Test func `a redemption that cannot be written opens nothing`() {
        var talk = Conversation.parked()
        talk.match = .rental(eightHours)
        talk.takesCommit = { _, _ in false }
        let effects = talk.enter(rentalDigits) + talk.wait(.minutes(5))
        #expect(!effects.opensDoor)
        #expect(!effects.releases)
        #expect(effects.signals == [.storageFailed])
        #expect(talk.box.durable.book.active == nil)
    }

    @Test func `a trip that cannot be written keeps the starter inhibited`() {
        var talk = Conversation.parked()
        talk.match = .rental(eightHours)
        talk.takesCommit = { _, commit in !commit.drafts.contains { $0.body.kind == .tripOpen } }
        let effects = talk.enter(rentalDigits) + talk.wait(.minutes(5))
        #expect(effects.opensDoor)
        #expect(!effects.releases)
        #expect(effects.signals == [.opened, .storageFailed])
        #expect(talk.box.durable.book.active?.rental == eightHours)
        #expect(talk.box.durable.trip == nil)
    }

    @Test func `a trip that could not be written opens with the next entry of the same code`() {
        var talk = Conversation.parked()
        talk.match = .rental(eightHours)
        talk.takesCommit = { _, commit in !commit.drafts.contains { $0.body.kind == .tripOpen } }
        talk.enter(rentalDigits)
        talk.takesCommit = { _, _ in true }
        let effects = talk.enter(rentalDigits)
        #expect(effects.signals == [.reopened])
        #expect(effects.opensDoor)
        #expect(effects.releases)
        #expect(talk.opens.count == 1)
    }

    @Test func `a rental whose trip never opened is ended with both ends and no distance`() {
        var talk = Conversation.parked()
        talk.hear(speed: 0, odometer: Metres(45_000))
        talk.match = .rental(eightHours)
        talk.takesCommit = { _, commit in !commit.drafts.contains { $0.body.kind == .tripOpen } }
        talk.enter(rentalDigits)
        talk.takesCommit = { _, _ in true }
        talk.enter("363")
        #expect(talk.opens.count == 1)
        #expect(talk.closes.count == 1)
        let place = talk.kinds.firstIndex(of: .tripOpen).map { Int64($0) + 1 }
        #expect(talk.closes.first?.open == talk.opens.first)
        #expect(talk.opens.first?.trip.sequence == place)
        #expect(talk.closes.first?.distance == .zero)
        #expect(talk.box.durable.book.active == nil)
    }

    @Test func `the driver comes back in while the rental is active`() {
        var talk = Conversation.rented()
        #expect(
            talk.enter("5625") == [
                .pulseDoor(.lock), talk.lastCommit, .signal(.locked),
            ])
        let effects = talk.enter(rentalDigits)
        #expect(effects.signals == [.reopened])
        #expect(effects.opensDoor)
        #expect(talk.opens.count == 1)
        #expect(talk.accepted.last == .reopened(eightHours))
    }

    @Test func `the driver comes back in although nothing can be written`() {
        var talk = Conversation.rented()
        talk.tell(.lineRead(.starterInhibitSense, true))
        talk.takesCommit = { _, _ in false }
        let effects = talk.enter(rentalDigits)
        #expect(effects.opensDoor)
        #expect(effects.signals == [.storageFailed])
        #expect(talk.box.starter.wanted == .released)
    }

    @Test func `coming back in without a trip releases nothing where nothing can be written`() {
        var talk = Conversation.parked()
        talk.match = .rental(eightHours)
        talk.takesCommit = { _, commit in !commit.drafts.contains { $0.body.kind == .tripOpen } }
        talk.enter(rentalDigits)
        talk.takesCommit = { _, _ in false }
        let effects = talk.enter(rentalDigits)
        #expect(effects.opensDoor)
        #expect(!effects.releases)
        #expect(talk.box.starter.wanted == .engaged)
    }

    @Test func `the next driver's code ends the rental before in the same transaction`() throws {
        var talk = Conversation.rented()
        let next = RentalID(start: firstSlot, duration: hours(8), generation: 1)
        talk.match = .rental(next)
        let effects = talk.enter(rentalDigits)
        #expect(effects.contains { $0.commitKinds == [.tripClose, .codeAccepted] })
        #expect(talk.closes.map(\.cause) == [.window])
        #expect(talk.closes.first?.receipt == nil)
        #expect(talk.closes.first?.endMinute == nil)
        #expect(talk.opens.map(\.authority.rental) == [eightHours, next])
        #expect(talk.box.durable.book.active?.rental == next)
    }

    @Test func `where the next trip cannot be written the starter of the one before is inhibited`()
    {
        var talk = Conversation.rented()
        talk.match = .rental(RentalID(start: firstSlot, duration: hours(8), generation: 1))
        talk.takesCommit = { _, commit in !commit.drafts.contains { $0.body.kind == .tripOpen } }
        let effects = talk.enter(rentalDigits) + talk.wait(.minutes(2))
        #expect(talk.box.durable.trip == nil)
        #expect(talk.box.starter.wanted == .engaged)
        #expect(effects.inhibits)
    }

    @Test func `a redemption that fails leaves the measuring of the trip before as it was`() throws
    {
        var talk = Conversation.parked()
        talk.hear(speed: 0, odometer: Metres(45_000))
        talk.match = .rental(eightHours)
        talk.enter(rentalDigits)
        talk.match = .rental(RentalID(start: firstSlot, duration: hours(8), generation: 1))
        talk.takesCommit = { _, _ in false }
        talk.enter(rentalDigits)
        talk.takesCommit = { _, _ in true }
        talk.hear(speed: 0, odometer: Metres(52_000))
        talk.enter("363")
        #expect(talk.closes.map(\.distance) == [Metres(7_000)])
    }

    @Test func `no room for a rental refuses a new one and opens the active one`() {
        var talk = Conversation.rented()
        talk.tell(.storageRead(.none))
        #expect(talk.enter(rentalDigits).signals == [.reopened])
        talk.match = .rental(RentalID(start: firstSlot, duration: hours(8), generation: 1))
        let effects = talk.enter(rentalDigits)
        #expect(effects.signals == [.storageFull])
        #expect(!effects.opensDoor)
        talk.tell(.storageRead(.tight))
        #expect(talk.enter(rentalDigits).opensDoor)
    }

    @Test func `storage that is full at the start refuses new rentals`() {
        var talk = Conversation()
        talk.start(storage: .none)
        talk.match = .rental(eightHours)
        #expect(talk.enter(rentalDigits).signals == [.storageFull])
    }

    @Test func `an extension lets the rental end later`() {
        var talk = Conversation.rented()
        talk.match = .extend(hours(12), counter: 1)
        #expect(talk.enter("984123456789").signals == [.extended])
        #expect(talk.box.durable.book.active?.end == startWall + .hours(12))
        #expect(talk.accepted.last == .extended(eightHours, duration: hours(12), counter: 1))
    }
}

extension Conversation {
    /// A commit of what was written last, to compare effects with.
    var lastCommit: BoxEffect {
        .commit(Commit(drafts: written.suffix(1), state: box.durable))
    }
}
