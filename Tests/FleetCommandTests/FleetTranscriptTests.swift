import AccessCode
import ArgumentParser
import Fleet
import FleetStore
import Foundation
import KeyStore
import TestPrograms
import Testing
import Units

@testable import cityzenbox_fleet

/// Command lines and everything that came of them, one behind the other in one folder, as a file
/// holds it.
struct FleetTranscript {
    static let folder =
        "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Transcripts"
    static let prompt = "$ cityzenbox-fleet"
    /// A first line that wants a fleet to be there.
    static let wantsFleet = "# in a fleet with two boxes"

    let path: String
    let text: String

    init(_ name: String) throws {
        path = "\(Self.folder)/\(name)"
        text = try String(contentsOfFile: path, encoding: .utf8)
    }

    static var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    private var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// What comes of its commands now.
    func played() throws -> String {
        let stage = try FleetStage(hasFleet: lines.first == Self.wantsFleet[...])
        var out: [String] = []
        for line in lines.prefix(while: { $0.hasPrefix("# ") }) { out.append(String(line)) }
        for line in lines where line.hasPrefix(Self.prompt) {
            out.append(String(line))
            let outcome = try stage.run(
                line.dropFirst(Self.prompt.count).split(separator: " ").map(String.init))
            if !outcome.output.isEmpty { out.append(Self.masked(outcome.output, stage)) }
            if !outcome.errors.isEmpty { out.append("! " + Self.masked(outcome.errors, stage)) }
            out.append("= \(outcome.status)")
        }
        return out.joined(separator: "\n") + "\n"
    }

    /// What chance draws anew each time.
    private static func masked(_ text: String, _ stage: FleetStage) -> String {
        var text = text.replacing(stage.folder, with: "FOLDER")
        if !stage.hasFleet {
            text = text.replacing(/Key\(…[0-9a-f]{4}\)/, with: "Key(…????)")
                .replacing(/\b[0-9a-f]{64}\b/, with: "<64 hexadecimal digits>")
                .replacing(/\b[0-9a-f]{16}\b/, with: "<16 hexadecimal digits>")
        }
        return text.last == "\n" ? String(text.dropLast()) : text
    }
}

/// A folder in which commands are run, with a fleet of known keys or without one.
final class FleetStage {
    let folder: String
    let hasFleet: Bool

    static let first = BoxID(0x0b0c_0001_0000_002a)
    static let second = BoxID(0x0b0c_0001_0000_002b)

    init(hasFleet: Bool) throws {
        self.hasFleet = hasFleet
        folder = NSTemporaryDirectory() + "fleet-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, text) in [("pin", "987654\n"), ("wrong", "111111\n"), ("word", "seven\n")] {
            try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        if hasFleet { try makeFleet() }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func run(_ arguments: [String]) throws -> BuiltProgram.Outcome {
        let isTimeless = ["--now", "--help", "--version"].contains { arguments.contains($0) }
        let now = isTimeless ? [] : ["--now", "2026-06-12T20:30Z"]
        return try BuiltProgram("cityzenbox-fleet").run(
            arguments + now, in: folder, environment: ["CITYZENBOX_FLEET": "fleet"])
    }

    private func makeFleet() throws {
        let fleet = FleetFolder(path: folder + "/fleet")
        try fleet.make()
        for (seed, file) in [
            fleet.hot, fleet.cold, fleet.technicians, fleet.owners, fleet.acknowledgement,
        ].enumerated() {
            try file.create(
                holding: SecretBytes((0..<32).map { UInt8($0 + seed * 32) }))
        }
        let made = CivilTime.utc(2026, 6, 1, 8)
        let database = try FleetDatabase.create(
            path: fleet.database,
            FleetRecord(
                made: made, certificate: Digest256(words: (1, 2, 3, 4)),
                coldPath: ""))
        let action = try database.begin()
        for (box, plate) in [(Self.first, "AB-123-CD"), (Self.second, "")] {
            try action.put(
                FleetBox(
                    id: box, plate: plate, place: plate.isEmpty ? "" : "12 rue Crébillon, Nantes",
                    profile: plate.isEmpty ? nil : "renault_broadcast", keyEpoch: KeyEpoch(0),
                    logEpoch: 1, enrolled: made))
        }
        try action.commit()
    }
}

@Suite("Transcripts of cityzenbox-fleet")
struct FleetTranscriptTests {
    /// With `UPDATE=1` in the environment the files are written anew, to be read and committed.
    @Test(arguments: FleetTranscript.names)
    func `a command says what its transcript says`(_ name: String) throws {
        let transcript = try FleetTranscript(name)
        let played = try transcript.played()
        if ProcessInfo.processInfo.environment["UPDATE"] == "1" {
            try played.write(toFile: transcript.path, atomically: true, encoding: .utf8)
        } else {
            #expect(played == transcript.text, "if this is right: UPDATE=1 swift test")
        }
    }

    @Test func `there is a transcript of every command's help`() {
        for path in Self.commands(CityzenboxFleet.self, []) {
            let name = (["help"] + path).joined(separator: "_") + ".txt"
            #expect(FleetTranscript.names.contains(name), "\(name)")
        }
    }

    /// The words of every command below `command`.
    static func commands(_ command: any ParsableCommand.Type, _ path: [String]) -> [[String]] {
        command.configuration.subcommands.flatMap { sub in
            let below = path + [sub._commandName]
            return [below] + commands(sub, below)
        }
    }
}
