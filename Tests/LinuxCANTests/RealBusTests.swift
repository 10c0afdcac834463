import CAN
import Diagnostics
import LinuxCAN
import LinuxIO
import LinuxTime
import Testing
import Units

@Suite(.serialized, .enabled(if: Host.hasCAN, "\(Host.reason)"))
struct `A bus of the kernel` {
    /// A virtual bus, somebody on it, and the box.
    private static func scene(
        _ name: String, _ filters: [CANFilter] = [.everything],
        role: BusExpectation.Role = .listens
    ) throws -> (bus: VirtualBus, peer: Peer, box: HeardBus) {
        let bus = try VirtualBus(name)
        let box = try HeardBus(name, filters, role: role)
        try box.wait(for: .turnedOn)
        return (bus, try Peer(name), box)
    }

    @Test func `virtual interfaces are refused unless this is a bench`() throws {
        let bus = try VirtualBus("cbv0")
        let box = try HeardBus(bus.name, isBench: false)
        try box.wait(for: .refused(.noController))
        #expect(box.bus.stamps == nil, "no socket was opened")
    }

    @Test func `frames come as they were sent, in their order`() throws {
        let (bus, peer, box) = try Self.scene("cbv1")
        let texts = [
            "611#2000050000003CE5", "123#", "18DAF110#0102030405060708", "7FF#R4",
            "5A1##100112233445566778899AABB",
            "12345678##3"
                + String(repeating: "A5", count: 64),
        ]
        for text in texts { try peer.send(text) }
        #expect(try box.take(texts.count).map(\.frame.description) == texts)
        withExtendedLifetime(bus) {}
    }

    @Test func `only frames with exactly the identifiers asked for come`() throws {
        let base = try #require(CANID(base: 0x611))
        let extended = try #require(CANID(extended: 0x123))
        let (bus, peer, box) = try Self.scene(
            "cbv2", [CANFilter(exactly: base), CANFilter(exactly: extended)])
        for text in [
            "610#01", "612#01", "00000611#01", "611#R1", "123#01", "611#02", "00000123#03",
            "011#01", "611##104", "10000123#01",
        ] { try peer.send(text) }
        #expect(try box.take(3).map(\.frame.description) == ["611#02", "00000123#03", "611##104"])
        withExtendedLifetime(bus) {}
    }

    @Test func `without filters nothing comes but errors`() throws {
        let (bus, peer, box) = try Self.scene("cbv3", [])
        try peer.send("611#01")
        try peer.send("20000040#0000000000000000")
        try box.wait(for: .busOff(count: 1))
        #expect(box.frames == [])
        withExtendedLifetime(bus) {}
    }

    @Test func `error frames change the state of the bus and are not handed over`() throws {
        let (bus, peer, box) = try Self.scene("cbv4")
        try peer.send("20000004#0008000000000000")
        try box.wait(for: .errorState(.warning))
        try peer.send("20000004#0010000000000000")
        try box.wait(for: .errorState(.passive))
        try peer.send("20000040#0000000000000000")
        try box.wait(for: .busOff(count: 1))
        try peer.send("20000100#0000000000000000")
        try box.wait(for: .restarted)
        try peer.send("20000020#0000000000000000")
        try box.wait("trouble") { $0.bus.troubles.notAcknowledged == 1 }
        #expect(box.bus.supervisor.state == .up(.active) && box.frames == [])
        withExtendedLifetime(bus) {}
    }

    @Test func `the third bus-off silences the box, and the kernel says what it could not do`()
        throws
    {
        let (bus, peer, box) = try Self.scene("cbv5", role: .polls)
        for _ in 0..<3 {
            try peer.send("20000040#0000000000000000")
            try peer.send("20000100#0000000000000000")
        }
        try box.wait("silence") { $0.reports.contains(.silenced) }
        #expect(box.bus.supervisor.isSilenced)
        // A virtual controller has no modes; turning it off and on does work.
        try box.wait("a refusal") { box in
            box.reports.contains { if case .notChanged = $0 { true } else { false } }
        }
        try box.wait("the bus again") { $0.bus.supervisor.state == .up(.active) }
        withExtendedLifetime(bus) {}
    }

    @Test func `frames carry the time at which they came`() throws {
        let (bus, peer, box) = try Self.scene("cbv6")
        #expect(box.bus.stamps != CANSocket.Stamps.none)
        let before = KernelClock.now
        try peer.send("611#01")
        let between = KernelClock.now
        // Read late, and placed where it came nevertheless.
        while KernelClock.now - between < Milliseconds(150) {}
        try peer.send("611#02")
        let frames = try box.take(2)
        #expect(frames[0].at >= before - Milliseconds(1))
        #expect(frames[0].at <= between + Milliseconds(1))
        #expect(frames[1].at - frames[0].at >= Milliseconds(149))
        withExtendedLifetime(bus) {}
    }

    @Test func `frames of this machine are told from those of the bus`() throws {
        let (bus, peer, box) = try Self.scene("cbv7")
        try peer.send("611#01")
        #expect(try box.take(1).map(\.origin) == [.thisMachine])
        withExtendedLifetime(bus) {}
    }

    @Test func `a frame that was permitted is sent, and not heard by the box itself`() throws {
        let bus = try VirtualBus("cbv8")
        let peer = try Peer(bus.name, hears: [.everything])
        let box = try HeardBus(bus.name, role: .polls)
        try box.wait(for: .turnedOn)
        try peer.send("100#01")
        _ = try box.take(1)
        let now = KernelClock.now
        var list = TransmitAllowList()
        let request = try CANFrame("7DF#0201A6CCCCCCCCCC")
        guard case .permitted(let permitted) = list.judge(request, at: now) else {
            Issue.record("the odometer may be asked for")
            return
        }
        let conditions = PollingConditions(
            isIgnitionOn: true, isLocked: false, busHeardAt: now, voltage: Millivolts(13_000))
        #expect(box.bus.send(permitted, under: conditions, at: now) == .sent)
        #expect(peer.take().map { Array($0.prefix(4)) } == [0xDF, 0x07, 0, 0])
        #expect(
            box.bus.send(permitted, under: PollingConditions(), at: now)
                == .refused(.obstacle(.locked)))
        box.look()
        #expect(box.frames == [], "what the box sends it does not hear")
    }

    @Test func `frames that were lost are counted, all of them`() throws {
        let (bus, peer, box) = try Self.scene("cbv9")
        let sent = 60_000
        for number in 0..<sent { try peer.send(0x100, 8, UInt64(number)) }
        // What was lost is told with the next frame that was not.
        var lost: UInt32 = 0
        var last: UInt64 = 0
        func take(_ frames: [ReceivedFrame]) {
            for frame in frames {
                lost += frame.lostBefore
                let payload = frame.frame.word(atByte: 0)
                #expect(payload >= last)
                last = payload
            }
        }
        var count = 0
        while case let frames = try box.take(1), !frames.isEmpty {
            take(frames)
            count += frames.count
            if last == UInt64(sent) { break }
            try peer.send(0x100, 8, UInt64(sent))
        }
        #expect(lost > 0, "the room of a socket is bounded")
        #expect(box.reports.contains { if case .framesLost = $0 { true } else { false } })
        #expect(last == UInt64(sent))
        withExtendedLifetime(bus) {}
    }

    @Test func `an interface that is turned off and on is heard again`() throws {
        let bus = try VirtualBus("cbv10")
        let box = try HeardBus(bus.name)
        try box.wait(for: .turnedOn)
        try bus.turn("down")
        try box.wait(for: .turnedOff)
        #expect(box.bus.supervisor.state == .down)
        try bus.turn("up")
        try box.wait(for: .turnedOn)
        try Peer(bus.name).send("611#01")
        #expect(try box.take(1).count == 1)
    }

    @Test func `an interface that is removed and made again is heard again`() throws {
        let bus = try VirtualBus("cbv11")
        let box = try HeardBus(bus.name)
        try box.wait(for: .turnedOn)
        for _ in 0..<3 {
            try bus.remove()
            try box.wait(for: .vanished)
            try bus.make()
            try bus.turn("up")
            try box.wait(for: .turnedOn)
            try Peer(bus.name).send("611#01")
            #expect(try box.take(1).count == 1)
        }
    }

    @Test func `an interface that comes late is waited for`() throws {
        let box = try HeardBus("cbv12")
        box.look()
        #expect(box.bus.supervisor.state == .absent)
        let bus = try VirtualBus("cbv12")
        try box.wait(for: .turnedOn)
        withExtendedLifetime(bus) {}
    }
}
