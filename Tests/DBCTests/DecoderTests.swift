import CAN
import DBC
import Testing

/// What a frame holds, as `name=raw`.
func signals(_ file: DBCFile, _ frame: String) throws -> [String] {
    let decoder = DBCDecoder(file)
    var found: [String] = []
    decoder.decode(try BusFrame(frame)) { found.append("\(decoder.signal($0).name)=\($0.raw)") }
    return found
}

@Suite struct `A decoder` {
    @Test func `gives raw, physical and meaning of every signal, in the order of the file`() throws
    {
        let file = dbcFile(
            "BO_ 1 M: 8 X", " SG_ Z : 0|8@1+ (0.5,-40) [0|0] \"\" X",
            " SG_ A : 8|8@1- (2,0) [0|0] \"\" X", "VAL_ 1 A 0 \"none\" -1 \"some\" ;")
        let decoder = DBCDecoder(file)
        var found: [DecodedSignal] = []
        let message = decoder.decode(try CANFrame("001#FFFF000000000000")) { found.append($0) }
        #expect(message == 0)
        #expect(found.map { decoder.signal($0).name } == ["Z", "A"])
        #expect(found.map(\.raw) == [.unsigned(255), .signed(-1)])
        #expect(found.map(\.physical) == [87.5, -2])
        #expect(found.map(\.choice) == [nil, 1])
        #expect(found.map(decoder.text) == [nil, "some"])
    }

    @Test func `gives nothing for frames that the file does not have or that carry no data`() throws
    {
        let file = dbcFile("BO_ 1 M: 8 X", " SG_ A : 0|8@1+ (1,0) [0|0] \"\" X")
        let decoder = DBCDecoder(file)
        for text in ["002#00", "00000001#00", "001#R8", "7FF#", "1FFFFFFF#", "002##000"] {
            var count = 0
            #expect(decoder.decode(try BusFrame(text)) { _ in count += 1 } == nil)
            #expect(count == 0)
        }
        let report = CANFrame(id: 1, length: 8, kind: .error)
        #expect(decoder.decode(report) { _ in } == nil)
        #expect(decoder.decode(try CANFrame("001#")) { _ in } == 0)
        #expect(DBCDecoder(dbcFile("")).decode(try CANFrame("001#")) { _ in } == nil)
    }

    @Test(arguments: [
        ("001#", []), ("001#01", ["A=1"]), ("001#0102", ["A=1"]), ("001#010203", ["A=1", "B=770"]),
        ("001#01020304", ["A=1", "B=770", "C=4"]), ("001#0102030405", ["A=1", "B=770", "C=4"]),
        ("001##001020304050607080910111213141516", ["A=1", "B=770", "C=4"]),
    ])
    func `leaves out what does not fit and gives the rest, whatever length the file states`(
        frame: String, wanted: [String]
    ) throws {
        let file = dbcFile(
            "BO_ 1 M: 2 X", " SG_ A : 0|8@1+ (1,0) [0|0] \"\" X",
            " SG_ B : 8|16@1+ (1,0) [0|0] \"\" X", " SG_ C : 31|8@0+ (1,0) [0|0] \"\" X")
        #expect(try signals(file, frame) == wanted)
    }

    @Test(arguments: [
        ("-", "FFFFFFFFFFFFFFFF", "-1"), ("-", "0000000000000080", "-9223372036854775808"),
        ("-", "FFFFFFFFFFFFFF7F", "9223372036854775807"),
        ("+", "FFFFFFFFFFFFFFFF", "18446744073709551615"),
        ("+", "0000000000000080", "9223372036854775808"),
    ])
    func `is exact up to 64 bits`(sign: String, data: String, raw: String) throws {
        let file = dbcFile("BO_ 1 M: 8 X", " SG_ A : 0|64@1\(sign) (1,0) [0|0] \"\" X")
        #expect(try signals(file, "001#" + data) == ["A=\(raw)"])
    }

    @Test(arguments: [
        (16, 1, "003C", 1.0), (16, 1, "0180", -0x1p-24), (16, 1, "007C", Double.infinity),
        (32, 1, "0000803F", 1), (32, 1, "01000080", -0x1p-149), (32, 1, "CDCCCC3D", 0x1.99999ap-4),
        (64, 2, "9A9999999999B93F", 0.1), (64, 2, "000000000000F0FF", -Double.infinity),
    ])
    func `reads floats of 16, 32 and 64 bits`(
        bits: Int, type: Int, data: String, value: Double
    ) throws {
        let file = dbcFile(
            "BO_ 1 M: 8 X", " SG_ A : 0|\(bits)@1- (2,1) [0|0] \"\" X",
            "SIG_VALTYPE_ 1 A : \(type);")
        let decoder = DBCDecoder(file)
        var found: [DecodedSignal] = []
        decoder.decode(try CANFrame("001#" + data)) { found.append($0) }
        #expect(found.map(\.raw) == [.float(value)])
        #expect(found.map(\.physical) == [value * 2 + 1])
    }

    @Test func `gives no meaning to what the value table does not have`() throws {
        let file = dbcFile(
            "BO_ 1 M: 8 X", " SG_ A : 0|8@1+ (1,0) [0|0] \"\" X",
            " SG_ B : 0|8@1+ (1,0) [0|0] \"\" X",
            " SG_ C : 0|8@1- (1,0) [0|0] \"\" X", " SG_ D : 0|8@1- (1,0) [0|0] \"\" X",
            // One without holes, one with, both out of order; one with a line twice; the limits.
            "VAL_ 1 A 3 \"3\" 2 \"2\" 4 \"4\" ;", "VAL_ 1 B 9 \"9\" 2 \"2\" 5 \"5\" ;",
            "VAL_ 1 C -1 \"old\" -1 \"new\" ;",
            "VAL_ 1 D -9223372036854775808 \"low\" 9223372036854775807 \"high\" -2 \"-2\" ;")
        let decoder = DBCDecoder(file)
        var texts: [String] = []
        for raw in UInt64(0)...255 {
            decoder.decode(CANFrame(id: 1, length: 8, payload: raw)) { found in
                if let text = decoder.text(found) {
                    texts.append("\(decoder.signal(found).name)\(raw)=\(text)")
                }
            }
        }
        #expect(texts == ["A2=2", "B2=2", "A3=3", "A4=4", "B5=5", "B9=9", "D254=-2", "C255=new"])
    }

    @Test(arguments: ByteOrder.allCases)
    func `reads every place of a CAN FD frame as bit by bit`(order: ByteOrder) throws {
        var lines = ["BO_ 1 M: 64 X"]
        for start in 0..<512 {
            for length in [1, 7, 8, 9, 31, 57, 58, 63, 64] {
                let isFine = SignalLayout(start: start, length: length, byteOrder: order) != nil
                guard isFine else { continue }
                let mark = order == .littleEndian ? 1 : 0
                lines.append(
                    " SG_ S\(start)_\(length) : \(start)|\(length)@\(mark)+ (1,0) [0|0] \"\" X")
            }
        }
        let file = DBCFile(parsing: Array(lines.joined(separator: "\n").utf8))
        #expect(file.warnings == [])
        let bytes = (0..<64).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
        let decoder = DBCDecoder(file)
        var count = 0
        let frame = try #require(CANFDFrame(id: 1, bytes: bytes))
        decoder.decode(frame) { found in
            let layout = decoder.signal(found).layout
            count += 1
            let wanted = bitByBit(layout, bytes)
            if found.raw != .unsigned(wanted) { Issue.record("\(layout): \(found.raw)") }
        }
        #expect(count > 4000)
        #expect(count == lines.count - 1)
    }

    /// A signal without shifts of words.
    private func bitByBit(_ layout: SignalLayout, _ bytes: [UInt8]) -> UInt64 {
        var bit = layout.start
        var value: UInt64 = 0
        for index in 0..<layout.length {
            let isSet = bytes[bit / 8] >> UInt8(bit % 8) & 1 == 1
            switch layout.byteOrder {
            case .littleEndian:
                if isSet { value |= 1 << UInt64(index) }
                bit += 1
            case .bigEndian:
                value = value << 1 | (isSet ? 1 : 0)
                bit = bit % 8 == 0 ? bit + 15 : bit - 1
            }
        }
        return value
    }
}

@Suite struct `Finding the message of a frame` {
    private func decoder(_ matching: DBCDecoder.Matching) -> DBCDecoder {
        let signal = " SG_ S : 0|8@1+ (1,0) [0|0] \"\" X"
        let file = dbcFile(
            "BO_ 2364540158 CCVS: 8 X", signal, "BO_ 2364540159 CCVS_FF: 8 X", signal,
            "BO_ 2565800190 TSC1: 8 X", signal, "BO_ 2566844414 NO_GROUP: 8 X", signal,
            "BO_ 1 BASE: 8 X", signal, "BO_ 2147483649 EXTENDED: 8 X", signal,
            "BA_ \"VFrameFormat\" BO_ 2364540158 3;", "BA_ \"VFrameFormat\" BO_ 2364540159 3;",
            "BA_ \"VFrameFormat\" BO_ 2565800190 3;", "BA_ \"VFrameFormat\" BO_ 2566844414 1;")
        return DBCDecoder(file, matching: matching)
    }

    private func name(_ matching: DBCDecoder.Matching, _ id: CANID) -> String? {
        let decoder = decoder(matching)
        return decoder.message(for: id).map { decoder.file.messages[$0].name }
    }

    @Test func `eleven and twenty-nine bits are kept apart`() throws {
        #expect(name(.identifier, 1) == "BASE")
        #expect(name(.identifier, try #require(CANID(extended: 1))) == "EXTENDED")
        #expect(name(.identifier, 2) == nil)
    }

    @Test(
        arguments: [
            // Its own identifier, another source, another priority.
            (0x0CF0_04FE, "CCVS", "CCVS"), (0x0CF0_04FF, "CCVS_FF", "CCVS_FF"),
            (0x0CF0_0400, nil, "CCVS"), (0x18F0_0400, nil, "CCVS"), (0x00F0_0400, nil, "CCVS"),
            // The page is part of the group, and so is the lower byte from 240 on.
            (0x0DF0_0400, nil, nil), (0x0EF0_0400, nil, nil), (0x0CF0_0500, nil, nil),
            // Below 240 it is a destination.
            (0x18EF_FFFE, nil, "TSC1"), (0x18EF_0003, nil, "TSC1"), (0x18EE_FFFE, nil, nil),
            // The file does not call it a parameter group.
            (0x18FE_EFFE, "NO_GROUP", "NO_GROUP"), (0x18FE_EF00, nil, nil),
        ] as [(UInt32, String?, String?)])
    func `a parameter group has any priority, source and destination, if asked for`(
        number: UInt32, byIdentifier: String?, byGroup: String?
    ) throws {
        let id = try #require(CANID(extended: number))
        #expect(name(.identifier, id) == byIdentifier)
        #expect(name(.parameterGroup, id) == byGroup)
    }
}
