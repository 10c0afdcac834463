import Foundation
import TestPrograms
import Testing

/// The built `cityzenboxd`, run as the service manager or a person would run it.
enum DaemonProgram {
    /// The folder of these tests: commands are run in it.
    static let folder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")

    static let root = BuiltProgram.root

    /// The program with these arguments, about to be run in `folder`.
    static func process(
        _ arguments: [String], in folder: String = folder, environment: [String: String] = [:]
    ) -> Process {
        BuiltProgram("cityzenboxd").process(arguments, in: folder, environment: environment)
    }

    static func run(
        _ arguments: [String], program name: String = "cityzenboxd", in folder: String = folder
    ) throws -> BuiltProgram.Outcome {
        try BuiltProgram(name).run(arguments, in: folder)
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

    func provision() throws -> BuiltProgram.Outcome {
        try run([
            "provision", "--config", configuration, "--box", Self.id, "--keys", "\(folder)/keys",
        ])
    }

    func run(
        _ arguments: [String], program: String = "cityzenboxd"
    ) throws -> BuiltProgram.Outcome {
        try DaemonProgram.run(arguments, program: program, in: folder)
    }
}
