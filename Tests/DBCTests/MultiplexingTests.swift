import CAN
import DBC
import Testing

@Suite struct `Multiplexed signals` {
    private func signal(_ name: String, _ mark: String, _ byte: Int, sign: String = "+") -> String {
        " SG_ \(name) \(mark) : \(byte * 8)|8@1\(sign) (1,0) [0|0] \"\" X"
    }

    @Test(arguments: [
        ("001#0007", ["W=0", "A=7"]), ("001#0107", ["W=1", "B=7"]), ("001#0207", ["W=2"]),
        ("001#00", ["W=0"]), ("001#", []),
    ])
    func `are in the frames of their branch`(frame: String, wanted: [String]) throws {
        let file = dbcFile(
            "BO_ 1 M: 2 X", signal("A", "m0", 1), signal("W", "M", 0), signal("B", "m1", 1))
        #expect(file.warnings == [])
        #expect(try signals(file, frame) == wanted)
        #expect(file.messages[0].signals.map(\.isMultiplexor) == [false, true, false])
        #expect(file.messages[0].signals[2].presence == .selected(by: 1, values: [1...1]))
    }

    @Test(arguments: [
        ("001#00050607", ["W=0", "V=5", "ALWAYS=7"]),
        ("001#01030607", ["W=1", "A=3", "ALWAYS=7"]),
        ("001#00010607", ["W=0", "V=1", "B=6", "ALWAYS=7"]),
    ])
    func `may choose others themselves`(frame: String, wanted: [String]) throws {
        let file = dbcFile(
            "BO_ 1 M: 4 X", signal("W", "M", 0), signal("V", "m0M", 1), signal("A", "m1", 1),
            signal("B", "m1", 2), signal("ALWAYS", "", 3), "SG_MUL_VAL_ 1 B V 1-1;",
            "SG_MUL_VAL_ 1 A W 1-1;", "SG_MUL_VAL_ 1 V W 0-0;")
        #expect(file.warnings == [])
        #expect(try signals(file, frame) == wanted)
    }

    @Test(arguments: [
        (1, false), (2, true), (5, true), (6, false), (8, false), (9, true), (10, false),
        (254, false), (255, true),
    ])
    func `may have ranges of values, which are those of the bits without a sign`(
        value: UInt8, isThere: Bool
    ) throws {
        for sign in ["+", "-"] {
            let file = dbcFile(
                "BO_ 1 M: 2 X", signal("W", "M", 0, sign: sign), signal("A", "m2", 1),
                "SG_MUL_VAL_ 1 A W 2-5, 9-9,255-255;")
            #expect(file.warnings == [])
            var count = 0
            let frame = CANFrame(id: 1, length: 2, payload: UInt64(value))
            DBCDecoder(file).decode(frame) { _ in count += 1 }
            #expect(count == (isThere ? 2 : 1))
        }
    }

    @Test func `may have multiplexors side by side`() throws {
        let file = dbcFile(
            "BO_ 1 M: 4 X", signal("W", "M", 0), signal("V", "M", 1), signal("A", "m1", 2),
            signal("B", "m1", 3), "SG_MUL_VAL_ 1 A W 1-1;", "SG_MUL_VAL_ 1 B V 1-1;")
        #expect(file.warnings == [])
        #expect(try signals(file, "001#01000203") == ["W=1", "A=2", "V=0"])
        #expect(try signals(file, "001#00010203") == ["W=0", "V=1", "B=3"])
        #expect(try signals(file, "001#01010203") == ["W=1", "A=2", "V=1", "B=3"])
    }

    @Test func `that do not say which multiplexor they mean have the first, with a warning`() throws
    {
        let file = dbcFile(
            "BO_ 1 M: 3 X", signal("W", "M", 0), signal("V", "M", 1), signal("A", "m1", 2))
        #expect(
            file.warnings.map(\.description) == [
                "line 4, column 6: signal A has several multiplexors"
            ])
        #expect(try signals(file, "001#010002") == ["W=1", "A=2", "V=0"])
    }

    @Test func `that choose each other are in no frame`() throws {
        let file = dbcFile(
            "BO_ 1 M: 4 X", signal("W", "m0M", 0), signal("V", "m0M", 1), signal("A", "m0", 2),
            signal("B", "", 3), "SG_MUL_VAL_ 1 W V 0-0;", "SG_MUL_VAL_ 1 V W 0-0;",
            "SG_MUL_VAL_ 1 A W 0-0;")
        #expect(
            file.warnings.map(\.kind) == [
                .circularMultiplexors, .circularMultiplexors, .circularMultiplexors,
            ])
        #expect(file.messages[0].signals.map(\.presence) == [.never, .never, .never, .always])
        #expect(try signals(file, "001#00000000") == ["B=0"])
    }

    @Test func `of one branch are found wherever they stand in the file`() throws {
        let file = dbcFile(
            "BO_ 1 M: 4 X", signal("A", "m0", 1), signal("B", "m1", 1), signal("C", "m0", 2),
            signal("W", "M", 0))
        #expect(try signals(file, "001#00010203") == ["W=0", "A=1", "C=2"])
        #expect(try signals(file, "001#01010203") == ["W=1", "B=1"])
    }
}
