import Foundation
import TestPrograms

/// The built `cityzenbox-sim`, run as a person would run it.
enum SimulatorProgram {
    /// The folder of these tests: commands are run in it.
    static let folder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")

    private static let program = BuiltProgram("cityzenbox-sim")

    /// The program with these arguments, about to be run in `folder`.
    static func process(_ arguments: [String], in folder: String = folder) -> Process {
        program.process(arguments, in: folder)
    }

    static func run(
        _ arguments: [String], in folder: String = folder
    ) throws -> BuiltProgram.Outcome {
        try program.run(arguments, in: folder)
    }
}
