import AccessCode
import Records
import Testing
import Units
import Vehicle

@testable import Box

@Suite("The measuring of a trip")
struct MeterTests {
    /// A rented car that was heard once, at 45 km.
    static func driving() -> Conversation {
        var talk = Conversation.parked()
        talk.hear(speed: 0, odometer: Metres(45_000), pulses: Metres(100))
        talk.match = .rental(eightHours)
        talk.enter(rentalDigits)
        talk.tell(.lineRead(.starterInhibitSense, false))
        talk.tell(.lineRead(.ignition, true))
        return talk
    }

    static func marks(_ talk: Conversation) -> [TripMarkBody] {
        talk.written.compactMap {
            if case .tripMark(let body) = $0.body { body } else { nil }
        }
    }

    @Test(arguments: [(59_999 as Int64, 0), (60_000, 1), (60_001, 1)])
    func `a mark is due after a minute of driving`(_ elapsed: Int64, _ count: Int) {
        var talk = Self.driving()
        talk.now = talk.now + millis(elapsed)
        talk.hear(speed: 9_000)
        #expect(Self.marks(talk).count == count)
    }

    @Test(arguments: [(999 as Int64, 0), (1_000, 1), (1_001, 1)])
    func `a mark is due after a kilometre`(_ metres: Int64, _ count: Int) {
        var talk = Self.driving()
        talk.now = talk.now + .seconds(30)
        talk.hear(speed: 9_000, odometer: Metres(45_000 + metres))
        #expect(Self.marks(talk).count == count)
        talk.hear(speed: 9_000)
        #expect(Self.marks(talk).count == count)
        #expect(talk.box.durable.trip?.mark == Self.marks(talk).last)
    }

    @Test func `a car that stands makes no marks`() {
        var talk = Self.driving()
        talk.wait(.hours(1))
        talk.hear(speed: 0, odometer: Metres(48_000))
        #expect(Self.marks(talk).isEmpty)
    }

    @Test func `each mark begins the next minute and the next kilometre`() {
        var talk = Self.driving()
        for second in 1...180 as ClosedRange<Int64> {
            talk.now = talk.now + .seconds(1)
            talk.hear(speed: 9_000, odometer: Metres(45_000 + second * 9))
        }
        // Minutes at 61 s… would be 180 s; kilometres of 9 m/s come every 112 s: the minute wins.
        #expect(
            Self.marks(talk).map(\.odometer?.position) == [
                Metres(45_540), Metres(46_080), Metres(46_620),
            ])
    }

    @Test(arguments: [StorageRoom.tight, .none])
    func `little room means no marks`(_ room: StorageRoom) {
        var talk = Self.driving()
        talk.tell(.storageRead(room))
        talk.now = talk.now + .minutes(5)
        talk.hear(speed: 9_000, odometer: Metres(49_000))
        #expect(Self.marks(talk).isEmpty)
    }

    @Test func `the close states distance, drive, starts and raw witnesses`() throws {
        var talk = Self.driving()
        talk.car.speedIntegral = Metres(50)
        talk.hear(speed: 10_000)
        for second in 1...20 as ClosedRange<Int64> {
            talk.now = talk.now + .seconds(1)
            talk.car.speedIntegral = Metres(50 + second * 10)
            talk.hear(
                speed: second < 20 ? 10_000 : 0, odometer: Metres(45_000 + second * 10),
                pulses: Metres(100 + second * 9))
        }
        talk.tell(.lineRead(.ignition, false))
        talk.tell(.lineRead(.ignition, true))
        talk.tell(.lineRead(.ignition, false))
        talk.tell(
            .batteryRead(
                BatteryReading(voltage: Millivolts(12_500), drawn: MilliampereHours(8))))
        talk.enter("363")
        let close = try #require(talk.closes.first)
        #expect(close.distance == Metres(200))
        #expect(close.odometerDelta == Metres(200))
        #expect(close.error == Metres(200))
        #expect(close.quality == .odometer)
        #expect(close.pulses == Metres(180))
        #expect(close.speed == Metres(200))
        #expect(close.driving == 20)
        #expect(close.ignitionCycles == 2)
        #expect(close.duration == 20)
        #expect(close.energy == MilliampereHours(8))
        #expect(close.open == talk.opens.first)
        #expect(close.openWall == talk.wall - .seconds(20))
        #expect(close.flags == [.offline])
    }

    @Test func `a power cut in a trip loses nothing that the odometer remembers`() throws {
        var talk = Self.driving()
        talk.now = talk.now + .minutes(1)
        talk.car.speedIntegral = Metres(0)
        talk.hear(speed: 9_000, odometer: Metres(45_540), pulses: Metres(640))
        let mark = try #require(Self.marks(talk).last)
        #expect(mark.pulses == Metres(540))
        var next = talk.afterPowerCut()
        next.start(
            rtc: RTCReading(time: talk.wall + .minutes(2), stopped: false),
            inhibit: .released)
        #expect(next.box.distance.distance == Metres(540))
        next.hear(speed: 9_000, odometer: Metres(46_000), pulses: Metres(0))
        next.now = next.now + .seconds(10)
        next.hear(speed: 0, odometer: Metres(46_090), pulses: Metres(90))
        next.tell(.lineRead(.ignition, false))
        next.enter("363")
        let close = try #require(next.closes.first)
        #expect(close.distance == Metres(1_090))
        #expect(close.pulses == Metres(540 + 90))
        #expect(close.flags == [.rebooted, .powerLoss, .offline])
        #expect(close.duration == 60 + 120 + 10)
        #expect(close.driving == 10)
        #expect(next.opens.count == 1 && next.closes.count == 1)
    }

    @Test func `a power cut before the first mark leaves the odometer of the opening`() {
        let talk = Self.driving()
        var next = talk.afterPowerCut()
        next.start(inhibit: .released)
        #expect(next.box.distance.distance == .zero)
        #expect(next.box.distance.quality == .odometer)
        next.hear(speed: 0, odometer: Metres(47_000))
        #expect(next.box.distance.distance == Metres(2_000))
    }

    @Test func `without any time the uptime since the restart is billed`() {
        var state = provisionedState()
        state.trusted = nil
        state.book.redeem(eightHours, keyEpoch: KeyEpoch(0))
        var talk = Conversation(state)
        talk.start(rtc: nil)
        talk.match = .rental(eightHours)
        talk.enter(rentalDigits)
        var next = talk.afterPowerCut(at: BootTime(milliseconds: 3_000))
        next.start(rtc: nil)
        next.tell(.lineRead(.ignition, false))
        next.wait(.seconds(40))
        next.enter("363")
        #expect(next.closes.map(\.duration) == [43])
        #expect(next.closes.first?.openWall == nil)
    }

    @Test func `a clock that is lost after a restart bills to what has certainly passed`() {
        let talk = Self.driving()
        var next = talk.afterPowerCut()
        next.start(rtc: nil)
        next.tell(.lineRead(.ignition, false))
        next.wait(.seconds(100))
        next.enter("363")
        // The opening was stamped 2 s above the floor.
        #expect(next.closes.count == 1)
        #expect(next.closes.allSatisfy { (90...100).contains($0.duration) })
    }

    @Test func `nothing is driven before a trip`() {
        let talk = Conversation.parked()
        #expect(talk.box.distance.distance == .zero)
        #expect(talk.box.distance.quality == .none)
    }
}

@Suite("The distance of a trip")
struct TripDistanceTests {
    static func statement(
        _ position: Int64, error: Int64 = 100, quality: DistanceQuality = .odometer
    ) -> OdometerStatement {
        OdometerStatement(
            display: Metres(position), position: Metres(position), error: Metres(error),
            resolution: Metres(1000), quality: quality)
    }

    static func progress(
        _ odometer: OdometerStatement?, pulses: Int64? = nil, speed: Int64? = nil
    ) -> TripMarkBody {
        TripMarkBody(
            trip: TripID(epoch: 1, sequence: 1), odometer: odometer,
            pulses: pulses.map { Metres($0) }, speed: speed.map { Metres($0) }, driving: 0,
            ignitionCycles: 0)
    }

    @Test func `the odometer decides where both ends are known`() {
        let distance = TripDistance(
            from: Self.statement(1_000, error: 30),
            to: Self.progress(Self.statement(5_000, error: 12), pulses: 9, speed: 9))
        #expect(distance.distance == Metres(4_000))
        #expect(distance.odometerDelta == Metres(4_000))
        #expect(distance.error == Metres(42))
        #expect(distance.quality == .odometer)
        #expect(distance.flags.isEmpty)
    }

    @Test(arguments: [(-200 as Int64, false), (-201, true), (0, false)])
    func `an odometer that went back is billed as nothing`(_ delta: Int64, _ flagged: Bool) {
        let distance = TripDistance(
            from: Self.statement(5_000), to: Self.progress(Self.statement(5_000 + delta)))
        #expect(distance.distance == .zero)
        #expect(distance.odometerDelta == Metres(delta))
        #expect(distance.flags == (flagged ? [.odometerBack] : []))
    }

    @Test(arguments: DistanceQuality.allCases, DistanceQuality.allCases)
    func `the worse of both ends names the quality`(
        _ open: DistanceQuality, _ end: DistanceQuality
    ) {
        let distance = TripDistance(
            from: Self.statement(0, quality: open),
            to: Self.progress(Self.statement(0, quality: end)))
        let order = DistanceQuality.allCases
        let worse = [open, end].max {
            (order.firstIndex(of: $0) ?? 0) < (order.firstIndex(of: $1) ?? 0)
        }
        #expect(distance.quality == worse)
    }

    @Test(arguments: [
        (2_000 as Int64?, 9_000 as Int64?, 2_000 as Int64, 2_010 as Int64),
        (nil, 1_000, 1_000, 1_010), (-5, nil, 0, 10), (0, nil, 0, 10), (34, nil, 34, 44),
    ])
    func `without the odometer the counter, then the speed, is a labelled fallback`(
        _ pulses: Int64?, _ speed: Int64?, _ metres: Int64, _ error: Int64
    ) {
        let open = pulses == 0 ? Self.statement(5) : nil
        let distance = TripDistance(
            from: open, to: Self.progress(nil, pulses: pulses, speed: speed))
        #expect(distance.distance == Metres(metres))
        #expect(distance.error == Metres(error))
        let watched = TripDistance(
            from: open, to: Self.progress(nil, pulses: pulses, speed: speed),
            driven: (Millimetres(metres * 1000), Millimetres(7_001)))
        #expect(watched.error == Metres(18))
        #expect(distance.quality == .speed)
        #expect(distance.odometerDelta == nil)
        #expect(distance.flags == [.odometerGap])
    }

    @Test func `with nothing at all there is no distance`() {
        let distance = TripDistance(from: nil, to: Self.progress(Self.statement(7)))
        #expect(distance.distance == .zero)
        #expect(distance.error == .zero)
        #expect(distance.quality == .none)
        #expect(distance.flags == [.odometerGap])
    }

    @Test(arguments: [
        (OdometerSource.odometer, DistanceQuality.odometer),
        (.odometerAndPulses, .odometerAndPulses), (.odometerAndSpeed, .odometerAndSpeed),
    ])
    func `what stands behind an estimate stands in its statement`(
        _ source: OdometerSource, _ quality: DistanceQuality
    ) {
        let estimate = OdometerEstimate(
            display: Metres(1), position: Metres(2), error: Metres(3), resolution: Metres(4),
            source: source, key: testOdometer, at: startTime)
        #expect(
            OdometerStatement(estimate)
                == OdometerStatement(
                    display: Metres(1), position: Metres(2), error: Metres(3),
                    resolution: Metres(4), quality: quality, source: "611.ODOMETER"))
    }
}
