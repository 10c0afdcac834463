import FoundationEssentials
import Testing

@testable import Console

/// A conversation as a file holds it.
///
/// `# ` is a comment, `@ ` is done to the console or the box, `< ` is typed with Enter behind it
/// (`\t`, `\e`, `\c` and `\q` stand for Tab, Escape, Control-C and no Enter). All else came of it:
/// `? ` was asked, `| ` is a line that was written, `~ ` one without its end.
struct ConsoleTranscript {
    static let folder: String = {
        let parts = #filePath.split(separator: "/").dropLast()
        return "/" + parts.joined(separator: "/") + "/Transcripts"
    }()

    let path: String
    let text: String

    init(_ name: String) throws {
        path = "\(Self.folder)/\(name)"
        text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    }

    /// What comes of it now.
    func played() throws -> String {
        var talk = Talk()
        var out: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            switch line.prefix(2) {
            case "# ": out.append(String(line))
            case "@ ":
                out.append(String(line))
                let isKnown = talk.direct(String(line.dropFirst(2)))
                try #require(isKnown, "no such directive: \(line)")
                out += talk.take()
            case "< ", "<":
                out.append(String(line))
                talk.type(Self.typed(line.dropFirst(2)))
                out += talk.take()
            case _: continue
            }
        }
        return out.joined(separator: "\n") + "\n"
    }

    private static func typed(_ text: Substring) -> String {
        let keys = text.replacing("\\t", with: "\t").replacing("\\e", with: "\u{1B}")
            .replacing("\\c", with: "\u{03}")
        return text.hasSuffix("\\q") ? String(keys.dropLast(2)) : keys + "\r"
    }

    static var names: [String] {
        let files = try? FileManager.default.contentsOfDirectory(atPath: folder)
        return (files ?? []).filter { $0.hasSuffix(".txt") }.sorted()
    }

    /// Every line of all of them.
    static let lines: [String] = names.compactMap { try? ConsoleTranscript($0).text }.joined()
        .split(separator: "\n").map(String.init)
}

@Suite struct `Transcripts of the console` {
    /// With `UPDATE=1` in the environment the files are written anew, to be read and committed.
    @Test(arguments: ConsoleTranscript.names)
    func `a conversation goes as it is written`(name: String) throws {
        let transcript = try ConsoleTranscript(name)
        let played = try transcript.played()
        if ProcessInfo.processInfo.environment["UPDATE"] == "1" {
            try played.write(toFile: transcript.path, atomically: true, encoding: .utf8)
        } else {
            #expect(played == transcript.text, "if this is right: UPDATE=1 swift test")
        }
    }

    @Test(arguments: CommandName.allCases)
    func `every command is given in a conversation, with its help and in JSON`(name: CommandName) {
        let lines = ConsoleTranscript.lines
        #expect(
            lines.contains { $0.hasPrefix("< \(name.rawValue)") && !$0.contains("--json") })
        #expect(lines.contains { $0 == "< help \(name.rawValue) --no-page" })
        #expect(lines.contains { $0.contains("\"command\":\"\(name.rawValue)\"") })
    }

    @Test(arguments: ConsoleRefusal.allCases)
    func `every refusal is met in a conversation`(refusal: ConsoleRefusal) {
        #expect(ConsoleTranscript.lines.contains { $0.hasSuffix("(\(refusal.rawValue))") })
    }

    @Test func `no answer is wider than a terminal, but what is for programs`() {
        for line in ConsoleTranscript.lines
        where line.hasPrefix("| ") && !line.hasPrefix("| {") && !line.contains("\\b")
            && !line.contains("\\r")
        {
            #expect(line.count <= 82, "\(line)")
        }
    }

    @Test func `what was typed as a secret is nowhere written`() {
        let out = ConsoleTranscript.lines.filter { !$0.hasPrefix("<") }
        #expect(!out.contains { $0.contains("0123456789abcdef0123456789abcdef") })
        #expect(!out.contains { $0.contains("987654") })
    }
}
