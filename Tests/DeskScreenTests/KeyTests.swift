import Box
import DeskScreen
import Testing
import Units

@Suite struct `Keys of the keyboard` {
    @Test(arguments: [
        ("a", [LiveKey.character("a")]),
        ("7#", [.character("7"), .character("#")]),
        ("\r", [.enter]), ("\n", [.enter]), ("\u{7F}", [.backspace]), ("\u{08}", [.backspace]),
        ("\u{1B}[A", [.up]), ("\u{1B}[B", [.down]), ("\u{1B}OA", [.up]), ("\u{1B}OB", [.down]),
        ("\u{1B}OM", [.enter]), ("\u{1B}[5~", [.pageUp]), ("\u{1B}[6~", [.pageDown]),
        ("\u{1B}[1;5A", [.up]),
        ("\u{03}", [.interrupt]), ("\u{1C}", [.interrupt]), ("\u{04}", [.interrupt]),
    ])
    func `bytes are these keys`(text: String, keys: [LiveKey]) {
        var decoder = KeyDecoder()
        #expect(decoder.decode(text.utf8) == keys)
        #expect(!decoder.isWaiting)
    }

    @Test(arguments: [
        "\u{1B}[3~", "\u{1B}[15~", "\u{1B}OP", "\u{1B}[C", "é", "\u{00}", "\u{1B}[200~",
    ])
    func `what is not known is dropped whole`(text: String) {
        var decoder = KeyDecoder()
        #expect(decoder.decode(text.utf8).isEmpty)
        #expect(decoder.decode("5".utf8) == [.character("5")])
    }

    @Test func `a sequence may come in pieces`() {
        var decoder = KeyDecoder()
        #expect(decoder.decode([0x1B]).isEmpty)
        #expect(decoder.isWaiting)
        #expect(decoder.decode([UInt8(ascii: "[")]).isEmpty)
        #expect(decoder.decode([UInt8(ascii: "A")]) == [.up])
    }

    @Test func `an escape that nothing follows is the key`() {
        var decoder = KeyDecoder()
        #expect(decoder.decode([0x1B]).isEmpty)
        #expect(decoder.flush() == [.escape])
        #expect(decoder.flush().isEmpty)
    }

    @Test func `an escape before another key is both`() {
        var decoder = KeyDecoder()
        #expect(decoder.decode("\u{1B}q".utf8) == [.escape, .character("q")])
    }

    @Test func `half a sequence is forgotten when the terminal falls silent`() {
        var decoder = KeyDecoder()
        #expect(decoder.decode("\u{1B}[1".utf8).isEmpty)
        #expect(decoder.flush().isEmpty)
        #expect(decoder.decode("A".utf8) == [.character("A")])
    }

    @Test(arguments: [(15, "C"), (16, "C"), (17, "")])
    func `a sequence has at most sixteen parameters, then it is noise`(count: Int, end: String) {
        var decoder = KeyDecoder()
        let text = "\u{1B}[" + String(repeating: "1", count: count) + end + "q"
        #expect(decoder.decode(text.utf8) == [.character("q")])
    }
}

@Suite struct `Noise on the line` {
    @Test(arguments: UInt64(1)...20)
    func `whatever came before, a key is itself once the terminal fell silent`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var decoder = KeyDecoder()
        for _ in 0..<500 {
            let count = Int(random.next(below: 30))
            // Half of it is what sequences are made of.
            let bytes = (0..<count).map { _ -> UInt8 in
                let some = Array("\u{1B}[O;~A159".utf8)
                return random.next(below: 2) == 0
                    ? some[Int(random.next(below: UInt64(some.count)))]
                    : UInt8(random.next(below: 256))
            }
            #expect(decoder.decode(bytes).count <= count)
            #expect(decoder.flush().count <= 1)
            #expect(!decoder.isWaiting)
            #expect(decoder.decode("7".utf8) == [.character("7")])
        }
    }
}

@Suite struct `Actions of keys` {
    @Test(arguments: [
        (LiveKey.enter, LiveAction.press(.enter)), (.backspace, .press(.clear)), (.up, .faster),
        (.down, .slower), (.pageUp, .older), (.pageDown, .newer), (.escape, .back),
        (.interrupt, .quit), (.character("#"), .press(.enter)), (.character("*"), .press(.clear)),
        (.character("+"), .faster), (.character("-"), .slower), (.character(" "), .brake),
        (.character("i"), .ignition), (.character("d"), .door), (.character("c"), .coverage),
        (.character("p"), .power), (.character("P"), .powerInWrite), (.character("b"), .battery),
        (.character("k"), .clockLoss), (.character("t"), .phone), (.character("n"), .book),
        (.character("l"), .older), (.character("L"), .newer), (.character("?"), .help),
        (.character("m"), .mask), (.character("f"), .fastForward), (.character("q"), .quit),
    ])
    func `each key does this`(key: LiveKey, action: LiveAction) {
        #expect(LiveAction(key) == action)
    }

    @Test func `each digit is itself on the keypad`() {
        for digit in UInt8(0)...9 {
            let key = LiveKey.character(Character(String(digit)))
            #expect(LiveAction(key) == .press(.digit(digit)))
        }
    }

    @Test(arguments: ["x", "Q", "é", "٣", "/"])
    func `other characters do nothing`(character: Character) {
        #expect(LiveAction(.character(character)) == nil)
    }

    @Test func `the help names every letter that does something, in lines that fit`() {
        let words = Set(LiveAction.helpLines.joined(separator: " ").split { " /".contains($0) })
        for character in "idcpPbktnmflLq" {
            #expect(LiveAction(.character(character)) != nil)
            #expect(words.contains(Substring(String(character))), "\(character)")
        }
        #expect(LiveAction.helpLines.allSatisfy { $0.count <= 79 })
        #expect(LiveAction.helpLines.count <= 8)
    }
}
