import CAN
import Testing
import Units
import Vehicle

@Suite struct `Raw values that are no measurement` {
    @Test(arguments: [
        (1, Int64(0), RawMeaning.measured), (1, 1, .measured), (2, 1, .measured), (2, 2, .error),
        (2, 3, .notAvailable), (3, 3, .measured), (3, 4, .error), (3, 7, .notAvailable),
        (4, 0xA, .measured), (4, 0xB, .reserved), (4, 0xD, .reserved), (4, 0xE, .error),
        (4, 0xF, .notAvailable), (8, 0xFA, .measured), (8, 0xFB, .reserved),
        (8, 0xFD, .reserved), (8, 0xFE, .error), (8, 0xFF, .notAvailable),
        (16, 0xFAFF, .measured), (16, 0xFB00, .reserved), (16, 0xFDFF, .reserved),
        (16, 0xFE00, .error), (16, 0xFEFF, .error), (16, 0xFF00, .notAvailable),
        (32, 0xFAFF_FFFF, .measured), (32, 0xFB00_0000, .reserved), (32, 0xFDFF_FFFF, .reserved),
        (32, 0xFE00_0000, .error), (32, 0xFEFF_FFFF, .error), (32, 0xFF00_0000, .notAvailable),
        (32, 0xFFFF_FFFF, .notAvailable), (16, -1, .measured),
    ])
    func `are those of SAE J1939-71, by width`(length: Int, raw: Int64, meaning: RawMeaning) {
        let special = SpecialValues(coding: .j1939)
        #expect(special.meaning(of: raw, length: length) == meaning)
        #expect(SpecialValues().meaning(of: raw, length: length) == .measured)
    }

    @Test(arguments: [
        (Int64(9), RawMeaning.initial), (10, .notAvailable), (11, .error), (12, .measured),
        (8, .measured),
    ])
    func `are those that are listed`(raw: Int64, meaning: RawMeaning) {
        let special = SpecialValues(initial: [9], notAvailable: [10], error: [11])
        #expect(special.meaning(of: raw, length: 8) == meaning)
    }
}

@Suite struct `A sample of the odometer` {
    private func signal(
        _ special: SpecialValues = SpecialValues(), role: OdometerRole = .dash
    ) throws -> OdometerSignal {
        let choices = [OdometerUnitChoice(raw: 1, perCount: Millimetres(100_000))]
        return OdometerSignal(
            signal: SignalSource(
                id: 0x100, layout: try TestCar.layout(0, 24),
                gates: [SignalGate(layout: try TestCar.layout(32, 1), value: 1)]),
            unit: .bySignal(try TestCar.layout(24, 2), choices), special: special, role: role)
    }

    private func frame(_ raw: UInt64, unit: UInt64 = 1, gate: UInt64 = 1, length: Int = 5)
        -> CANFrame
    {
        CANFrame(id: 0x100, length: length, payload: raw | unit << 24 | gate << 32)
    }

    @Test func `is a reading with its unit`() throws {
        #expect(
            try signal().sample(of: frame(5000))
                == .value(Millimetres(500_000_000), raw: 5000, perCount: Millimetres(100_000)))
    }

    @Test func `is short, gated, or of no known unit`() throws {
        #expect(try signal().sample(of: frame(5000, length: 2)) == .short(length: 2))
        // Long enough for the odometer, too short for its gate: the car does not say it is valid.
        #expect(try signal().sample(of: frame(5000, length: 3)) == .gated)
        #expect(try signal().sample(of: frame(5000, gate: 0)) == .gated)
        #expect(try signal().sample(of: frame(5000, unit: 0)) == .unitUnknown(raw: 5000))
    }

    @Test func `is initial at zero, unless it counts from an event`() throws {
        #expect(try signal().sample(of: frame(0)) == .initial(raw: 0))
        #expect(
            try signal(role: .delta).sample(of: frame(0))
                == .value(.zero, raw: 0, perCount: Millimetres(100_000)))
    }

    @Test(arguments: [
        (UInt64(0xFAFFFF), nil as OdometerSample?), (0xFB0000, .reserved(raw: 0xFB0000)),
        (0xFDFFFF, .reserved(raw: 0xFDFFFF)), (0xFE0000, .error(raw: 0xFE0000)),
        (0xFF0000, .notAvailable(raw: 0xFF0000)), (0xFFFFFF, .notAvailable(raw: 0xFFFFFF)),
    ])
    func `is what J1939 says`(raw: UInt64, sample: OdometerSample?) throws {
        let signal = try signal(SpecialValues(coding: .j1939))
        let value = OdometerSample.value(
            Millimetres(Int64(raw) * 100_000), raw: Int64(raw), perCount: Millimetres(100_000))
        #expect(signal.sample(of: frame(raw)) == sample ?? value)
    }

    @Test(arguments: [
        (UInt64(0xFE0000), OdometerAnomaly.Kind.error), (0xFB0000, .reserved),
        (0xFF0000, .notAvailable), (0, .initial),
    ])
    func `that is none is reported by what it is`(
        raw: UInt64, kind: OdometerAnomaly.Kind
    ) throws {
        var monitor = VehicleMonitor(
            profile: VehicleProfile(
                name: "test", hash: "0", odometers: [try signal(SpecialValues(coding: .j1939))]))
        _ = monitor.receive(frame(raw), at: .boot)
        let anomalies = monitor.takeAnomalies()
        #expect(anomalies.map(\.kind) == [kind])
        #expect(anomalies.first?.source == "100.0|24")
    }
}
