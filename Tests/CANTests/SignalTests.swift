import CAN
import Testing

@Suite struct `Signal layouts` {
    @Test(arguments: [
        // The frames of a RAV4: 15589 miles.
        ("611#2100002400003CE5", 39, 32, ByteOrder.bigEndian, Int64(15589)),
        ("611#2100002400003CE5", 26, 2, .bigEndian, 2),
        ("123#F0FF", 4, 8, .littleEndian, 0xFF),
        ("123#F00F", 4, 8, .littleEndian, 0xFF),
        ("123#0FF0", 3, 8, .bigEndian, 0xFF),
        ("123#8000000000000000", 7, 1, .bigEndian, 1),
        ("123#0000000000000080", 63, 1, .littleEndian, 1),
    ])
    func `a signal is read in the numbering of DBC files`(
        text: String, start: Int, length: Int, order: ByteOrder, value: Int64
    ) throws {
        let layout = try #require(SignalLayout(start: start, length: length, byteOrder: order))
        #expect(layout.raw(from: try CANFrame(text)) == value)
    }

    @Test(arguments: ByteOrder.allCases)
    func `one byte too few gives no value`(order: ByteOrder) throws {
        let start = order == .littleEndian ? 8 : 15
        let layout = try #require(SignalLayout(start: start, length: 16, byteOrder: order))
        #expect(layout.raw(from: CANFrame(id: 1, length: 2)) == nil)
        #expect(layout.raw(from: CANFrame(id: 1, length: 3)) == 0)
        #expect(layout.raw(from: CANFrame(id: 1, length: 8, kind: .remote)) == nil)
    }

    @Test func `a layout outside sixty-four bytes does not exist`() {
        #expect(SignalLayout(start: 511, length: 1, byteOrder: .littleEndian) != nil)
        #expect(SignalLayout(start: 511, length: 2, byteOrder: .littleEndian) == nil)
        #expect(SignalLayout(start: 512, length: 1, byteOrder: .littleEndian) == nil)
        #expect(SignalLayout(start: 504, length: 1, byteOrder: .bigEndian) != nil)
        #expect(SignalLayout(start: 504, length: 2, byteOrder: .bigEndian) == nil)
        #expect(SignalLayout(start: 0, length: 0, byteOrder: .bigEndian) == nil)
        #expect(SignalLayout(start: 0, length: 65, byteOrder: .littleEndian) == nil)
        #expect(SignalLayout(start: -1, length: 1, byteOrder: .littleEndian) == nil)
    }

    @Test func `every layout writes what it reads and leaves all else alone`() throws {
        var places = 0
        for order in ByteOrder.allCases {
            for start in 0..<64 {
                for length in 1...64 {
                    for isSigned in [false, true] {
                        let layout = try #require(
                            SignalLayout(
                                start: start, length: length, byteOrder: order, isSigned: isSigned))
                        guard layout.bytesNeeded <= 8 else { continue }
                        places += 1
                        try checkWrites(layout)
                    }
                }
            }
        }
        #expect(places == 2 * 2 * 64 * 65 / 2)
    }

    private func checkWrites(_ layout: SignalLayout) throws {
        let pattern: UInt64 = 0xA5C3_96F0_0F69_3C5A
        for value in [layout.range.lowerBound, layout.range.upperBound, 0] {
            var frame = CANFrame(id: 1, length: 8, payload: pattern)
            try #require(layout.insert(value, into: &frame))
            try #require(layout.raw(from: frame) == value)
            // Put back what was there: then nothing else has changed.
            let before = CANFrame(id: 1, length: 8, payload: pattern)
            let bits = try #require(layout.bits(from: before))
            try #require(layout.insert(bits: bits, into: &frame))
            try #require(frame == before)
        }
    }

    @Test func `what does not fit is not written`() throws {
        let layout = try #require(
            SignalLayout(start: 0, length: 8, byteOrder: .littleEndian, isSigned: true))
        var frame = CANFrame(id: 1, length: 1)
        #expect(layout.range == -128...127)
        #expect(layout.insert(127, into: &frame))
        #expect(!layout.insert(128, into: &frame))
        #expect(!layout.insert(-129, into: &frame))
        #expect(layout.raw(from: frame) == 127)
        var short = CANFrame(id: 1, length: 0)
        #expect(!layout.insert(1, into: &short))
    }

    @Test func `an unsigned value of 64 bits beyond Int64 has bits but no raw value`() throws {
        let layout = try #require(SignalLayout(start: 0, length: 64, byteOrder: .littleEndian))
        let frame = CANFrame(id: 1, length: 8, payload: .max)
        #expect(layout.bits(from: frame) == .max)
        #expect(layout.raw(from: frame) == nil)
    }
}
