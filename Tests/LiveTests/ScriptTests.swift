import Glibc
import Testing

/// A rental with everything: refusals, a drive, a cut in the middle of a write, END.
private let rental = """
    // early, wrong, and then the right one
    1 <later>#
    +5 000111222333#
    +5 <code>#
    +5 d
    +3 d
    +2 i
    +3 ++++++
    +90 P
    +90 c
    +5 <space>
    +20 i
    +2 p
    +1 <extend>#
    +5 363#
    +1 <code>#
    +120 <owner>#
    +3 d
    """

@Suite(.serialized) struct `The desk without a terminal` {
    @Test func `a script tells the same story for the same seed`() throws {
        let first = try Program(["live", "--script", "-", "--seed", "7"], input: rental)
        let second = try Program(["live", "--script", "-", "--seed", "7"], input: rental)
        let other = try Program(["live", "--script", "-", "--seed", "8"], input: rental)
        #expect(first.status == 0)
        #expect(first.output == second.output)
        #expect(first.output != other.output)
        #expect(first.complaint == "")
        #expect(!first.output.contains("\u{1B}"))
    }

    @Test func `a script goes through the life of a rental`() throws {
        let run = try Program(["live", "--script", "-", "--seed", "7"], input: rental)
        tells(
            run,
            [
                "Too early", "Wrong code", "Opened: welcome", "trip.open", "trip.mark",
                "the power is back", "boot", "Extended", "Ended: receipt", "trip.close", "Used up",
                "inhibit          changed: engaged", "Opened for the owner", "the chain verifies",
            ])
    }

    @Test func `a flat battery and a dead clock are told and got over`() throws {
        let run = try Program(
            ["live", "--script", "-"],
            input: "1 bb\n+100 5\n+5 b\n+5 k\n+1 p\n+400 p\n+2 <code>#\n+2 <time>#\n+2 <code>#\n+2")
        tells(
            run,
            [
                "low, 11.8 V", "stopped, 11.3 V", "turned itself off", "the keypad is dark",
                "the power is back", "boot", "stopped in order before", "the power is cut",
                "boot", "oscillatorStopped, lost", "does not know the time",
                "Accepted: a code of the fleet", "Opened: welcome",
            ])
    }

    @Test func `sixty times as fast, a rental that nobody ends is over within minutes`() throws {
        let run = try Program(
            ["live", "--script", "-"], input: "1 <code>#\n+1 5625#\n+1 f\n+560 f\n+1 <code>#\n+1")
        tells(run, ["trip.open", "Locked", "trip.close", "by window", "Used up"])
    }

    /// The output has `parts` in this order.
    private func tells(_ run: Program, _ parts: [String]) {
        var rest = run.output[...]
        for part in parts {
            guard let found = rest.firstRange(of: part) else {
                Issue.record("\(part) is missing, or too early, in\n\(run.output)\(run.complaint)")
                return
            }
            rest = rest[found.upperBound...]
        }
    }

    @Test func `the log is written as one line for each record`() throws {
        var name = Array("/tmp/cityzenbox-live-XXXXXX".utf8CString)
        let descriptor = unsafe mkstemp(&name)
        close(descriptor)
        _ = unsafe unlink(&name)
        let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { _ = unsafe unlink(path) }
        let run = try Program(["live", "--script", "-", "--log", path], input: rental)
        #expect(run.status == 0)
        let again = try Program(["live", "--script", "-", "--log", path], input: rental)
        #expect(again.status != 0, "an existing file is never overwritten")
        let lines = try TextFile.read(path).split(separator: "\n")
        #expect(lines.count > 10)
        #expect(run.output.contains("\(lines.count) records, the chain verifies, written to"))
        for (index, line) in lines.enumerated() {
            #expect(line.contains("\"seq\":\(index + 1),"))
        }
    }

    @Test func `without terminal and script there is one line and status 64`() throws {
        let run = try Program(["live"])
        #expect(run.status == 64)
        #expect(run.output == "")
        #expect(run.complaint.split(separator: "\n").count == 1)
        #expect(run.complaint.contains("--script FILE"))
    }

    @Test(arguments: [
        (["live", "--script", "-"], "1 i\nhello", "standard input, line 2"),
        (["live", "--script", "/nowhere/at/all"], "", "/nowhere/at/all: cannot be opened"),
        (["live", "--script", "-", "--log", "/nowhere/at/all"], "", "/nowhere/at/all: cannot be"),
        (["live", "--script", "-", "--profile", "none"], "", "profile none"),
        (["live", "--script", "-", "--at", "2012-12-31T23:59Z"], "", "after 2012"),
    ])
    func `what is wrong is said before anything happens`(
        arguments: [String], input: String, complaint: String
    ) throws {
        let run = try Program(arguments, input: input)
        #expect(run.status != 0)
        #expect(run.output == "")
        #expect(run.complaint.contains(complaint), "\(run.complaint)")
    }

    @Test(arguments: ["psa_2004", "renault_broadcast", "toyota_611"])
    func `every car can be sat in`(profile: String) throws {
        let run = try Program(
            ["live", "--script", "-", "--profile", profile],
            input: "1 <code>#\n+2 i\n+2 +++++\n+60 <space>\n+9 i\n+1 363#\n+1")
        #expect(run.status == 0)
        #expect(run.output.contains("Ended: receipt"))
    }
}
