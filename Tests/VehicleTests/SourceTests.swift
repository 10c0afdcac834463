import CAN
import Testing
import Units
import Vehicle

/// A car with several odometers in hundreds of metres, and an ignition that its bus tells.
struct ManyOdometers {
    static let ignition: CANID = 0x400
    var monitor: VehicleMonitor
    var now: Int64 = 0

    static func source(_ selector: FrameSelector) throws -> OdometerSignal {
        OdometerSignal(
            signal: SignalSource(selector, name: "KM", layout: try TestCar.layout(0, 24)),
            unit: .fixed(perCount: Millimetres(100_000)))
    }

    static func answer(
        _ responder: AnswerKey.Responder, service: UInt8 = 0x01, _ identifier: UInt16 = 0xA6
    ) -> FrameSelector {
        .answer(AnswerKey(responder: responder, service: service, identifier: identifier))
    }

    static func profile(_ selectors: [FrameSelector]) throws -> VehicleProfile {
        let flag = SignalSource(id: ignition, layout: try TestCar.layout(0, 1))
        return VehicleProfile(
            name: "many", hash: "0", odometers: try selectors.map { try source($0) },
            ignition: [.signal(FlagSignal(signal: flag, onValues: [1]))])
    }

    init(_ selectors: [FrameSelector], pinned: SourceKey? = nil) throws {
        monitor = VehicleMonitor(profile: try Self.profile(selectors), pinned: pinned)
    }

    mutating func hear(_ id: CANID, _ raw: Int64) {
        let frame = CANFrame(id: id, length: 3, payload: UInt64(raw))
        _ = monitor.receive(frame, at: BootTime(milliseconds: now))
    }

    mutating func answer(_ id: CANID, _ raw: Int64, identifier: UInt16 = 0xA6) {
        let frame = CANFrame(id: id, length: 3, payload: UInt64(raw))
        _ = monitor.receive(
            answer: frame, service: 0x01, identifier: identifier,
            at: BootTime(milliseconds: now))
    }
}

@Suite struct `The names of sources` {
    @Test(arguments: [
        (FrameSelector.broadcast(0x611), "611"), (.broadcast(0x18FE_C117), "18FEC117"),
        (ManyOdometers.answer(.unit(0x7E8)), "7E8/01.A6"),
        (ManyOdometers.answer(.unit(0x763), service: 0x22, 0x0207), "763/22.0207"),
        (ManyOdometers.answer(.unit(0x7E8), service: 0x1A, 0xDF), "7E8/1A.DF"),
        (ManyOdometers.answer(.firstFunctional), "any/01.A6"),
    ])
    func `tell where they are found`(selector: FrameSelector, text: String) throws {
        #expect(selector.description == text)
        #expect(try ManyOdometers.source(selector).signal.key.name == text + ".KM")
    }

    @Test(arguments: [
        (CANID(integerLiteral: 0x7E7), false), (0x7E8, true), (0x7EF, true), (0x7F0, false),
        (0x18DA_F0FF, false), (0x18DA_F100, true), (0x18DA_F1FF, true), (0x18DA_F200, false),
    ])
    func `functional answers come from the units of ISO 15765-4`(id: CANID, isOne: Bool) {
        #expect(AnswerKey.Responder.isFunctional(id) == isOne)
    }
}

@Suite struct `The pin of an odometer` {
    private func two() throws -> ManyOdometers {
        try ManyOdometers([.broadcast(0x100), .broadcast(0x110)])
    }

    @Test func `is the best source at once`() throws {
        var car = try two()
        car.hear(ManyOdometers.ignition, 1)
        for second in 0...12 {
            car.now = Int64(second) * 1000
            car.hear(0x110, 7000)
            car.hear(0x100, 5000)
        }
        #expect(car.monitor.pinned == "100.KM")
        #expect(car.monitor.state.odometer?.display == Metres(500_000))
        #expect(car.monitor.state.odometer?.key == "100.KM")
    }

    @Test(arguments: [(59_999, false), (60_000, true), (60_001, true)])
    func `is the second best a minute after the ignition went on`(
        time: Int64, isPinned: Bool
    ) throws {
        var car = try two()
        car.hear(ManyOdometers.ignition, 0)
        car.now = 5_000
        car.hear(ManyOdometers.ignition, 1)
        let on = car.now
        for _ in 0..<55 {
            car.now += 1000
            car.hear(0x110, 7000)
        }
        #expect(car.monitor.pinned == nil)
        car.now = on + time
        car.hear(0x110, 7000)
        #expect(car.monitor.pinned == (isPinned ? "110.KM" : nil))
        #expect((car.monitor.state.odometer != nil) == isPinned)
    }

    @Test func `never moves by itself, though a better source is heard later`() throws {
        var car = try two()
        car.hear(ManyOdometers.ignition, 1)
        for _ in 0..<70 {
            car.now += 1000
            car.hear(0x110, 7000)
        }
        for _ in 0..<200 {
            car.now += 1000
            car.hear(0x100, 5000)
            car.hear(0x110, 7000)
        }
        #expect(car.monitor.pinned == "110.KM")
        #expect(car.monitor.state.odometer?.display == Metres(700_000))
    }

    @Test func `moves by somebody's word, and the position begins anew`() throws {
        var car = try two()
        for _ in 0..<20 {
            car.now += 1000
            car.hear(0x100, 5000)
            car.hear(0x110, 7000)
        }
        let unknown = car.monitor.pin("120.KM")
        #expect(!unknown)
        #expect(car.monitor.pinned == "100.KM")
        let known = car.monitor.pin("110.KM")
        #expect(known)
        #expect(car.monitor.state.odometer == nil)
        car.now += 1000
        car.hear(0x110, 7000)
        #expect(car.monitor.state.odometer?.display == Metres(700_000))
    }

    @Test func `that the profile does not have is reported, and no other is taken`() throws {
        var car = try ManyOdometers([.broadcast(0x100)], pinned: "611.ODOMETER")
        for _ in 0..<100 {
            car.now += 1000
            car.hear(0x100, 5000)
        }
        #expect(car.monitor.state.odometer == nil)
        #expect(car.monitor.pinned == "611.ODOMETER")
        #expect(car.monitor.takeAnomalies().map(\.kind) == [.sourceMissing])
    }

    @Test func `of two units answering the same question stays with the first`() throws {
        var car = try ManyOdometers([ManyOdometers.answer(.firstFunctional)])
        for _ in 0..<20 {
            car.now += 1000
            car.answer(0x7E8, 5000)
            car.answer(0x7EA, 9000)
        }
        #expect(car.monitor.pinned == "7E8/01.A6.KM")
        #expect(car.monitor.state.odometer?.display == Metres(500_000))
        #expect(car.monitor.takeAnomalies().isEmpty)
    }

    @Test func `of a unit is found again after a restart`() throws {
        let anchor = OdometerEstimate(
            display: Metres(500_000), position: Metres(500_000), error: Metres(100),
            resolution: Metres(100), source: .odometer, key: "7EA/01.A6.KM", at: .boot)
        var monitor = VehicleMonitor(
            profile: try ManyOdometers.profile([ManyOdometers.answer(.firstFunctional)]),
            lastAccepted: anchor)
        for (unit, raw) in [(CANID(integerLiteral: 0x7E8), 6000), (0x7EA, 5000)] {
            _ = monitor.receive(
                answer: CANFrame(id: unit, length: 3, payload: UInt64(raw)), service: 0x01,
                identifier: 0xA6, at: BootTime(milliseconds: 100))
        }
        #expect(monitor.pinned == "7EA/01.A6.KM")
        #expect(monitor.state.odometer?.at == BootTime(milliseconds: 100))
    }

    @Test func `each unit is a source of its own where the profile names it`() throws {
        var car = try ManyOdometers([
            ManyOdometers.answer(.unit(0x7E8)), ManyOdometers.answer(.unit(0x7EA)),
        ])
        for _ in 0..<20 {
            car.now += 1000
            car.answer(0x7EA, 9000)
            car.answer(0x7E8, 5000)
            car.answer(0x7E8, 1, identifier: 0x31)
            car.hear(0x7E8, 8000)
        }
        #expect(car.monitor.state.odometer?.display == Metres(500_000))
        #expect(car.monitor.takeAnomalies().isEmpty)
    }

    @Test func `a distance since some event is measured by, and known for what it is`() throws {
        let delta = OdometerSignal(
            signal: SignalSource(id: 0x100, name: "SINCE", layout: try TestCar.layout(0, 24)),
            unit: .fixed(perCount: Millimetres(1_000_000)), role: .delta)
        var monitor = VehicleMonitor(
            profile: VehicleProfile(name: "delta", hash: "0", odometers: [delta]))
        for second in 0...20 {
            _ = monitor.receive(
                CANFrame(id: 0x100, length: 3), at: BootTime(milliseconds: Int64(second) * 1000))
        }
        #expect(monitor.state.odometer?.role == .delta)
        #expect(monitor.state.odometer?.display == .zero)
    }
}
