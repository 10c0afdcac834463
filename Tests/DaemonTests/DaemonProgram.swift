import Foundation
import Testing

/// The built `cityzenboxd`, run as the service manager or a person would run it.
enum DaemonProgram {
    /// What a program leaves behind.
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// The folder of these tests: commands are run in it.
    static let folder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")

    static let root =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    private static let folderOfPrograms: String = {
        let bundle = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return "/" + (bundle ?? "").split(separator: "/").dropLast().joined(separator: "/")
    }()

    /// The program `name` with these arguments, about to be run in `folder`.
    static func process(
        _ arguments: [String], program name: String = "cityzenboxd", in folder: String = folder,
        environment: [String: String] = [:]
    ) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "\(folderOfPrograms)/\(name)")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = [
            "CITYZENBOX_PROFILES": root + "/Profiles",
            "CITYZENBOX_BOARDS": root + "/hardware/boards", "COLUMNS": "80",
            "HOME": "/nonexistent", "LANG": "C.UTF-8",
            // Built for coverage, a program would leave its counts in the folder it runs in.
            "LLVM_PROFILE_FILE": "/dev/null",
        ].merging(environment) { $1 }
        return process
    }

    static func run(
        _ arguments: [String], program name: String = "cityzenboxd", in folder: String = folder
    ) throws -> Outcome {
        let process = Self.process(arguments, program: name, in: folder)
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

/// A folder with a box that was provisioned, without any of its devices; it goes with the test.
final class ProvisionedBox {
    static let id = "0b0c00010000002a"
    let folder: String
    var state: String { "\(folder)/state" }
    var socket: String { "\(folder)/status" }
    var configuration: String { "\(folder)/box.json5" }

    init(provisions: Bool = true) throws {
        folder = FileManager.default.temporaryDirectory.path + "/cityzenboxd-\(UUID())"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try write(keypad: "\(folder)/keypad")
        let masters = try run(
            ["code", "keys", "\(folder)/fleet"], program: "cityzenbox-sim")
        try #require(masters.status == 0, "\(masters.errors)")
        let keys = try run(
            ["code", "box-keys", "--keys", "\(folder)/fleet", "--box", Self.id, "\(folder)/keys"],
            program: "cityzenbox-sim")
        try #require(keys.status == 0, "\(keys.errors)")
        if provisions {
            let made = try provision()
            try #require(made.status == 0, "\(made.errors)")
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Writes the configuration, with this keypad and these members besides.
    func write(keypad: String, _ more: String = "") throws {
        try """
        {
          version: 1, board: "bench", car: { profile: "toyota_611", bench: true },
          state: "\(state)", keypad: "\(keypad)", rtc: "\(folder)/rtc",
          battery: { sensor: null }, status_socket: "\(socket)", \(more)
        }
        """.write(toFile: configuration, atomically: true, encoding: .utf8)
    }

    func provision() throws -> DaemonProgram.Outcome {
        try run([
            "provision", "--config", configuration, "--box", Self.id, "--keys", "\(folder)/keys",
        ])
    }

    func run(
        _ arguments: [String], program: String = "cityzenboxd"
    ) throws -> DaemonProgram.Outcome {
        try DaemonProgram.run(arguments, program: program, in: folder)
    }
}
