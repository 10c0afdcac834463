import AccessCode
import Records
import Testing
import Units
import Vehicle

@testable import Box

@Suite("The durable state")
struct DurableStateTests {
    static let stamp = Stamp(
        boot: 3, mono: startTime,
        wall: WallReading(time: startWall, error: .seconds(2), quality: .rtc))

    static func draft(_ body: RecordBody) -> RecordDraft { RecordDraft(stamp: stamp, body: body) }

    /// A state in which every optional member is set.
    static func full() -> DurableState {
        var talk = Conversation.parked()
        talk.hear(speed: 0, odometer: Metres(45_000), pulses: Metres(1))
        talk.match = .rental(eightHours)
        talk.enter(rentalDigits)
        talk.now = talk.now + .minutes(2)
        talk.hear(speed: 9_000, odometer: Metres(47_000))
        talk.match = CodeCheck.Match.none
        for number in 0..<6 { talk.enter("01512345678\(number)") }
        var state = talk.box.durable
        state.book.revokedThrough = Slot(12)
        state.trip?.flags = [.clockStep, .offline]
        return state
    }

    @Test func `a snapshot of everything reads back the same`() throws {
        let state = Self.full()
        #expect(state.trip?.mark != nil && state.odometer != nil)
        #expect(state.rentalLane.until != nil && state.trusted != nil)
        #expect(try DurableState(snapshot: state.snapshot) == state)
        let bare = DurableState(
            box: testBox, epoch: 1, keyEpoch: KeyEpoch(9), hasColdSpare: false)
        #expect(try DurableState(snapshot: bare.snapshot) == bare)
    }

    @Test func `a snapshot with any byte changed is refused or reads as another, never traps`() {
        let bytes = Self.full().snapshot
        for index in bytes.indices {
            for byte in [0x2D, 0x39, 0x22, 0x7B] as [UInt8] {
                var damaged = bytes
                damaged[index] = byte
                let read = try? DurableState(snapshot: damaged)
                #expect(damaged == bytes || read == nil || read?.snapshot != bytes)
            }
        }
    }

    @Test(arguments: [
        ("\"v\":1", "\"v\":2", "v"),
        ("\"box\":\"00c0ffee00000001\"", "\"box\":\"0\"", "box"),
        ("\"dur\":15", "\"dur\":984", "dur"),
        ("\"offline\"", "\"unheard\"", "flags"),
        ("\"boots\":1", "\"boots\":-1", "boots"),
        ("\"ref\":\"500000-15-0\"", "\"ref\":\"x\"", "ref"),
        ("\"revokedThrough\":12", "\"revokedThrough\":-12", "revokedThrough"),
    ])
    func `a snapshot names the member that is wrong`(
        _ good: String, _ bad: String, _ member: String
    ) throws {
        let text = String(decoding: Self.full().snapshot, as: UTF8.self)
        let parts = text.split(separator: good, maxSplits: 1, omittingEmptySubsequences: false)
        try #require(parts.count == 2, "\(good) stands in the snapshot")
        let damaged = Array((parts[0] + bad + parts[1]).utf8)
        #expect(throws: RecordError.member(member)) { try DurableState(snapshot: damaged) }
    }

    @Test func `bytes that are no JSON are refused`() {
        #expect(throws: RecordError.self) { try DurableState(snapshot: [0x7B]) }
    }

    @Test func `an erased record has a number and changes nothing else`() {
        var state = Self.full()
        let before = state
        state.skip()
        #expect(state.sequence == before.sequence + 1)
        state.sequence = before.sequence
        #expect(state == before)
    }

    @Test(arguments: [ClockStepBody.Cause.jump, .belowFloor, .oscillatorStopped])
    func `a clock that was found out is trusted no more, also after a restart`(
        _ cause: ClockStepBody.Cause
    ) {
        var state = Self.full()
        #expect(state.trusted != nil)
        state.apply(Self.draft(.clockStep(ClockStepBody(cause: cause, from: nil, to: nil))))
        #expect(state.trusted == nil)
    }

    @Test(
        arguments: [
            (.codeAccepted(.reopened(eightHours))), (.lock(LockBody(action: .lock, cause: .end))),
            (.inhibit(InhibitBody(event: .changed, wanted: .engaged, sensed: .engaged))),
            (.door(DoorBody(open: true))), (.config(ConfigBody(what: "a", to: "b"))),
            (.update(UpdateBody(from: "1", to: "2"))),
            (.erase(EraseBody(sequences: 1...2, why: "x"))),
            (.power(PowerBody(event: .low, battery: nil, energy: nil))),
            (.clockStep(ClockStepBody(cause: .gnss, from: nil, to: nil))),
        ] as [RecordBody])
    func `records that say nothing about codes and trips leave both alone`(_ body: RecordBody) {
        var state = Self.full()
        let before = state
        state.apply(Self.draft(body))
        #expect(state.book == before.book)
        #expect(state.trip?.open == before.trip?.open)
        #expect(state.trusted == before.trusted)
        #expect(state.ownerLane == before.ownerLane)
    }

    @Test func `the floor is the lower edge of the latest stamp`() {
        var state = provisionedState()
        state.apply(Self.draft(.door(DoorBody(open: true))))
        #expect(state.floor == startWall - .seconds(2))
        var early = Self.draft(.door(DoorBody(open: false)))
        early.stamp.wall?.time = startWall - .hours(1)
        state.apply(early)
        #expect(state.floor == startWall - .seconds(2))
    }

    @Test func `only the owner lifts a stop, and each success forgives its own lane`() {
        var state = provisionedState()
        state.rentalLane = Lockout(failures: 9, inARow: 100, until: nil)
        state.ownerLane = Lockout(failures: 9, inARow: 3, until: nil)
        state.apply(Self.draft(.codeAccepted(.owner(step: 4))))
        #expect(state.rentalLane == Lockout(failures: 9, inARow: 0, until: nil))
        #expect(state.ownerLane == Lockout(failures: 4, inARow: 0, until: nil))
        state.apply(Self.draft(.codeAccepted(.time(count: 5))))
        #expect(state.rentalLane.failures == 4)
        #expect(state.ownerLane.failures == 4)
    }

    @Test func `an error claimed for a trusted time is never taken for less than the rule`() {
        var state = provisionedState()
        var draft = Self.draft(
            .clockStep(ClockStepBody(cause: .owner, from: nil, to: startWall)))
        state.apply(draft)
        #expect(state.trustedError == .seconds(62))
        draft.stamp.wall = nil
        draft.body = .clockStep(ClockStepBody(cause: .server, from: nil, to: startWall))
        state.apply(draft)
        #expect(state.trustedError == .seconds(2))
        #expect(state.trusted == startWall)
    }

    @Test func `the count of starts is the one that the record states`() {
        var state = provisionedState()
        state.apply(
            Self.draft(
                .boot(BootBody(firmware: "1", profile: "p", inhibit: .engaged, clean: true))))
        #expect(state.boots == 3)
        #expect(state.trip == nil)
    }
}
