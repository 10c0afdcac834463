import Testing
import Units

@testable import Console

/// A terminal as dumb as there is: it prints, goes back, returns, feeds lines and rings.
struct DumbTerminal {
    private(set) var rows: [[Unicode.Scalar]] = [[]]
    private(set) var column = 0
    private(set) var bells = 0

    mutating func show(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x08: column = max(0, column - 1)
            case 0x0D: column = 0
            case 0x0A: rows.append([])
            case 0x07: bells += 1
            case _:
                let row = rows.count - 1
                while rows[row].count <= column { rows[row].append(" ") }
                rows[row][column] = scalar
                column += 1
            }
        }
    }

    /// The last row, without the spaces at its end.
    var row: String {
        let row = rows.last ?? []
        var view = String.UnicodeScalarView()
        view.append(contentsOf: row.prefix((row.lastIndex { $0 != " " } ?? -1) + 1))
        return String(view)
    }
}

/// An editor with a terminal behind it.
struct EditorBench {
    var editor = LineEditor()
    var decoder = ConsoleKeyDecoder()
    var terminal = DumbTerminal()
    var events: [LineEditor.Event] = []
    var now = BootTime.boot

    init(prompt: String = "> ", echo: LineEditor.Echo = .shown) {
        terminal.show(editor.begin(prompt, echo: echo))
    }

    mutating func type(_ text: String) { type(Array(text.utf8)) }

    mutating func type(_ bytes: [UInt8]) {
        for byte in bytes {
            guard let key = decoder.decode(byte, at: now) else { continue }
            var out = ""
            if let event = editor.take(key, &out) {
                events.append(event)
                if case .complete = event {
                } else {
                    out += editor.begin(editor.prompt, echo: editor.echo)
                }
            }
            terminal.show(out)
        }
    }

    /// What is typed, and where the cursor stands, as the terminal shows it.
    var shown: String {
        var row = Array(terminal.row.unicodeScalars)
        while row.count < terminal.column { row.append(" ") }
        row.insert("|", at: terminal.column)
        var view = String.UnicodeScalarView()
        view.append(contentsOf: row)
        return String(view)
    }
}

@Suite struct `The line editor` {
    @Test(arguments: [
        ("abc", "> abc|"), ("abc\u{08}", "> ab|"), ("abc\u{7F}\u{7F}\u{7F}\u{7F}", "> |"),
        ("abc\u{1B}[D", "> ab|c"), ("abc\u{1B}[D\u{1B}[DX", "> aX|bc"), ("abc\u{01}X", "> X|abc"),
        ("abc\u{01}\u{05}X", "> abcX|"), ("abc\u{02}\u{02}\u{06}", "> ab|c"),
        ("abc\u{1B}[HX\u{1B}[FY", "> XabcY|"), ("abc\u{1B}[1~X\u{1B}[4~Y", "> XabcY|"),
        ("abc\u{1B}OHX\u{1B}OFY", "> XabcY|"), ("abc\u{01}\u{1B}[3~", "> |bc"),
        ("abc\u{01}\u{04}", "> |bc"), ("abc def\u{17}", "> abc |"), ("abc  \u{17}", "> |"),
        ("abc\u{02}\u{0B}", "> ab|"), ("abc\u{02}\u{15}", "> |c"), ("abc\u{15}", "> |"),
        ("\u{1B}[D\u{1B}[C", "> |"), ("a\u{1B}[99Xb", "> ab|"), ("a\u{1B}[200~b", "> ab|"),
        ("a\u{1B}[?25hb", "> ab|"), ("été\u{02}\u{08}", "> é|é"), ("a😀b\u{02}\u{08}", "> a|b"),
        ("abc\u{02}\u{0C}", "> ab|c"), ("\u{1B}xab", "> ab|"),
    ])
    func `a key does what it does on any terminal`(typed: String, shown: String) {
        var bench = EditorBench()
        bench.type(typed)
        #expect(bench.shown == shown)
        #expect(bench.events == [])
    }

    @Test(
        arguments: [
            ([0x61, 0x0D], 1), ([0x61, 0x0A], 1), ([0x61, 0x0D, 0x0A], 1), ([0x61, 0x0D, 0x00], 1),
            ([0x61, 0x0D, 0x0D], 2), ([0x61, 0x0A, 0x0A], 2), ([0x61, 0x0D, 0x0A, 0x0A], 2),
            ([0x61, 0x0A, 0x0D, 0x0A], 2),
        ] as [([UInt8], Int)])
    func `a line ends with return, feed, or both`(bytes: [UInt8], count: Int) {
        var bench = EditorBench()
        bench.type(bytes)
        #expect(bench.events.count == count)
        #expect(bench.events.first == .line("a"))
    }

    @Test(
        arguments: [
            [0x00], [0x61, 0xFF], [0xC3, 0x28], [0xC0, 0x80], [0xE2, 0x82, 0x41],
            [0xED, 0xA0, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xC2, 0x85], [0x1C], [0x80], [0x1B, 0x5B, 0x07],
        ] as [[UInt8]])
    func `noise spoils the line, and no other`(bytes: [UInt8]) {
        var bench = EditorBench()
        bench.type(bytes)
        bench.type("\rb\r")
        #expect(bench.events.count == 2)
        guard case .noisy(let count) = bench.events[0] else {
            Issue.record("noise was run: \(bench.events)")
            return
        }
        #expect(count >= 1)
        #expect(bench.events[1] == .line("b"))
    }

    @Test func `an escape that stands alone takes no key with it`() {
        var bench = EditorBench()
        bench.type("a\u{1B}")
        bench.now = bench.now + ConsoleKeyDecoder.patience + Milliseconds(1)
        bench.type("b")
        #expect(bench.shown == "> ab|")
        bench.type("\u{1B}")
        bench.now = bench.now + ConsoleKeyDecoder.patience
        bench.type("[D")
        #expect(bench.shown == "> a|b")
    }

    @Test(arguments: [511, 512, 513])
    func `a line has 512 bytes at most`(count: Int) {
        var bench = EditorBench()
        bench.type(String(repeating: "x", count: count) + "\rstatus\r")
        #expect(bench.events.count == 2)
        #expect(
            bench.events[0]
                == (count <= 512
                    ? .line(String(repeating: "x", count: count)) : .tooLong(count)))
        #expect(bench.events[1] == .line("status"))
        #expect(bench.terminal.bells == (count <= 512 ? 0 : 1))
    }

    @Test func `a megabyte without an end is refused, told once, and forgotten`() {
        var bench = EditorBench()
        bench.type([UInt8](repeating: 0x78, count: 1 << 20))
        #expect(bench.terminal.bells == 1)
        bench.type("\rhelp\r")
        #expect(bench.events == [.tooLong(1 << 20), .line("help")])
    }

    @Test(arguments: [75, 76, 77, 78, 120, 200])
    func `a line that is wider than the terminal scrolls`(count: Int) {
        var bench = EditorBench()
        let text = (0..<count).map { String($0 % 10) }.joined()
        bench.type(text)
        #expect(bench.terminal.rows.count == 1)
        #expect(bench.terminal.rows[0].count <= LineEditor.columns)
        #expect(bench.shown.hasSuffix("\(text.suffix(20))|"))
        bench.type("\u{01}")
        #expect(bench.shown.hasPrefix("> |0123456789"))
        bench.type("X\r")
        #expect(bench.events == [.line("X" + text)])
    }

    @Test func `lines come back with the arrows, and the draft with them`() {
        var bench = EditorBench()
        bench.type("one\rtwo\rtwo\r \rdra")
        bench.type("\u{1B}[A")
        #expect(bench.shown == "> two|")
        bench.type("\u{10}")
        #expect(bench.shown == "> one|")
        bench.type("\u{1B}[A")
        #expect(bench.shown == "> one|")
        bench.type("\u{0E}\u{0E}")
        #expect(bench.shown == "> dra|")
        bench.type("\u{1B}[B\u{1B}[A\u{1B}[A!\r")
        #expect(bench.events.last == .line("one!"))
    }

    @Test func `only so many lines are remembered`() {
        var bench = EditorBench()
        for number in 0..<LineEditor.historyMaximum + 5 { bench.type("\(number)\r") }
        for _ in 0..<100 { bench.type("\u{10}") }
        #expect(bench.shown == "> 5|")
    }

    @Test func `a secret is neither shown nor remembered nor completed`() {
        var bench = EditorBench(prompt: "PIN: ", echo: .hidden)
        bench.type("12\u{09}34\u{08}\u{08}34\r")
        #expect(bench.events == [.line("1234")])
        #expect(bench.terminal.rows.map(\.count) == [5, 5])
        bench.terminal.show("\r\n" + bench.editor.begin("> "))
        bench.type("\u{10}")
        #expect(bench.shown == "> |")
    }

    @Test func `a program sees neither prompt nor echo`() {
        var bench = EditorBench(echo: .plain)
        bench.type("status\u{09}\u{0C}\u{03}help\r")
        #expect(bench.terminal.rows == [[]])
        #expect(bench.events == [.interrupted, .line("help")])
        bench.type(String(repeating: "x", count: 600))
        #expect(bench.terminal.rows == [[]])
    }

    @Test func `a tab asks for completions of what stands before the cursor`() {
        var bench = EditorBench()
        bench.type("clo show\u{01}\u{06}\u{06}\u{06}\u{09}")
        #expect(bench.events == [.complete("clo")])
        bench.terminal.show(bench.editor.insert("ck"))
        #expect(bench.shown == "> clock| show")
    }

    @Test func `control C drops the line, control D ends only an empty one`() {
        var bench = EditorBench()
        bench.type("abc\u{03}")
        #expect(bench.events == [.interrupted])
        bench.terminal.show(bench.editor.begin("> "))
        bench.type("\u{04}")
        #expect(bench.events == [.interrupted, .ended])
    }

    @Test func `a line is drawn again behind something else`() {
        var bench = EditorBench()
        bench.type("abc\u{02}")
        bench.terminal.show("\r\nnews\r\n" + bench.editor.redrawn())
        #expect(bench.shown == "> ab|c")
    }

    /// Whatever is typed, the terminal shows the same line that is taken.
    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `the terminal shows what is taken`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var bench = EditorBench()
        let keys = [
            "a", "b", " ", "é", "\u{08}", "\u{1B}[D", "\u{1B}[C", "\u{01}", "\u{05}", "\u{17}",
            "\u{0B}", "\u{15}", "\u{1B}[3~", "\u{10}", "\u{0E}", "xyz",
        ]
        for _ in 0..<60 { bench.type(keys[Int(random.next(below: UInt64(keys.count)))]) }
        let row = String(bench.terminal.row.dropFirst(2))
        bench.type("\r")
        guard case .line(let line) = try #require(bench.events.last) else { return }
        let trimmed = line.reversed().drop { $0 == " " }.reversed()
        #expect(row == String(trimmed))
    }
}
