import AccessCode
import Records
import Testing
import Units
import Vehicle

@testable import Box

@Suite("What is typed")
struct CodeTests {
    @Test func `a digit beeps, a star clears and nothing entered clears`() {
        var talk = Conversation.parked()
        #expect(talk.tell(.keyPressed(.digit(4))) == [.signal(.digit)])
        #expect(talk.tell(.keyPressed(.clear)) == [.signal(.cleared)])
        #expect(talk.enter("") == [.signal(.cleared)])
    }

    @Test(arguments: ["1", "1234567", "123456789012345678", "988123456789", "738653"])
    func `digits that no code has are malformed and no try`(_ digits: String) {
        var talk = Conversation.parked()
        let before = talk.written.count
        #expect(talk.enter(digits) == [.signal(.malformed)])
        #expect(talk.written.count == before)
    }

    @Test func `silence forgets half a code`() {
        var talk = Conversation.parked()
        for digit in [0, 1, 5] as [UInt8] { talk.tell(.keyPressed(.digit(digit))) }
        #expect(talk.box.nextDeadline == talk.now + .seconds(30))
        talk.wait(.seconds(30))
        #expect(talk.box.keypad.digits.isEmpty)
    }

    static func rental(_ slots: Int64, _ generation: UInt16 = 0) -> CodeCheck.Match {
        let number = UInt32(Int64(firstSlot.number) + slots)
        return .rental(
            RentalID(start: Slot(number), duration: hours(8), generation: generation))
    }

    @Test(
        arguments: [
            (.tooEarly, rentalDigits, rental(40)), (.expired, rentalDigits, rental(-400)),
            (.superseded, rentalDigits, rental(-4)), (.wrong, rentalDigits, .none),
            (.noRental, "984123456789", .none), (.stale, "987000000112345678", .time(count: 1)),
        ] as [(CodeRefusal, String, CodeCheck.Match)])
    func `each refusal has its signal and its record`(
        _ refusal: CodeRefusal, _ digits: String, _ match: CodeCheck.Match
    ) {
        var talk = Conversation.rented()
        talk.enter("363")
        talk.match = match
        let effects = talk.enter(digits)
        #expect(effects.signals == [.refused(refusal)])
        #expect(!effects.opensDoor)
        #expect(
            talk.refusals == [
                CodeRefusedBody(
                    outcome: refusal.rawValue, lane: .rental, counted: refusal == .wrong)
            ])
    }

    @Test func `wrong codes are counted before the answer and lock the lane`() throws {
        var talk = Conversation.parked()
        for number in 0..<5 {
            let effects = talk.enter("01512345678\(number)")
            #expect(effects.count == 3)
            #expect(effects[1].commitKinds == [.codeRefused])
            #expect(effects[2] == .signal(.refused(.wrong)))
        }
        #expect(talk.box.durable.rentalLane.failures == 5)
        talk.enter("015123456785")
        #expect(talk.enter("015123456786") == [.signal(.wait(minutes: 1))])
        talk.wait(.seconds(59))
        #expect(talk.enter("015123456786") == [.signal(.wait(minutes: 1))])
        talk.wait(.seconds(1))
        #expect(talk.enter("015123456786").signals == [.refused(.wrong)])
        #expect(talk.enter("015123456787") == [.signal(.wait(minutes: 2))])
        talk.wait(millis(59_999))
        #expect(talk.enter("015123456787") == [.signal(.wait(minutes: 2))])
        talk.wait(millis(1))
        #expect(talk.enter("015123456787") == [.signal(.wait(minutes: 1))])
    }

    @Test func `a hundred in a row stop the drivers' lane, and the owner lifts the stop`() {
        var state = provisionedState()
        state.rentalLane = Lockout(failures: 5, inARow: 100, until: nil)
        var talk = Conversation.parked(state)
        talk.wait(.minutes(2))
        #expect(talk.enter(rentalDigits) == [.signal(.stopped)])
        talk.match = .owner(step: 60_000_000)
        #expect(talk.enter("12345678").signals == [.owner])
        talk.match = .rental(eightHours)
        #expect(talk.enter(rentalDigits).signals == [.opened])
    }

    @Test func `an owner's wrong passwords do not lock the drivers out`() {
        var talk = Conversation.parked()
        for number in 0..<6 { talk.enter("1234567\(number)") }
        #expect(talk.refusals.allSatisfy { $0.lane == .owner && $0.counted })
        #expect(talk.enter("12345679") == [.signal(.wait(minutes: 1))])
        talk.match = .rental(eightHours)
        #expect(talk.enter(rentalDigits).signals == [.opened])
    }

    @Test func `the same wrong code within ten minutes is no second try`() {
        var talk = Conversation.parked()
        talk.enter(rentalDigits)
        talk.wait(.minutes(10))
        talk.enter(rentalDigits)
        #expect(talk.box.durable.rentalLane.failures == 1)
        #expect(talk.refusals.map(\.counted) == [true, false])
        talk.wait(.seconds(1))
        talk.enter(rentalDigits)
        #expect(talk.box.durable.rentalLane.failures == 2)
    }

    @Test func `eight wrong codes are remembered`() {
        var talk = Conversation.parked()
        for number in 0..<9 {
            talk.enter("01512345678\(number)")
            talk.wait(.seconds(number < 5 ? 1 : 60 << Int64(number - 5)))
            talk.now = talk.now + millis(1)
        }
        // The last waits were longer than the memory: only what is left of it counts.
        #expect(talk.box.recentWrong.count <= Box.wrongMaximum)
        #expect(talk.box.durable.rentalLane.failures == 9)
    }

    @Test(arguments: [
        (59_999 as Int64, 1), (60_000, 1), (60_001, 2),
    ])
    func `what uses up no try is written once a minute`(_ later: Int64, _ count: Int) {
        var talk = Conversation.parked()
        talk.match = .rental(
            RentalID(start: Slot(firstSlot.number + 40), duration: hours(8), generation: 0))
        #expect(talk.enter(rentalDigits).signals == [.refused(.tooEarly)])
        talk.now = talk.now + millis(later)
        #expect(talk.enter(rentalDigits).signals == [.refused(.tooEarly)])
        #expect(talk.refusals.count == count)
        #expect(
            talk.refusals.first
                == CodeRefusedBody(
                    outcome: "tooEarly", lane: .rental, counted: false))
    }

    @Test func `taking turns with two refusals writes each once a minute`() {
        var talk = Conversation.parked()
        let early = RentalID(
            start: Slot(firstSlot.number + 40), duration: hours(8), generation: 0)
        let late = RentalID(
            start: Slot(firstSlot.number - 400), duration: hours(8), generation: 0)
        for _ in 0..<5 {
            for (rental, refusal) in [(early, CodeRefusal.tooEarly), (late, .expired)] {
                talk.match = .rental(rental)
                #expect(talk.enter(rentalDigits).signals == [.refused(refusal)])
            }
        }
        #expect(talk.refusals.map(\.outcome) == ["tooEarly", "expired"])
    }

    @Test func `keys that do not answer are signalled and use up no try`() {
        var talk = Conversation.parked()
        talk.match = nil
        #expect(talk.enter(rentalDigits).signals == [.keysFailed])
        #expect(talk.box.durable.rentalLane.failures == 0)
    }

    @Test func `wrong codes that cannot be written down are counted all the same`() {
        var talk = Conversation.parked()
        talk.takesCommit = { _, _ in false }
        for number in 0..<6 {
            #expect(talk.enter("01512345678\(number)").signals == [.storageFailed])
        }
        #expect(talk.enter("015123456787") == [.signal(.wait(minutes: 1))])
        // The owner has tries of their own.
        for number in 0..<6 { talk.enter("1234567\(number)") }
        #expect(talk.enter("12345678") == [.signal(.wait(minutes: 1))])
        talk.wait(.minutes(1))
        talk.takesCommit = { _, _ in true }
        talk.match = .owner(step: 60_000_000)
        talk.enter("12345678")
        #expect(talk.box.unwrittenOwnerLane.failures == 1)
        #expect(talk.box.unwrittenRentalLane.failures == 1)
    }

    @Test func `a refusal without a try that cannot be written locks nobody out`() {
        var talk = Conversation.parked()
        talk.takesCommit = { _, _ in false }
        talk.match = .rental(
            RentalID(start: Slot(firstSlot.number + 40), duration: hours(8), generation: 0))
        for _ in 0..<9 {
            talk.enter(rentalDigits)
            talk.wait(.minutes(2))
        }
        #expect(talk.box.unwrittenRentalLane.failures == 0)
        #expect(talk.box.unwrittenOwnerLane.failures == 0)
    }

    @Test func `a power cut restarts the wait, also where the start cannot be recorded`() {
        var talk = Conversation.parked()
        for number in 0..<6 { talk.enter("01512345678\(number)") }
        for takes in [true, false] {
            var next = talk.afterPowerCut(at: BootTime(milliseconds: 1_000))
            next.takesCommit = { _, _ in takes }
            next.start()
            next.wait(millis(59_999))
            #expect(next.enter("015123456787") == [.signal(.wait(minutes: 1))])
            next.wait(millis(1))
            #expect(next.enter("015123456787").first.map(\.asks) == true)
        }
    }

    @Test func `the codes of the fleet are taken and recorded`() {
        var talk = Conversation.parked()
        talk.match = .revoke(through: Slot(firstSlot.number + 4))
        #expect(talk.enter("985123456789").signals == [.accepted])
        #expect(talk.box.durable.book.revokedThrough == Slot(firstSlot.number + 4))
        talk.match = .keySwitch(to: KeyEpoch(1))
        #expect(talk.enter("986123456789").signals == [.accepted])
        #expect(talk.box.durable.book.keyEpoch == KeyEpoch(1))
        #expect(talk.box.durable.book.hasColdSpare == false)
    }

    @Test func `REVOKE waits until the car stands`() {
        var talk = Conversation.rented()
        talk.hear(speed: 5_000)
        talk.match = .revoke(through: Slot(firstSlot.number + 4))
        #expect(talk.enter("985123456789").signals == [.refused(.moving)])
        #expect(talk.box.durable.book.revokedThrough == nil)
        talk.hear(speed: 0)
        #expect(talk.enter("985123456789").signals == [.accepted])
        #expect(talk.enter("363").signals.first != .moving)
    }

    @Test func `a revoked rental goes on and opens no more`() {
        var talk = Conversation.rented()
        talk.match = .revoke(through: firstSlot)
        let effects = talk.enter("985123456789")
        #expect(!effects.inhibits)
        #expect(talk.box.durable.trip != nil)
        talk.match = .rental(eightHours)
        #expect(talk.enter(rentalDigits).signals == [.refused(.revoked)])
    }
}

@Suite("The owner")
struct OwnerTests {
    static let step: Int64 = 60_000_000

    static func recognised() -> Conversation {
        var talk = Conversation.parked()
        talk.match = .owner(step: step)
        talk.enter("12345678")
        return talk
    }

    @Test func `the owner opens the car with a trip of their own`() {
        var talk = Conversation.parked()
        talk.match = .owner(step: Self.step)
        let effects = talk.enter("12345678")
        #expect(effects.signals == [.owner])
        #expect(effects.opensDoor)
        #expect(effects.releases)
        #expect(talk.opens.map(\.authority.kind) == [.owner])
        #expect(talk.opens.first?.authority.rental == nil)
        #expect(talk.box.durable.book.ownerStep == Self.step)
        #expect(
            talk.written.contains {
                $0.body == .lock(LockBody(action: .unlock, cause: .owner))
            })
    }

    @Test(arguments: [(299_999 as Int64, true), (300_000, false), (300_001, false)])
    func `the owner is known for five minutes`(_ later: Int64, _ known: Bool) {
        var talk = Self.recognised()
        talk.now = talk.now + millis(later)
        #expect(talk.enter("738653").signals == [known ? .accepted : .malformed])
        #expect((talk.box.durable.book.revokedThrough == firstSlot) == known)
    }

    @Test func `the owner's word closes every code that has begun, and no earlier one is opened`() {
        var state = provisionedState()
        state.book.revokedThrough = Slot(firstSlot.number + 9)
        var talk = Conversation.parked(state)
        talk.match = .owner(step: Self.step)
        talk.enter("12345678")
        #expect(talk.enter("738653").signals == [.accepted])
        #expect(talk.box.durable.book.revokedThrough == Slot(firstSlot.number + 9))
        talk.hear(speed: 1)
        #expect(talk.enter("738653").signals == [.moving])
    }

    @Test func `the owner ends and locks in their own name`() {
        var talk = Self.recognised()
        talk.enter("5625")
        #expect(talk.written.last?.body == .lock(LockBody(action: .lock, cause: .owner)))
        talk.enter("363")
        #expect(talk.closes.map(\.cause) == [.operator])
        #expect(talk.written.last?.body == .lock(LockBody(action: .lock, cause: .owner)))
        #expect(talk.closes.first?.receipt == nil)
    }

    @Test func `the owner in a driver's rental opens and leaves the trip as it is`() {
        var talk = Conversation.rented()
        talk.match = .owner(step: Self.step)
        talk.enter("12345678")
        #expect(talk.opens.count == 1)
        talk.enter("363")
        #expect(talk.closes.map(\.cause) == [.operator])
    }

    @Test func `a password that could not be written is nobody's session`() {
        var talk = Conversation.parked()
        talk.match = .owner(step: Self.step)
        talk.takesCommit = { _, _ in false }
        let effects = talk.enter("12345678")
        #expect(effects.signals == [.storageFailed])
        #expect(!effects.opensDoor)
        #expect(talk.enter("738653").signals == [.malformed])
    }

    @Test(arguments: [(120_000 as Int64, true), (120_001, false)])
    func `while the clock is lost the password before is asked for too`(
        _ later: Int64, _ fresh: Bool
    ) {
        var talk = Conversation()
        talk.start(rtc: nil)
        #expect(talk.enter("11111111").signals == [.refused(.clockLost)])
        #expect(talk.check?.earlierPassword == nil)
        talk.now = talk.now + millis(later)
        talk.enter("22222222")
        #expect(talk.check?.earlierPassword == (fresh ? 11_111_111 : nil))
    }

    @Test func `two passwords in a row find the time again`() throws {
        var talk = Conversation()
        talk.start(rtc: nil)
        talk.enter("11111111")
        let step = OneTimePassword.step(at: startWall + .hours(1))
        talk.match = .owner(step: step)
        let effects = talk.enter("22222222")
        let shown = WallTime(milliseconds: step * 30_000) + .seconds(30)
        #expect(effects.contains(.setRTC(shown)))
        #expect(effects.signals == [.owner])
        #expect(talk.clockSteps.last?.cause == .owner)
        #expect(talk.clockSteps.last?.to == shown)
        let reading = try #require(talk.box.clock.reading(at: talk.now))
        #expect(reading.time == shown)
        #expect(reading.error == .seconds(62))
        #expect(talk.box.durable.trusted == shown)
        #expect(talk.box.durable.trustedError == .seconds(62))
        #expect(talk.written.last?.stamp.wall?.quality == .held)
    }

    @Test func `with the time known a password does not set the clock`() {
        let talk = Self.recognised()
        #expect(talk.clockSteps.isEmpty)
    }
}
