import CAN
import Testing
import Units
import Vehicle

@Suite struct `The vehicle monitor` {
    private func monitor() throws -> VehicleMonitor {
        var profile = try TestCar.profile(hasSpeed: true)
        let flag = SignalSource(id: 0x400, layout: try TestCar.layout(0, 2))
        profile.ignition = [.signal(FlagSignal(signal: flag, onValues: [1, 2]))]
        for bit in 0..<2 {
            let door = SignalSource(id: 0x500, layout: try TestCar.layout(bit, 1))
            profile.doors.append(FlagSignal(signal: door, onValues: [1]))
        }
        let extended = try #require(CANID(extended: 0x500))
        profile.fuel = [
            LevelSignal(
                signal: SignalSource(id: extended, layout: try TestCar.layout(0, 8)),
                millionthsPerCount: 10_000, special: SpecialValues(notAvailable: [255]))
        ]
        return VehicleMonitor(profile: profile)
    }

    private func hear(
        _ text: String, _ monitor: inout VehicleMonitor, at time: Int64 = 0
    ) throws -> VehicleChanges {
        monitor.receive(try CANFrame(text), at: BootTime(milliseconds: time))
    }

    @Test func `knows nothing before it hears something`() throws {
        let monitor = try monitor()
        #expect(monitor.state.lastFrameAt == nil)
        #expect(monitor.state.ignition == nil)
        #expect(monitor.state.doorOpen == nil)
        #expect(monitor.nextDeadline == nil)
    }

    @Test func `says when the car starts and stops`() throws {
        var monitor = try monitor()
        #expect(try hear("200#000000", &monitor) == [.busWoke, .speed, .stopped])
        #expect(try hear("200#000000", &monitor, at: 1) == [])
        // 1 km/h are 277 mm/s, rounded down.
        #expect(try hear("200#001401", &monitor, at: 2) == [.speed])
        #expect(try hear("200#001501", &monitor, at: 3) == [.speed, .started])
        #expect(
            monitor.state.speed
                == Reading(
                    MillimetresPerSecond(277), from: "200.8|16", at: BootTime(milliseconds: 3)))
        #expect(try hear("200#000000", &monitor, at: 4) == [.speed, .stopped])
    }

    @Test func `leaves out a speed beyond the car's top speed`() throws {
        var monitor = try monitor()
        var fast = CANFrame(id: 0x200, length: 3)
        fast[1] = 0xFF
        fast[2] = 0xFF
        monitor = VehicleMonitor(
            profile: {
                var profile = monitor.profile
                profile.plausibility.maxSpeed = MillimetresPerSecond(65_534)
                return profile
            }())
        _ = monitor.receive(fast, at: .boot)
        #expect(monitor.state.speed == nil)
        fast[1] = 0xFE
        _ = monitor.receive(fast, at: .boot)
        #expect(monitor.state.speed?.value == MillimetresPerSecond(65_534))
    }

    @Test(arguments: [("00", false), ("01", true), ("02", true), ("03", false)])
    func `reads the ignition`(data: String, isOn: Bool) throws {
        var monitor = try monitor()
        #expect(try hear("400#" + data, &monitor).contains(.ignition))
        #expect(monitor.state.ignition?.value == isOn)
        #expect(try hear("400#" + data, &monitor, at: 1) == [])
        #expect(monitor.state.ignition?.at == BootTime(milliseconds: 1))
    }

    @Test func `a car is open while any door is`() throws {
        var monitor = try monitor()
        #expect(try hear("500#00", &monitor).contains(.doors))
        #expect(monitor.state.doorOpen?.value == false)
        #expect(try hear("500#02", &monitor) == [.doors])
        #expect(try hear("500#03", &monitor) == [])
        #expect(try hear("500#01", &monitor) == [])
        #expect(monitor.state.doorOpen?.value == true)
        #expect(try hear("500#00", &monitor) == [.doors])
    }

    @Test(arguments: [("00", 0), ("32", 500), ("64", 1000), ("65", nil), ("FF", nil)])
    func `reads the fuel from an extended identifier`(data: String, level: Int64?) throws {
        var monitor = try monitor()
        _ = try hear("00000500#" + data, &monitor)
        #expect(monitor.state.fuel?.value == level.map { PerMille($0) })
        #expect(monitor.state.doorOpen == nil)
    }

    @Test(arguments: [(59_999, false), (60_000, true)])
    func `the bus sleeps after a minute of silence`(silence: Int64, sleeps: Bool) throws {
        var monitor = try monitor()
        _ = try hear("300#", &monitor)
        #expect(monitor.nextDeadline == BootTime(milliseconds: 60_000))
        let changes = monitor.advance(to: BootTime(milliseconds: silence))
        #expect(changes == (sleeps ? [.busSlept] : []))
        #expect(try hear("300#", &monitor, at: silence) == (sleeps ? [.busWoke] : []))
    }

    @Test func `error frames and requests are no life on the bus`() throws {
        var monitor = try monitor()
        #expect(try hear("20000004#0004000000000000", &monitor) == [])
        #expect(try hear("300#R", &monitor) == [])
        #expect(monitor.state.lastFrameAt == nil)
    }

    @Test(arguments: [(1000, true), (1001, false)])
    func `an ignition that is known by a frame goes off without it`(
        silence: Int64, isOn: Bool
    ) throws {
        var profile = try TestCar.profile()
        profile.ignition = [.busActivity(0x200, within: Milliseconds(1000))]
        var monitor = VehicleMonitor(profile: profile)
        #expect(try hear("200#", &monitor) == [.busWoke, .ignition])
        #expect(monitor.nextDeadline == BootTime(milliseconds: 1001))
        #expect(try hear("300#", &monitor, at: silence) == (isOn ? [] : [.ignition]))
        #expect(monitor.state.ignition?.value == isOn)
    }

    @Test func `a bus that sleeps takes such an ignition with it`() throws {
        var profile = try TestCar.profile()
        profile.ignition = [.busActivity(0x200, within: Milliseconds(60_000))]
        var monitor = VehicleMonitor(profile: profile)
        _ = try hear("200#", &monitor)
        let changes = monitor.advance(to: BootTime(milliseconds: 60_000))
        #expect(changes == [.busSlept, .ignition])
        #expect(monitor.nextDeadline == nil)
    }

    @Test func `frames out of order drive no way back`() throws {
        var monitor = try monitor()
        _ = try hear("200#001027", &monitor, at: 1000)
        _ = try hear("200#001027", &monitor, at: 500)
        _ = try hear("200#001027", &monitor, at: 2000)
        #expect(monitor.state.speedIntegral == Metres(10))
        #expect(monitor.state.lastFrameAt == BootTime(milliseconds: 2000))
    }

    @Test func `no more than sixteen anomalies wait`() throws {
        var car = TestCar(profile: try TestCar.profile())
        car.settle(at: 5000)
        for raw in Int64(0)..<30 { car.odometer(100 + 40 * raw, unit: 2, after: 1) }
        #expect(car.monitor.takeAnomalies().count == 16)
        #expect(car.monitor.takeAnomalies().isEmpty)
    }

    @Test func `a profile is named by its name and the start of its hash`() throws {
        #expect(try TestCar.profile().title == "test@01234567")
    }
}
