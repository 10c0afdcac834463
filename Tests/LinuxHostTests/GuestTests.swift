import Glibc
import LinuxHost
import LinuxIO
import Testing

/// A watchdog that bites ends the machine: only on one that was made for tests.
@Suite(
    .serialized,
    .enabled(
        if: unsafe getenv("CITYZENBOX_GUEST") != nil,
        "arms a watchdog: `make guest-test` runs it where that does no harm"))
struct `Watchdog of a machine made for tests` {
    private static func state() throws -> String {
        let file = try Descriptor.open(
            "/sys/class/watchdog/watchdog0/state", flags: O_RDONLY, remedy: "mount /sys")
        var buffer = [UInt8](repeating: 0, count: 64)
        guard case .moved(let count) = file.read(into: &buffer) else { return "" }
        return String(decoding: buffer[..<count].prefix { $0 != 10 }, as: UTF8.self)
    }

    @Test func `it is armed, kept quiet and disarmed`() throws {
        #expect(try Self.state() == "inactive")
        let watchdog = try HardwareWatchdog(path: "/dev/watchdog0", timeout: 60)
        let seconds = watchdog.timeout
        #expect(seconds == 60)
        #expect(try Self.state() == "active")
        try watchdog.keepAlive()
        watchdog.disarm()
        #expect(try Self.state() == "inactive")
    }
}
