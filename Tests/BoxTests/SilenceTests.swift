import AccessCode
import Records
import Testing
import Units
import Vehicle

@testable import Box

@Suite("What a car can have gone unheard")
struct SilenceTests {
    /// A car at `speed` mm/s whose bus falls silent for so long before its ignition goes off.
    private func reach(speed: Int64?, silence: Milliseconds) -> Millimetres {
        var talk = Conversation.parked()
        talk.tell(.lineRead(.ignition, true))
        var car = VehicleState()
        car.speed = speed.map { Reading(MillimetresPerSecond($0), from: "S", at: talk.now) }
        car.lastFrameAt = talk.now
        talk.tell(.vehicleHeard(car, anomalies: []))
        let heard = talk.now
        talk.now = talk.now + silence
        talk.tell(.lineRead(.ignition, false))
        // What comes later is parking.
        talk.wait(.hours(1))
        return talk.box.reach(since: heard)
    }

    @Test(
        arguments: [
            // For five seconds a standstill is believed, and so is a car that tells no speed.
            (0, 5_000, 0), (276, 5_000, 0), (nil, 5_000, 0),
            (0, 5_001, 62_526), (277, 5_000, 63_886), (nil, 5_001, 208_372),
            // At 20 m/s, gaining 5 m/s each second.
            (20_000, 1, 21), (20_000, 1_000, 22_501), (20_000, 2_000, 50_001),
            // At most 150 km/h on average, or what it went before.
            (20_000, 30_000, 1_249_981), (60_000, 30_000, 1_800_001),
            (0, 59_999, 2_499_919), (0, 60_000, 2_499_961), (0, 3_600_000, 149_997_601),
        ] as [(Int64?, Int64, Int64)])
    func `grows with its speed and the silence`(speed: Int64?, silence: Int64, reach: Int64) {
        #expect(self.reach(speed: speed, silence: Milliseconds(silence)) == Millimetres(reach))
    }

    @Test func `is nothing where the ignition was off`() {
        let talk = Conversation.parked()
        #expect(talk.box.reach(since: talk.now - .hours(1)) == .zero)
    }

    @Test func `widens a bill whose bus falls silent, and makes its odometer stale`() throws {
        var car = try DrivenCar()
        car.drive(20)
        car.rent()
        car.drive(60, speed: 20_000)
        car.talk.now = car.talk.now + .minutes(2)
        car.tell(.lineRead(.ignition, false))
        car.talk.wait(.seconds(10))
        car.talk.enter("363")
        let close = try #require(car.talk.closes.first)
        // It went 1200 m and then on for two minutes.
        #expect(close.error >= Metres(2_400))
        #expect(close.flags.isSuperset(of: [.odometerGap, .odometerStale]))
    }

    @Test(arguments: [(Int64(10_000), false), (10_001, true)])
    func `counts as a lost bus from the ignition on`(silence: Int64, isLost: Bool) {
        var talk = Conversation.parked()
        talk.hear(speed: 0, odometer: Metres(45_000))
        talk.match = .rental(eightHours)
        talk.wait(.minutes(10))
        talk.enter(rentalDigits)
        talk.tell(.lineRead(.starterInhibitSense, false))
        talk.tell(.lineRead(.ignition, true))
        talk.now = talk.now + millis(silence)
        talk.tell(.deadlinePassed)
        #expect(talk.box.canWasLost == isLost)
    }
}

@Suite("A trip that no odometer measures")
struct UnmeasuredTripTests {
    private func progress(pulses: Int64?, speed: Int64?) -> TripMarkBody {
        TripMarkBody(
            trip: TripID(epoch: 1, sequence: 1), odometer: nil, pulses: pulses.map { Metres($0) },
            speed: speed.map { Metres($0) }, driving: 0, ignitionCycles: 0)
    }

    @Test func `is billed by the way that was watched, not by a counter that was lost`() {
        let distance = TripDistance(
            from: nil, to: progress(pulses: 400, speed: 1_010),
            driven: (Millimetres(1_010_900), Millimetres(31_000)), unwatched: Millimetres(9_000_000)
        )
        #expect(distance.distance == Metres(1_010))
        #expect(distance.error == Metres(41))
        #expect(distance.quality == .speed)
    }

    @Test func `may have gone what it can have gone unwatched`() {
        let distance = TripDistance(
            from: nil, to: progress(pulses: nil, speed: 1_010), unwatched: Millimetres(9_000_001))
        #expect(distance.distance == Metres(1_010))
        #expect(distance.error == Metres(10 + 1_010 + 9_001))
    }

    /// Off twice: two minutes, and twenty.
    @Test func `counts how long the box was off, through every restart`() throws {
        var state = Conversation.rented().box.durable
        #expect(state.trip?.unwatched == .zero)
        for (boot, minutes) in [(2, 2), (3, 22)] as [(UInt32, Int64)] {
            let wall = WallReading(
                time: startWall + .seconds(3) + .minutes(minutes), error: .zero, quality: .rtc)
            let stamp = Stamp(boot: boot, mono: .boot, wall: wall)
            let body = BootBody(
                firmware: "1.0", profile: "test@00000000", inhibit: .released, clean: false)
            state.apply(RecordDraft(stamp: stamp, body: .boot(body)))
        }
        let off = try #require(state.trip?.unwatched)
        // And what the clock's own error adds.
        #expect((Milliseconds.minutes(22)...Milliseconds.minutes(22) + .seconds(10)).contains(off))
        let restored = try DurableState(snapshot: state.snapshot)
        #expect(restored == state)
    }

    @Test func `was off for a month where the clock does not say`() {
        var state = Conversation.rented().box.durable
        let stamp = Stamp(boot: 2, mono: .boot, wall: nil)
        let body = BootBody(
            firmware: "1.0", profile: "test@00000000", inhibit: .released, clean: false)
        state.apply(RecordDraft(stamp: stamp, body: .boot(body)))
        #expect(state.trip?.unwatched == Box.gapMaximum)
    }
}
