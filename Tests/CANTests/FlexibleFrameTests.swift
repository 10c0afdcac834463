import CAN
import Testing

@Suite struct `CAN FD frames` {
    static let lengths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64]

    @Test func `there are the sixteen lengths of the standard and no other`() {
        #expect((0...15).map { CANFDFrame.length(ofCode: $0) } == Self.lengths)
        for length in -1...66 {
            let frame = CANFDFrame(id: 1, length: length)
            #expect((frame != nil) == Self.lengths.contains(length), "\(length)")
            #expect(frame?.length ?? length == length)
            let bytes = [UInt8](repeating: 7, count: max(0, length))
            #expect(length < 0 || CANFDFrame(id: 1, bytes: bytes)?.bytes.count == frame?.length)
        }
    }

    @Test func `the shortest frame that holds so many bytes is the next length`() {
        for count in 0...64 {
            let code = CANFDFrame.lengthCode(holding: count)
            let next = Self.lengths.first { $0 >= count }
            #expect(code.map { CANFDFrame.length(ofCode: $0) } == next)
        }
        #expect(CANFDFrame.lengthCode(holding: -1) == nil)
        #expect(CANFDFrame.lengthCode(holding: 65) == nil)
    }

    @Test func `bytes stand where they were put, and beyond the length there are none`() throws {
        let words = InlineArray<8, UInt64>(repeating: .max)
        let frame = try #require(CANFDFrame(id: 1, length: 12, words: words))
        #expect(frame == CANFDFrame(id: 1, bytes: [UInt8](repeating: 0xFF, count: 12)))
        var other = try #require(CANFDFrame(id: 1, bytes: 0..<64))
        #expect(other.bytes == Array(0..<64))
        other[63] = 0xAA
        other[8] = 0xBB
        #expect(other[63] == 0xAA)
        #expect(other.bytes == Array(0..<8) + [0xBB] + Array(9..<63) + [0xAA])
    }

    @Test func `a word is the next eight bytes, zero beyond the end`() throws {
        for length in Self.lengths {
            let bytes = (0..<length).map { UInt8($0 * 3 + 1) }
            let frame = try #require(CANFDFrame(id: 1, bytes: bytes))
            let classic = CANFrame(id: 1, bytes: bytes)
            for start in 0...72 {
                var expected: UInt64 = 0
                for index in 0..<8 where start + index < length {
                    expected |= UInt64(bytes[start + index]) << UInt64(8 * index)
                }
                #expect(frame.word(atByte: start) == expected)
                #expect(BusFrame.flexible(frame).word(atByte: start) == expected)
                guard let classic else { continue }
                #expect(BusFrame.classic(classic).word(atByte: start) == expected)
            }
        }
    }

    @Test func `every part of a frame counts in a comparison`() throws {
        let frame = try #require(CANFDFrame(id: 1, bytes: 0..<64))
        var others = [frame, frame, frame, frame]
        others[0].id = 0x8000
        others[1].bitRateSwitch = true
        others[2].errorStateIndicator = true
        others[3][63] = 0
        others.append(try #require(CANFDFrame(id: 1, bytes: 0..<48)))
        for other in others { #expect(other != frame) }
        #expect(Set(others + [frame]).count == 6)
    }
}

@Suite struct `Frames of either kind` {
    @Test(arguments: [
        "611#2000050000003CE5", "123#R4", "20000004#0004000000000000", "123##0",
        "123##1112233", "12345678##3", "7FF##2112233445566778899AABBCC",
    ])
    func `the cansend form reads back to itself`(text: String) throws {
        let frame = try BusFrame(text)
        #expect(frame.description == text)
        #expect((frame.classicFrame == nil) == text.contains("##"))
        #expect(frame.kind == frame.classicFrame?.kind ?? .data)
    }

    @Test func `dots, a length code and further flags are read past`() throws {
        #expect(try BusFrame("123#11.22").description == "123#1122")
        #expect(try BusFrame("123#1122334455667788_E").length == 8)
        #expect(try BusFrame("123##D11.22").description == "123##11122")
    }

    @Test(arguments: [
        ("123##", FrameTextError.Reason.flags, 6), ("123##G", .flags, 6),
        ("123##01", .flexibleData, 8), ("123##0112233445566778899", .flexibleData, 25),
        ("123##0" + String(repeating: "00", count: 65), .flexibleData, 136),
        ("20000001##0", .data, 10), ("123##011 ", .trailing, 9), ("123###", .flags, 6),
    ])
    func `what is no frame is refused at its column`(
        text: String, reason: FrameTextError.Reason, column: Int
    ) {
        #expect(throws: FrameTextError(column: column, reason: reason)) { try BusFrame(text) }
    }
}

@Suite struct `Signals in CAN FD frames` {
    /// The bits one by one, by the numbering of DBC files.
    private func slowly(_ layout: SignalLayout, _ bytes: [UInt8]) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<layout.length {
            let bit: Int
            switch layout.byteOrder {
            case .littleEndian: bit = layout.start + layout.length - 1 - index
            case .bigEndian:
                let place = layout.start / 8 * 8 + 7 - layout.start % 8 + index
                bit = place / 8 * 8 + 7 - place % 8
            }
            value = value << 1 | UInt64(bytes[bit / 8] >> UInt8(bit % 8) & 1)
        }
        return value
    }

    @Test(arguments: ByteOrder.allCases)
    func `every layout is read bit by bit the same`(order: ByteOrder) throws {
        let bytes = (0..<64).map { UInt8(truncatingIfNeeded: ($0 * 167 + 13) ^ ($0 << 3)) }
        let frame = try #require(CANFDFrame(id: 1, bytes: bytes))
        var layouts = 0
        for start in 0..<512 {
            for length in 1...64 {
                guard let layout = SignalLayout(start: start, length: length, byteOrder: order)
                else { continue }
                layouts += 1
                let bits = layout.bits(from: frame)
                try #require(bits == slowly(layout, bytes), "\(layout)")
            }
        }
        #expect(layouts == 64 * 512 - 63 * 64 / 2)
    }

    @Test func `in eight bytes both kinds of frame have the same signals`() throws {
        let bytes: [UInt8] = [0xA5, 0xC3, 0x96, 0xF0, 0x0F, 0x69, 0x3C, 0x5A]
        let classic = BusFrame.classic(try #require(CANFrame(id: 1, bytes: bytes)))
        let flexible = BusFrame.flexible(try #require(CANFDFrame(id: 1, bytes: bytes)))
        for order in ByteOrder.allCases {
            for start in 0..<72 {
                for length in 1...64 {
                    for isSigned in [false, true] {
                        guard
                            let layout = SignalLayout(
                                start: start, length: length, byteOrder: order, isSigned: isSigned)
                        else { continue }
                        try #require(layout.raw(from: classic) == layout.raw(from: flexible))
                        try #require(layout.bits(from: classic) == layout.bits(from: flexible))
                    }
                }
            }
        }
    }

    @Test func `one byte too few gives no value`() throws {
        let layout = try #require(SignalLayout(start: 92, length: 8, byteOrder: .littleEndian))
        #expect(layout.bytesNeeded == 13)
        #expect(layout.raw(from: try #require(CANFDFrame(id: 1, length: 12))) == nil)
        #expect(layout.raw(from: try #require(CANFDFrame(id: 1, length: 16))) == 0)
    }
}
