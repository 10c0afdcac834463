import CAN
import Diagnostics
import Testing
import Units
import Vehicle

@testable import Simulation

/// A car's units, and a tester who may send what may be sent.
private struct AskedUnits {
    let bus: SimulatedBus
    let car: SimulatedCar
    var allowList: TransmitAllowList
    private(set) var now = FittedBox.beginning

    init(
        _ profile: String = "renault_uds", faults: SimulatedBus.Faults = .none, seed: UInt64 = 1
    ) throws {
        let profile = try Repository.profile(profile)
        car = SimulatedCar(profile: profile, odometer: Metres(50_123_456))
        allowList = TransmitAllowList(addresses: profile.addresses)
        bus = SimulatedBus(car, seed: seed)
        bus.faults = faults
    }

    /// Sends a frame.
    mutating func send(_ text: String, ignition: Bool = true) throws {
        let verdict = allowList.judge(try CANFrame(text), at: .boot)
        guard case .permitted(let frame) = verdict else {
            Issue.record("\(text): \(verdict)")
            return
        }
        bus.send(frame)
        bus.hear(ignition: ignition, at: now)
    }

    /// All that is said from now on, with its delay in milliseconds.
    mutating func heard() throws -> [(after: Int64, frame: String)] {
        var all: [(Int64, String)] = []
        let start = now
        while let next = bus.nextSpeech {
            now = max(now, next)
            while let frame = bus.takeFrame(of: car, at: now) {
                allowList.observe(frame, at: .boot)
                all.append(((now - start).count, frame.description))
            }
        }
        return all
    }
}

extension SimulatedBus.Faults {
    /// Only this happens, always.
    fileprivate static func always(_ fault: WritableKeyPath<Self, Int>) -> Self {
        var faults = Self.none
        faults[keyPath: fault] = 1000
        return faults
    }
}

@Suite("Simulated control units")
struct SimulatedUnitTests {
    static let request = "743#03220207CCCCCCCC"

    @Test func `a unit answers in time with what is true`() throws {
        var units = try AskedUnits()
        try units.send(Self.request)
        let heard = try units.heard()
        // 50 123 whole kilometres are 00C3CB; a long answer begins with its length.
        let frames = ["763#0662020700C3CBAA", "763#100F62020700C3CB"]
        #expect(heard.count == 1)
        #expect((2...40).contains(heard[0].after))
        #expect(frames.contains(heard[0].frame))
    }

    @Test func `a long answer waits for the flow control`() throws {
        for seed in UInt64(0)..<20 {
            var units = try AskedUnits(seed: seed)
            try units.send(Self.request)
            guard try units.heard().map(\.frame) == ["763#100F62020700C3CB"] else { continue }
            #expect(try units.heard().isEmpty)
            try units.send("743#300000CCCCCCCCCC")
            #expect(
                try units.heard().map(\.frame)
                    == ["763#2100000000000000", "763#220000AAAAAAAAAA"])
            return
        }
        Issue.record("none of twenty cars answers at length")
    }

    @Test func `two units answer what everybody is asked, one of them what only it knows`() throws {
        var units = try AskedUnits("obd_generic")
        try units.send("7DF#02010DCCCCCCCCCC")
        #expect(
            try units.heard().map(\.frame).sorted()
                == ["7E8#03410D00AAAAAAAA", "7E9#03410D00AAAAAAAA"])
        try units.send("7DF#0201A6CCCCCCCCCC")
        // 501 234 tenths of a kilometre.
        #expect(try units.heard().map(\.frame) == ["7E8#0641A60007A5F2AA"])
        try units.send("7DF#02010CCCCCCCCCCC")
        #expect(try units.heard().isEmpty, "nobody knows")
    }

    @Test func `without ignition no unit listens`() throws {
        var units = try AskedUnits()
        try units.send(Self.request, ignition: false)
        #expect(try units.heard().isEmpty)
    }

    @Test func `a silent unit says nothing, a late one speaks when nobody waits any more`() throws {
        var silent = try AskedUnits(faults: .always(\.silent))
        try silent.send(Self.request)
        #expect(try silent.heard().isEmpty)
        var late = try AskedUnits(faults: .always(\.late))
        try late.send(Self.request)
        #expect(try late.heard().allSatisfy { $0.after >= 60 })
    }

    @Test func `a unit that asks for time answers in the end`() throws {
        var units = try AskedUnits(faults: .always(\.pending))
        try units.send(Self.request)
        let heard = try units.heard()
        #expect(heard.count >= 2)
        #expect(heard.dropLast().allSatisfy { $0.frame == "763#037F2278AAAAAAAA" })
        #expect(heard.last?.frame.contains("62020700C3CB") == true)
        #expect(heard[0].after <= 40)
    }

    @Test func `a unit that refuses is busy or not ready, never for ever`() throws {
        var units = try AskedUnits(faults: .always(\.refusing))
        for _ in 0..<8 { try units.send(Self.request) }
        let frames = Set(try units.heard().map(\.frame))
        #expect(frames == ["763#037F2221AAAAAAAA", "763#037F2222AAAAAAAA"])
    }

    @Test func `a short answer lacks its last byte`() throws {
        var units = try AskedUnits("obd_generic", faults: .always(\.short))
        try units.send("7DF#0201A6CCCCCCCCCC")
        #expect(try units.heard().map(\.frame) == ["7E8#0541A60007A5AAAA"])
    }

    @Test(arguments: ["renault_uds", "obd_generic"])
    func `a car that is asked broadcasts no odometer, and a sign of life`(_ name: String) throws {
        let profile = try Repository.profile(name)
        let car = SimulatedCar(profile: profile, odometer: .kilometres(50_000))
        let ids = car.frames.map(\.id)
        for odometer in profile.odometers {
            #expect(!ids.contains { $0 == odometer.signal.selector.broadcastID })
        }
        #expect(ids.contains(FramePlan.life))
    }
}
