import CAN
import Testing
import Units
import Vehicle

@Suite struct `A gap in listening` {
    private static let anchor = OdometerEstimate(
        display: Metres(500_000), position: Metres(500_040), error: Metres(5),
        resolution: Metres(100), source: .odometer, key: TestCar.odometerKey, at: .boot)

    @Test(arguments: [(Int64(10_000), false), (10_001, true), (30_000, true)])
    func `is a silence of more than ten seconds in which the odometer moved`(
        silence: Int64, isGap: Bool
    ) throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 5000)
        let heard = BootTime(milliseconds: car.now)
        #expect(car.odometer(5003, after: silence).contains(.gap) == isGap)
        let gap = OdometerGap(
            from: Metres(500_000), to: Metres(500_300), resolution: Metres(100), since: heard,
            source: TestCar.odometerKey)
        #expect(car.monitor.takeGaps() == (isGap ? [gap] : []))
        #expect(car.monitor.takeGaps().isEmpty)
        #expect(car.display == 500_300)
    }

    @Test func `is none where the odometer stands as before`() throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 5000)
        #expect(!car.odometer(5000, after: 40_000).contains(.gap))
        // From here on somebody listens: a tick is no gap.
        #expect(!car.odometer(5001, after: 1000).contains(.gap))
        #expect(car.display == 500_100)
    }

    @Test func `is what was driven while the bus slept`() throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 5000)
        _ = car.monitor.advance(to: BootTime(milliseconds: car.now + 60_000))
        car.now += 3_600_000
        for _ in 0..<12 { car.odometer(5003, after: 1000) }
        #expect(car.monitor.takeGaps().map(\.distance) == [Metres(300)])
    }

    @Test func `is what was driven without the box`() throws {
        var car = TestCar(
            profile: try TestCar.profile(), anchor: Self.anchor,
            heardAt: BootTime(milliseconds: -600_000))
        for _ in 0..<12 { car.odometer(5003, after: 1000) }
        let gaps = car.monitor.takeGaps()
        #expect(gaps.map(\.distance) == [Metres(300)])
        #expect(gaps.first?.since == nil)
        // Where in its count the car stands after a gap is not known.
        #expect(car.monitor.state.odometer?.error == Metres(100))
    }

    @Test func `is none where the car was not driven without the box`() throws {
        var car = TestCar(profile: try TestCar.profile(), anchor: Self.anchor)
        for raw in [Int64(5000), 5000, 5000, 5001] { car.odometer(raw, after: 5000) }
        #expect(car.monitor.takeGaps().isEmpty)
        #expect(car.display == 500_100)
    }

    @Test func `never counts what was refused`() throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 5000)
        for _ in 0..<40 { car.odometer(900_000, after: 1000) }
        car.odometer(0, after: 30_000)
        for _ in 0..<100 { car.odometer(900_000, after: 1000) }
        #expect(car.monitor.takeGaps().isEmpty)
    }
}

@Suite struct `Pulses of a line` {
    private func monitor(calibrates: Bool = false) -> VehicleMonitor {
        VehicleMonitor(
            profile: VehicleProfile(
                name: "pulses", hash: "0",
                distance: .line(
                    PulseLine(nanometresPerPulse: 250_000_000, calibrates: calibrates))))
    }

    private func tell(
        _ monitor: inout VehicleMonitor, _ totals: [Int64], every: Int64 = 1000
    ) {
        for (index, total) in totals.enumerated() {
            _ = monitor.receive(pulses: total, at: BootTime(milliseconds: Int64(index) * every))
        }
    }

    @Test func `are metres without a modulus, whatever the silence`() {
        var monitor = monitor()
        tell(&monitor, [1_000_000, 1_000_040, 1_000_080], every: 600_000)
        #expect(monitor.state.pulses == Metres(20))
        #expect(monitor.state.lastFrameAt == nil)
        #expect(monitor.heardAt == BootTime(milliseconds: 1_200_000))
    }

    @Test func `that begin anew lose nothing that was counted`() {
        var monitor = monitor()
        tell(&monitor, [1000, 1040, 3, 43])
        #expect(monitor.state.pulses == Metres(20))
    }

    @Test(arguments: [(Int64(999), nil as Int64?), (1000, 10_000), (1001, 9_991)])
    func `tell the speed over a second and more`(time: Int64, speed: Int64?) {
        var monitor = monitor()
        tell(&monitor, [100, 140], every: time)
        #expect(monitor.state.speed?.value.count == speed)
        #expect(monitor.state.speed?.source == (speed == nil ? nil : "line.PULSES"))
    }

    @Test func `say standstill only where none came`() {
        var monitor = monitor()
        tell(&monitor, [100, 100])
        #expect(monitor.state.speed?.value == .zero)
        tell(&monitor, [100, 101, 102], every: 9_000)
        #expect((monitor.state.speed?.value ?? .zero) > .zero)
    }

    @Test func `are nothing to a car without such a line`() throws {
        var monitor = VehicleMonitor(profile: try TestCar.profile(hasCounter: true))
        tell(&monitor, [100, 200])
        #expect(monitor.state.pulses == .zero)
        #expect(monitor.state.speed == nil)
    }
}
