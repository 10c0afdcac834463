import AccessCode
import Records
import Testing
import Units
import Vehicle

@testable import Box

@Suite("The starter inhibit")
struct StarterTests {
    @Test func `a trip that opens releases it, and the read-back ends that`() {
        var talk = Conversation.parked()
        talk.match = .rental(eightHours)
        #expect(talk.enter(rentalDigits).releases)
        #expect(talk.tell(.lineRead(.starterInhibitSense, false)).isEmpty == false)
        #expect(
            talk.inhibits.last
                == InhibitBody(event: .changed, wanted: .released, sensed: .released))
        #expect(!talk.wait(.seconds(60)).releases)
    }

    @Test func `it is not driven where it already is as wanted`() {
        var talk = Conversation.parked(inhibit: .released)
        #expect(talk.box.starter.wanted == .engaged)
        talk.match = .rental(eightHours)
        #expect(!talk.enter(rentalDigits).releases)
        #expect(talk.box.starter.wanted == .released)
    }

    @Test(arguments: [
        (59_999 as Int64, false), (60_000, true), (60_001, true),
    ])
    func `it is engaged a minute after the ignition went off behind a trip`(
        _ elapsed: Int64, _ engages: Bool
    ) {
        var talk = Conversation.rented()
        talk.tell(.lineRead(.ignition, true))
        talk.tell(.lineRead(.ignition, false))
        #expect(!talk.enter("363").inhibits)
        let effects = talk.wait(millis(elapsed))
        #expect(effects.inhibits == engages)
    }

    @Test(arguments: [true, nil] as [Bool?])
    func `it is not engaged while the ignition is on or unknown`(_ ignition: Bool?) {
        var talk = Conversation.rented()
        talk.enter("363")
        talk.tell(.lineRead(.ignition, ignition))
        #expect(!talk.wait(.hours(3)).inhibits)
        talk.tell(.lineRead(.ignition, false))
        #expect(talk.wait(.minutes(2)).inhibits)
    }

    @Test func `it is not engaged while the car moves`() {
        var talk = Conversation.rented()
        talk.enter("363")
        for _ in 0..<180 {
            talk.wait(.seconds(1))
            #expect(!talk.hear(speed: 3_000).inhibits)
        }
        for second in 0..<120 as Range<Int64> {
            let effects = talk.wait(.seconds(1)) + talk.hear(speed: 0)
            #expect(effects.inhibits == (second == 60))
            if talk.box.starter.drivenAt != nil {
                talk.tell(.lineRead(.starterInhibitSense, true))
            }
        }
    }

    @Test func `it is not released while the car moves`() {
        var state = Conversation.rented().box.durable
        state.stopped = false
        var talk = Conversation(state)
        talk.start(inhibit: .unknown)
        for _ in 0..<30 {
            #expect(!talk.hear(speed: 9_000).releases)
            #expect(!talk.wait(.seconds(1)).releases)
        }
        #expect(talk.hear(speed: 0).releases)
    }

    @Test(arguments: [InhibitState.unknown, .engaged])
    func `at boot it moves only once the bus was listened to`(_ sensed: InhibitState) {
        var talk = Conversation(Conversation.rented().box.durable)
        #expect(!talk.start(inhibit: sensed).releases)
        #expect(!talk.wait(millis(2_000)).releases)
        #expect(talk.wait(millis(1)).releases)
    }

    @Test func `at boot it stays as it was left where that is as wanted`() {
        var talk = Conversation(Conversation.rented().box.durable)
        let effects = talk.start(inhibit: .released) + talk.wait(.minutes(5))
        #expect(!effects.releases)
        #expect(!effects.inhibits)
    }

    @Test(arguments: [InhibitState.unknown, .released])
    func `at boot without a trip it is engaged after a minute of quiet`(_ sensed: InhibitState) {
        var talk = Conversation()
        talk.start(inhibit: sensed)
        talk.tell(.lineRead(.ignition, false))
        #expect(!talk.wait(millis(59_999)).inhibits)
        #expect(talk.wait(millis(1)).inhibits)
    }

    @Test func `a relay that does not follow is driven three times, recorded and signalled`() {
        var talk = Conversation.parked()
        talk.match = .rental(eightHours)
        let begin = talk.now
        var driven: [Int64] = talk.enter(rentalDigits).releases ? [0] : []
        var faults: [Int64] = []
        for _ in 0..<60_000 / 100 {
            let effects = talk.wait(millis(100))
            let elapsed = (talk.now - begin).count
            if effects.releases { driven.append(elapsed) }
            if effects.signals.contains(.starterFault) { faults.append(elapsed) }
        }
        #expect(driven == [0, 10_000, 20_000])
        #expect(faults == [21_000])
        #expect(
            talk.inhibits
                == [InhibitBody(event: .mismatch, wanted: .released, sensed: .engaged)])
    }

    @Test func `the next entry of the driver gives a stuck relay another chance`() {
        var talk = Conversation.parked()
        talk.match = .rental(eightHours)
        talk.enter(rentalDigits)
        talk.wait(.minutes(5))
        #expect(talk.enter(rentalDigits).releases)
    }

    @Test func `a stuck relay that may not be driven again is no busy loop`() {
        var talk = Conversation.parked()
        talk.match = .rental(eightHours)
        talk.enter(rentalDigits)
        // The driver drives off although the read-back never agreed.
        for _ in 0..<30 {
            talk.hear(speed: 9_000)
            #expect(talk.box.nextDeadline > talk.now)
            talk.wait(.seconds(1))
        }
        talk.hear(speed: 0)
        #expect(talk.box.starter.tries == 2)
    }

    @Test func `engaging that may not be tried again is no busy loop`() {
        var talk = Conversation.rented()
        talk.enter("363")
        #expect(talk.wait(.seconds(60)).inhibits)
        talk.tell(.lineRead(.ignition, true))
        #expect(talk.wait(.seconds(30)).inhibits == false)
        #expect(talk.box.nextDeadline > talk.now)
        talk.tell(.lineRead(.ignition, false))
        #expect(!talk.wait(millis(59_999)).inhibits)
        #expect(talk.wait(millis(1)).inhibits)
    }

    @Test(arguments: [true, nil] as [Bool?])
    func `a read-back that changes by itself is a mismatch and is put right`(_ sense: Bool?) {
        var talk = Conversation.rented()
        #expect(talk.tell(.lineRead(.starterInhibitSense, sense)).releases)
        #expect(
            talk.inhibits.last
                == InhibitBody(
                    event: .mismatch, wanted: .released,
                    sensed: sense == true ? .engaged : .unknown))
    }

    @Test func `the same read-back again is no news`() {
        var talk = Conversation.rented()
        let before = talk.written.count
        #expect(talk.tell(.lineRead(.starterInhibitSense, false)).isEmpty)
        #expect(talk.written.count == before)
    }

    @Test(arguments: [(999 as Int64, false), (1_000, true), (1_001, true)])
    func `a wish that changes waits only for the pulse before`(_ elapsed: Int64, _ due: Bool) {
        var starter = Starter()
        starter.sense(.released)
        starter.want(.engaged)
        starter.drive(at: startTime)
        starter.sense(.engaged)
        starter.want(.released)
        #expect(starter.isDue(at: startTime + millis(elapsed)) == due)
        #expect(
            starter.deadline(Interlock(), after: startTime) == startTime + .seconds(1))
    }

    @Test(arguments: [(9_999 as Int64, false), (10_000, true), (10_001, true)])
    func `a retry waits ten seconds`(_ elapsed: Int64, _ due: Bool) {
        var starter = Starter()
        starter.sense(.engaged)
        starter.want(.released)
        #expect(starter.isDue(at: startTime))
        starter.drive(at: startTime)
        #expect(starter.isDue(at: startTime + millis(elapsed)) == due)
    }

    @Test(arguments: [(999 as Int64, false), (1_000, true), (1_001, true)])
    func `a relay has a second to follow`(_ elapsed: Int64, _ failed: Bool) {
        var starter = Starter()
        starter.sense(.engaged)
        starter.want(.released)
        starter.drive(at: startTime)
        #expect(starter.hasFailed(at: startTime + millis(elapsed)) == failed)
        starter.sense(.released)
        #expect(!starter.hasFailed(at: startTime + millis(elapsed)))
    }

    @Test func `a wish for what was asked before keeps the count of tries`() {
        var starter = Starter()
        starter.sense(.released)
        starter.want(.engaged)
        starter.drive(at: startTime)
        starter.want(.engaged)
        #expect(starter.tries == 1)
        starter.want(.released)
        #expect(starter.tries == 0)
    }

    @Test func `the last try is judged a second later, the others are retried after ten`() {
        var starter = Starter()
        starter.sense(.engaged)
        starter.want(.released)
        for (index, deadline) in [10, 10, 1].enumerated() {
            let driven = startTime + .minutes(Int64(index))
            starter.drive(at: driven)
            #expect(
                starter.deadline(Interlock(), after: driven) == driven + .seconds(Int64(deadline)))
        }
    }

    @Test func `engaging again waits for the retry where the proof stands already`() {
        var interlock = Interlock()
        interlock.observe(ignition: false, car: VehicleState(), at: startTime)
        let provable = startTime + .seconds(60)
        var starter = Starter()
        starter.sense(.released)
        starter.want(.engaged)
        #expect(starter.deadline(interlock, after: startTime) == provable)
        starter.drive(at: provable)
        #expect(starter.deadline(interlock, after: provable) == provable + .seconds(10))
    }
}
