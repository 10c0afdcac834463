import DeskScreen
import Testing
import Units

@Suite struct `Scripts of keys` {
    @Test func `times are seconds from the start or from the line before`() throws {
        let script = try LiveScript("0.5 i\n\n// a remark\n+2 d // and one behind\n12.25 <up>7#")
        #expect(
            script.lines.map(\.time) == [
                Milliseconds(500), Milliseconds(2500), Milliseconds(12_250),
            ])
        #expect(script.lines.map(\.number) == [1, 4, 5])
        #expect(
            script.lines[2].steps == [
                .key(.up), .key(.character("7")), .key(.character("#")),
            ])
    }

    @Test(arguments: [
        ("<up>", LiveScript.Step.key(.up)), ("<down>", .key(.down)), ("<enter>", .key(.enter)),
        ("<clear>", .key(.backspace)), ("<esc>", .key(.escape)),
        ("<space>", .key(.character(" "))), ("<code>", .code(.code)),
        ("<later>", .code(.later)), ("<tomorrow>", .code(.tomorrow)), ("<owner>", .code(.owner)),
        ("<extend>", .code(.extend)),
        ("<time>", .code(.time)),
    ])
    func `names stand for keys and codes`(word: String, step: LiveScript.Step) throws {
        #expect(try LiveScript("1 \(word)").lines.first?.steps == [step])
    }

    @Test(arguments: [
        ("i", 1), ("1 i\nx q", 2), ("1 i\n\n0.9 i", 3), ("1 <nothing>", 1), ("1 x", 1), ("1 <", 1),
        ("1. i", 1), (".5 i", 1), ("1.2345 i", 1), ("1,5 i", 1), ("-1 i", 1), ("1e3 i", 1),
        ("99999999 i", 1), ("٣ i", 1), ("+ i", 1),
    ])
    func `what is wrong names its line`(text: String, line: Int) {
        #expect { try LiveScript(text) } throws: { ($0 as? LiveScript.Fault)?.line == line }
    }

    @Test(arguments: [("2591999.999", true), ("2592000", true), ("2592000.001", false)])
    func `a script ends within thirty days`(time: String, isGood: Bool) {
        #expect(((try? LiveScript("\(time) i")) != nil) == isGood)
    }

    @Test(arguments: UInt64(1)...20)
    func `no text is too strange to be read or refused`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let some = Array("0123456789.+- \t\r\n<>/uptimecode#*é\u{301}\0")
        for _ in 0..<300 {
            let text = String(
                (0..<random.next(below: 40)).map { _ in
                    some[Int(random.next(below: UInt64(some.count)))]
                })
            do throws(LiveScript.Fault) {
                let times = try LiveScript(text).lines.map(\.time)
                #expect(times == times.sorted())
            } catch {
                #expect((1...41).contains(error.line))
            }
        }
    }

    @Test func `nothing at all is a script, and a time alone waits`() throws {
        #expect(try LiveScript("").lines.isEmpty)
        #expect(try LiveScript("5\r\n").lines.first?.steps.isEmpty == true)
    }
}
