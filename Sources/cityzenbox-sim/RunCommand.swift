import ArgumentParser
import DataFiles
import KeyStore
import Simulation
import Units
import Vehicle

/// `cityzenbox-sim run`: boxes through days of a scenario.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract:
            "Let boxes live through days of a scenario, with every rule checked at every step.",
        discussion: """
            Scenarios are JSON5 files in the folder Scenarios; an argument with a slash is a path. \
            The same seed gives the same run, byte for byte. What must never happen ends the run \
            with exit status 1, the seed, and the command that replays it.
            """)

    @Argument(help: "The scenario: a name or a path.")
    var scenario: String

    @Option(help: "Every chance of the run comes from this number.")
    var seed: UInt64 = 1

    @Option(help: "How many boxes live, each with its own car and drivers.")
    var boxes: Int = 10

    @Option(help: "How many days each lives.")
    var days: Int = 7

    @Option(help: "Only the box of this number, from 0: to replay one that went wrong.")
    var only: Int?

    func validate() throws {
        guard boxes > 0, days > 0 else {
            throw ValidationError("a run needs at least one box and one day")
        }
        guard only.map({ (0..<boxes).contains($0) }) ?? true else {
            throw ValidationError("--only counts from 0 and must be below --boxes \(boxes)")
        }
    }

    func run() throws {
        let scenario = try ScenarioFile.load(scenario)
        let profile = try ScenarioFile.profile(scenario.profile)
        print("scenario  \(scenario.name): \(scenario.describes)")
        print("seed      \(seed), \(only == nil ? boxes : 1) boxes, \(days) days")
        let progress = Progress(total: boxes, unit: "boxes")
        let start = ProcessorTime.now
        var total = RunStatistics()
        var heads: [UInt8] = []
        for index in only.map({ $0...$0 }) ?? 0...boxes - 1 {
            let simulation = try BoxSimulation(
                scenario: scenario, profile: profile, master: SeededFleet.master(seed),
                seed: seed, index: index, days: days)
            do {
                try simulation.run()
            } catch {
                progress.end()
                throw Failure(
                    "box \(index) of seed \(seed): \(error)\nreplay it: \(replay(index))")
            }
            total = total + simulation.checker.statistics
            heads += simulation.head.bytes
            progress.done(index + 1)
        }
        progress.end()
        print(table(total))
        print("digest    \(OpenSSLHashing().sha256(heads).hex)")
        let spent = max(ProcessorTime.now - start, .milliseconds(1))
        progress.say(
            "\(Int(Double(total[.boxDays]) / (spent / .seconds(1)))) box-days a second of one core")
    }

    private func replay(_ index: Int) -> String {
        "cityzenbox-sim run \(scenario) --seed \(seed) --boxes \(boxes) --days \(days) "
            + "--only \(index)"
    }

    private func table(_ statistics: RunStatistics) -> String {
        RunStatistics.Item.allCases.map { item in
            let name = item.rawValue + String(repeating: " ", count: 26 - item.rawValue.count)
            let count = String(statistics[item])
            return name + String(repeating: " ", count: max(0, 12 - count.count)) + count
        }
        .joined(separator: "\n")
    }
}

/// The keys of a simulated fleet come from the seed, so that a run can be replayed. A real fleet
/// draws its own from the system.
enum SeededFleet {
    static func master(_ seed: UInt64) throws -> FleetMaster {
        var random = SplitMix64(seed: seed ^ 0x666C_6565_7400_0000)
        func key() -> SecretBytes {
            SecretBytes(
                (0..<FleetMaster.length).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        }
        return try FleetMaster(hot: key(), cold: key())
    }
}
