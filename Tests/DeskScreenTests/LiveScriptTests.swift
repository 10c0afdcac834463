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
        ("<tomorrow>", .code(.tomorrow)), ("<owner>", .code(.owner)), ("<extend>", .code(.extend)),
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

    @Test func `nothing at all is a script, and a time alone waits`() throws {
        #expect(try LiveScript("").lines.isEmpty)
        #expect(try LiveScript("5\r\n").lines.first?.steps.isEmpty == true)
    }
}
