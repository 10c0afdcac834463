import CAN
import CANLog
import Testing

@Suite struct `TRC recordings` {
    /// Each version with its own columns; the line is about the same frame.
    @Test(arguments: [
        ("", "  2)  1841  0123  2  11 22", "- 123#1122"),
        (";$FILEVERSION=1.1\n", "  2)  1841.0  Rx  0123  2  11 22 ", "- 123#1122 R"),
        (";$FILEVERSION=1.2\n", "  2)  1841.0 1  Tx  0123  2  11 22", "1 123#1122 T"),
        (";$FILEVERSION=1.3\n", "  2)  1841.0 2  Rx  0123 -  2    11 22", "2 123#1122 R"),
        (";$FILEVERSION=2.0\n", "  2  1841.000 DT  0123 Rx 2  11 22", "- 123#1122 R"),
        (";$FILEVERSION=2.1\n", "  2  1841.000 DT 1  0123 Rx -  2    11 22", "1 123#1122 R"),
        (
            ";$FILEVERSION=2.0\n;$COLUMNS=O,T,B,I,d,l,D\n", " 1841.000 DT 3 0123 Tx 2 11 22",
            "3 123#1122 T"
        ),
    ])
    func `each version has its columns`(header: String, line: String, frame: String) throws {
        let entry = try entry(header + ";---+--   ----+----\n" + line, .trc)
        #expect(entry.description == "(0000000001.841000) \(frame)")
    }

    @Test(arguments: [
        ("DT 1 00000100 Rx - 0", "00000100#"), ("DT 1 0000123 Rx - 1 00", "00000123#00"),
        ("DT 1 0100 Rx - 15 1 2 3 4 5 6 7 8", "100#0102030405060708"),
        ("RR 1 0100 Rx - 4", "100#R4"), ("FD 1 0100 Rx - 1 FF", "100##0FF"),
        ("FB 1 0100 Rx - 9 0 1 2 3 4 5 6 7 8 9 A B", "100##1000102030405060708090A0B"),
        ("FE 1 0100 Rx - 0", "100##2"), ("BI 1 00000100 Tx - 0", "00000100##3"),
        ("ER 1 - Rx - 5 04 00 02 00 00", "20000080#0000000000000000"),
    ])
    func `each type of a frame is read`(line: String, frame: String) throws {
        let entry = try entry(";$FILEVERSION=2.1\n1 17.5 \(line)", .trc)
        #expect(entry.frame.description == frame)
        #expect(entry.microseconds == 17_500)
    }

    @Test func `before version 2 a request and an error stand in place of the data`() throws {
        #expect(try entry("4) 1844 0100 3 RTR", .trc).frame.description == "100#R3")
        let error = try entry("2) 1842 0008 4 ERROR 00 19 08 08", .trc)
        #expect(error.frame.kind == .error)
        let next = ";$FILEVERSION=1.1\n2) 1842.1 Error 0008 4 00 19 08 08"
        #expect(try entry(next, .trc).frame.kind == .error)
        #expect(try entry(";$FILEVERSION=2.0\n2 1.0 ER Rx 04 00", .trc).frame.kind == .error)
    }

    @Test(arguments: [
        "3) 1843 FFFFFFFF 4 00 00 00 04 ------BUSLIGHT",
        ";$FILEVERSION=1.1\n2) 17540.3 Warng FFFFFFFF 4 00 00 00 08 BUSHEAVY",
        ";$FILEVERSION=2.0\n2 17540.300 ST Rx 00 00 00 08",
        ";$FILEVERSION=2.1\n2 17540.300 ST 1 - Rx - 4 00 00 00 08",
        ";$FILEVERSION=2.1\n2 17540.300 EC 1 - Rx - 2 02 00",
        ";$FILEVERSION=2.1\n2 17540.300 EV 1 User's words",
    ])
    func `status, warnings and events are passed over`(text: String) {
        let contents = LogContents(reading: text, as: .trc)
        #expect(contents.entries == [])
        #expect(contents.errors == [])
    }

    @Test(arguments: [
        ("x 1.0 DT 1 0100 Rx - 0", LogError.Reason.messageNumber, 1),
        ("1 x DT 1 0100 Rx - 0", .time, 3),
        ("1 1.0 XX 1 0100 Rx - 0", .kind, 7), ("1 1.0 DT x 0100 Rx - 0", .channel, 10),
        ("1 1.0 DT 1 010G Rx - 0", .identifier, 12),
        ("1 1.0 DT 1 0800 Rx - 0", .identifierRange, 12),
        ("1 1.0 DT 1 20000000 Rx - 0", .identifierRange, 12),
        ("1 1.0 DT 1 0100 Up - 0", .direction, 17), ("1 1.0 DT 1 0100 Rx - 16", .length, 22),
        ("1 1.0 DT 1 0100 Rx - 1", .data, 23), ("1 1.0 DT 1 0100 Rx - 1 00 00", .trailing, 27),
        ("1 1.0 DT 1 0100 Rx - 1 100", .data, 24), ("1 1.0 RR 1 0100 Rx - 1 00", .trailing, 23),
        ("1 1.0 DT 1", .identifier, 11),
    ])
    func `a damaged line is refused at its column`(
        line: String, reason: LogError.Reason, column: Int
    ) {
        let contents = LogContents(reading: ";$FILEVERSION=2.1\n" + line, as: .trc)
        #expect(contents.entries == [])
        #expect(contents.errors == [LogError(line: 2, column: column, reason: reason)])
    }

    @Test(arguments: [
        (";$FILEVERSION=3.0", 15), (";$COLUMNS=N,O,X", 15), (";$COLUMNS=N,O,T", 11),
        (";$COLUMNS=N;O", 12), (";$COLUMNS=O,I,D", 11), (";$COLUMNS=O,I,D,l", 11),
    ])
    func `columns that make no frame are refused`(line: String, column: Int) {
        let contents = LogContents(reading: line, as: .trc)
        #expect(contents.errors == [LogError(line: 1, column: column, reason: .columns)])
    }
}
