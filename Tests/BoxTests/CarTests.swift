import AccessCode
import Records
import Testing
import Units
import Vehicle

@testable import Box

@Suite("The car and its supply")
struct CarTests {
    static func battery(_ voltage: Int64) -> BoxInput {
        .batteryRead(BatteryReading(voltage: Millivolts(voltage), drawn: MilliampereHours(5)))
    }

    @Test(arguments: [(12_000 as Int64, 0), (11_999, 1)])
    func `a low battery is recorded once`(_ voltage: Int64, _ count: Int) {
        var talk = Conversation.parked()
        talk.tell(Self.battery(voltage))
        talk.tell(Self.battery(voltage))
        #expect(talk.powers == Array(repeating: .low, count: count))
    }

    @Test(arguments: [(12_299 as Int64, 1), (12_300, 2)])
    func `a battery has recovered 300 mV above`(_ voltage: Int64, _ count: Int) {
        var talk = Conversation.parked()
        talk.tell(Self.battery(11_900))
        talk.tell(Self.battery(voltage))
        talk.tell(Self.battery(voltage))
        #expect(talk.powers == Array([PowerBody.Event.low, .recovered].prefix(count)))
        #expect(talk.written.last?.body.power?.battery == Millivolts(count == 2 ? voltage : 11_900))
        #expect(talk.written.last?.body.power?.energy == MilliampereHours(5))
    }

    @Test(arguments: [(11_500 as Int64, false), (11_499, true)])
    func `an empty battery turns the parked box off, in order`(_ voltage: Int64, _ off: Bool) {
        var talk = Conversation.parked()
        talk.wait(.minutes(1))
        let effects = talk.tell(Self.battery(voltage))
        #expect(effects.contains(.powerOff) == off)
        #expect(talk.box.durable.stopped == off)
        #expect(effects.last == (off ? .powerOff : effects.last))
    }

    @Test(arguments: [59_999, 60_000] as [Int64])
    func `an empty battery turns the box off only once the car stands for a minute`(
        _ elapsed: Int64
    ) {
        var talk = Conversation.parked()
        talk.tell(.lineRead(.ignition, true))
        talk.tell(.lineRead(.ignition, false))
        talk.now = talk.now + millis(elapsed)
        #expect(talk.tell(Self.battery(11_000)).contains(.powerOff) == (elapsed == 60_000))
    }

    @Test func `a speed that grew unknown since the last look keeps the box on`() {
        var talk = Conversation.parked()
        for _ in 0..<70 {
            talk.hear(speed: 0)
            talk.wait(.seconds(1))
        }
        talk.hear(speed: 0)
        talk.now = talk.now + millis(1_500)
        talk.hear(speed: nil)
        talk.now = talk.now + millis(600)
        #expect(!talk.tell(Self.battery(11_000)).contains(.powerOff))
    }

    @Test func `a box that is stopped in order says so and starts clean`() {
        var talk = Conversation.rented()
        #expect(talk.tell(.stopping).last == .powerOff)
        #expect(talk.powers == [.stopped])
        var clean = talk.afterPowerCut()
        let later = RTCReading(time: startWall + .minutes(1), stopped: false)
        clean.start(rtc: later, inhibit: .released)
        #expect(clean.box.durable.trip?.flags == [.rebooted])
        var cut = Conversation.rented().afterPowerCut()
        cut.start(rtc: later, inhibit: .released)
        #expect(cut.box.durable.trip?.flags == [.rebooted, .powerLoss])
    }

    @Test func `a box that cannot write that it stops stops all the same`() {
        var talk = Conversation.parked()
        talk.takesCommit = { _, _ in false }
        #expect(talk.tell(.stopping).last == .powerOff)
        #expect(!talk.box.durable.stopped)
    }

    @Test func `nothing is written behind the record of an orderly stop`() {
        var talk = Conversation.parked()
        talk.takesCommit = { _, _ in false }
        talk.tell(.lineRead(.doorContact, true))
        talk.takesCommit = { _, _ in true }
        talk.tell(.stopping)
        #expect(talk.kinds.last == .power)
        #expect(talk.box.durable.stopped)
    }

    @Test func `doors that open and close are recorded, the first shut one is not`() {
        var talk = Conversation()
        talk.start()
        for value in [false, true, true, nil, true, false] as [Bool?] {
            talk.tell(.lineRead(.doorContact, value))
        }
        let doors = talk.written.compactMap { draft -> Bool? in
            if case .door(let body) = draft.body { body.open } else { nil }
        }
        #expect(doors == [true, true, false])
    }

    @Test func `ignition off and coverage are moments to tell the fleet`() {
        var talk = Conversation.rented()
        #expect(talk.tell(.lineRead(.ignition, true)).isEmpty)
        #expect(talk.tell(.lineRead(.ignition, false)) == [.sync])
        #expect(talk.tell(.lineRead(.ignition, false)).isEmpty)
        #expect(talk.tell(.coverageChanged(true)) == [.sync])
        #expect(talk.tell(.coverageChanged(false)).isEmpty)
        talk.enter("363")
        #expect(talk.closes.first?.flags.contains(.offline) == false)
    }

    @Test func `a trip that begins online is not offline, and the next one may be`() {
        var talk = Conversation.parked()
        talk.tell(.coverageChanged(true))
        talk.match = .rental(eightHours)
        talk.enter(rentalDigits)
        talk.tell(.coverageChanged(false))
        talk.enter("363")
        talk.match = .rental(RentalID(start: firstSlot, duration: hours(8), generation: 1))
        talk.enter(rentalDigits)
        talk.enter("363")
        #expect(talk.closes.map { $0.flags.contains(.offline) } == [false, true])
    }

    @Test(arguments: OdometerAnomaly.Kind.allCases)
    func `an odd odometer is recorded, and flags the trip where it could change the bill`(
        _ kind: OdometerAnomaly.Kind
    ) {
        var talk = Conversation.rented()
        talk.hear(
            speed: 0,
            anomalies: [
                OdometerAnomaly(
                    kind: kind, reading: Metres(7), held: Metres(9), resolution: Metres(10),
                    source: testOdometer, frame: "611#00")
            ])
        #expect(
            talk.written.last?.body
                == .odometerAnomaly(
                    OdometerAnomalyBody(
                        anomaly: kind.rawValue, reading: Metres(7), held: Metres(9),
                        error: Metres(10), source: "611.ODOMETER", profile: "test@00000000",
                        frame: "611#00")))
        let flag: TripFlag? =
            switch kind {
            case .unitUnknown, .unitChanged: .odometerUnit
            case .jump, .step: .odometerJump
            case .back: .odometerBack
            case .initial, .notAvailable, .error, .reserved, .frozen, .short, .counterApart,
                .speedApart, .sourcesApart, .sourceMissing:
                nil
            }
        #expect(talk.box.durable.trip?.flags == Set([flag].compactMap { $0 }))
    }

    @Test func `an anomaly of an unknown name flags nothing`() {
        #expect(TripFlag(anomaly: "sunspots") == nil)
    }

    @Test func `what could not be written is counted and noted as soon as it can be`() {
        var talk = Conversation.parked()
        talk.takesCommit = { _, _ in false }
        talk.tell(.lineRead(.doorContact, true))
        talk.tell(.lineRead(.doorContact, false))
        #expect(talk.box.unwritten == 2)
        // The note itself is lost once: what it says must not be.
        var taken = 0
        talk.takesCommit = { _, commit in
            taken += 1
            return !commit.drafts.contains { $0.body.kind == .config }
        }
        talk.tell(.lineRead(.doorContact, true))
        #expect(talk.box.unwritten == 2)
        talk.takesCommit = { _, _ in true }
        talk.tell(.lineRead(.doorContact, false))
        #expect(talk.notes == [ConfigBody(what: "unwritten", to: "2")])
        #expect(talk.box.unwritten == 0)
        talk.tell(.lineRead(.doorContact, true))
        #expect(talk.notes.count == 1)
        #expect(taken == 2)
    }

    @Test func `a start that could not be written is written before anything else`() {
        var talk = Conversation()
        talk.takesCommit = { _, _ in false }
        talk.start()
        talk.tell(.lineRead(.ignition, false))
        talk.wait(.seconds(3))
        #expect(talk.box.unwritten == 0)
        talk.takesCommit = { _, _ in true }
        talk.match = .rental(eightHours)
        talk.enter(rentalDigits)
        #expect(talk.kinds.prefix(2) == [.boot, .codeAccepted])
        #expect(talk.kinds.filter { $0 == .boot }.count == 1)
        #expect(talk.box.durable.boots == 1)
        let place = talk.kinds.firstIndex(of: .tripOpen).map { Int64($0) + 1 }
        #expect(talk.opens.first?.trip.sequence == place)
    }

    @Test func `the place of a trip counts a start that is still to be written`() {
        var first = Conversation.parked()
        first.match = .rental(eightHours)
        first.takesCommit = { _, commit in !commit.drafts.contains { $0.body.kind == .tripOpen } }
        first.enter(rentalDigits)
        var talk = first.afterPowerCut()
        talk.takesCommit = { _, _ in false }
        talk.start()
        talk.tell(.lineRead(.ignition, false))
        talk.wait(.seconds(3))
        talk.takesCommit = { _, _ in true }
        talk.enter("363")
        let place = talk.kinds.firstIndex(of: .tripOpen).map { Int64($0) + 1 }
        #expect(talk.opens.first?.trip.sequence == place)
        #expect(talk.closes.count == 1)
    }
}

extension RecordBody {
    var power: PowerBody? { if case .power(let body) = self { body } else { nil } }
}
