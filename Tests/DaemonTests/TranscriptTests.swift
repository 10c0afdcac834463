import ArgumentParser
import Foundation
import TestPrograms
import Testing

@testable import cityzenboxd

/// A command line and everything that came of it, as a file holds it.
private struct Transcript {
    static let folder = DaemonProgram.folder + "/Transcripts"
    static let prompt = "$ cityzenboxd"

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
        let outcome = try DaemonProgram.run(arguments.map(String.init))
        return """
            \(command)
            exit status \(outcome.status)
            --- standard output
            \(Self.masked(outcome.output))--- standard error
            \(Self.masked(outcome.errors))
            """
    }

    /// The hash of a profile changes with every comment in it, its folder with the checkout.
    static func masked(_ text: String) -> String {
        text.replacing(/@[0-9a-f]{8}\b/, with: "@…")
            .replacing(DaemonProgram.root, with: "…")
    }

    static var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }
}

@Suite struct `Transcripts of cityzenboxd` {
    @Test func `there is one of every command's help`() {
        #expect(Transcript.names.contains("help.txt"))
        for command in Cityzenboxd.configuration.subcommands {
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
}
