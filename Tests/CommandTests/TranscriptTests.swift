import ArgumentParser
import Foundation
import TestPrograms
import Testing

@testable import cityzenbox_sim

/// A command line and everything that came of it, as a file holds it.
struct Transcript {
    static let folder = SimulatorProgram.folder + "/Transcripts"
    static let prompt = "$ cityzenbox-sim "

    let path: String
    let text: String

    init(_ name: String) throws {
        path = "\(Self.folder)/\(name)"
        text = try String(contentsOfFile: path, encoding: .utf8)
    }

    /// The first line, which says what to run.
    var command: String { String(text.prefix { $0 != "\n" }) }

    /// What comes of it now.
    func played() throws -> String {
        let arguments = command.dropFirst(Self.prompt.count).split(separator: " ")
        let outcome = try SimulatorProgram.run(arguments.map(String.init))
        var text = "\(command)\nexit status \(outcome.status)\n"
        let output = isRun ? Self.counted(outcome.output) : outcome.output
        text += "--- standard output\n" + Self.masked(output)
        text += "--- standard error\n" + Self.masked(outcome.errors)
        return text
    }

    private var isRun: Bool { command.hasPrefix(Self.prompt + "run ") }

    /// The hash of a profile changes with every comment in it.
    static func masked(_ text: String) -> String {
        text.replacing(/@[0-9a-f]{8}\b/, with: "@…").split(
            separator: "\n", omittingEmptySubsequences: false
        ).map { line in
            line.hasSuffix(" box-days a second of one core")
                ? "# box-days a second of one core" : String(line)
        }
        .joined(separator: "\n")
    }

    /// What a run counted and what its logs end with may change with the rules of the box; how it
    /// is told may not. Violations stay.
    private static func counted(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let words = line.split(separator: " ")
            if words.first == "digest" { return "digest    #" }
            let isCount = words.count > 1 && words.last.flatMap { Int($0) } != nil
            guard isCount, line.count == 38, words.first != "violations" else {
                return String(line)
            }
            return words.dropLast().joined(separator: " ") + " #"
        }
        .joined(separator: "\n")
    }

    static var names: [String] {
        let files = try? FileManager.default.contentsOfDirectory(atPath: folder)
        return (files ?? []).sorted()
    }
}

@Suite("Transcripts of cityzenbox-sim")
struct TranscriptTests {
    @Test func `there is a transcript of every command's help`() {
        #expect(Transcript.names.contains("help.txt"))
        for command in CityzenboxSim.configuration.subcommands {
            let name = command.configuration.commandName ?? "\(command)"
            #expect(Transcript.names.contains("help_\(name).txt"))
        }
    }

    /// With `UPDATE=1` in the environment the files are written anew, to be read and committed.
    @Test(arguments: Transcript.names)
    func `a command says what its transcript says`(_ name: String) throws {
        let transcript = try Transcript(name)
        try #require(transcript.command.hasPrefix(Transcript.prompt))
        let played = try transcript.played()
        if ProcessInfo.processInfo.environment["UPDATE"] == "1" {
            try played.write(toFile: transcript.path, atomically: true, encoding: .utf8)
        } else {
            #expect(played == transcript.text, "if this is right: UPDATE=1 swift test")
        }
    }

    /// The thing, the reason and the way out: on standard error, and nothing else anywhere.
    @Test(arguments: Transcript.names.filter { $0.hasPrefix("scenario_") })
    func `a scenario that cannot be used is one line with its place`(_ name: String) throws {
        let lines = try Transcript(name).played().split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 6)
        #expect(lines.starts(with: [lines[0], "exit status 65", "--- standard output"]))
        #expect(lines[4].hasPrefix("Error: Files/"))
        #expect(lines[4].contains("; "))
    }
}
