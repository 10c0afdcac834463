import AccessCode
import FoundationEssentials
import KeyStore
import Simulation
import Testing
import Units

/// Some boxes through some days of a scenario.
struct ScenarioRun {
    var statistics = RunStatistics()
    /// What the logs of all boxes end with.
    var heads: [Digest256] = []

    init(_ name: String, seed: UInt64 = 1, boxes: Int = 2, days: Int = 3) throws {
        let scenario = try Repository.scenario(name)
        let profile = try Repository.profile(scenario.profile)
        let master = try SeededFleet.master(seed)
        for index in 0..<boxes {
            let simulation = try BoxSimulation(
                scenario: scenario, profile: profile, master: master, seed: seed, index: index,
                days: days)
            try simulation.run()
            statistics = statistics + simulation.checker.statistics
            heads.append(simulation.head)
        }
    }
}

@Suite("Scenarios")
struct ScenarioTests {
    static let names = [
        "asked_car", "clock_lost", "flat_battery", "hostile_driver", "miles_and_placeholders",
        "ordinary_week", "storage_full", "underground_garage",
    ]

    @Test func `every scenario of the repository is tested here`() throws {
        let files = try FileManager.default.contentsOfDirectory(
            atPath: "\(Repository.root)/Scenarios")
        #expect(files.sorted() == Self.names.map { "\($0).json5" })
    }

    @Test(arguments: names)
    func `a scenario is as its file is called and contradicts itself nowhere`(
        _ name: String
    ) throws {
        let scenario = try Repository.scenario(name)
        #expect(scenario.name == name)
        #expect(!scenario.describes.isEmpty)
        #expect(scenario.contradiction == nil)
    }

    @Test(arguments: names)
    func `some days break no rule, and rentals are driven and billed`(_ name: String) throws {
        let statistics = try ScenarioRun(name).statistics
        #expect(statistics[.violations] == 0)
        #expect(statistics[.boxDays] == 6)
        #expect(statistics[.rentals] > 3)
        #expect(statistics[.records] > 100)
        let (driven, billed) = (statistics[.metresDriven], statistics[.metresBilled])
        #expect(driven > 50_000)
        #expect(abs(driven - billed) * 50 < driven, "\(driven) m driven, \(billed) billed")
    }

    @Test(arguments: names)
    func `the same seed gives the same run, and another seed another`(_ name: String) throws {
        let first = try ScenarioRun(name, seed: 7, boxes: 1)
        let second = try ScenarioRun(name, seed: 7, boxes: 1)
        let other = try ScenarioRun(name, seed: 8, boxes: 1)
        #expect(first.statistics == second.statistics)
        #expect(first.heads == second.heads)
        #expect(first.heads != other.heads)
        #expect(!first.heads.contains(.zero))
    }

    @Test func `another box of the same run lives another life`() throws {
        let heads = try ScenarioRun("ordinary_week").heads
        #expect(Set(heads).count == 2)
    }

    @Test func `a full log turns new rentals away, and says so`() throws {
        let statistics = try ScenarioRun("storage_full", boxes: 1, days: 20).statistics
        #expect(statistics[.storageFull] > 0)
        #expect(statistics[.rentals] > 5)
    }

    @Test func `a lost clock refuses codes until a TIME code gives it back`() throws {
        let statistics = try ScenarioRun("clock_lost", boxes: 2, days: 20).statistics
        #expect(statistics[.clockLosses] > 0)
        #expect(statistics[.clockLost] > 0)
        #expect(statistics[.timeCodes] > 0)
    }

    @Test func `a flat battery turns the box off, and a jump start on again`() throws {
        let statistics = try ScenarioRun("flat_battery", boxes: 1, days: 12).statistics
        #expect(statistics[.turnedOff] > 0)
        #expect(statistics[.jumpStarts] > 0)
        #expect(statistics[.cutsInWrites] > 0)
        #expect(statistics[.powerCuts] > statistics[.cutsInWrites])
        #expect(statistics[.rentals] > 10)
    }

    @Test func `a hostile driver is refused and has to wait, and honest ones drive`() throws {
        let statistics = try ScenarioRun("hostile_driver", boxes: 1, days: 7).statistics
        #expect(statistics[.hostileEntries] > 50)
        #expect(statistics[.wrong] > 20)
        #expect(statistics[.waits] > 0)
        #expect(statistics[.rentals] > 5)
    }

    @Test func `a placeholder is an anomaly and never a bill`() throws {
        let statistics = try ScenarioRun("miles_and_placeholders", boxes: 1, days: 10).statistics
        #expect(statistics[.anomalies] > 0)
    }

    @Test func `an underground garage acknowledges nothing, and an ordinary week does`() throws {
        #expect(try ScenarioRun("underground_garage").statistics[.acknowledged] == 0)
        #expect(try ScenarioRun("ordinary_week").statistics[.acknowledged] > 100)
    }

    /// Each run of the tests looks where none looked before.
    @Test func `a fresh seed breaks no rule`() throws {
        let seed = try SystemRandom.bytes(4).reduce(0) { $0 << 8 | UInt64($1) }
        let name = try #require(Self.names.randomElement())
        let replay = "cityzenbox-sim run \(name) --seed \(seed) --boxes 2 --days 5"
        print("a fresh run: \(replay)")
        #expect(throws: Never.self, "replay it: \(replay)") {
            let run = try ScenarioRun(name, seed: seed, boxes: 2, days: 5)
            #expect(run.statistics[.violations] == 0)
        }
    }
}
