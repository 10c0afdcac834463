import Foundation

/// The built `cityzenbox-sim`, run as a person would run it.
enum SimulatorProgram {
    /// What a program leaves behind.
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// The folder of these tests: commands are run in it.
    static let folder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")

    private static let root =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    /// The program lies beside the test bundle.
    private static let path: String = {
        let bundle = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let parts = (bundle ?? "").split(separator: "/").dropLast()
        return "/" + (parts + ["cityzenbox-sim"]).joined(separator: "/")
    }()

    /// The program with these arguments, about to be run in `folder`.
    static func process(_ arguments: [String], in folder: String = folder) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = [
            "CITYZENBOX_SCENARIOS": root + "/Scenarios", "CITYZENBOX_PROFILES": root + "/Profiles",
            "COLUMNS": "80", "HOME": "/nonexistent", "LANG": "C.UTF-8",
            // Built for coverage, a program would leave its counts in the folder it runs in.
            "LLVM_PROFILE_FILE": "/dev/null",
        ]
        return process
    }

    static func run(_ arguments: [String], in folder: String = folder) throws -> Outcome {
        let process = Self.process(arguments, in: folder)
        let (output, errors) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // A few lines at most go to standard error before the end, so this order cannot block.
        let out = try output.fileHandleForReading.readToEnd() ?? Data()
        let err = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: out, as: UTF8.self),
            errors: String(decoding: err, as: UTF8.self))
    }
}
