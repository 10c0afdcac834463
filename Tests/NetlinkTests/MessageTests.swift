import Netlink
import Testing
import Units

@Suite struct `Messages of rtnetlink` {
    private func events(_ bytes: [UInt8]) -> [NetlinkEvent] {
        NetlinkMessages.events(in: bytes.span)
    }

    @Test func `a CAN controller is read with all that matters`() throws {
        let event = try #require(events(Messages.controller).first)
        guard case .link(let link) = event else {
            Issue.record("\(event) is no link")
            return
        }
        #expect(link.index == 5 && link.name == "can0" && link.kind == "can")
        #expect(link.isCAN && link.isUp && link.hasCarrier && link.mtu == 72)
        let controller = try #require(link.controller)
        #expect(controller.bitRate == 500_000)
        #expect(controller.dataBitRate == 2_000_000)
        #expect(controller.modes == [.listenOnly, .flexible])
        #expect(controller.state == .errorPassive)
        #expect(controller.restartMilliseconds == 100)
        #expect(controller.sendErrors == 12 && controller.receiveErrors == 130)
    }

    @Test func `a virtual interface has no controller`() throws {
        let bytes = Messages.link(
            index: 3, hardware: 280, flags: 0,
            [Messages.name("vcan0"), Messages.information("vcan")])
        guard case .link(let link) = try #require(events(bytes).first) else { return }
        #expect(link.kind == "vcan" && link.isCAN && !link.isUp && !link.hasCarrier)
        #expect(link.controller == nil)
    }

    @Test func `the attributes of another driver are not taken for those of CAN`() throws {
        let data = [Messages.timing(500_000)]
        let bytes = Messages.link(
            index: 3, hardware: 1, flags: 1,
            [Messages.name("br0"), Messages.information("bridge", data)])
        guard case .link(let link) = try #require(events(bytes).first) else { return }
        #expect(link.controller == nil)
    }

    @Test func `a bit rate of zero is none`() throws {
        let bytes = Messages.link(
            index: 3, hardware: 280, flags: 1,
            [Messages.information("can", [Messages.timing(0), Messages.timing(0, type: 9)])])
        guard case .link(let link) = try #require(events(bytes).first) else { return }
        #expect(link.controller != nil)
        #expect(link.controller?.bitRate == nil && link.controller?.dataBitRate == nil)
    }

    private static let kinds: [(UInt16, [UInt8], NetlinkEvent)] = [
        (3, [], .listEnded(request: 7)), (2, Messages.words([0]), .acknowledged(request: 7)),
        (2, Messages.words([UInt32(bitPattern: -1)]), .refused(request: 7, code: 1)),
        (2, Messages.words([UInt32(bitPattern: .min)]), .refused(request: 7, code: .max)),
        (2, [], .malformed(offset: 0)), (4, [], .overrun),
        (16, [0, 0, 0], .malformed(offset: 0)), (24, [2], .malformed(offset: 0)),
        (16, [UInt8](repeating: 0, count: 16), .malformed(offset: 0)),
    ]

    @Test(arguments: kinds)
    func `each kind of message has its event`(type: UInt16, body: [UInt8], event: NetlinkEvent) {
        #expect(events(Messages.message(type, request: 7, body)) == [event])
    }

    @Test func `other kinds of messages are skipped`() {
        let bytes = Messages.message(20, [1, 2, 3]) + Messages.message(3, request: 9, [])
        #expect(events(bytes) == [.listEnded(request: 9)])
    }

    @Test func `routes tell whether they lead everywhere`() throws {
        let over = Messages.attribute(4, Messages.words([2]))
        let rows: [([UInt8], Bool)] = [
            (Messages.route(family: 2, prefix: 0, [over]), true),
            (Messages.route(family: 10, prefix: 0, [over]), true),
            (Messages.route(family: 2, prefix: 1, [over]), false),
            (Messages.route(family: 2, prefix: 0, table: 255, [over]), false),
            (Messages.route(family: 2, prefix: 0, kind: 7, [over]), false),
            (Messages.route(family: 7, prefix: 0, [over]), false),
            (
                Messages.route(
                    family: 2, prefix: 0, table: 252,
                    [over, Messages.attribute(15, Messages.words([254]))]), true
            ),
        ]
        for (bytes, isDefault) in rows {
            guard case .route(let route) = try #require(events(bytes).first) else {
                Issue.record("\(bytes) is no route")
                continue
            }
            #expect(route.isDefault == isDefault)
            #expect(route.interface == 2)
        }
    }

    @Test(arguments: [0, 1, 15, 16, 17])
    func `what is shorter than it says is malformed`(count: Int) {
        let found = events(Array(Messages.controller.prefix(count)))
        #expect(found == (count == 0 ? [] : [.malformed(offset: 0)]))
    }

    @Test(arguments: [UInt32(0), 15, .max])
    func `a length that cannot be ends the reading`(length: UInt32) {
        let good = Messages.message(3, request: 1, [])
        let bad = Messages.words([length]) + [UInt8](repeating: 0, count: 12)
        #expect(events(good + bad + good) == [.listEnded(request: 1), .malformed(offset: 16)])
    }

    @Test func `bytes that were changed by chance have an outcome, too`() {
        var random = SplitMix64(seed: 0xCA7)
        let whole =
            Messages.controller + Messages.route(family: 2, prefix: 0, [])
            + Messages.message(2, Messages.words([5]))
        var outcomes: Set<Int> = []
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0...8, using: &random))
            outcomes.insert(events(bytes).count)
        }
        #expect(outcomes.count > 2, "the changes reach the reader")
    }
}

@Suite struct `Requests of rtnetlink` {
    @Test(arguments: [
        (NetlinkRequest.listLinks, UInt16(18), UInt16(0x301)), (.link(index: 4), 18, 0x1),
        (.listRoutes, 26, 0x301), (.setUp(index: 4, true), 16, 0x5),
        (.restartController(index: 4), 16, 0x5), (.listenOnly(index: 4), 16, 0x5),
    ])
    func `a request says how long it is, what it wants and its number`(
        request: NetlinkRequest, type: UInt16, flags: UInt16
    ) {
        let bytes = request.bytes(number: 0x0102_0304)
        #expect(bytes.count % 4 == 0)
        #expect(Array(bytes[0..<4]) == Messages.words([UInt32(bytes.count)]))
        #expect(Array(bytes[4..<8]) == Messages.halves([type, flags]))
        #expect(Array(bytes[8..<12]) == [4, 3, 2, 1])
    }

    @Test func `an interface is turned on and off by one flag`() {
        #expect(
            NetlinkRequest.setUp(index: 4, true).bytes(number: 1).suffix(12)
                == [4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0])
        #expect(
            NetlinkRequest.setUp(index: 4, false).bytes(number: 1).suffix(12)
                == [4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])
    }

    @Test func `changes of a controller are read back as they were meant`() throws {
        let bytes = NetlinkRequest.listenOnly(index: 4).bytes(number: 1)
        guard case .link(let link) = try #require(NetlinkMessages.events(in: bytes.span).first)
        else { return }
        #expect(link.index == 4 && link.kind == "can")
        #expect(link.controller?.modes == .listenOnly)
    }
}
