import Box
import CAN
import Records
import Testing
import Units
import Vehicle

@testable import Runtime

@Suite("Where kilometres come from", .serialized)
struct SourceFeedTests {
    static func odometer(_ selector: FrameSelector) throws -> OdometerSignal {
        let layout = try #require(SignalLayout(start: 7, length: 32, byteOrder: .bigEndian))
        return OdometerSignal(
            signal: SignalSource(selector, name: "ODOMETER", layout: layout),
            unit: .fixed(perCount: Millimetres(100_000)))
    }

    static func profile() throws -> VehicleProfile {
        let asked = FrameSelector.answer(
            AnswerKey(responder: .unit(0x7E8), service: 0x01, identifier: 0xA6))
        return VehicleProfile(
            name: "test", hash: "0",
            odometers: [try odometer(asked), try odometer(.broadcast(0x611))],
            distance: .line(PulseLine(nanometresPerPulse: 250_000_000)))
    }

    private func answer(_ bench: Bench, _ count: Int) {
        for _ in 0..<count {
            bench.now = bench.now + .seconds(1)
            bench.runtime.receive(
                answer: CANFrame(id: 0x7E8, length: 4, payload: UInt64(500_000 << 32).byteSwapped),
                service: 0x01, identifier: 0xA6, at: bench.now)
        }
    }

    @Test func `an answer tells the Box the odometer, and pins it for good`() throws {
        let bench = try Bench(profile: try Self.profile())
        bench.start()
        answer(bench, 20)
        #expect(bench.runtime.box.car.odometer?.display == .kilometres(50_000))
        #expect(bench.runtime.box.durable.odometerSource == "7E8/01.A6.ODOMETER")
        try bench.restart()
        #expect(bench.runtime.monitor.pinned == "7E8/01.A6.ODOMETER")
    }

    @Test func `another odometer is pinned by a wish, and the answer is kept`() throws {
        let bench = try Bench(profile: try Self.profile())
        bench.start()
        answer(bench, 20)
        bench.runtime.deliver(.odometerConfirmed(dash: .kilometres(49_000)), at: bench.now)
        #expect(bench.runtime.odometerAnswer == .refused(.apart))
        bench.runtime.deliver(.odometerConfirmed(dash: .kilometres(50_000)), at: bench.now)
        #expect(bench.runtime.odometerAnswer == .confirmed(.kilometres(50_000)))
        bench.runtime.deliver(.odometerChosen("611.ODOMETER"), at: bench.now)
        #expect(bench.runtime.odometerAnswer == .chosen("611.ODOMETER"))
        #expect(bench.runtime.monitor.pinned == "611.ODOMETER")
        #expect(bench.runtime.monitor.state.odometer == nil)
    }

    @Test func `pulses are told once a second without any frame`() throws {
        let bench = try Bench(profile: try Self.profile())
        bench.start()
        let before = bench.observer.tellings
        for step in Int64(0)...100 {
            bench.runtime.receive(pulses: 1000 + step * 4, at: bench.now)
            bench.now = bench.now + Milliseconds(100)
        }
        // The first, then once a second; that the car started to move is told at once.
        #expect((11...12).contains(bench.observer.tellings - before))
        #expect(bench.runtime.box.car.pulses == Metres(100))
        #expect(Interlock.stands(bench.runtime.box.car, at: bench.now) == false)
    }
}

@Suite("What a statement counted")
struct CountedTests {
    @Test(arguments: [(Int64(4_999), Int64(4_000)), (5_000, 5_000), (5_001, 5_000)])
    func `is the last whole count below the position`(_ position: Int64, _ counted: Int64) {
        let statement = OdometerStatement(
            display: nil, position: Metres(position), error: Metres(1), resolution: Metres(1000),
            quality: .odometer, source: "7E8/01.31.SINCE")
        #expect(statement.counted == Metres(counted))
        let estimate = OdometerEstimate(statement, pinned: "7E8/01.31.SINCE", at: .boot)
        #expect(estimate?.role == .delta)
        #expect(estimate?.display == Metres(counted))
    }
}
