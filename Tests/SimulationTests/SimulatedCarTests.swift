import CAN
import Simulation
import Testing
import Units
import Vehicle

/// A car, and a monitor that listens to its bus ten or more times a second.
private struct HeardCar {
    static let period = Milliseconds(100)

    var car: SimulatedCar
    var monitor: VehicleMonitor
    private(set) var now = BootTime.boot

    init(_ profile: VehicleProfile, unit: Int, odometer: Metres) {
        car = SimulatedCar(profile: profile, odometer: odometer, unit: unit)
        monitor = VehicleMonitor(profile: profile)
    }

    mutating func pass(_ time: Milliseconds, _ look: (Self) -> Void = { _ in }) {
        let end = now + time
        while now < end {
            now = now + Self.period
            car.advance(by: Self.period)
            for frame in car.frames { _ = monitor.receive(frame, at: now) }
            look(self)
        }
    }
}

@Suite("Simulated car")
struct SimulatedCarTests {
    /// A profile, one of its units, and the millimetres that a count of the odometer is.
    struct Kind: Sendable, CustomTestStringConvertible {
        let profile: String
        let unit: Int
        let count: Int64

        var testDescription: String { "\(profile), \(count) mm a count" }
    }

    static let kinds = [
        Kind(profile: "renault_broadcast", unit: 0, count: 10_000),
        Kind(profile: "psa_2004", unit: 0, count: 100_000),
        Kind(profile: "toyota_611", unit: 0, count: 1_000_000),
        Kind(profile: "toyota_611", unit: 1, count: 1_609_344),
    ]

    @Test(arguments: kinds)
    func `its odometer is read as the truth, within the bound`(_ kind: Kind) throws {
        let profile = try Repository.profile(kind.profile)
        var heard = HeardCar(profile, unit: kind.unit, odometer: Metres(61_234_567))
        heard.car.ignition = true
        heard.pass(.seconds(30))
        heard.car.wanted = .kilometresPerHour(90)
        var readings = 0
        heard.pass(.minutes(4)) { heard in
            guard let estimate = heard.monitor.state.odometer else { return }
            readings += 1
            let truth = heard.car.odometer.count
            let shown = truth / kind.count * kind.count
            #expect(abs(estimate.display.count * 1000 - shown) < 1000)
            // Metres in the estimate are whole, and the counter of a moment is heard behind the
            // odometer: the way of one period.
            let slack = 1000 + heard.car.speed.count * HeardCar.period.count / 1000
            #expect(
                abs(estimate.position.count * 1000 - truth) <= estimate.error.count * 1000 + slack)
        }
        #expect(readings == 2400)
        #expect(heard.monitor.state.odometer?.resolution.count == (kind.count + 999) / 1000)
    }

    @Test(arguments: kinds, [0, 13, 50, 130] as [Int64])
    func `its speed is read as the truth`(_ kind: Kind, _ speed: Int64) throws {
        let profile = try Repository.profile(kind.profile)
        var heard = HeardCar(profile, unit: kind.unit, odometer: .kilometres(50_000))
        heard.car.ignition = true
        heard.car.wanted = .kilometresPerHour(speed)
        heard.pass(.minutes(1))
        let read = try #require(heard.monitor.state.speed?.value)
        // A hundredth of a km/h is 2.8 mm/s.
        #expect((read - heard.car.speed).magnitude <= MillimetresPerSecond(3))
        #expect(heard.car.speed == .kilometresPerHour(speed))
    }

    @Test(arguments: kinds)
    func `its doors are read as they are`(_ kind: Kind) throws {
        let profile = try Repository.profile(kind.profile)
        var heard = HeardCar(profile, unit: kind.unit, odometer: .kilometres(50_000))
        for open in [false, true, false] {
            heard.car.doorOpen = open
            heard.pass(.seconds(2))
            #expect(heard.monitor.state.doorOpen?.value == open)
        }
    }

    @Test(arguments: kinds[..<2])
    func `its ignition is read as it is`(_ kind: Kind) throws {
        let profile = try Repository.profile(kind.profile)
        var heard = HeardCar(profile, unit: kind.unit, odometer: .kilometres(50_000))
        for on in [false, true, false] {
            heard.car.ignition = on
            heard.pass(.seconds(2))
            #expect(heard.monitor.state.ignition?.value == on)
        }
    }

    @Test func `its fuel is read as it is`() throws {
        let profile = try Repository.profile("psa_2004")
        var heard = HeardCar(profile, unit: 0, odometer: .kilometres(50_000))
        heard.car.fuel = PerMille(430)
        heard.pass(.seconds(2))
        #expect(heard.monitor.state.fuel?.value == PerMille(430))
    }

    @Test(arguments: kinds)
    func `a placeholder is no odometer`(_ kind: Kind) throws {
        let profile = try Repository.profile(kind.profile)
        var heard = HeardCar(profile, unit: kind.unit, odometer: .kilometres(50_000))
        heard.pass(.seconds(40))
        let before = try #require(heard.monitor.state.odometer?.display)
        heard.car.placeholder = 0
        heard.pass(.seconds(30))
        #expect(heard.monitor.state.odometer?.display == before)
        #expect(heard.monitor.takeAnomalies().map(\.kind) == [.initial])
        heard.car.placeholder = nil
        heard.pass(.seconds(30))
        #expect(heard.monitor.state.odometer?.display == before)
    }

    /// From rest, by 2 m/s each second, to 8 m/s.
    @Test(
        arguments: [
            (3, 6_000, 9_000), (4, 8_000, 16_000), (10, 8_000, 64_000),
        ] as [(Int64, Int64, Int64)])
    func `speeds up evenly to what is wanted`(_ seconds: Int64, _ speed: Int64, _ way: Int64)
        throws
    {
        let profile = try Repository.profile("renault_broadcast")
        var car = SimulatedCar(profile: profile, odometer: .zero)
        car.ignition = true
        car.wanted = MillimetresPerSecond(8_000)
        for _ in 0..<seconds * 10 { car.advance(by: Milliseconds(100)) }
        #expect(car.speed == MillimetresPerSecond(speed))
        #expect(car.odometer == Millimetres(way))
    }

    @Test func `comes to rest without its ignition, and stays`() throws {
        let profile = try Repository.profile("renault_broadcast")
        var car = SimulatedCar(profile: profile, odometer: .zero)
        car.ignition = true
        car.wanted = MillimetresPerSecond(8_000)
        for _ in 0..<100 { car.advance(by: Milliseconds(100)) }
        car.ignition = false
        for _ in 0..<20 { car.advance(by: Milliseconds(100)) }
        #expect(car.speed == .zero)
        let stood = car.odometer
        car.advance(by: .hours(1))
        #expect(car.odometer == stood)
    }
}
