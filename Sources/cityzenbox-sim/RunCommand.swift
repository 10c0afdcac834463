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
        guard (1...1_000_000).contains(boxes) else {
            throw ValidationError("--boxes \(boxes) is not within 1 to 1000000")
        }
        guard (1...3650).contains(days) else {
            throw ValidationError("--days \(days) is not within 1 to 3650")
        }
        guard only.map({ (0..<boxes).contains($0) }) ?? true else {
            throw ValidationError("--only counts from 0 and must be below --boxes, \(boxes)")
        }
    }

    func run() throws {
        let scenario = try ScenarioFile.load(scenario)
        let profile = try ScenarioFile.profile(scenario.profile)
        print("scenario  \(scenario.name): \(scenario.describes)")
        let lives = only == nil ? boxes : 1
        print(
            "seed      \(seed), \(lives) \(lives == 1 ? "box" : "boxes"), "
                + "\(days) \(days == 1 ? "day" : "days")")
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
                throw failure(of: index, error)
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

    /// What is said when box `index` did what must never happen, or could not go on.
    func failure(of index: Int, _ error: any Error) -> Failure {
        Failure("box \(index) of seed \(seed): \(error)\nreplay it: \(replay(index))")
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
