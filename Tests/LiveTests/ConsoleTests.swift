import Glibc
import Testing

private func sit(_ arguments: [String]) throws -> PseudoTerminal {
    try PseudoTerminal(
        [Program.path, "live", "--at", "2026-06-01T10:00Z"] + arguments,
        environment: ["TERM=xterm", "LANG=C.UTF-8", "SWIFT_BACKTRACE=enable=no"], width: 120)
}

/// The word behind `word` in what the program has printed, or shows.
private func printed(_ word: String, _ desk: PseudoTerminal) throws -> String {
    func found(_ screen: TerminalModel) -> Substring? {
        // A word is whole once something stands behind it.
        let text = screen.isOnOtherScreen ? screen.text : screen.told
        let words = text.split(omittingEmptySubsequences: true) { $0.isWhitespace }
            .drop { $0 != word }.dropFirst()
        return words.count > 1 || text.last?.isWhitespace == true ? words.first : nil
    }
    try desk.wait(for: "\(word) and the word behind it") { found($0) != nil }
    return String(try #require(found(desk.screen)))
}

/// The digits of the answer on the phone; empty while nobody logs in.
private func answer(on screen: TerminalModel) -> String {
    let line = screen.text.split(separator: "\n").first { $0.contains("'s answer ") } ?? ""
    let digits = line.drop { $0 != "'" }.prefix(32).filter(\.isNumber)
    return digits.count == 8 ? String(digits) : ""
}

@Suite(.serialized) struct `The serial console of the desk` {
    @Test func `a new box is claimed, logged in to and unplugged over its line`() throws {
        let desk = try sit(["--only-console", "--unclaimed"])
        let path = try printed("console", desk)
        let key = try printed("key", desk)
        var client: SerialClient? = try SerialClient(path)
        try client?.wait(for: "box> ")
        client?.type("claim 7")
        try client?.wait(for: "not shown: ")
        client?.type(key)
        try client?.wait(for: "not shown: ")
        client?.type("1234")
        try client?.wait(for: "certificate: ")
        client?.type(String(repeating: "0f", count: 32))
        let claimed = try client?.wait(for: "box> ")
        #expect(claimed?.contains("claimed: log in now") == true)
        #expect(claimed?.contains(key) == false)
        client?.type("login 7")
        try client?.wait(for: "answer: ")
        client?.type(try printed("answer", desk))
        try client?.wait(for: "technician 7> ")
        client?.type("log verify --json")
        try client?.wait(for: "\"ok\":true")
        // The cable is pulled: nobody is logged in for whoever comes next.
        client = nil
        let next = try SerialClient(path)
        try next.wait(for: "box> ")
        next.type("keys show")
        try next.wait(for: "(needsLogin)")
        desk.send(SIGTERM)
        #expect(try desk.waitForEnd() == 128 + SIGTERM)
        #expect(desk.screen.told.contains("the chain verifies"))
    }

    @Test func `a megabyte without an end is refused, and the console still works`() throws {
        let desk = try sit(["--only-console"])
        let client = try SerialClient(try printed("console", desk))
        try client.wait(for: "box> ")
        client.type([UInt8](repeating: 0x78, count: 1 << 20))
        client.type("")
        try client.wait(for: "(lineTooLong)")
        client.type("version")
        try client.wait(for: "firmware")
        desk.send(SIGINT)
        #expect(try desk.waitForEnd() == 0)
    }

    @Test func `the phone shows the line, and the answer of who logs in there`() throws {
        let desk = try sit([])
        try desk.wait(for: "q quit")
        desk.type("t")
        try desk.wait(for: "picocom /dev/pts/")
        let client = try SerialClient(try printed("picocom", desk))
        try client.wait(for: "box> ")
        client.type("login 7")
        try client.wait(for: "answer: ")
        try desk.wait(for: "the answer") { !answer(on: $0).isEmpty }
        client.type(answer(on: desk.screen))
        try client.wait(for: "technician 7> ")
        desk.type("q")
        #expect(try desk.waitForEnd() == 0)
    }

    @Test func `a script has no console`() throws {
        let run = try Program(["live", "--script", "-", "--only-console"])
        #expect(run.status == 64)
        #expect(run.complaint.contains("a script has no console"))
    }
}
