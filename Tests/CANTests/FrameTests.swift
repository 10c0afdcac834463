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
