import CAN
import Diagnostics
import Testing
import Units

@Suite struct `A receiver of segmented messages` {
    private static let link = ISOTPLink.normal(transmit: 0x7E0, receive: 0x7E8)
    private let start = BootTime(milliseconds: 5000)

    private func frame(_ text: String, id: CANID = 0x7E8) throws -> BusFrame {
        .classic(try #require(CANFrame(id: id, bytes: bytes(text))))
    }

    private func receiver(maximum: Int = 4095) -> ISOTPReceiver {
        ISOTPReceiver(link: Self.link, flowControl: FlowControl(), maximumLength: maximum)
    }

    @Test(
        arguments: [
            (false, 999, nil), (false, 1000, .transmitByReceiver), (true, 999, nil),
            (true, 1000, .consecutiveFrame), (true, 1001, .consecutiveFrame),
        ] as [(Bool, Int64, ISOTPTimer?)])
    func `flow control and the next frame have a second each`(
        isOnBus: Bool, after: Int64, timer: ISOTPTimer?
    ) throws {
        var receiver = receiver()
        _ = receiver.receive(try frame("1014010203040506"), at: start)
        if isOnBus { receiver.transmitted(at: start) }
        #expect(receiver.nextDeadline == start + Milliseconds(1000))
        let effect = receiver.advance(to: start + Milliseconds(after))
        #expect(effect == timer.map { .failed(.timeout($0)) })
        #expect(receiver.isIdle == (timer != nil))
    }

    @Test func `a frame that comes after the time-out belongs to nothing`() throws {
        var receiver = receiver()
        _ = receiver.receive(try frame("100A010203040506"), at: start)
        receiver.transmitted(at: start)
        let effects = receiver.receive(try frame("2107080910"), at: start + Milliseconds(1000))
        #expect(
            effects == [
                .failed(.timeout(.consecutiveFrame)), .ignored(.unexpectedConsecutiveFrame),
            ])
    }

    @Test(
        arguments: [
            ("1007010203040506", 7), ("1000010203040506", 0x0102_0304), ("1001010203040506", 1),
            ("100000000FFF0102", 4095), ("1000000000000102", 0),
        ] as [(String, UInt32)])
    func `a first frame without need is not taken`(text: String, length: UInt32) throws {
        var receiver = receiver()
        let effects = receiver.receive(try frame(text), at: start)
        if length == 0x0102_0304 {
            #expect(effects.last == .ignored(.tooLong(length)))
        } else {
            #expect(effects == [.ignored(.needlessFirstFrame(length))])
        }
        #expect(receiver.isIdle)
    }

    @Test(arguments: [(8, 7), (12, 10), (16, 14), (64, 62)] as [(Int, UInt8)], [[], [0x99]])
    func `a first frame is for more than a single frame of its length holds`(
        frame: (length: Int, single: UInt8), prefix: [UInt8]
    ) throws {
        let link = ISOTPLink(
            outgoing: ISOTPAddress(id: 0x7E0, prefix: prefix.first),
            incoming: ISOTPAddress(id: 0x7E8, prefix: prefix.first))
        let single = frame.single - UInt8(prefix.count)
        for length in single - 1...single + 1 {
            var receiver = ISOTPReceiver(link: link, flowControl: nil)
            var content = prefix + [0x10, length]
            while content.count < frame.length { content.append(0x55) }
            let flexible = try #require(CANFDFrame(id: 0x7E8, bytes: content))
            let effects = receiver.receive(.flexible(flexible), at: start)
            #expect(receiver.isIdle == (length <= single))
            #expect(effects.isEmpty == (length > single))
        }
    }

    @Test(arguments: [("1008010203040506", true), ("10080102030405", false)])
    func `a first frame is eight bytes long`(text: String, isTaken: Bool) throws {
        var receiver = receiver()
        let effects = receiver.receive(try frame(text), at: start)
        #expect(receiver.isIdle != isTaken)
        #expect(isTaken || effects == [.ignored(.frameTooShort)])
    }

    @Test(arguments: [(19, false), (20, true), (21, true)])
    func `a message is at most as long as the receiver wants`(maximum: Int, isTaken: Bool)
        throws
    {
        var receiver = receiver(maximum: maximum)
        let effects = receiver.receive(try frame("1014010203040506"), at: start)
        let flow = isTaken ? "300000" : "320000"
        #expect(effects.first == .transmit(try frame(flow, id: 0x7E0)))
        #expect(isTaken || effects.last == .ignored(.tooLong(20)))
        #expect(receiver.isIdle != isTaken)
    }

    @Test func `a message of four gigabytes costs no room`() throws {
        var receiver = receiver()
        let effects = receiver.receive(try frame("1000FFFFFFFF0102"), at: start)
        #expect(effects.last == .ignored(.tooLong(.max)))
    }

    @Test func `a frame in the middle that is too short is not used`() throws {
        var receiver = receiver()
        _ = receiver.receive(try frame("1014010203040506"), at: start)
        #expect(
            receiver.receive(try frame("21070809"), at: start) == [.ignored(.frameTooShort)])
        #expect(receiver.receive(try frame("2107080910111213"), at: start) == [])
        let last = receiver.receive(try frame("2214151617181920"), at: start)
        #expect(last.count == 1)
    }

    @Test func `filling behind the last byte is cut off`() throws {
        var receiver = receiver()
        _ = receiver.receive(try frame("1008010203040506"), at: start)
        let effects = receiver.receive(try frame("210708CCCCCCCCCC"), at: start)
        #expect(effects == [.received([1, 2, 3, 4, 5, 6, 7, 8])])
    }

    @Test func `a listener takes the same messages and never sends`() throws {
        var listener = ISOTPReceiver(link: Self.link, flowControl: nil, maximumLength: 20)
        #expect(listener.receive(try frame("1008010203040506"), at: start) == [])
        let effects = listener.receive(try frame("210708"), at: start)
        #expect(effects == [.received([1, 2, 3, 4, 5, 6, 7, 8])])
        let long = listener.receive(try frame("1015010203040506"), at: start)
        #expect(long == [.ignored(.tooLong(21))])
    }

    @Test func `segmented messages to several units are not taken`() throws {
        let link = ISOTPLink.normal(transmit: 0x7E8, receive: 0x7DF)
        let functional = ISOTPLink(
            outgoing: link.outgoing, incoming: ISOTPAddress(id: 0x7DF, isFunctional: true))
        var receiver = ISOTPReceiver(link: functional, flowControl: FlowControl())
        let effects = receiver.receive(try frame("1014010203040506", id: 0x7DF), at: start)
        #expect(effects == [.ignored(.segmentedToFunctional)])
    }

    @Test func `frames of other addresses, requests and error reports are not heard`() throws {
        let link = ISOTPLink.extended(transmit: 0x6F1, target: 0x12, receive: 0x612, source: 0xF1)
        var receiver = ISOTPReceiver(link: link, flowControl: FlowControl())
        for text in ["612#F20101", "613#F10101", "612#", "612#R3", "00000612#F10101"] {
            #expect(receiver.receive(try BusFrame(text), at: start) == [], "\(text)")
        }
        let error = CANFrame(id: 0x612, length: 3, payload: 0x0101F1, kind: .error)
        #expect(receiver.receive(.classic(error), at: start) == [])
        #expect(receiver.receive(try BusFrame("612#F10101"), at: start) == [.received([1])])
    }

    @Test(arguments: [
        ("7E8##100080102030405060708CCCC", 8), ("7E8##1000701020304050607CCCCCC", 0),
        ("7E8##1000A0102030405060708090A", 10), ("7E8##1000B0102030405060708090A", 0),
        ("7E8##1010801020304050607080910", 0),
    ])
    func `a single frame of CAN FD has a length byte of its own`(text: String, count: Int) throws {
        var receiver = receiver()
        let effects = receiver.receive(try BusFrame(text), at: start)
        if count == 0 {
            #expect(effects == [.ignored(.badSingleFrameLength)])
        } else {
            #expect(effects == [.received((1...UInt8(count)).map(\.self))])
        }
    }

    @Test(arguments: 1...5)
    func `a frame lost anywhere loses the message and not the next`(place: Int) {
        var wire = Wire(
            sender: ISOTPSender(link: Self.link),
            receiver: ISOTPReceiver(link: Self.link.reversed, flowControl: FlowControl()))
        wire.meddle = { count, frame in count == place ? nil : frame }
        wire.run((0..<34).map(UInt8.init))
        #expect(wire.received == [])
        #expect(wire.senderFaults.count == (place == 1 ? 1 : 0))
        #expect(wire.receiverFaults.isEmpty == (place == 1))
        wire.meddle = { $1 }
        wire.run([9, 8, 7])
        #expect(wire.received == [[9, 8, 7]])
    }

    @Test(arguments: 1...4)
    func `a frame that comes twice loses the message and not the next`(place: Int) throws {
        let frames = [
            "101B010203040506", "2107080910111213", "2214151617181920", "2321222324252627",
        ]
        var receiver = receiver()
        var effects: [ISOTPEffect] = []
        for (index, text) in frames.enumerated() {
            effects += receiver.receive(try frame(text), at: start)
            if index + 1 == place { effects += receiver.receive(try frame(text), at: start) }
        }
        let isWhole = effects.contains { if case .received = $0 { true } else { false } }
        // A first frame begins again; behind the last one nothing can be lost any more.
        #expect(isWhole == (place == 1 || place == 4))
        #expect(receiver.receive(try frame("0155"), at: start) == [.received([0x55])])
    }

    @Test func `no bytes make a receiver or a sender trap`() {
        var random = SplitMix64(seed: 0x150_7165)
        var receiver = ISOTPReceiver(
            link: Self.link, flowControl: FlowControl(blockSize: 2), maximumLength: 64)
        var listener = ISOTPReceiver(link: Self.link, flowControl: nil)
        var sender = ISOTPSender(link: Self.link)
        var now = start
        var messages = 0
        for _ in 0..<50_000 {
            let length = Int(random.next(below: 9))
            var payload = random.next()
            // Mostly frames that begin as frames of a transfer do.
            if random.flip() { payload = payload & ~0xFF | random.next(below: 0x40) }
            let frame = CANFrame(id: 0x7E8, length: length, payload: payload)
            now = now + Milliseconds(Int64(random.next(below: 300)))
            if sender.isIdle { _ = sender.send(Array(repeating: 0, count: 40), at: now) }
            _ = sender.transmitted(at: now)
            _ = sender.receive(.classic(frame), at: now)
            _ = listener.receive(.classic(frame), at: now)
            for effect in receiver.receive(.classic(frame), at: now) {
                if case .received(let message) = effect {
                    #expect((1...64).contains(message.count))
                    messages += 1
                }
            }
        }
        #expect(messages > 100)
    }
}
