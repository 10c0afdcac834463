import CAN
import Testing
import Units
import Vehicle

@Suite struct `Acceptance of the odometer` {
    @Test(arguments: [
        ([0, 1000, 1999], false), ([0, 1000, 2000], true), ([0, 2000], false),
        ([0, 1, 2001], true), ([0, 1, 2, 3], false),
    ])
    func `three readings over two seconds are believed`(
        times: [Int64], isBelieved: Bool
    ) throws {
        var car = TestCar(profile: try TestCar.profile())
        for time in times {
            car.now = 20_000 + time
            car.odometer(5000)
        }
        #expect(car.display == (isBelieved ? 500_000 : nil))
        #expect(car.changes.contains(.odometer) == isBelieved)
    }

    @Test(arguments: [(9999, false), (10_000, true), (10_001, true)])
    func `in the first ten seconds after waking nothing new is believed`(
        time: Int64, isBelieved: Bool
    ) throws {
        var car = TestCar(profile: try TestCar.profile())
        for _ in 0..<5 { car.odometer(5000, after: 1000) }
        car.now = time
        car.odometer(5000)
        #expect((car.display != nil) == isBelieved)
    }

    @Test func `a reading that jumps about is never believed`() throws {
        var car = TestCar(profile: try TestCar.profile())
        for index in 0..<30 { car.odometer(index.isMultiple(of: 2) ? 5000 : 9000, after: 1000) }
        #expect(car.display == nil)
    }

    @Test(arguments: [
        (Int64(0), OdometerAnomaly.Kind.initial), (0xFFFFFF, .notAvailable),
        (0xFFFFFE, .notAvailable),
    ])
    func `a placeholder is reported once and not believed`(
        raw: Int64, kind: OdometerAnomaly.Kind
    ) throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 5000)
        #expect(car.odometer(raw, after: 1000).contains(.anomaly))
        for _ in 0..<100 { #expect(!car.odometer(raw, after: 1000).contains(.anomaly)) }
        #expect(car.kinds() == [kind])
        #expect(car.display == 500_000)
    }

    @Test func `a placeholder after a minute without it is reported again`() throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 5000)
        car.odometer(0, after: 1000)
        for _ in 0..<59 { car.odometer(5000, after: 1000) }
        car.odometer(0, after: 1000)
        #expect(car.kinds() == [.initial])
        for _ in 0..<60 { car.odometer(5000, after: 1000) }
        car.odometer(0, after: 1000)
        #expect(car.kinds() == [.initial])
    }

    @Test(arguments: [(3, true), (2, false)])
    func `a frame too short for the odometer is reported`(length: Int, isRead: Bool) throws {
        var car = TestCar(profile: try TestCar.profile(unitIsFixed: true))
        car.settle(at: 5000)
        car.hear(CANFrame(id: TestCar.odometerID, length: length, payload: 5000))
        #expect(car.kinds() == (isRead ? [] : [.short]))
    }

    @Test(arguments: [(Int64(0), OdometerAnomaly.Kind.unitUnknown), (2, .unitChanged)])
    func `another unit is reported and not believed`(
        unit: Int64, kind: OdometerAnomaly.Kind
    ) throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 5000)
        for _ in 0..<30 { car.odometer(5001, unit: unit, after: 1000) }
        #expect(car.kinds() == [kind])
        #expect(car.display == 500_000)
        car.odometer(5000, after: 1000)
        for _ in 0..<3 { car.odometer(5001, after: 1000) }
        #expect(car.display == 500_100)
    }

    @Test func `one count less is reported and not believed`() throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 5000)
        for _ in 0..<30 { car.odometer(4999, after: 1000) }
        let anomalies = car.monitor.takeAnomalies()
        #expect(anomalies.map(\.kind) == [.back])
        #expect(anomalies.first?.reading == Metres(499_900))
        #expect(anomalies.first?.held == Metres(500_000))
        #expect(anomalies.first?.frame == "100#87130001")
        #expect(car.display == 500_000)
    }

    // Ten seconds at 250 km/h are 694.4 m, and a count is 100 m.
    @Test(arguments: [(7, true), (8, false)])
    func `a rise beyond the top speed and one count is a jump`(
        counts: Int64, isBelieved: Bool
    ) throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 5000)
        car.odometer(5000 + counts, after: 10_000)
        #expect(car.kinds() == (isBelieved ? [] : [.jump]))
        #expect(car.display == (isBelieved ? 500_000 + counts * 100 : 500_000))
    }

    @Test(arguments: [(9, true), (10, true), (11, false)])
    func `a rise beyond the longest jump is a jump`(counts: Int64, isBelieved: Bool) throws {
        var profile = try TestCar.profile()
        profile.plausibility.maxJump = Metres(1000)
        var car = TestCar(profile: profile)
        car.settle(at: 5000)
        for _ in 0..<3 {
            car.now += 10_000
            car.hear(CANFrame(id: TestCar.otherID, length: 0))
        }
        car.odometer(5000 + counts, after: 1)
        #expect(car.kinds() == (isBelieved ? [] : [.jump]))
    }

    // An hour asleep at 150 km/h are 149 997.6 m; ten seconds awake 694.4 m; one count 100 m.
    @Test(arguments: [(1507, true), (1508, false)])
    func `over a sleep the car can have driven at the gap speed`(
        counts: Int64, isBelieved: Bool
    ) throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 5000)
        car.now += 3_600_000
        #expect(car.hear(CANFrame(id: TestCar.otherID, length: 0)).contains(.busWoke))
        for _ in 0..<9 { car.odometer(5000 + counts, after: 1000) }
        #expect(car.display == 500_000)
        car.odometer(5000 + counts, after: 1000)
        #expect(car.kinds() == (isBelieved ? [] : [.jump]))
        #expect(car.display == (isBelieved ? 500_000 + counts * 100 : 500_000))
    }

    @Test func `the same wrong reading for a minute is a step, reported once`() throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 5000)
        car.odometer(900_000, after: 1000)
        for _ in 0..<59 { car.odometer(900_000, after: 1000) }
        #expect(car.kinds() == [.jump])
        #expect(car.odometer(900_000, after: 1000).contains(.anomaly))
        #expect(car.kinds() == [.step])
        for _ in 0..<200 { car.odometer(900_001, after: 1000) }
        #expect(car.kinds() == [])
        #expect(car.display == 500_000)
    }

    @Test func `after the operator has confirmed a step the new reading is believed`() throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 5000)
        let tooEarly = car.monitor.acceptStep()
        #expect(!tooEarly)
        for _ in 0..<61 { car.odometer(900_000, after: 1000) }
        #expect(car.display == 500_000)
        #expect(car.monitor.state.step == Metres(90_000_000))
        let isAccepted = car.monitor.acceptStep()
        #expect(isAccepted)
        #expect(car.display == 90_000_000)
        #expect(car.monitor.state.step == nil)
        car.settle(at: 900_001)
        #expect(car.display == 90_000_100)
    }

    @Test func `an odometer that stands while the car drives two counts is reported once`() throws {
        var car = TestCar(profile: try TestCar.profile(hasSpeed: true))
        car.settle(at: 5000)
        car.wheels(count: 0, speed: 20_000)
        car.odometer(5000)
        var reportedAt: Int64?
        let start = car.now
        for _ in 0..<400 {
            car.wheels(count: 0, speed: 20_000, after: 100)
            if car.odometer(5000).contains(.anomaly) { reportedAt = car.now - start }
        }
        #expect(car.kinds() == [.frozen])
        // 200 m take 10 s; the 3 % and the metre that the speed may be off come on top.
        let delay = try #require(reportedAt)
        #expect((10_000...10_500).contains(delay))
    }
}

@Suite struct `The odometer across a restart` {
    private func anchor(_ metres: Int64, resolution: Int64 = 100) -> OdometerEstimate {
        OdometerEstimate(
            display: Metres(metres), position: Metres(metres + 40), error: Metres(5),
            resolution: Metres(resolution), source: .odometer, key: TestCar.odometerKey, at: .boot)
    }

    @Test func `the reading before stands until the car is heard`() throws {
        let car = TestCar(profile: try TestCar.profile(), anchor: anchor(500_000))
        #expect(car.display == 500_000)
        #expect(car.monitor.state.odometer?.position == Metres(500_040))
        #expect(car.monitor.state.odometer?.error == Metres(100))
    }

    @Test func `the same reading is confirmed at once`() throws {
        var car = TestCar(profile: try TestCar.profile(), anchor: anchor(500_000))
        car.odometer(5000, after: 100)
        #expect(car.monitor.state.odometer?.at == BootTime(milliseconds: 100))
    }

    @Test func `a lower reading is never believed`() throws {
        var car = TestCar(profile: try TestCar.profile(), anchor: anchor(500_000))
        car.settle(at: 375)
        #expect(car.display == 500_000)
        #expect(car.kinds() == [.back])
    }

    // Sixty seconds before boot at 150 km/h: 2500 m; ten awake 694.4 m; one count 100 m.
    @Test(arguments: [(32, true), (33, false)])
    func `the time without the box bounds the rise`(counts: Int64, isBelieved: Bool) throws {
        var car = TestCar(
            profile: try TestCar.profile(), anchor: anchor(500_000),
            heardAt: BootTime(milliseconds: -60_000))
        for _ in 0..<10 { car.odometer(5000 + counts, after: 1000) }
        #expect(car.display == (isBelieved ? 500_000 + counts * 100 : 500_000))
    }

    @Test func `the unit stays pinned`() throws {
        var car = TestCar(profile: try TestCar.profile(), anchor: anchor(500_000))
        for _ in 0..<20 { car.odometer(5000, unit: 2, after: 1000) }
        #expect(car.kinds() == [.unitChanged])
        // 3107 counts of 160.934 m are 500 021.9 m.
        var miles = TestCar(
            profile: try TestCar.profile(), anchor: anchor(500_021, resolution: 161))
        miles.odometer(3107, unit: 2, after: 100)
        #expect(miles.monitor.state.odometer?.at == BootTime(milliseconds: 100))
        miles.odometer(3107, unit: 1, after: 100)
        #expect(miles.kinds() == [.unitChanged])
    }
}

@Suite struct `The odometer's modulus` {
    // A hundredth of 100 000 counts are 1000.
    @Test(arguments: [(99_000, 5, true), (98_999, 5, false), (99_999, 0, true)])
    func `is passed from the top hundredth only`(
        before: Int64, after: Int64, isBelieved: Bool
    ) throws {
        var car = TestCar(profile: try TestCar.profile(modulus: 100_000))
        car.settle(at: before)
        // Long asleep, so that the rise itself is plausible.
        car.now += 10_000_000
        car.settle(at: after)
        #expect(car.display == (isBelieved ? (100_000 + after) * 100 : before * 100))
        #expect(car.kinds() == (isBelieved ? [] : [after == 0 ? .initial : .back]))
    }

    @Test(arguments: [(1000, true), (1001, false)])
    func `is passed into the bottom hundredth only`(after: Int64, isBelieved: Bool) throws {
        var car = TestCar(profile: try TestCar.profile(modulus: 100_000))
        car.settle(at: 99_999)
        car.now += 10_000_000
        car.settle(at: after)
        #expect(car.display == (isBelieved ? (100_000 + after) * 100 : 9_999_900))
    }

    @Test func `without one a fall to the bottom is never believed`() throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 0xFFFFFD)
        car.now += 10_000_000
        car.settle(at: 3)
        #expect(car.display == Int64(0xFFFFFD) * 100)
    }

    @Test func `is still known after a restart`() throws {
        var car = TestCar(profile: try TestCar.profile(modulus: 100_000))
        car.settle(at: 99_999)
        car.settle(at: 100_000 % 100_000)
        car.settle(at: 1)
        let last = try #require(car.monitor.state.odometer)
        #expect(last.display == Metres(10_000_100))
        var next = TestCar(profile: car.monitor.profile, anchor: last)
        next.odometer(1, after: 100)
        #expect(next.monitor.state.odometer?.at == BootTime(milliseconds: 100))
    }
}
