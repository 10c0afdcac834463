import CAN
import Diagnostics
import Testing
import Units

@Suite struct `A sender of segmented messages` {
    private static let link = ISOTPLink.normal(transmit: 0x7E0, receive: 0x7E8)
    private let start = BootTime(milliseconds: 5000)

    private func frame(_ text: String) throws -> BusFrame {
        .classic(try #require(CANFrame(id: 0x7E8, bytes: bytes(text))))
    }

    /// A sender whose first frame is on the bus.
    private func begun(_ count: Int = 30) -> ISOTPSender {
        var sender = ISOTPSender(link: Self.link)
        _ = sender.send(Array(repeating: 1, count: count), at: start)
        #expect(sender.transmitted(at: start) == nil)
        return sender
    }

    private func sent(_ effect: ISOTPEffect?) -> String? {
        guard case .transmit(let frame)? = effect else { return nil }
        return frame.description
    }

    @Test(
        arguments: [(999, nil), (1000, .transmitBySender), (1001, .transmitBySender)]
            as [(Int64, ISOTPTimer?)])
    func `a frame that does not reach the bus ends the transfer`(
        after: Int64, timer: ISOTPTimer?
    ) {
        var sender = ISOTPSender(link: Self.link)
        _ = sender.send([1], at: start)
        #expect(sender.nextDeadline == start + Milliseconds(1000))
        let effect = sender.advance(to: start + Milliseconds(after))
        #expect(effect == timer.map { .failed(.timeout($0)) })
        #expect(sender.isIdle == (timer != nil))
    }

    @Test(arguments: [(999, true), (1000, false), (1001, false)] as [(Int64, Bool)])
    func `flow control is waited for one second`(after: Int64, isInTime: Bool) throws {
        var sender = begun()
        let effect = sender.receive(try frame("300000"), at: start + Milliseconds(after))
        if isInTime {
            #expect(sent(effect) == "7E0#2101010101010101")
        } else {
            #expect(effect == .failed(.timeout(.flowControl)))
            #expect(sender.nextDeadline == nil)
        }
    }

    @Test func `flow control may come before its frame is known to be on the bus`() throws {
        var sender = ISOTPSender(link: Self.link)
        _ = sender.send(Array(repeating: 1, count: 30), at: start)
        #expect(sent(sender.receive(try frame("300000"), at: start)) == "7E0#2101010101010101")
    }

    @Test func `each request to wait gives another second, ten of them at most`() throws {
        var sender = begun()
        var now = start
        for _ in 0..<ISOTPSender.waitsMaximum {
            now = now + Milliseconds(999)
            #expect(sender.receive(try frame("310000"), at: now) == nil)
            #expect(sender.nextDeadline == now + Milliseconds(1000))
        }
        #expect(sender.receive(try frame("310000"), at: now) == .failed(.tooManyWaits))
        #expect(sender.isIdle)
    }

    @Test func `requests to wait are counted from one block to the next`() throws {
        var sender = begun()
        for _ in 0..<3 {
            for _ in 0..<ISOTPSender.waitsMaximum {
                #expect(sender.receive(try frame("310000"), at: start) == nil)
            }
            #expect(sent(sender.receive(try frame("300100"), at: start)) != nil)
            #expect(sender.transmitted(at: start) == nil)
        }
    }

    @Test func `an overflow ends the transfer`() throws {
        var sender = begun()
        #expect(sender.receive(try frame("320000"), at: start) == .failed(.overflow))
    }

    @Test(arguments: 3...15)
    func `an unknown flow status ends the transfer`(status: UInt8) throws {
        var sender = begun()
        let text = "3" + String(status, radix: 16) + "0000"
        let effect = sender.receive(try frame(text), at: start)
        #expect(effect == .failed(.unknownFlowStatus(status)))
    }

    @Test(
        arguments: [
            (0x00, 0), (0x01, 1000), (0x7F, 127_000), (0x80, 127_000), (0xF0, 127_000), (0xF1, 100),
            (0xF9, 900), (0xFA, 127_000), (0xFF, 127_000),
        ] as [(UInt8, Int64)])
    func `the byte of a pause has reserved values, which mean the longest`(
        byte: UInt8, microseconds: Int64
    ) {
        #expect(SeparationTime(rawValue: byte).microseconds == microseconds)
    }

    @Test(
        arguments: [(0xF1, 2), (0xF9, 2), (0x01, 2), (0x05, 6), (0x80, 128)]
            as [(UInt8, Int64)])
    func `a pause has passed for certain before the next frame`(
        byte: UInt8, milliseconds: Int64
    ) throws {
        var sender = begun()
        let flow = "3000" + hexadecimal([byte])
        #expect(sent(sender.receive(try frame(flow), at: start)) == "7E0#2101010101010101")
        #expect(sender.transmitted(at: start) == nil)
        let due = start + Milliseconds(milliseconds)
        #expect(sender.nextDeadline == due)
        #expect(sender.advance(to: due - Milliseconds(1)) == nil)
        #expect(sent(sender.advance(to: due)) == "7E0#2201010101010101")
    }

    @Test func `the pause and block of the first flow control hold for all of the message`()
        throws
    {
        var sender = begun()
        #expect(sent(sender.receive(try frame("300100"), at: start)) != nil)
        #expect(sender.transmitted(at: start) == nil)
        #expect(sent(sender.receive(try frame("30007F"), at: start)) == "7E0#2201010101010101")
        #expect(sender.transmitted(at: start) == nil)
        #expect(sender.nextDeadline == start + Milliseconds(1000))
    }

    @Test func `flow control that nobody waits for is not used`() throws {
        var sender = begun()
        #expect(sent(sender.receive(try frame("300000"), at: start)) != nil)
        let effect = sender.receive(try frame("320000"), at: start)
        #expect(effect == .ignored(.unexpectedFlowControl))
        var idle = ISOTPSender(link: Self.link)
        let other = idle.receive(try frame("300000"), at: start)
        #expect(other == .ignored(.unexpectedFlowControl))
    }

    @Test func `flow control of another address or cut off is not heard`() throws {
        var sender = begun()
        let other = try #require(CANFrame(id: 0x7E9, bytes: [0x30, 0, 0]))
        #expect(sender.receive(.classic(other), at: start) == nil)
        #expect(sender.receive(try frame("3000"), at: start) == nil)
    }

    @Test(arguments: [(7, true), (8, false)])
    func `to several units goes one single frame or nothing`(count: Int, isSent: Bool) {
        let link = ISOTPLink.normal(transmit: 0x7DF, receive: 0x7E8, isFunctional: true)
        var sender = ISOTPSender(link: link)
        let effect = sender.send(Array(repeating: 1, count: count), at: start)
        #expect((sent(effect) != nil) == isSent)
        #expect(isSent || effect == .failed(.segmentedToFunctional))
        #expect(sender.isIdle != isSent)
    }

    @Test func `a message beyond 4095 bytes states its length in 32 bits`() {
        var sender = ISOTPSender(link: Self.link)
        let effect = sender.send(Array(repeating: 0xAB, count: 70_000), at: start)
        #expect(sent(effect) == "7E0#100000011170ABAB")
    }

    @Test(arguments: [7, 9, 10, 15, 63])
    func `a length that CAN FD does not have makes no format`(length: Int) {
        #expect(ISOTPFrameFormat.flexible(dataLength: length) == nil)
    }

    @Test func `identifiers of 29 bits name target and source, and whether all are meant`() {
        let fixed = ISOTPLink.normalFixed(target: 0x33, source: 0xF1, isFunctional: true)
        #expect(fixed.outgoing == ISOTPAddress(id: 0x18DB_33F1, isFunctional: true))
        #expect(fixed.incoming == ISOTPAddress(id: 0x18DA_F133))
        let mixed = ISOTPLink.mixedFixed(
            target: 0x33, source: 0xF1, extension: 0x55, isFunctional: true)
        #expect(mixed.outgoing == ISOTPAddress(id: 0x18CD_33F1, prefix: 0x55, isFunctional: true))
        #expect(mixed.incoming == ISOTPAddress(id: 0x18CE_F133, prefix: 0x55))
        #expect(mixed.reversed.outgoing == mixed.incoming)
        #expect(mixed.reversed.incoming == mixed.outgoing)
    }
}
