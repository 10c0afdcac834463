import CAN
import DBC
import Testing

/// A file of one line each.
func dbcFile(_ lines: String...) -> DBCFile {
    DBCFile(parsing: Array(lines.joined(separator: "\n").utf8))
}

@Suite struct `DBC files` {
    @Test func `messages, signals, value tables and comments are read`() throws {
        let file = dbcFile(
            "VERSION \"1.2\"", "NS_ :", "\tCM_", "\tVAL_", "", "BS_:", "BU_: CAR BOX RADIO",
            "VAL_TABLE_ OnOff 0 \"off\" 1 \"on\" ;", "BO_ 246 SLOW: 8 CAR",
            " SG_ STATUS : 4|2@0+ (1,0) [0|3] \"\" BOX",
            " SG_ TEMPERATURE : 15|8@1- (.5,-40) [-40|8.5E+1] \"degC\" BOX,RADIO", "",
            "BO_ 2147483649 FAST: 64 Vector__XXX", "",
            "BO_TX_BU_ 246 : CAR,RADIO;", "CM_ \"all\";", "CM_ BU_ BOX \"ours\";",
            "CM_ BO_ 246 \"slow\";", "CM_ SG_ 246 STATUS \"two\r\nlines\";",
            "BA_DEF_DEF_ \"GenMsgCycleTime\" 0;", "BA_ \"GenMsgCycleTime\" BO_ 246 500;",
            "BA_ \"GenSigStartValue\" SG_ 246 STATUS 2;", "BA_ \"SPN\" SG_ 246 STATUS 84;",
            "VAL_ 246 STATUS 0 \"off\" 1 \"say \\\"on\\\"\" ;")
        #expect(file.warnings == [])
        #expect(file.version == "1.2")
        #expect(file.comment == "all")
        #expect(file.nodes.map(\.name) == ["CAR", "BOX", "RADIO"])
        #expect(file.node("BOX")?.comment == "ours")
        #expect(file.valueTables.map(\.name) == ["OnOff"])
        #expect(file.valueTables.first?.choices.map(\.text) == ["off", "on"])
        let message = try #require(file.message(0xF6))
        #expect(message.name == "SLOW")
        #expect(message.length == 8)
        #expect(message.senders == ["CAR", "RADIO"])
        #expect(message.comment == "slow")
        #expect(message.cycleTime == 500)
        let status = try #require(message.signal("STATUS"))
        #expect(status.layout == SignalLayout(start: 4, length: 2, byteOrder: .bigEndian))
        #expect(status.choices.map(\.text) == ["off", "say \"on\""])
        #expect(status.text(of: 0) == "off")
        #expect(status.comment == "two\nlines")
        #expect(status.startValue == 2)
        #expect(status.suspectParameterNumber == 84)
        let temperature = try #require(message.signal("TEMPERATURE"))
        #expect(temperature.layout.isSigned)
        #expect(temperature.layout.byteOrder == .littleEndian)
        #expect(temperature.scale == 0.5)
        #expect(temperature.offset == -40)
        #expect(temperature.minimum == -40)
        #expect(temperature.maximum == 85)
        #expect(temperature.unit == "degC")
        #expect(temperature.receivers == ["BOX", "RADIO"])
        #expect(temperature.presence == .always)
        #expect(file.message(CANID(extended: 1) ?? 0)?.senders == [])
        #expect(file.messages.map(\.cycleTime) == [500, nil])
    }

    @Test func `long names take the place of short ones everywhere`() throws {
        let file = dbcFile(
            "BU_: N", "BO_ 1 M: 8 N", " SG_ S : 0|8@1+ (1,0) [0|0] \"\" N",
            "BA_ \"SystemMessageLongSymbol\" BO_ 1 \"Message\";",
            "BA_ \"SystemSignalLongSymbol\" SG_ 1 S \"Signal\";",
            "BA_ \"SystemNodeLongSymbol\" BU_ N \"Node\";", "VAL_ 1 S 1 \"one\" ;")
        #expect(file.warnings == [])
        let message = try #require(file.message(1))
        #expect(message.name == "Message")
        #expect(message.senders == ["Node"])
        #expect(file.nodes.map(\.name) == ["Node"])
        #expect(message.signal("Signal")?.receivers == ["Node"])
        #expect(message.signal("Signal")?.text(of: 1) == "one")
    }

    @Test(arguments: [
        ("0", "StandardCAN"), ("1", "ExtendedCAN"), ("2", nil), ("3", "J1939PG"),
        ("14", "StandardCAN_FD"), ("15", "ExtendedCAN_FD"), ("16", nil),
        ("\"J1939PG\"", "J1939PG"), ("0.5", nil),
    ])
    func `the frame format is a text or a number`(value: String, format: String?) {
        let file = dbcFile("BO_ 1 M: 8 N", "BA_ \"VFrameFormat\" BO_ 1 \(value);")
        #expect(file.message(1)?.frameFormat?.rawValue == format)
        #expect(file.warnings == [])
    }

    @Test func `the numbers of frame formats are those of the file's own list`() {
        let file = dbcFile(
            "BO_ 1 M: 8 N", "BO_ 2 M2: 8 N",
            "BA_DEF_ BO_ \"VFrameFormat\" ENUM \"J1939PG\",\"StandardCAN_FD\";",
            "BA_DEF_DEF_ \"VFrameFormat\" \"J1939PG\";", "BA_ \"VFrameFormat\" BO_ 2 1;")
        #expect(file.messages.map(\.frameFormat) == [.parameterGroup, .standardFlexible])
        #expect(file.message(2)?.frameFormat?.isFlexible == true)
    }

    @Test(arguments: [
        (1, 16, DBCSignal.Format.half, []), (1, 32, .single, []), (2, 64, .double, []),
        (0, 32, .integer, []), (1, 64, .double, [DBCWarning.Kind.floatSize]),
        (2, 32, .single, [.floatSize]), (1, 31, .integer, [.floatSize]),
        (3, 32, .integer, [.unreadable]),
    ])
    func `a float has 16, 32 or 64 bits`(
        type: Int, bits: Int, format: DBCSignal.Format, kinds: [DBCWarning.Kind]
    ) {
        let file = dbcFile(
            "BO_ 1 M: 8 X", " SG_ S : 0|\(bits)@1- (1,0) [0|0] \"\" X",
            "SIG_VALTYPE_ 1 S : \(type);")
        #expect(file.message(1)?.signal("S")?.format == format)
        #expect(file.warnings.map(\.kind) == kinds)
    }

    @Test func `texts are UTF-8 where they can be, else Windows-1252, each on its own`() {
        let bytes: [UInt8] =
            Array("BO_ 1 M: 8 X\n SG_ A : 0|8@1+ (1,0) [0|0] \"".utf8) + [0xB0, 0x43, 0x80, 0x9F]
            + Array("\" X\n SG_ B : 0|8@1+ (1,0) [0|0] \"°C€\" X\nCM_ SG_ 1 A \"".utf8)
            + [0x81, 0x93] + Array("\";".utf8)
        let message = DBCFile(parsing: bytes).message(1)
        #expect(message?.signal("A")?.unit == "°C€Ÿ")
        #expect(message?.signal("B")?.unit == "°C€")
        #expect(message?.signal("A")?.comment == "\u{81}“")
    }

    @Test(arguments: [
        ("1", 1.0), ("-1", -1), (".25", 0.25), ("1.", 1), ("1e-3", 0.001), ("1E+003", 1000),
        ("+5", 5), ("0.1", 0.1), ("-0.0078125", -0.0078125),
        ("123456789012345", 123_456_789_012_345),
        ("0.3000000000000000166", 0.3), ("18446744073709551615", 0x1p64),
        ("3.4E+038", 3.4e38), ("999999999999999", 999_999_999_999_999),
        ("9007199254740993", 0x1p53),
    ])
    func `numbers are correctly rounded`(text: String, value: Double) {
        let file = dbcFile("BO_ 1 M: 8 X", " SG_ S : 0|8@1+ (\(text),0) [0|0] \"\" X")
        #expect(file.message(1)?.signal("S")?.scale == value)
    }

    @Test func `comments run from two slashes to the end of the line`() {
        let file = dbcFile("// a \"quote", "BO_ 1 M: 8 X // BO_ 2 N: 8 X", "BO_ 3 O: 8 X")
        #expect(file.messages.map(\.name) == ["M", "O"])
        #expect(file.messages.map(\.senders) == [["X"], ["X"]])
        #expect(file.warnings == [])
    }
}
