import CAN
import Testing

@testable import LinuxCAN

@Suite struct `Frames of the kernel` {
    private static func frame(
        _ word: UInt32, _ length: UInt8, flags: UInt8 = 0, flexible: Bool = false
    ) -> BusFrame {
        var words = InlineArray<8, UInt64>(repeating: 0)
        for index in 0..<8 {
            // 01 02 03 …, as far as there is room.
            for byte in 0..<8 {
                words[index] |= UInt64(8 * index + byte + 1) << UInt64(8 * byte)
            }
        }
        return BusFrame(
            linux: word, length: length, flags: flags, isFlexible: flexible, words: words)
    }

    private static let rows: [(BusFrame, String)] = [
        (frame(0x611, 8), "611#0102030405060708"), (frame(0x7FF, 0), "7FF#"),
        (frame(0x98DA_F110, 2), "18DAF110#0102"), (frame(0x8000_0611, 1), "00000611#01"),
        (frame(0x4000_0611, 4), "611#R4"), (frame(0xC000_0611, 0), "00000611#R"),
        (frame(0x2000_0040, 8), "20000040#0102030405060708"),
        // More than there can be is cut off.
        (frame(0x100, 9), "100#0102030405060708"), (frame(0x100, 255), "100#0102030405060708"),
        (frame(0x1FFF_FFFF & 0x7FF, 1), "7FF#01"),
        (frame(0x123, 1, flexible: true), "123##001"),
        (frame(0x123, 1, flags: 5, flexible: true), "123##101"),
        (frame(0x8000_0123, 1, flags: 7, flexible: true), "00000123##301"),
    ]

    @Test(arguments: rows)
    func `a frame is read with its identifier, kind and bytes`(frame: BusFrame, text: String) {
        #expect(frame.description == text)
    }

    @Test(arguments: [
        (UInt8(8), 8), (9, 12), (12, 12), (13, 16), (48, 48), (49, 64), (64, 64), (65, 64),
        (255, 64),
    ])
    func `a length of CAN FD that does not exist is filled up to the next`(
        told: UInt8, length: Int
    ) {
        #expect(Self.frame(0x123, told, flexible: true).length == length)
    }

    @Test func `an identifier of 11 bits has no others`() {
        #expect(Self.frame(0x1000_0123, 1).id == 0x123)
    }

    @Test func `any word of the kernel makes a frame`() {
        for bit in 0..<32 {
            for flexible in [false, true] {
                let frame = Self.frame(1 << UInt32(bit), 8, flexible: flexible)
                #expect(frame.length == 8)
            }
        }
    }
}
