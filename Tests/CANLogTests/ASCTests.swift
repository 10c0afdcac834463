import CAN
import CANLog
import Testing

@Suite struct `ASC recordings` {
    @Test(arguments: [
        (
            "0.5 1  18EBFF00x  Rx d 8 01 A0 0F A6 60 3B D1 40 Length = 273910",
            "18EBFF00#01A00FA6603BD140"
        ),
        ("0.5 2  6F9  Tx   d 2 05 0c", "6F9#050C"), ("0.5 1 0x Rx d 0", "00000000#"),
        ("0.5 1 123 Rx d f 1 2 3 4 5 6 7 8", "123#0102030405060708"),
        (
            "0.5 1 Brakes Rx d 1 FF Length = 5 BitCount = 141 ID = 418119424x",
            "18EBFF00#FF"
        ),
        ("0.5 1 Lamps Rx r 2 ID = 291", "123#R2"),
        ("0.5 3 200 Tx r Length = 1704000 BitCount = 145", "200#R"),
        ("0.5 4 300 Tx r 8 Length = 1704000", "300#R8"),
        ("0.5 1 ErrorFrame ECC: 10100010", "20000080#0000000000000000"),
        (
            "0.5 CANFD 62 Rx 7d BrakeData 1 0 8 8 01 1b d6 d0 8a 1f d7 f6 104812 132 323000 a8",
            "07D##1011BD6D08A1FD7F6"
        ),
        (
            "0.5 CANFD 7 Tx 716x 0 1 9 12 0 1 2 3 4 5 6 7 8 9 A B 0 0 5000",
            "00000716##2000102030405060708090A0B"
        ),
        ("0.5 CANFD 7 Tx 716 0 0 1 1 FF", "716##0FF"),
        ("0.5 CANFD 7 Tx 716 0 0 2 2 FF EE 0 0 0 0", "716#FFEE"),
        ("0.5 CANFD 7 Tx 716 0 0 8 0 0 0 10 0", "716#R8"),
        ("0.5 CANFD 1 Rx ErrorFrame Not Acknowledge error", "20000080#0000000000000000"),
    ])
    func `each form of a frame is read`(line: String, frame: String) throws {
        let entry = try entry(line, .asc)
        #expect(entry.frame.description == frame)
        #expect(entry.microseconds == 500_000)
    }

    @Test func `channel and direction are read`() throws {
        let classic = try entry("1.0 12 123 Tx d 0", .asc)
        #expect(classic.channel == "12")
        #expect(classic.direction == .transmitted)
        let flexible = try entry("1.0 CANFD 3 Rx 123 0 0 0 0", .asc)
        #expect(flexible.channel == "3")
        #expect(flexible.direction == .received)
    }

    @Test func `numbers can be decimal and times relative to the event before`() {
        let text = """
            date Sam Sep 30 15:06:13.191 2017
            base dec  timestamps relative
            internal events logged
            // version 9.0.0
            Begin Triggerblock Sam Sep 30 15:06:13.191 2017
               0.100000 Start of measurement
               1.000000 CAN 1 Status:chip status error active
               0.500000 1  256  Rx d 2 16 255
               0.000001 1  Statistic: D 0 R 0 XD 0 XR 0 E 0 O 0 B 0.00%
               0.000001 1  J1939TP FEE3p 6 0 0 - Rx d 23 A0 0F
               0.250000 1  256  TxRq d 2 16 255
               0.250000 1  100x  Tx d 1 9
            End TriggerBlock
            """
        let contents = LogContents(reading: text, as: .asc)
        #expect(contents.errors == [])
        #expect(contents.entries.map(\.frame.description) == ["100#10FF", "00000064#09"])
        #expect(contents.entries.map(\.microseconds) == [1_600_000, 2_100_002])
    }

    @Test(arguments: [
        ("0.5 1 123 Rx d 2 00", LogError.Reason.data, 20), ("0.5 1 123 Rx d 1 100", .data, 18),
        ("0.5 1 123 Rx d 10 00", .length, 16), ("0.5 1 123 Rx q 1 00", .kind, 14),
        ("0.5 1 123 Rc d 1 00", .direction, 11), ("0.5 1 123", .direction, 10),
        ("0.5 1 Brakes Rx d 1 00", .identifier, 7), ("0.5 1 800 Rx d 0", .identifier, 7),
        ("0.5 1 Brakes Rx d 0 ID = 2048", .identifier, 7),
        ("0.5 1 Brakes Rx d 0 ID 1", .identifier, 7),
        ("0.5 1 20000000x Rx d 0", .identifier, 7), ("0.5x 1 123 Rx d 0", .time, 1),
        ("99999999999999999999 1 1 Rx d 0", .time, 1), ("?", .time, 1),
        ("0.5 CANFD 1 Up 716 0 0 1 1 FF", .direction, 13),
        ("0.5 CANFD x Rx 716 0 0 1 1 FF", .channel, 11),
        ("0.5 CANFD 1 Rx 716 2 0 1 1 FF", .flag, 20),
        ("0.5 CANFD 1 Rx 716 0 0 1 9 0 0 0 0 0 0 0 0 0", .length, 26),
        ("0.5 CANFD 1 Rx 716 0 0 g 1 FF", .length, 26),
        ("0.5 CANFD 1 Rx 716 0 0 9 12 00 FF", .data, 34),
        ("0.5 CANFD 1 Rx 900 0 0 1 1 FF", .identifier, 16),
    ])
    func `a damaged line is refused at its column`(
        line: String, reason: LogError.Reason, column: Int
    ) {
        let contents = LogContents(reading: line, as: .asc)
        #expect(contents.entries == [])
        #expect(contents.errors == [LogError(line: 1, column: column, reason: reason)])
    }

    @Test func `times that leave every clock behind are refused`() {
        let line = "9000000000000 1 123 Rx d 0\n"
        let contents = LogContents(
            reading: "base hex timestamps relative\n" + line + line, as: .asc)
        #expect(contents.entries.count == 1)
        #expect(contents.errors == [LogError(line: 3, column: 1, reason: .time)])
    }
}
