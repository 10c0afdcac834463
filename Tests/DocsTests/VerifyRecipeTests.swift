import Glibc
import KeyStore
import Ports
import Records
import Testing
import TripLog
import Units

/// The recipe of `records.md`, run as a reader would run it, on a log that the box wrote.
///
/// It needs `jq`; without it there is nothing to run the recipe with.
@Suite(.enabled(if: Shell.hasJQ, "jq is not installed")) struct `The recipe to verify a log` {
    private let folder: TemporaryFolder
    private let log: TripLog
    private let lines: [String]

    init() throws {
        folder = try TemporaryFolder()
        log = try TripLog.create(
            path: folder.path("log.db"), box: CodeFigures.box, epoch: 1, hashing: OpenSSLHashing())
        let kinds: [RecordKind] = [.boot, .clockStep, .tripOpen, .codeAccepted, .tripClose]
        for kind in kinds {
            for body in RecordSamples.full(kind).prefix(2) {
                try log.append(
                    [RecordDraft(stamp: RecordSamples.stamp, body: body)], snapshot: nil)
            }
        }
        lines = try Self.lines(of: log)
    }

    private static func lines(of log: TripLog) throws -> [String] {
        var lines: [String] = []
        try log.export { line in
            lines.append(String(decoding: line, as: UTF8.self))
            return true
        }
        return lines
    }

    /// What the script says of `lines`.
    private func verify(_ lines: [String]) throws -> String {
        let page = try SourceTree.text("docs/reference/records.md")
        let begin = try #require(page.firstRange(of: "#!/bin/bash\n"))
        let rest = page[begin.lowerBound...]
        let end = try #require(rest.firstRange(of: "\n```"))
        let script = rest[..<end.lowerBound]
        try folder.write(String(script) + "\n", to: "verify.sh")
        try folder.write(lines.map { $0 + "\n" }.joined(), to: "log.jsonl")
        return try Shell.output(
            "bash \(folder.path("verify.sh")) \(folder.path("log.jsonl")) 2>&1")
    }

    @Test func `a whole log holds up to the head`() throws {
        #expect(lines.count == 6)
        #expect(try verify(lines) == "6 records hold; the last hashes to \(log.head.hash.hex)\n")
    }

    @Test func `a log with an erased body holds all the same`() throws {
        #expect(try log.erase(bodiesOf: 2...3) == 2)
        let erased = try Self.lines(of: log)
        #expect(erased != lines)
        #expect(try verify(erased) == "6 records hold; the last hashes to \(log.head.hash.hex)\n")
    }

    @Test func `whatever was changed shows`() throws {
        var changed = lines
        changed[5] = lines[5].replacing("\"distM\":12380", with: "\"distM\":12381")
        #expect(try verify(changed) == "record 6: not the body that was written\n")
        changed = lines
        changed[1] = lines[1].replacing("\"boot\":3", with: "\"boot\":4")
        #expect(try verify(changed) == "record 3: does not continue the chain\n")
        changed = lines
        changed[2] = " " + lines[2]
        #expect(try verify(changed) == "record 3: not canonical\n")
        changed = lines
        changed.remove(at: 3)
        #expect(try verify(changed) == "record 4: another number stands here\n")
    }

    @Test func `the example on the page holds`() throws {
        let page = Page(try SourceTree.text("docs/reference/records.md"))
        let range = try #require(page.range(of: "example"))
        let example = page.lines[range].filter { $0.hasPrefix("{") }
        #expect(try verify(example).hasPrefix("3 records hold;"))
    }
}

/// A folder of the machine that goes away with the test.
private final class TemporaryFolder {
    let folder: String

    init() throws {
        var template = Array("/tmp/docs-test-XXXXXX".utf8CString)
        let made = unsafe mkdtemp(&template).map { unsafe String(cString: $0) }
        folder = try #require(made)
    }

    deinit {
        for name in ["log.db", "log.db-wal", "log.db-journal", "log.jsonl", "verify.sh"] {
            _ = unsafe unlink(path(name))
        }
        _ = unsafe rmdir(folder)
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func write(_ text: String, to name: String) throws {
        let bytes = Array(text.utf8)
        let file = unsafe fopen(path(name), "wb")
        let written = unsafe file.map { unsafe fwrite(bytes, 1, bytes.count, $0) }
        _ = unsafe file.map { unsafe fclose($0) }
        try #require(written == bytes.count)
    }
}

private enum Shell {
    static let hasJQ = (try? output("command -v jq"))?.isEmpty == false

    /// What `command` writes.
    static func output(_ command: String) throws -> String {
        let stream = try unsafe #require(unsafe popen(command, "r"))
        defer { _ = unsafe pclose(stream) }
        var out: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe fread(&block, 1, block.count, stream)
            if count == 0 { return String(decoding: out, as: UTF8.self) }
            out += block.prefix(count)
        }
    }
}
