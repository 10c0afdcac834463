import Glibc
import LinuxHost
import LinuxIO
import Testing
import Units

/// A service manager that listens: a real socket, under a path or an abstract name.
private final class Listener {
    private let socket: Int32
    let address: String
    private let path: String?

    struct Broken: Error {}

    init(abstract: Bool) throws {
        let name = "/tmp/cityzenbox-notify-\(getpid())-\(abstract)"
        address = abstract ? "@" + name : name
        path = abstract ? nil : name
        if let path { unsafe unlink(path) }
        socket = Glibc.socket(
            AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw Broken() }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = (abstract ? [0] : []) + Array(name.utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let length = socklen_t(2 + bytes.count + (abstract ? 0 : 1))
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(socket, pointer, length)
            }
        }
        guard result == 0 else { throw Broken() }
    }

    deinit {
        close(socket)
        if let path { unsafe unlink(path) }
    }

    /// The next datagram, if there is one.
    func take() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count >= 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}

@Suite struct `The service manager` {
    @Test(arguments: [false, true])
    func `is told over a path or an abstract name`(abstract: Bool) throws {
        let listener = try Listener(abstract: abstract)
        let manager = try #require(ServiceNotifier(notifySocket: listener.address))
        try manager.tell([.ready, .status("waits\nfor\rthe car")])
        try manager.tell([.watchdog])
        #expect(listener.take() == "READY=1\nSTATUS=waits for the car")
        #expect(listener.take() == "WATCHDOG=1")
        #expect(listener.take() == nil)
    }

    @Test(arguments: [nil, "", "/", "@", "relative", "vsock:2:1234"])
    func `is none that is not named`(variable: String?) {
        #expect(ServiceNotifier(notifySocket: variable) == nil)
    }

    @Test func `that does not listen is an error that says where`() throws {
        let manager = try #require(ServiceNotifier(notifySocket: "/tmp/cityzenbox-nobody"))
        #expect {
            try manager.tell([.stopping])
        } throws: { error in
            "\(error)".contains("/tmp/cityzenbox-nobody")
        }
    }

    @Test(arguments: [107, 108])
    func `an address longer than an address can be is an error`(length: Int) throws {
        let address = "/" + String(repeating: "x", count: length - 1)
        let manager = try #require(ServiceNotifier(notifySocket: address))
        #expect(throws: SystemCallFailure.self) { try manager.tell([.ready]) }
    }

    @Test(arguments: [
        (ServiceNotice.ready, "READY=1"), (.stopping, "STOPPING=1"), (.watchdog, "WATCHDOG=1"),
        (.watchdogTrigger, "WATCHDOG=trigger"), (.status("ä\r\nb"), "STATUS=ä  b"),
    ])
    func `hears each notice in a line of its own`(notice: ServiceNotice, line: String) {
        #expect(notice.line == line)
    }

    @Test(
        arguments: [
            ("30000000", nil, Int64(30_000)), ("30000000", "7", 30_000), ("30000000", "8", nil),
            ("30000000", "x", nil), ("999", nil, nil), ("1000", nil, 1), ("", nil, nil),
            (nil, nil, nil), ("-5", nil, nil), ("3s", nil, nil),
        ] as [(String?, String?, Int64?)])
    func `says how often it wants to hear`(time: String?, watched: String?, limit: Int64?) {
        let watchdog = ServiceWatchdog(microseconds: time, watched: watched, process: 7)
        #expect(watchdog?.limit == limit.map { Milliseconds($0) })
        #expect(watchdog.map { $0.interval.count } == limit.map { max(1, $0 / 2) })
    }
}

@Suite struct `A watchdog of the machine` {
    @Test func `that is not there is an error that says what to do`() {
        #expect {
            _ = try HardwareWatchdog(path: "/dev/cityzenbox-no-watchdog", timeout: 15)
        } throws: { error in
            "\(error)".contains("/dev/cityzenbox-no-watchdog")
        }
    }

    @Test func `that cannot count is given back`() {
        #expect {
            _ = try HardwareWatchdog(path: "/dev/null", timeout: 15)
        } throws: { error in
            (error as? SystemCallFailure)?.operation == "set 15 s on"
        }
    }
}

@Suite struct `The network of this machine` {
    @Test func `is known once the kernel has told its interfaces and routes`() throws {
        let watch = try NetworkWatch()
        // Nothing but this machine decides whether there is a way out; asking twice changes
        // nothing.
        for _ in 0..<3 {
            _ = PollSource.wait(for: [watch.source], milliseconds: 200)
            _ = watch.handle()
        }
        let known = watch.hasWayOut
        #expect(watch.handle() == nil)
        #expect(watch.hasWayOut == known)
    }
}
