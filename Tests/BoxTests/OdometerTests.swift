import AccessCode
import Records
import Testing
import Units
import Vehicle

@testable import Box

@Suite("The odometer that is billed by")
struct OdometerTests {
    /// A box that nobody has provisioned with an odometer.
    private static func unknown() -> DurableState {
        var state = provisionedState()
        state.odometerSource = nil
        state.isOdometerConfirmed = false
        return state
    }

    @Test func `is written down once it is pinned, and known after a power cut`() throws {
        var car = try DrivenCar(Self.unknown())
        car.drive(20)
        let notes = car.talk.notes
        #expect(notes == [ConfigBody(what: "odometer.source", to: "611.ODOMETER")])
        car.drive(20)
        #expect(car.talk.notes.count == 1)
        #expect(car.talk.box.durable.odometerSource == "611.ODOMETER")
        #expect(car.talk.afterPowerCut().box.durable.odometerSource == "611.ODOMETER")
    }

    @Test func `that could not be written is written a minute later`() throws {
        var car = try DrivenCar(Self.unknown())
        car.talk.takesCommit = { _, _ in false }
        car.drive(20)
        #expect(car.talk.box.durable.odometerSource == nil)
        car.talk.takesCommit = { _, _ in true }
        car.drive(60)
        #expect(car.talk.box.durable.odometerSource == "611.ODOMETER")
        #expect(car.talk.notes.filter { $0.what == "odometer.source" }.count == 1)
    }

    @Test(arguments: [true, false])
    func `marks the bill until somebody has confirmed it`(isConfirmed: Bool) throws {
        var car = try DrivenCar(Self.unknown())
        car.drive(20)
        if isConfirmed { car.tell(.odometerConfirmed(dash: .kilometres(50_000))) }
        car.rent()
        car.drive(60, speed: 20_000)
        car.end()
        let close = try #require(car.talk.closes.first)
        #expect(close.flags.contains(.odometerUnconfirmed) == !isConfirmed)
        #expect((close.distance.count - 1_200).magnitude <= close.error.count)
    }

    // The car stands at 50 000.0 km and counts hundreds of metres.
    @Test(arguments: [
        (Int64(49_999_899), false), (49_999_900, true), (50_000_000, true), (50_000_100, true),
        (50_000_101, false),
    ])
    func `is confirmed within one count of the dashboard`(dash: Int64, isTaken: Bool) throws {
        var car = try DrivenCar(Self.unknown())
        car.drive(20)
        car.tell(.odometerConfirmed(dash: Metres(dash)))
        #expect(
            car.answers == [isTaken ? .confirmed(.kilometres(50_000)) : .refused(.apart)])
        #expect(car.talk.box.durable.isOdometerConfirmed == isTaken)
        let anchor = ConfigBody(what: "odometer.anchor", to: "50000000")
        #expect(car.talk.notes.contains(anchor) == isTaken)
    }

    @Test func `is not confirmed unheard, in a trip, or where it cannot be written`() throws {
        var car = try DrivenCar(Self.unknown())
        car.tell(.odometerConfirmed(dash: .kilometres(50_000)))
        car.drive(20)
        car.talk.takesCommit = { _, _ in false }
        car.tell(.odometerConfirmed(dash: .kilometres(50_000)))
        car.talk.takesCommit = { _, _ in true }
        car.rent()
        car.tell(.odometerConfirmed(dash: .kilometres(50_000)))
        car.tell(.odometerChosen("4F2.ODOMETER"))
        #expect(
            car.answers == [
                .refused(.notHeard), .refused(.storageFailed), .refused(.tripOpen),
                .refused(.tripOpen),
            ])
        #expect(!car.talk.box.durable.isOdometerConfirmed)
    }

    @Test func `is not the dashboard's where it counts from an event`() {
        var talk = Conversation.parked()
        talk.car.odometer = OdometerEstimate(
            display: Metres(7_000), position: Metres(7_000), error: Metres(1_000),
            resolution: Metres(1_000), source: .odometer, key: testOdometer, role: .delta,
            at: talk.now)
        talk.tell(.vehicleHeard(talk.car, anomalies: []))
        #expect(
            talk.tell(.odometerConfirmed(dash: Metres(7_000)))
                == [.answerOdometer(.refused(.notOnDash))])
        talk.match = .rental(eightHours)
        talk.enter(rentalDigits)
        #expect(talk.opens.first?.odometer?.display == nil)
        #expect(talk.opens.first?.odometer?.position == Metres(7_000))
        // It begins anew when the event comes again: nobody needs to confirm that between trips.
        talk.car.step = .zero
        #expect(!talk.tell(.vehicleHeard(talk.car, anomalies: [])).contains(.acceptOdometerStep))
        talk.tell(.lineRead(.ignition, false))
        talk.enter("363")
        #expect(talk.tell(.vehicleHeard(talk.car, anomalies: [])).contains(.acceptOdometerStep))
    }

    @Test func `is changed between trips by somebody's word alone`() throws {
        var car = try DrivenCar()
        car.drive(20)
        car.tell(.odometerChosen("7E8/01.A6.KM"))
        #expect(car.answers == [.refused(.unknownSource)])
        car.tell(.odometerChosen("4F2.ODOMETER"))
        #expect(car.answers.last == .chosen("4F2.ODOMETER"))
        #expect(car.monitor.pinned == "4F2.ODOMETER")
        #expect(car.talk.box.durable.odometerSource == "4F2.ODOMETER")
        #expect(!car.talk.box.durable.isOdometerConfirmed)
        #expect(car.talk.box.durable.odometer == nil)
    }

    @Test func `and its profile stand in every record that states kilometres`() throws {
        var car = try DrivenCar()
        car.drive(20)
        car.rent()
        car.drive(90, speed: 20_000)
        car.end()
        let open = try #require(car.talk.opens.first)
        let close = try #require(car.talk.closes.first)
        let mark = try #require(MeterTests.marks(car.talk).first)
        #expect(
            [open.odometer, close.odometer, mark.odometer].map(\.?.source) == [
                "611.ODOMETER", "611.ODOMETER", "611.ODOMETER",
            ])
        #expect(open.profile == "test@00000000")
        #expect(mark.profile == "test@00000000")
        #expect(close.profile == "test@00000000")
    }
}

@Suite("A trip whose odometer misbehaves")
struct TroubledTripTests {
    private func expect(_ close: TripCloseBody, went metres: Int64, within most: Int64) {
        #expect((close.distance.count - metres).magnitude <= close.error.count)
        #expect(close.error.count <= most)
    }

    @Test func `a step of 130 000 km while parked is not billed, and 10 km are`() throws {
        var car = try DrivenCar()
        car.drive(20)
        car.park(.minutes(30))
        car.clusterAhead = 1_300_000
        car.drive(90)
        #expect(car.anomalies.map(\.anomaly) == ["jump", "step"])
        car.rent()
        car.drive(500, speed: 20_000)
        car.end()
        let close = try #require(car.talk.closes.first)
        expect(close, went: 10_000, within: 200)
        #expect(close.flags.isSuperset(of: [.odometerGap, .odometerStale]))
        #expect(car.gaps.isEmpty)

        // The operator looks at the dashboard, and the next trip is billed by it.
        car.drive(5)
        let dash = Metres((car.truth + 130_000_000_000) / 1000)
        car.tell(.odometerConfirmed(dash: .kilometres(50_000)))
        #expect(car.answers == [.refused(.apart)])
        car.tell(.odometerConfirmed(dash: dash))
        #expect(car.answers.last == .confirmed(dash))
        car.drive(5)
        car.rent(generation: 1)
        car.drive(500, speed: 20_000)
        car.end()
        let next = try #require(car.talk.closes.last)
        expect(next, went: 10_000, within: 250)
        #expect(next.flags.isDisjoint(with: [.odometerGap, .odometerStale]))
        #expect(next.odometerDelta.map { ($0.count - 10_000).magnitude <= 200 } == true)
    }

    @Test func `a confirmed step outlives a power cut`() throws {
        var car = try DrivenCar()
        car.drive(20)
        car.rent()
        car.drive(10)
        car.end()
        car.clusterAhead = 1_300_000
        car.drive(90)
        car.tell(.odometerConfirmed(dash: .kilometres(180_000)))
        try car.cutPower(for: .minutes(1))
        car.drive(20)
        #expect(car.monitor.state.odometer?.display == .kilometres(180_000))
        #expect(car.anomalies.map(\.anomaly) == ["jump", "step"])
    }

    @Test func `one count less is never billed`() throws {
        var car = try DrivenCar()
        car.drive(20)
        car.rent()
        car.drive(200, speed: 20_000)
        car.clusterAhead = -1
        car.drive(5)
        car.clusterAhead = 0
        car.drive(200, speed: 20_000)
        car.end()
        let close = try #require(car.talk.closes.first)
        expect(close, went: 8_000, within: 250)
        #expect(close.flags.contains(.odometerBack))
    }

    @Test func `a power cut between a tick and its record loses nothing`() throws {
        var car = try DrivenCar()
        car.drive(20)
        car.rent()
        // Marked after a minute; the ticks since then were never written.
        car.drive(89, speed: 20_000)
        try car.cutPower(for: .seconds(20), driving: 400)
        car.drive(120, speed: 20_000)
        car.end()
        let close = try #require(car.talk.closes.first)
        let went: Int64 = 89 * 20 + 400 + 120 * 20
        #expect((close.distance.count - went).magnitude <= close.error.count)
        #expect(close.flags.isSuperset(of: [.rebooted, .powerLoss, .odometerGap]))
        let gap = try #require(car.gaps.first)
        #expect(car.gaps.count == 1)
        #expect(gap.trip == close.open.trip)
        #expect(gap.source == "611.ODOMETER")
        #expect(gap.silence != nil)
        #expect(close.gap == gap.distance)
        // What was not heard lies within what the gap says, to one count.
        #expect(gap.distance >= Metres(400 - 100))
    }

    @Test func `what the bus did not tell is in the bill, and said apart`() throws {
        var car = try DrivenCar()
        car.drive(20)
        car.rent()
        car.drive(60, speed: 20_000)
        car.truth += 300_000
        car.talk.now = car.talk.now + .seconds(15)
        car.drive(60, speed: 20_000)
        car.end()
        let close = try #require(car.talk.closes.first)
        #expect((close.distance.count - 2_700).magnitude <= close.error.count)
        #expect(close.gap == Metres(300) || close.gap == Metres(400))
        #expect(car.gaps.map(\.silence?.count).allSatisfy { ($0 ?? 0) >= 15_000 })
        #expect(MeterTests.marks(car.talk).contains { $0.gap == close.gap })
    }

    @Test func `a clock that is set by an hour changes no kilometre`() throws {
        func distance(settingClock: Bool) throws -> TripCloseBody {
            var car = try DrivenCar()
            car.drive(20)
            car.rent()
            car.drive(100, speed: 20_000)
            if settingClock {
                car.tell(
                    .timeOffered(
                        TimeOffer(
                            time: car.talk.wall + .hours(1), error: .seconds(1),
                            source: .technician)))
            }
            car.drive(100, speed: 20_000)
            car.end()
            return try #require(car.talk.closes.first)
        }
        let plain = try distance(settingClock: false)
        let stepped = try distance(settingClock: true)
        #expect(plain.distance == stepped.distance)
        #expect(plain.error == stepped.error)
        #expect(plain.odometerDelta == stepped.odometerDelta)
        expect(plain, went: 4_000, within: 250)
    }
}
