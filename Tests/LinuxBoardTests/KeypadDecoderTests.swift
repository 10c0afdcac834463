import Box
import Testing

@testable import LinuxBoard

@Suite struct `Keys of an input device` {
    private func event(_ type: UInt16, _ code: UInt16, _ value: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xEE, count: KeypadDecoder.eventSize - 8)
        for word in [type, code] { bytes += [UInt8(word & 0xFF), UInt8(word >> 8)] }
        let pattern = UInt32(bitPattern: value)
        for shift in [0, 8, 16, 24] { bytes.append(UInt8(pattern >> shift & 0xFF)) }
        return bytes
    }

    private func press(_ code: UInt16) -> [UInt8] {
        event(1, code, 1) + event(0, 0, 0) + event(1, code, 0) + event(0, 0, 0)
    }

    private func decode(_ bytes: [UInt8]) -> [Key] {
        var decoder = KeypadDecoder()
        return decoder.take(bytes[...])
    }

    @Test(
        arguments: [
            (11, Key.digit(0)), (2, .digit(1)), (3, .digit(2)), (4, .digit(3)), (5, .digit(4)),
            (6, .digit(5)), (7, .digit(6)), (8, .digit(7)), (9, .digit(8)), (10, .digit(9)),
            (82, .digit(0)), (79, .digit(1)), (80, .digit(2)), (81, .digit(3)), (75, .digit(4)),
            (76, .digit(5)), (77, .digit(6)), (71, .digit(7)), (72, .digit(8)), (73, .digit(9)),
            (0x200, .digit(0)), (0x201, .digit(1)), (0x202, .digit(2)), (0x203, .digit(3)),
            (0x204, .digit(4)), (0x205, .digit(5)), (0x206, .digit(6)), (0x207, .digit(7)),
            (0x208, .digit(8)), (0x209, .digit(9)), (0x20A, .clear), (55, .clear), (14, .clear),
            (1, .clear), (111, .clear), (0x20B, .enter), (96, .enter), (28, .enter),
        ] as [(UInt16, Key)])
    func `both kinds of pad are understood`(_ code: UInt16, _ key: Key) {
        #expect(decode(press(code)) == [key])
    }

    @Test func `every other code is nothing`() {
        let known = (UInt16(0)...0x2FF).filter { KeypadDecoder.key($0) != nil }
        #expect(known.count == 38)
        for code: UInt16 in [0, 12, 13, 15, 69, 74, 78, 83, 98, 0x20C, 0xFFFF] {
            #expect(decode(press(code)) == [])
        }
    }

    @Test(arguments: [0, 2, 3, -1, 256, Int32.max, Int32.min] as [Int32])
    func `only a press is a key`(_ value: Int32) {
        #expect(decode(event(1, 2, value)) == [])
    }

    @Test func `other kinds of events are nothing`() {
        for type: UInt16 in [2, 3, 4, 17, 20, 0xFFFF] { #expect(decode(event(type, 2, 1)) == []) }
    }

    @Test func `keys come in their order`() {
        #expect(decode(press(2) + press(79) + press(0x20B)) == [.digit(1), .digit(1), .enter])
    }

    @Test func `after a loss nothing counts until the next report`() {
        var decoder = KeypadDecoder()
        let lost = event(0, 3, 0)
        #expect(decoder.take((press(2) + lost + event(1, 3, 1))[...]) == [.digit(1)])
        #expect(decoder.take(event(1, 4, 1)[...]) == [])
        #expect(decoder.take((event(0, 0, 0) + press(5))[...]) == [.digit(4)])
    }

    @Test func `any bytes are taken`() {
        var decoder = KeypadDecoder()
        for count in 0...3 * KeypadDecoder.eventSize {
            #expect(decoder.take([UInt8](repeating: 0xFF, count: count)[...]) == [])
            #expect(decoder.take([UInt8](repeating: 0, count: count)[...]) == [])
        }
        let bytes = press(2)
        for count in bytes.indices {
            #expect(decoder.take(bytes[..<count]).count <= 1)
        }
    }
}
