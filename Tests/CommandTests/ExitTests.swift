import ArgumentParser
import DataFiles
import Ports
import Simulation
import Testing

@testable import cityzenbox_sim

@Suite("End of a command")
struct ExitTests {
    static let violation = Violation("no code opens twice", "12712-15-0")

    @Test func `a violation tells the box, the seed, the rule and the command that replays it`()
        throws
    {
        let arguments = ["hostile_driver", "--seed", "7", "--boxes", "20", "--days", "9"]
        let run = try RunCommand.parse(arguments)
        let failure = run.failure(of: 13, Self.violation)
        #expect(
            failure.description == """
                box 13 of seed 7: no code opens twice: 12712-15-0
                replay it: cityzenbox-sim run hostile_driver --seed 7 --boxes 20 --days 9 --only 13
                """)
        #expect(CityzenboxSim.exitCode(for: failure).rawValue == 1)
        #expect(SystemStatus(failure) == nil)
        // What replays it is a command, and asks for the same box.
        let replay = failure.description.split(separator: " ").suffix(9).map(String.init)
        let again = try RunCommand.parse(replay)
        #expect(again.scenario == run.scenario && again.seed == 7 && again.only == 13)
        #expect(again.boxes == run.boxes && again.days == run.days)
    }

    @Test(
        arguments: [
            (.full, .storage), (.readOnly, .storage), (.failed, .storage),
            (.damaged, .wrongData), (.foreign, .wrongData),
        ] as [(StorageError.Code, SystemStatus)])
    func `storage that fails is told from storage that is wrong`(
        _ code: StorageError.Code, _ status: SystemStatus
    ) {
        let error = StorageError(code, operation: "open the log log.db", reason: "it is so")
        #expect(SystemStatus(error) == status)
    }

    @Test(arguments: [("", .noInput), ("12:7", .wrongData)] as [(String, SystemStatus)])
    func `a file that is not there is told from one that is wrong`(
        _ place: String, _ status: SystemStatus
    ) {
        let error = DataFileError(file: "car.json5", place: place, reason: "no", remedy: "yes")
        #expect(SystemStatus(error) == status)
    }

    @Test(arguments: [
        ["ordinary_week", "--boxes", "1"], ["ordinary_week", "--boxes", "1000000"],
        ["ordinary_week", "--days", "1"], ["ordinary_week", "--days", "3650"],
        ["ordinary_week", "--boxes", "3", "--only", "0"],
        ["ordinary_week", "--boxes", "3", "--only", "2"],
        ["ordinary_week", "--seed", "0"], ["ordinary_week", "--seed", "18446744073709551615"],
    ])
    func `values at their limits are taken`(_ arguments: [String]) throws {
        _ = try RunCommand.parse(arguments)
    }
}
