import CAN
import Testing
import Units
import Vehicle

/// What buses and clusters have been seen doing, made on purpose.
@Suite struct `Synthetic troubles` {
    private func wrapping(_ bits: Int, modulus: Int64) throws -> VehicleProfile {
        let signal = SignalSource(
            id: TestCar.odometerID, name: "ODOMETER", layout: try TestCar.layout(0, bits))
        return VehicleProfile(
            name: "wrap", hash: "0",
            odometers: [
                OdometerSignal(
                    signal: signal, unit: .fixed(perCount: Millimetres(100_000)), modulus: modulus)
            ])
    }

    @Test(arguments: [(24, Int64(1) << 24), (20, 1 << 20), (20, 1_048_574)])
    func `an odometer that wraps goes on`(bits: Int, modulus: Int64) throws {
        var car = TestCar(profile: try wrapping(bits, modulus: modulus))
        let top = modulus - 3
        for step in Int64(0)...6 {
            for _ in 0..<12 { car.odometer((top + step) % modulus, unit: 0, after: 1000) }
        }
        #expect(car.display == (modulus + 3) * 100)
        // All ones are "not available" even there: the value before stands until the next.
        #expect(car.kinds() == (modulus == 1 << bits ? [.notAvailable] : []))
    }

    /// The counter of a Peugeot: tenths of a metre in 16 bits, 91 s for half a turn at 36 m/s.
    private func peugeot() throws -> VehicleProfile {
        var profile = try TestCar.profile(hasSpeed: true)
        profile.distance = .counter(
            DistanceCounter(
                signal: SignalSource(id: 0x0B6, layout: try TestCar.layout(0, 16)),
                modulus: 65_536, nanometresPerCount: 100_000_000, calibrates: false,
                maxSilence: .seconds(91)))
        return profile
    }

    @Test(arguments: [(Int64(90_000), Int64(3_240)), (91_000, 3_276), (91_001, 0), (200_000, 0)])
    func `a counter that was silent is followed or dropped`(
        silence: Int64, metres: Int64
    ) throws {
        var car = TestCar(profile: try peugeot())
        let before = Int64(60_000)
        let after = (before + silence * 36 / 100) % 65_536
        for (count, wait) in [(before, Int64(0)), (after, silence)] {
            car.now += wait
            car.hear(CANFrame(id: 0x0B6, length: 2, payload: UInt64(count)))
        }
        #expect(car.monitor.state.pulses == Metres(metres))
    }

    @Test func `a zero when the ignition goes off is no reading`() throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 5000)
        for _ in 0..<50 { car.odometer(0, after: 1000) }
        car.now += 100_000
        for _ in 0..<30 { car.odometer(0, after: 1000) }
        #expect(car.display == 500_000)
        #expect(car.kinds() == [.initial, .initial])
        car.settle(at: 5000)
        #expect(car.kinds() == [])
    }

    @Test func `frames that come twice change nothing`() throws {
        var once = TestCar(profile: try TestCar.profile(hasCounter: true, hasSpeed: true))
        var twice = once
        for step in Int64(0)..<3000 {
            once.now = step * 100
            twice.now = step * 100
            once.wheels(count: step * 41, speed: 20_000)
            once.odometer(5000 + step / 50)
            for _ in 0..<2 { twice.wheels(count: step * 41, speed: 20_000) }
            for _ in 0..<2 { twice.odometer(5000 + step / 50) }
        }
        #expect(once.monitor.state == twice.monitor.state)
        #expect(once.kinds() == twice.kinds())
    }

    @Test func `a bus that was off comes back without a false word`() throws {
        var car = TestCar(profile: try TestCar.profile(hasSpeed: true))
        car.settle(at: 5000)
        // Twenty seconds off, in which the car drives 400 m.
        for _ in 0..<20 { car.wheels(count: 0, speed: 20_000, after: 1000) }
        car.now += 20_000
        car.odometer(5008)
        let odometer = try #require(car.monitor.state.odometer)
        #expect(odometer.display == Metres(500_800))
        #expect(odometer.error >= Metres(100))
        #expect(car.monitor.takeGaps().map(\.distance) == [Metres(800)])
        #expect(car.kinds() == [])
    }

    @Test(arguments: [(8, true), (7, false)])
    func `a frame of seven bytes instead of eight is told, not read`(
        length: Int, isRead: Bool
    ) throws {
        let layout = try #require(SignalLayout(start: 39, length: 32, byteOrder: .bigEndian))
        let signal = SignalSource(id: 0x611, name: "ODOMETER", layout: layout)
        let profile = VehicleProfile(
            name: "short", hash: "0",
            odometers: [
                OdometerSignal(signal: signal, unit: .fixed(perCount: Millimetres(1_000_000)))
            ])
        var monitor = VehicleMonitor(profile: profile)
        let payload = UInt64(15_589).byteSwapped
        for second in Int64(0)...15 {
            _ = monitor.receive(
                CANFrame(id: 0x611, length: length, payload: payload),
                at: BootTime(milliseconds: second * 1000))
        }
        #expect(monitor.state.odometer?.display == (isRead ? .kilometres(15_589) : nil))
        #expect(monitor.takeAnomalies().map(\.kind) == (isRead ? [] : [.short]))
    }

    @Test func `a cluster that was swapped while parked is not driven to`() throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 5000)
        _ = car.monitor.advance(to: BootTime(milliseconds: car.now + 60_000))
        car.now += 3_600_000
        for _ in 0..<200 { car.odometer(1_305_000, after: 1000) }
        #expect(car.display == 500_000)
        #expect(car.kinds() == [.jump, .step])
        #expect(car.monitor.state.step == Metres(130_500_000))
        #expect(car.monitor.takeGaps().isEmpty)
    }
}
