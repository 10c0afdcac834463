import CAN
import Testing

@Suite struct `CAN frames` {
    @Test(arguments: [
        "611#2000050000003CE5", "7FF#", "123#00", "00000044#2A", "12345678#1122334455667788",
        "123#R", "123#R8", "20000004#0004000000000000",
    ])
    func `the cansend form reads back to itself`(text: String) throws {
        #expect(try CANFrame(text).description == text)
    }

    @Test func `eleven and twenty-nine bits are different identifiers`() throws {
        #expect(try CANFrame("00000044#").id != CANFrame("044#").id)
        #expect(CANID(base: 0x7FF)?.isExtended == false)
        #expect(CANID(base: 0x800) == nil)
        #expect(CANID(extended: 0x1FFF_FFFF)?.number == 0x1FFF_FFFF)
        #expect(CANID(extended: 0x2000_0000) == nil)
    }

    @Test func `an identifier of a DBC file is extended by its mark or its size`() {
        #expect(CANID(dbc: 0x8000_0123)?.description == "00000123")
        #expect(CANID(dbc: 0x7FF)?.description == "7FF")
        #expect(CANID(dbc: 0x800)?.description == "00000800")
        #expect(CANID(dbc: 0x2000_0000) == nil)
        #expect(CANID(dbc: 0xA000_0000) == nil)
    }

    @Test func `a ninth byte makes no frame`() {
        #expect(CANFrame(id: 1, bytes: Array(0..<8))?.bytes == Array(0..<8))
        #expect(CANFrame(id: 1, bytes: Array(0..<9)) == nil)
    }

    @Test func `bytes beyond the length do not count`() {
        let frame = CANFrame(id: 1, length: 2, payload: .max)
        #expect(frame == CANFrame(id: 1, bytes: [255, 255]))
    }

    @Test(arguments: [
        ("12#", FrameTextError.Reason.identifier, 3), ("1234#", .identifier, 5),
        ("FFF#", .identifierRange, 5), ("FFFFFFFF#", .identifierRange, 10),
        ("123#1", .data, 6), ("123#112233445566778899", .data, 22), ("123#R9", .data, 6),
        ("123#1122334455667788_8", .data, 22), ("123##0112233", .flexibleDataRate, 5),
        ("20000001#R", .data, 10),
        ("123#00x", .trailing, 7), ("", .identifier, 1),
    ])
    func `what is no frame is refused at its column`(
        text: String, reason: FrameTextError.Reason, column: Int
    ) {
        #expect(throws: FrameTextError(column: column, reason: reason)) {
            try CANFrame(text)
        }
    }
}

@Suite struct `Candump recordings` {
    @Test func `a line gives time, interface and frame, and reads back to itself`() throws {
        let line = "(1436509052.249713) vcan0 044#2A366C2B"
        let entry = try #require(try CandumpParser.entries(of: line).first)
        #expect(entry.microseconds == 1_436_509_052_249_713)
        #expect(entry.interface == "vcan0")
        #expect(entry.frame == CANFrame(id: 0x44, bytes: [0x2A, 0x36, 0x6C, 0x2B]))
        #expect(entry.description == line)
    }

    @Test(arguments: [
        "(1700000000.123456789) can0 123#00", "(1700000000.123456) can0 123#00 R",
        "(1700000000.123456) can0 123#00 T\r", "  (1700000000.123456)\tcan0  123#00  ",
    ])
    func `nanoseconds, directions and blanks change nothing`(line: String) throws {
        let entry = try #require(try CandumpParser.entries(of: line + "\n").first)
        #expect(entry.description == "(1700000000.123456) can0 123#00")
    }

    @Test func `blank lines and comments are skipped but counted`() {
        let text = "# a comment\n\n  \n; another\n(1.000000) can0 12#\n"
        #expect(throws: CandumpError(line: 5, column: 19, reason: .identifier)) {
            try CandumpParser.entries(of: text)
        }
    }

    @Test(arguments: [
        ("1.000000 can0 123#", CandumpError.Reason.time, 1), ("(1.00000) can0 123#", .time, 9),
        ("(1.0000000) can0 123#", .time, 11), ("(9999999999999.000000) can0 1#", .time, 14),
        ("(1.000000) 1234567890123456 123#", .interface, 28), ("(1.000000)", .interface, 11),
        ("(1.000000) can0 123#00 X", .trailing, 24),
    ])
    func `a damaged line is refused at its column`(
        line: String, reason: CandumpError.Reason, column: Int
    ) {
        #expect(throws: CandumpError(line: 1, column: column, reason: reason)) {
            try CandumpParser.entries(of: line)
        }
    }

    @Test func `where the window is cut makes no difference`() throws {
        let text =
            "(1.000001) can0 123#01\n# x\n(2.000002) can1 00000124#0203\n(3.000003) can0 7FF#"
        let whole = try CandumpParser.entries(of: text)
        #expect(whole.count == 3)
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            var parser = CandumpParser()
            var entries: [CandumpEntry] = []
            let first = Array(bytes[..<cut])
            while let entry = try parser.next(in: first.span, isLast: false) {
                entries.append(entry)
            }
            let rest = Array(bytes[parser.offset...])
            parser.windowMoved()
            while let entry = try parser.next(in: rest.span, isLast: true) {
                entries.append(entry)
            }
            #expect(entries == whole)
        }
    }

    @Test func `after a damaged line the next one is read`() throws {
        let bytes = Array("nonsense\n(1.000000) can0 123#\n".utf8)
        var parser = CandumpParser()
        #expect(throws: CandumpError.self) { try parser.next(in: bytes.span, isLast: true) }
        #expect(try parser.next(in: bytes.span, isLast: true)?.frame.id == 0x123)
    }
}
