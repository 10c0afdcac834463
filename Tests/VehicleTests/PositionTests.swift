import CAN
import Testing
import Units
import Vehicle

/// A small random source, so that every run of a test sees the same drive.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

@Suite struct `The position between ticks` {
    @Test func `without a fine distance is the display, give or take one count`() throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 5000)
        let odometer = try #require(car.monitor.state.odometer)
        #expect(odometer.position == odometer.display)
        #expect(odometer.error == odometer.resolution)
        #expect(odometer.source == .odometer)
        #expect(car.monitor.state.pulses == nil)
        #expect(car.monitor.state.speedIntegral == nil)
    }

    @Test func `is one count uncertain until a tick is seen`() throws {
        var car = TestCar(profile: try TestCar.profile(hasCounter: true, hasSpeed: true))
        for second in 0..<20 {
            car.wheels(count: Int64(second), speed: 0, after: 500)
            car.odometer(5000, after: 500)
        }
        #expect(car.monitor.state.odometer?.error == Metres(100))
    }

    /// The truth, in steps of 20 ms, against what the monitor says at every frame it hears.
    @Test(arguments: [0, 50, 83, 95], [UInt64(1), 2, 3])
    func `always holds the truth within its error`(loss: Int, seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var car = TestCar(
            profile: try TestCar.profile(hasCounter: true, hasSpeed: true, calibrates: true))
        // In micrometres and millimetres a second; the counts are 2 % longer than stated.
        var truth: Int64 = 500_033_000_000
        var speed: Int64 = 0
        var wanted: Int64 = 0
        var checks = 0
        var smallest = Int64.max
        for step in 1...60_000 {
            car.now += 20
            if step.isMultiple(of: 400) {
                wanted = Int64.random(in: -10_000...33_000, using: &random)
            }
            let change = max(-60, min(50, max(0, wanted) - speed))
            truth += (speed + speed + change) * 20 / 2
            speed += change
            let isHeard = Int.random(in: 0..<100, using: &random) >= loss
            if step.isMultiple(of: 50), isHeard { car.odometer(truth / 100_000_000) }
            guard Int.random(in: 0..<100, using: &random) >= loss else { continue }
            // The speed shows 1 % too much.
            car.wheels(count: truth / 49_400, speed: speed * 101 / 100)
            guard let odometer = car.monitor.state.odometer else { continue }
            checks += 1
            let off = abs(truth - odometer.position.count * 1_000_000)
            smallest = min(smallest, odometer.error.count)
            try #require(off <= odometer.error.count * 1_000_000, "at step \(step)")
            try #require(odometer.position >= odometer.display)
            try #require(odometer.position < odometer.display + odometer.resolution)
        }
        #expect(checks > 1000)
        // A bound that is never better than a count would be of no use.
        #expect(smallest < (loss <= 50 ? 15 : 50))
    }

    @Test func `never goes back while the odometer stands`() throws {
        var car = TestCar(profile: try TestCar.profile(hasCounter: true, hasSpeed: true))
        var count: Int64 = 0
        var last = Metres.zero
        for step in 1...4000 {
            count += 8
            // Now and then the counter is silent for longer than it bears.
            car.wheels(count: count, speed: 19_000, after: step.isMultiple(of: 37) ? 400 : 20)
            if step.isMultiple(of: 50) { car.odometer(5000 + count / 2066) }
            let position = car.monitor.state.odometer?.position ?? .zero
            #expect(position >= last)
            last = position
        }
        #expect(last > Metres(501_000))
    }

    @Test(arguments: [(170, true), (171, false)])
    func `drops the counter after too long a silence`(silence: Int64, isCounted: Bool) throws {
        var car = TestCar(profile: try TestCar.profile(hasCounter: true, hasSpeed: true))
        car.wheels(count: 10, speed: 20_000)
        car.wheels(count: 110, speed: 20_000, after: silence)
        #expect(car.monitor.state.pulses == Metres(isCounted ? 4 : 0))
    }

    @Test func `counts on through the counter's modulus`() throws {
        var car = TestCar(profile: try TestCar.profile(hasCounter: true))
        for count in stride(from: Int64(250), through: 250 + 2100, by: 100) {
            car.wheels(count: count, speed: 0, after: 100)
        }
        // 2100 counts of 48.4 mm.
        #expect(car.monitor.state.pulses == Metres(101))
    }

    // Two speeds of 10 m/s: a second of it, or the one second that a speed is held.
    @Test(arguments: [(999, 9), (1000, 10), (1001, 10), (9000, 10)])
    func `holds a speed for a second at most`(silence: Int64, metres: Int64) throws {
        var car = TestCar(profile: try TestCar.profile(hasSpeed: true))
        car.wheels(count: 0, speed: 10_000)
        car.wheels(count: 0, speed: 10_000, after: silence)
        #expect(car.monitor.state.speedIntegral == Metres(metres))
    }

    // Stated are 48.4 mm a count; up to 5 % more or less is believed.
    @Test(arguments: [(48_400, true), (50_000, true), (46_200, true), (51_500, false)])
    func `learns the length of a count from the ticks`(each: Int64, isLearnt: Bool) throws {
        var car = TestCar(
            profile: try TestCar.profile(hasCounter: true, hasSpeed: true, calibrates: true))
        var truth: Int64 = 500_000_000_000
        for step in 1...75_000 {
            truth += 400_000
            car.wheels(count: truth / each, speed: 20_000, after: 20)
            if step.isMultiple(of: 5) { car.odometer(truth / 100_000_000) }
        }
        // Thirty kilometres by the counter, with the length that it has in the end.
        let pulses = try #require(car.monitor.state.pulses)
        let wanted = isLearnt ? 30_000 : 30_000 * 48_400 / each
        #expect(abs(pulses.count - wanted) <= 60)
        let odometer = try #require(car.monitor.state.odometer)
        #expect(abs(truth / 1_000_000 - odometer.position.count) <= odometer.error.count)
        #expect(car.monitor.takeAnomalies().isEmpty)
    }

    @Test func `goes on after a restart no lower than before`() throws {
        let profile = try TestCar.profile(hasCounter: true, hasSpeed: true)
        let last = OdometerEstimate(
            display: Metres(500_000), position: Metres(500_070), error: Metres(2),
            resolution: Metres(100), source: .odometerAndPulses, key: TestCar.odometerKey,
            at: .boot)
        var car = TestCar(profile: profile, anchor: last, heardAt: .boot)
        car.wheels(count: 0, speed: 2000)
        car.odometer(5000, after: 20)
        // 200 counts of 48.4 mm in five seconds.
        for step in Int64(1)...50 {
            car.wheels(count: step * 4, speed: 2000, after: 100)
            if step.isMultiple(of: 10) { car.odometer(5000) }
        }
        let odometer = try #require(car.monitor.state.odometer)
        #expect(odometer.position == Metres(500_079))
        #expect(odometer.error >= odometer.resolution)
        #expect(odometer.source == .odometerAndPulses)
    }
}
