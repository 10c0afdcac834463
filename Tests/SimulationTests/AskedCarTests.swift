import CAN
import Diagnostics
import Testing
import Units
import Vehicle

@testable import Simulation

@Suite("What a box sends")
struct AskedCarTests {
    /// All that a car of each profile is ever sent.
    static let allowed: [String: Set<String>] = [
        "renault_uds": [
            "743#03220207CCCCCCCC", "743#300000CCCCCCCCCC", "7DF#02010DCCCCCCCCCC",
            "7DF#02012FCCCCCCCCCC",
        ],
        "obd_generic": [
            "7DF#0201A6CCCCCCCCCC", "7DF#020131CCCCCCCCCC", "7DF#02010DCCCCCCCCCC",
            "7DF#02012FCCCCCCCCCC", "7DF#020142CCCCCCCCCC",
        ],
        "renault_broadcast": [], "psa_2004": [], "toyota_611": [],
    ]

    /// Boxes in the asked car's scenario with another profile: all that they sent.
    private func run(_ profile: String, seed: UInt64) throws -> (Set<String>, RunStatistics) {
        var sent: Set<String> = []
        var statistics = RunStatistics()
        for index in 0..<3 {
            let simulation = try BoxSimulation(
                scenario: try Repository.scenario("asked_car"),
                profile: try Repository.profile(profile), master: try SeededFleet.master(seed),
                seed: seed, index: index, days: 4)
            let bus = simulation.stage.box.bus
            let judge = bus.onSend
            bus.onSend = {
                sent.insert($0.frame.description)
                judge($0)
            }
            try simulation.run()
            statistics = statistics + simulation.checker.statistics
        }
        return (sent, statistics)
    }

    @Test(arguments: allowed.keys.sorted())
    func `every frame is one of those in a list`(_ profile: String) throws {
        let allowed = try #require(Self.allowed[profile])
        let (sent, statistics) = try run(profile, seed: 11)
        #expect(sent == allowed)
        #expect(statistics[.violations] == 0)
        #expect(statistics[.rentals] > 3)
    }
}

@Suite("A checker of the bus")
struct BusCheckerTests {
    private static func permitted(_ text: String) throws -> PermittedFrame {
        var list = TransmitAllowList(addresses: try Repository.profile("renault_uds").addresses)
        let verdict = list.judge(try CANFrame(text), at: .boot)
        guard case .permitted(let frame) = verdict else {
            throw Violation("the list permits \(text)", "\(verdict)")
        }
        return frame
    }

    /// A box in whose car everything is right for a question.
    private func ready(_ checker: Checker) throws -> SimulatedBox {
        let box = try FittedBox.make(observer: checker)
        box.setIgnition(true)
        box.measureBattery()
        box.sendFrames()
        return box
    }

    private func broken(
        _ text: String = "7DF#02010DCCCCCCCCCC", times: Int = 1,
        _ change: (SimulatedBox) -> Void = { _ in }
    ) throws -> [String] {
        let checker = Checker()
        let box = try ready(checker)
        change(box)
        let frame = try Self.permitted(text)
        for _ in 0..<times { box.bus.send(frame) }
        return checker.violations.map(\.invariant)
    }

    @Test func `accepts a question at the right time`() throws {
        #expect(try broken() == [])
    }

    @Test func `knows when the ignition is off, the bus silent, the battery low`() throws {
        #expect(
            try broken { $0.setIgnition(false) } == ["nothing is sent while the ignition is off"])
        #expect(
            try broken { $0.advance(to: $0.truth + Milliseconds(1001)) }
                == ["nothing is sent into a bus that is silent"])
        #expect(
            try broken {
                $0.battery = Millivolts(12_199)
                $0.measureBattery()
            } == ["nothing is sent below 12.2 V"])
        #expect(
            try broken {
                $0.advance(to: $0.truth + .seconds(61))
                $0.sendFrames()
            } == ["nothing is sent below 12.2 V"])
    }

    @Test func `knows what may be sent to whom, by itself`() throws {
        // This car's profile has no unit at 743.
        #expect(
            try broken("743#03220207CCCCCCCC")
                == ["only requests that read are sent, to who may be asked"])
        for text in [
            "7DF#021003CCCCCCCCCC", "7E0#022701CCCCCCCCCC", "743#042E020701CCCCCC",
            "7DF#0114CCCCCCCCCCCC", "7E8#02010DCCCCCCCCCC", "7E0#310000CCCCCCCCCC",
            "7DF#02010D",
        ] {
            #expect(!Checker.isHarmless(try CANFrame(text), makers: [0x743]), "\(text)")
        }
        for text in ["7DF#0201A6CCCCCCCCCC", "743#03220207CCCCCCCC", "7E0#300000CCCCCCCCCC"] {
            #expect(Checker.isHarmless(try CANFrame(text), makers: [0x743]), "\(text)")
        }
    }
}
