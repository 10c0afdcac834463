import CAN
import Diagnostics
import Glibc
import LinuxCAN
import LinuxIO
import LinuxTime
import Netlink
import Testing
import Units

/// Two controllers on one simulated bus.
@Suite(.serialized, .enabled(if: Host.isGuest, "\(Host.reason)"))
struct `A controller with bit timing` {
    private static func setUp(_ name: String, _ options: String...) throws {
        try run(["ip", "link", "set", name, "down"])
        try run(["ip", "link", "set", name, "type", "can"] + options)
        try run(["ip", "link", "set", name, "up"])
    }

    @Test func `is heard when it listens at the right rate, and no sooner`() throws {
        try Self.setUp("can1", "bitrate", "500000", "listen-only", "off")
        try Self.setUp("can0", "bitrate", "125000", "listen-only", "on")
        let box = try HeardBus("can0", isBench: false)
        try box.wait(for: .refused(.bitRate(expected: 500_000, found: 125_000)))
        try Self.setUp("can0", "bitrate", "500000", "listen-only", "off")
        try box.wait(for: .refused(.notListenOnly))
        #expect(box.bus.stamps == nil, "no socket was opened")
        try Self.setUp("can0", "bitrate", "500000", "listen-only", "on")
        try box.wait(for: .turnedOn)
        try Peer("can1").send("611#2000050000003CE5")
        let frames = try box.take(1)
        #expect(frames.map(\.frame.description) == ["611#2000050000003CE5"])
        #expect(frames.map(\.origin) == [.bus])
        try Self.setUp("can0", "bitrate", "500000", "listen-only", "off")
        try box.wait(for: .refused(.notListenOnly))
    }

    @Test func `is made to listen by the requests that a silenced box sends`() throws {
        try Self.setUp("can0", "bitrate", "500000", "listen-only", "off")
        let box = try HeardBus("can0", isBench: false)
        try box.wait(for: .refused(.notListenOnly))
        let index = Int32(unsafe if_nametoindex("can0"))
        var routes = try RouteSocket(hearing: [])
        let requests: [NetlinkRequest] = [
            .setUp(index: index, false), .listenOnly(index: index), .setUp(index: index, true),
        ]
        for (number, request) in requests.enumerated() {
            try routes.send(request.bytes(number: UInt32(number)))
            _ = PollSource.wait(for: [routes.source], milliseconds: 20_000)
            guard case .messages(let bytes) = routes.receive() else {
                Issue.record("no answer")
                return
            }
            #expect(
                NetlinkMessages.events(in: bytes.span) == [.acknowledged(request: UInt32(number))])
        }
        try box.wait(for: .turnedOn)
        // One that is not off the bus is not restarted.
        try routes.send(NetlinkRequest.restartController(index: index).bytes(number: 9))
        _ = PollSource.wait(for: [routes.source], milliseconds: 20_000)
        guard case .messages(let bytes) = routes.receive(),
            case .refused(request: 9, _) = NetlinkMessages.events(in: bytes.span).first
        else {
            Issue.record("a controller that works was restarted")
            return
        }
    }

    @Test func `takes what the allow-list permits where the profile polls`() throws {
        try Self.setUp("can1", "bitrate", "500000", "listen-only", "off")
        try Self.setUp("can0", "bitrate", "500000", "listen-only", "off")
        let peer = try Peer("can1", hears: [.everything])
        let box = try HeardBus("can0", role: .polls, isBench: false)
        try box.wait(for: .turnedOn)
        try peer.send("100#01")
        _ = try box.take(1)
        let now = KernelClock.now
        var list = TransmitAllowList()
        guard case .permitted(let frame) = list.judge(try CANFrame("7DF#0201A6CCCCCCCCCC"), at: now)
        else { return }
        let conditions = PollingConditions(
            isIgnitionOn: true, isLocked: false, busHeardAt: now, voltage: Millivolts(13_000))
        #expect(box.bus.send(frame, under: conditions, at: now) == .sent)
        var heard: [UInt8]?
        while heard == nil, KernelClock.now - now < .seconds(20) { heard = peer.take() }
        #expect(heard.map { Array($0.prefix(4)) } == [0xDF, 0x07, 0, 0])
    }
}

@Suite(.serialized, .enabled(if: Host.isGuest, "\(Host.reason)"))
struct `A busy bus` {
    /// What was heard of frames that are numbered from 0.
    private struct Tally {
        var frames = 0
        var lost = 0
        /// All numbers together: virtual buses of several processors may swap neighbours.
        var sum = 0
        var busy = Milliseconds.zero
        var late = Milliseconds.zero
    }

    private static func listen(_ box: CANBus, until count: Int) -> Tally {
        var tally = Tally()
        var last = KernelClock.now
        while tally.frames < count, KernelClock.now - last < .seconds(20) {
            _ = PollSource.wait(for: box.sources, milliseconds: 1000)
            let moment = KernelClock.moment
            _ = box.handle(at: moment) { received in
                tally.sum += Int(truncatingIfNeeded: received.frame.word(atByte: 0))
                tally.frames += 1
                tally.lost += Int(received.lostBefore)
                tally.late = max(tally.late, moment.boot - received.at)
                last = moment.boot
            }
        }
        return tally
    }

    @Test func `brings 4000 frames a second for a minute without a loss`() throws {
        let bus = try VirtualBus("cbvload")
        let count = 240_000
        var text = ""
        for number in 0..<count {
            let time = 1_000_000_000 + number * 250
            let micros = String(time % 1_000_000 + 1_000_000).dropFirst()
            var payload = ""
            for byte in 0..<8 {
                let value = (number >> (8 * byte)) & 0xFF
                payload += String(value / 16, radix: 16) + String(value % 16, radix: 16)
            }
            text += "(\(time / 1_000_000).\(micros)) can 100#\(payload)\n"
        }
        let path = "/tmp/cityzenbox-load.log"
        guard let file = unsafe fopen(path, "w") else { throw Failed(description: path) }
        unsafe fputs(text, file)
        unsafe fclose(file)
        let moment = KernelClock.moment
        let box = try CANBus(
            BusExpectation(interface: bus.name, bitRate: 500_000, isBench: true),
            filters: [.everything], at: moment)
        while box.stamps == nil { _ = box.handle(at: KernelClock.moment) { _ in } }
        let player = try start(["canplayer", "-I", path, "\(bus.name)=can"])
        let begin = KernelClock.now
        let before = Self.processorTime
        let tally = Self.listen(box, until: count)
        let took = KernelClock.now - begin
        let busy = Self.processorTime - before
        var status: Int32 = 0
        unsafe waitpid(player, &status, 0)
        print(
            "load: \(tally.frames) frames in \(took), \(tally.lost) lost,",
            "processor \(busy) of this process, latest frame read after \(tally.late)")
        #expect(tally.frames == count && tally.lost == 0)
        #expect(tally.sum == count * (count - 1) / 2)
        withExtendedLifetime(bus) {}
    }

    private static var processorTime: Milliseconds {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Milliseconds(Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

@Suite(.serialized, .enabled(if: Host.isGuest, "\(Host.reason)"))
struct `A clock that is set` {
    @Test(arguments: [Int64(3600), -3600, 86_400])
    func `does not move frames that came before`(seconds: Int64) throws {
        let bus = try VirtualBus("cbvjump")
        let box = try HeardBus(bus.name)
        try box.wait(for: .turnedOn)
        let peer = try Peer(bus.name)
        let before = KernelClock.now
        try peer.send("611#01")
        try Self.move(seconds)
        defer { try? Self.move(-seconds) }
        try peer.send("611#02")
        let frames = try box.take(2)
        for frame in frames {
            #expect(frame.at >= before && frame.at <= KernelClock.now)
        }
        #expect(frames[0].at <= frames[1].at)
        withExtendedLifetime(bus) {}
    }

    private static func move(_ seconds: Int64) throws {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        time.tv_sec += Int(seconds)
        guard unsafe clock_settime(CLOCK_REALTIME, &time) == 0 else {
            throw Failed(description: "the clock is not to be set")
        }
    }
}
