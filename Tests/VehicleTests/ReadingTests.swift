import CAN
import Testing
import Units
import Vehicle

@Suite struct `A reading of the car` {
    private func flag(
        _ id: CANID, debounce: Int64 = 0, special: SpecialValues = SpecialValues()
    ) throws -> FlagSignal {
        FlagSignal(
            signal: SignalSource(id: id, name: "ON", layout: try TestCar.layout(0, 2)),
            onValues: [1], special: special, debounce: Milliseconds(debounce))
    }

    private func level(_ id: CANID, _ name: String) throws -> LevelSignal {
        LevelSignal(
            signal: SignalSource(id: id, name: name, layout: try TestCar.layout(0, 8)),
            millionthsPerCount: 10_000, special: SpecialValues(notAvailable: [255]))
    }

    private func hear(
        _ id: CANID, _ raw: UInt64, _ monitor: inout VehicleMonitor, at time: Int64 = 0
    ) -> VehicleChanges {
        monitor.receive(
            CANFrame(id: id, length: 2, payload: raw), at: BootTime(milliseconds: time))
    }

    @Test func `keeps fuel and charge apart`() throws {
        var profile = VehicleProfile(name: "hybrid", hash: "0")
        profile.fuel = [try level(0x10, "TANK")]
        profile.charge = [try level(0x11, "SOC")]
        var monitor = VehicleMonitor(profile: profile)
        #expect(hear(0x10, 40, &monitor).contains(.fuel))
        #expect(hear(0x11, 70, &monitor) == [.charge])
        #expect(monitor.state.fuel == Reading(PerMille(400), from: "010.TANK", at: .boot))
        #expect(monitor.state.charge == Reading(PerMille(700), from: "011.SOC", at: .boot))
    }

    @Test func `says that its source has no value now`() throws {
        var profile = VehicleProfile(name: "tank", hash: "0")
        profile.fuel = [try level(0x10, "TANK")]
        var monitor = VehicleMonitor(profile: profile)
        _ = hear(0x10, 255, &monitor)
        #expect(monitor.state.fuel == nil)
        _ = hear(0x10, 40, &monitor)
        _ = hear(0x10, 255, &monitor, at: 1)
        #expect(monitor.state.fuel?.validity == .invalid(raw: 255))
        #expect(monitor.state.fuel?.fresh(within: .seconds(1), at: .boot) == nil)
        _ = hear(0x10, 41, &monitor, at: 2)
        #expect(monitor.state.fuel?.validity == .valid)
    }

    @Test(arguments: [
        (Int64(5000), Reading<PerMille>.Validity.valid), (5001, .stale),
    ])
    func `is stale when its source is silent for too long`(
        silence: Int64, validity: Reading<PerMille>.Validity
    ) throws {
        var profile = VehicleProfile(name: "tank", hash: "0")
        profile.fuel = [try level(0x10, "TANK")]
        var monitor = VehicleMonitor(profile: profile)
        _ = hear(0x10, 40, &monitor)
        _ = hear(0x20, 0, &monitor, at: silence)
        #expect(monitor.state.fuel?.validity == validity)
        #expect(monitor.state.fuel?.value == PerMille(400))
        #expect(
            monitor.state.fuel?.age(at: BootTime(milliseconds: silence)) == Milliseconds(silence))
    }

    @Test(arguments: [(Int64(5000), "010.TANK"), (5001, "011.TANK")])
    func `is that of the best source that is heard`(time: Int64, source: String) throws {
        var profile = VehicleProfile(name: "tank", hash: "0")
        profile.fuel = [try level(0x10, "TANK"), try level(0x11, "TANK")]
        var monitor = VehicleMonitor(profile: profile)
        _ = hear(0x11, 50, &monitor)
        #expect(monitor.state.fuel?.source == "011.TANK")
        _ = hear(0x10, 40, &monitor)
        #expect(monitor.state.fuel?.source == "010.TANK")
        _ = hear(0x11, 50, &monitor, at: time)
        #expect(monitor.state.fuel?.source == SourceKey(source))
    }

    @Test func `falls back on the second source when the first has no value`() throws {
        var profile = VehicleProfile(name: "tank", hash: "0")
        profile.fuel = [try level(0x10, "TANK"), try level(0x11, "TANK")]
        var monitor = VehicleMonitor(profile: profile)
        _ = hear(0x10, 40, &monitor)
        _ = hear(0x11, 50, &monitor)
        #expect(monitor.state.fuel?.value == PerMille(400))
        _ = hear(0x10, 255, &monitor)
        _ = hear(0x11, 50, &monitor)
        #expect(monitor.state.fuel?.value == PerMille(500))
    }

    // PID 42 of SAE J1979: two bytes, a millivolt each.
    @Test(arguments: [
        ("341A", Int64(13_338) as Int64?), ("0000", 0), ("8CA0", 36_000), ("8CA1", nil),
    ])
    func `of the supply comes from an answer`(payload: String, millivolts: Int64?) throws {
        let layout = try #require(SignalLayout(start: 7, length: 16, byteOrder: .bigEndian))
        let key = AnswerKey(responder: .unit(0x7E8), service: 0x01, identifier: 0x42)
        var profile = VehicleProfile(name: "obd", hash: "0")
        profile.supply = [
            VoltageSignal(
                signal: SignalSource(.answer(key), name: "VOLTAGE", layout: layout),
                microvoltsPerCount: 1000)
        ]
        var monitor = VehicleMonitor(profile: profile)
        let changes = monitor.receive(
            answer: try CANFrame("7E8#" + payload), service: 0x01, identifier: 0x42, at: .boot)
        #expect(changes.contains(.supply) == (millivolts != nil))
        #expect(monitor.state.supply?.value.count == millivolts)
        #expect(
            monitor.state.supply?.source == (millivolts == nil ? nil : "7E8/01.42.VOLTAGE"))
    }

    @Test(arguments: [(Int64(499), false), (500, true), (501, true)])
    func `of a flag counts as another only when it stays so`(time: Int64, isOn: Bool) throws {
        var profile = VehicleProfile(name: "key", hash: "0")
        profile.ignition = [.signal(try flag(0x10, debounce: 500))]
        var monitor = VehicleMonitor(profile: profile)
        _ = hear(0x10, 0, &monitor)
        _ = hear(0x10, 1, &monitor, at: 100)
        #expect(monitor.nextDeadline == BootTime(milliseconds: 600))
        #expect(monitor.state.ignition?.value == false)
        let changes = monitor.advance(to: BootTime(milliseconds: 100 + time))
        #expect(monitor.state.ignition?.value == isOn)
        #expect(changes == (isOn ? [.ignition] : []))
    }

    @Test func `of a flag that bounces back is what it was`() throws {
        var profile = VehicleProfile(name: "key", hash: "0")
        profile.doors = [try flag(0x10, debounce: 500)]
        var monitor = VehicleMonitor(profile: profile)
        for (index, raw) in [UInt64(0), 1, 0, 1, 0, 1, 0].enumerated() {
            _ = hear(0x10, raw, &monitor, at: Int64(index) * 400)
        }
        _ = monitor.advance(to: BootTime(milliseconds: 9_000))
        #expect(monitor.state.doorOpen?.value == false)
        #expect(monitor.state.doorOpen?.source == "010.ON")
    }

    @Test func `of the ignition is that of the best sign which still holds`() throws {
        var profile = VehicleProfile(name: "key", hash: "0")
        profile.ignition = [
            .signal(try flag(0x10, special: SpecialValues(notAvailable: [3]))),
            .busActivity(0x20, within: Milliseconds(1000)),
        ]
        var monitor = VehicleMonitor(profile: profile)
        _ = hear(0x20, 0, &monitor)
        #expect(monitor.state.ignition?.source == "020.ACTIVITY")
        #expect(monitor.state.ignition?.value == true)
        // "Not known" is no sign.
        _ = hear(0x10, 3, &monitor)
        #expect(monitor.state.ignition?.value == true)
        _ = hear(0x10, 0, &monitor)
        _ = hear(0x20, 0, &monitor)
        #expect(monitor.state.ignition?.source == "010.ON")
        #expect(monitor.state.ignition?.value == false)
        // Silent for too long, so the activity counts again.
        for step in Int64(1)...6 { _ = hear(0x20, 0, &monitor, at: step * 900) }
        #expect(monitor.state.ignition?.source == "020.ACTIVITY")
        #expect(monitor.state.ignition?.value == true)
    }
}
