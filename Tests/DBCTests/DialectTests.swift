import CAN
import DBC
import Testing

@Suite struct `Dialects of DBC files` {
    /// A line that is odd, what is told of it, and at which column.
    static let oddities: [(line: String, kind: DBCWarning.Kind, column: Int, reason: String)] = [
        (
            "BO_ 4294967295 M: 8 X", .identifierOutOfRange, 5,
            "4294967295 of message M has more than 29 bits"
        ),
        (
            "BO_ 1075054137 M: 8 X", .identifierOutOfRange, 5,
            "1075054137 of message M has more than 29 bits"
        ),
        ("BO_ 2048 M: 8 X", .identifierWithoutMark, 5, "2048 of message M is taken for 29 bits"),
        ("BO_ 5 M: 8 X", .repeatedMessage, 5, "5 of message M is that of another message"),
        ("BO_ 1 M 8 X", .unreadable, 9, "':' is missing"),
        ("BO_ x M: 8 X", .unreadable, 5, "'x' is not an identifier"),
        ("BO_ 1 M: -1 X", .unreadable, 10, "'-1' is not a length in bytes"),
        ("BO_ 1 M: 65536 X", .unreadable, 10, "a message cannot have 65536 bytes"),
        ("BO_", .unreadable, 1, "an identifier is missing"),
        ("BO_ 1 2M: 8 X", .unusualName, 7, "'2M' is an unusual name"),
        (" SG_ 2S : 0|8@1+ (1,0) [0|0] \"\" X", .unusualName, 6, "'2S' is an unusual name"),
        (
            " SG_ S : 0|9@1+ (1,0) [0|0] \"\" X", .signalOutsideMessage, 6,
            "signal S does not fit its message"
        ),
        (
            " SG_ S : 0|65@1+ (1,0) [0|0] \"\" X", .signalOutsideFrame, 10,
            "signal S does not fit 64 bits in 64 bytes"
        ),
        (
            " SG_ A : 0|8@1+ (1,0) [0|0] \"\" X", .repeatedSignal, 6,
            "signal A stands in its message twice"
        ),
        (
            " SG_ S : 0|8@2+ (1,0) [0|0] \"\" X", .unreadable, 14,
            "the byte order is neither 0 nor 1"
        ),
        (" SG_ S : 0|8@1 (1,0) [0|0] \"\" X", .unreadable, 16, "the sign is neither + nor -"),
        (" SG_ S : 0|8@1+ (1;0) [0|0] \"\" X", .unreadable, 19, "',' is missing"),
        (" SG_ S : 0|8@1+ (1,nan) [0|0] \"\" X", .unreadable, 20, "'nan' is not a number"),
        (" SG_ S m : 0|8@1+ (1,0) [0|0] \"\" X", .unreadable, 8, "'m' is not M, m3 or m3M"),
        (" SG_ S : 0|8@1+ (1,0) [0|0] X", .unreadable, 29, "a text in quotes is missing"),
        (" SG_ S : 0|8@1+ (1,0) [0|0] \"km", .unclosedText, 29, "a text has no closing quote"),
        (
            " SG_ S m1 : 0|8@1+ (1,0) [0|0] \"\" X", .missingMultiplexor, 6,
            "signal S has no multiplexor"
        ),
        ("VAL_ 5 A 0 \"a\"", .missingSemicolon, 12, "';' is missing at the end of the statement"),
        ("VAL_ 9 A 0 \"a\" ;", .missingMessage, 6, "there is no message 9"),
        ("VAL_ 5 S 0 \"a\" ;", .missingSignal, 8, "message LAST has no signal S"),
        ("VAL_ 5 A 0.5 \"a\" 1 \"b\" ;", .choiceOutOfRange, 10, "'0.5' is no raw value"),
        ("VAL_ 5 A 0 \"a\" x \"b\" ;", .unreadable, 16, "'x' is not a number"),
        (
            "CM_ SG_ 5 \"text\";", .commentWithoutSignal, 11,
            "a comment on a signal without its name"
        ),
        ("CM_ 5 \"text\";", .commentWithoutKeyword, 5, "a comment on 5, taken for a message"),
        ("CM_ XX_ 5 \"text\";", .unreadable, 5, "a comment on 'XX_', which is unknown"),
        ("CM_ SG_ 5 A \"a \"b\" c\";", .unreadable, 17, "the statement goes on after its end"),
        ("CM_ BO_ 5 \"no end;", .unclosedText, 11, "a text has no closing quote"),
        ("CM_", .unreadable, 1, "a comment without a text"),
        ("CM_ BU_", .unreadable, 5, "a node's name is missing"),
        (
            "BA_DEF_ BO_ \"A\" INT 0 1", .missingSemicolon, 23,
            "';' is missing at the end of the statement"
        ),
        ("SG_MUL_VAL_ 5 A A 5-3;", .unreadable, 19, "'5-3' is no range such as 3-5"),
        ("what is this \"", .unknownStatement, 1, "a line that begins no statement"),
        ("FOO_ 1 \"", .unknownStatement, 1, "a line that begins no statement"),
    ]

    @Test(arguments: oddities)
    func `an oddity is told with its place, and its neighbours are read`(
        line: String, kind: DBCWarning.Kind, column: Int, reason: String
    ) throws {
        let file = dbcFile(
            "BO_ 5 LAST: 1 X", " SG_ A : 0|8@1+ (1,0) [0|0] \"km\" X", line,
            " SG_ NEXT : 0|8@1+ (1,0) [0|0] \"mi\" X", "BO_ 7 END: 1 X",
            " SG_ B : 0|8@1+ (1,0) [0|0] \"m\" X", "CM_ SG_ 7 B \"last\";")
        let warning = try #require(file.warnings.first)
        #expect(warning.kind == kind)
        #expect(warning.reason == reason)
        #expect(warning.line == 3)
        #expect(warning.column == column)
        #expect(warning.description == "line 3, column \(column): \(reason)")
        #expect(file.message(5)?.signal("A")?.unit == "km")
        #expect(file.message(7)?.signal("B")?.unit == "m")
        #expect(file.message(7)?.signal("B")?.comment == "last")
        // Behind a message of its own the next signal is that message's.
        if !line.hasPrefix("BO_") {
            #expect(file.message(5)?.signal("NEXT")?.unit == "mi")
            #expect(file.warnings.count == 1)
        }
    }

    @Test func `misplaced comments go to the message, unless it has its own`() {
        let lines = ["CM_ 5 \"first\";", "CM_ SG_ 5 \"second\";", "CM_ BO_ 5 \"own\";"]
        #expect(dbcFile("BO_ 5 M: 8 X", lines[1], lines[0]).message(5)?.comment == "second")
        #expect(dbcFile("BO_ 5 M: 8 X", lines[2], lines[0]).message(5)?.comment == "own")
        #expect(dbcFile("BO_ 5 M: 8 X", lines[0], lines[2]).message(5)?.comment == "own")
    }

    @Test func `statements may stand before what they are about`() {
        let file = dbcFile(
            "VAL_ 5 A 0 \"zero\" ;", "CM_ BO_ 5 \"text\";", "VAL_ 6 A 0 \"none\" ;", "BO_ 5 M: 8 X",
            " SG_ A : 0|8@1+ (1,0) [0|0] \"\" X")
        #expect(file.message(5)?.comment == "text")
        #expect(file.message(5)?.signal("A")?.text(of: 0) == "zero")
        #expect(file.warnings.map(\.description) == ["line 3, column 6: there is no message 6"])
    }

    @Test func `what is about a left-out message is left out without a word`() {
        let file = dbcFile(
            "BO_ 4294967295 M: 8 X", " SG_ A : 0|8@1+ (1,0) [0|0] \"\" X",
            "BO_ 3221225472 VECTOR__INDEPENDENT_SIG_MSG: 0 Vector__XXX",
            " SG_ B : 0|8@1+ (1,0) [0|0] \"\" X", "VAL_ 4294967295 A 0 \"zero\" ;",
            "CM_ SG_ 3221225472 B \"text\";")
        #expect(file.messages == [])
        #expect(file.warnings.map(\.kind) == [.identifierOutOfRange])
    }

    @Test func `a comment may have lines that begin like statements`() {
        let file = dbcFile(
            "BO_ 5 M: 8 X", "CM_ BO_ 5 \"a", "BO_ 6 N: 8 X", "BU_: A B\";", "BO_ 7 O: 8 X")
        #expect(file.message(5)?.comment == "a\nBO_ 6 N: 8 X\nBU_: A B")
        #expect(file.messages.map(\.name) == ["M", "O"])
        #expect(file.warnings == [])
    }

    @Test func `a text may end with a backslash`() {
        let file = dbcFile("BO_ 5 M: 8 X", "CM_ BO_ 5 \"C:\\dir\\\";", "BO_ 7 O: 8 X")
        #expect(file.message(5)?.comment == "C:\\dir\\")
        #expect(file.warnings == [])
    }

    @Test(arguments: ["\n", "\r\n", "\r", " "])
    func `lines end as they like, or not at all`(end: String) {
        let lines = [
            "BO_ 5 M: 8 X", " SG_ A : 0|8@1+ (1,0) [0|0] \"\" X,Y", "BO_ 6 N: 8 X",
            "CM_ BO_ 5 \"text\";", "VAL_ 5 A 0 \"zero\" ;",
        ]
        let file = DBCFile(parsing: Array(lines.joined(separator: end).utf8))
        #expect(file.messages.map(\.name) == ["M", "N"])
        #expect(file.message(5)?.comment == "text")
        #expect(file.message(5)?.signal("A")?.receivers == ["X", "Y"])
        #expect(file.message(5)?.signal("A")?.text(of: 0) == "zero")
        #expect(file.warnings == [])
    }

    @Test func `warnings stop at their maximum and the rest is counted`() {
        let lines = (0...DBCFile.warningsMaximum).map {
            "BO_ x\(String(repeating: " ", count: $0))"
        }
        let file = DBCFile(parsing: Array(lines.joined(separator: "\n").utf8))
        #expect(file.warnings.count == DBCFile.warningsMaximum)
        #expect(file.warningsLeftOut == 1)
    }
}
