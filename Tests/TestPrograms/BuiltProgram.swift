public import Foundation

/// A built program of this package, run as a person or the service manager would run it.
public struct BuiltProgram: Sendable {
    /// What a program leaves behind.
    public struct Outcome: Sendable {
        /// Its exit status.
        public let status: Int32
        /// What it wrote to standard output.
        public let output: String
        /// What it wrote to standard error.
        public let errors: String
    }

    /// The root of the package.
    public static let root =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    /// Programs lie beside the test bundle.
    private static let folder: String = {
        let bundle = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return "/" + (bundle ?? "").split(separator: "/").dropLast().joined(separator: "/")
    }()

    private let name: String

    /// The program called `name`.
    public init(_ name: String) { self.name = name }

    /// The program with these arguments, about to be run in `folder`; it knows the package's data,
    /// and of the environment nothing but `environment`.
    public func process(
        _ arguments: [String], in folder: String, environment: [String: String] = [:]
    ) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "\(Self.folder)/\(name)")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = [
            "CITYZENBOX_SCENARIOS": Self.root + "/Scenarios",
            "CITYZENBOX_PROFILES": Self.root + "/Profiles",
            "CITYZENBOX_BOARDS": Self.root + "/hardware/boards",
            "COLUMNS": "80", "HOME": "/nonexistent", "LANG": "C.UTF-8",
            // Built for coverage, a program would leave its counts in the folder it runs in.
            "LLVM_PROFILE_FILE": "/dev/null",
        ].merging(environment) { $1 }
        return process
    }

    /// Runs the program with these arguments in `folder` until it ends; of the environment it
    /// knows nothing but `environment`.
    public func run(
        _ arguments: [String], in folder: String, environment: [String: String] = [:]
    ) throws -> Outcome {
        let process = process(arguments, in: folder, environment: environment)
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
