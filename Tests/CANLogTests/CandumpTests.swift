import CAN
import CANLog
import Testing

/// Reads one line that must be a frame.
func entry(_ line: String, _ format: LogFormat = .candump) throws -> LogEntry {
    let contents = LogContents(reading: line, as: format)
    try #require(contents.errors == [], "\(line)")
    return try #require(contents.entries.first)
}

@Suite struct `Candump recordings` {
    @Test(arguments: [
        "(1436509052.249713) vcan0 044#2A366C2B", "(0000001234.000001) slcan0 7FF#",
        "(1436509053.850871) can0 123#R5 R", "(1436509053.850876) can1 123##1112233 T",
        "(1436509053.850878) can0 20000004#0004000000000000",
    ])
    func `a line reads back to itself`(line: String) throws {
        #expect(try entry(line).description == line)
    }

    @Test func `a line gives time, channel and frame`() throws {
        let entry = try entry("(1436509052.249713) vcan0 044#2A366C2B")
        #expect(entry.microseconds == 1_436_509_052_249_713)
        #expect(entry.channel == "vcan0")
        let frame = try #require(CANFrame(id: 0x44, bytes: [0x2A, 0x36, 0x6C, 0x2B]))
        #expect(entry.frame == .classic(frame))
    }

    @Test(arguments: [
        "(1700000000.123456789) can0 123#00", "(1700000000.123456) can0 123#00\r",
        "  (1700000000.123456)\tcan0  123#00  ", "\u{FEFF}(1700000000.123456) can0 123#00",
    ])
    func `nanoseconds, blanks and a byte order mark change nothing`(line: String) throws {
        #expect(try entry(line + "\n").description == "(1700000000.123456) can0 123#00")
    }

    @Test func `blank lines and comments are skipped but counted`() {
        let text = "# a comment\n\n  \n; another\n(1.000000) can0 12#\n"
        let contents = LogContents(reading: text, as: .candump)
        let error = LogError(line: 5, column: 19, reason: .frame(.identifier))
        #expect(contents.entries == [])
        #expect(contents.errors == [error])
    }

    @Test(arguments: [
        ("1.000000 can0 123#", LogError.Reason.identifier, 10),
        ("(1.00000) can0 123#", .time, 9), ("(1.0000000) can0 123#", .time, 11),
        ("(9999999999999.000000) can0 1#", .time, 14), ("(1.000000)", .channel, 11),
        ("(1.000000) 1234567890123456 123#", .channel, 28),
        ("(1.000000) c\u{7F}n 123#", .channel, 13), ("(1.000000) can0 123#00 X", .trailing, 24),
        ("(1.000000) can0 123#00 RT", .trailing, 25), ("(1.000000) can0", .identifier, 16),
        ("(1.000000) can0 123##01", .frame(.flexibleData), 24),
        ("(2020-13-19 12:04:45.485261) can0 123#", .time, 8),
        ("(2020-12-19T12:04:45.485261) can0 123#", .time, 12),
    ])
    func `a damaged line is refused at its column`(
        line: String, reason: LogError.Reason, column: Int
    ) {
        let contents = LogContents(reading: line, as: .candump)
        #expect(contents.entries == [])
        #expect(contents.errors == [LogError(line: 1, column: column, reason: reason)])
    }

    @Test func `after a damaged line the next one is read`() {
        let contents = LogContents(
            reading: "nonsense\n(1.000000) can0 123#\n", as: .candump)
        #expect(contents.errors.count == 1)
        #expect(contents.entries.map(\.frame.id) == [0x123])
    }

    @Test func `more channels than are remembered keep their names`() {
        var text = ""
        for index in 0..<200 { text += "(1.000000) channel\(index % 50) 123#\n" }
        let names = LogContents(reading: text, as: .candump).entries.map(\.channel)
        #expect(names == (0..<200).map { "channel\($0 % 50)" })
    }
}

@Suite struct `What candump shows on the console` {
    @Test func `a line without a time has that of the line before`() {
        let text = "  can0  123   [0]\n (012.500000)  can0  124   [0]\n  can0  125   [0]\n"
        let entries = LogContents(reading: text, as: .candump).entries
        #expect(entries.map(\.microseconds) == [0, 12_500_000, 12_500_000])
    }

    @Test(arguments: [
        ("2020-12-19 12:04:45.485261", Int64(1_608_379_485_485_261)),
        ("1970-01-01 00:00:00.000001", 1), ("2000-02-29 23:59:59.999999", 951_868_799_999_999),
    ])
    func `a date is taken for UTC`(date: String, microseconds: Int64) throws {
        #expect(try entry(" (\(date))  can0  123   [0]").microseconds == microseconds)
    }

    @Test(arguments: [
        ("can0  123   [8]  11 22 33 44 55 66 77 88", "123#1122334455667788"),
        ("can0  123   {E}  11 22 33 44 55 66 77 88", "123#1122334455667788"),
        ("can0  123   [08]  11 22 33 44 55 66 77 88", "123##01122334455667788"),
        ("can0  TX B -  123  [00]", "123##1"), ("can0  RX - E  123  [01]  FF", "123##2FF"),
        ("can0  12345678   [3]  remote request", "12345678#R3"),
        ("can0  20000004   [1]  00   ERRORFRAME", "20000004#00"),
        ("can0  123   [2]  27 27   ''''", "123#2727"), ("can0  123   [0]   ''", "123#"),
    ])
    func `each of its forms is read`(line: String, frame: String) throws {
        #expect(try entry(line).frame == BusFrame(frame))
    }

    @Test func `what an error frame means is passed over, and only behind one`() {
        let error = "  can0  20000004   [1]  00   ERRORFRAME\n"
        let meaning = "\tcontroller-problem{rx-overflow}\n\terror-counter-tx-rx{{0}{128}}\n"
        let frame = "  can0  123   [0]\n"
        let contents = LogContents(
            reading: error + meaning + frame + meaning, as: .candump)
        #expect(contents.entries.count == 2)
        #expect(contents.errors.map(\.line) == [5, 6])
    }

    @Test(arguments: [
        ("can0 123 [9] 00", LogError.Reason.length, 10),
        ("can0 123 [64] 00", .data, 17), ("can0 123 [65] 00", .data, 17),
        ("can0 123 [09]" + String(repeating: " 00", count: 9), .length, 41),
        ("can0 123 [2] 00", .data, 16), ("can0 123 [1] 000", .data, 14),
        ("can0 123 [1] 00 00", .trailing, 17), ("can0 123 [1] 00 'a", .trailing, 17),
        ("can0 123 [1] 00 '", .trailing, 17), ("can0 123 {8} 00", .length, 10),
        ("can0 123 [] 00", .length, 10), ("can0 1234 [0]", .identifier, 6),
        ("can0 800 [0]", .identifierRange, 6), ("can0 RX B B 123 [0]", .flag, 11),
        ("can0 123 [08] remote request", .trailing, 14), ("can0", .identifier, 5),
    ])
    func `a damaged line is refused at its column`(
        line: String, reason: LogError.Reason, column: Int
    ) {
        let contents = LogContents(reading: line, as: .candump)
        #expect(contents.entries == [])
        #expect(contents.errors == [LogError(line: 1, column: column, reason: reason)])
    }
}
