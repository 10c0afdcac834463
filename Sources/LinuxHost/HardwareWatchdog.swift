internal import CLinux
internal import Glibc
public import LinuxIO

/// A watchdog of the machine (`/dev/watchdog`): who opens it must give signs of life from then on,
/// or the machine starts again.
///
/// When its owner goes without ``disarm()``, which is what a crash looks like, the machine does
/// start again. Where systemd watches the machine (RuntimeWatchdogSec) the device is taken, and
/// this is not to be used as well.
public struct HardwareWatchdog: ~Copyable {
    /// Where the device is.
    public let path: String
    /// After how many seconds without a sign the machine starts again, as the device has it: it
    /// may round what it was asked for.
    public let timeout: Int32
    private let descriptor: Descriptor

    /// Arms the watchdog behind `path` with `timeout` seconds, which is positive.
    ///
    /// - Throws: ``LinuxIO/SystemCallFailure``; the watchdog is then as it was.
    public init(path: String = "/dev/watchdog", timeout: Int32) throws(SystemCallFailure) {
        precondition(timeout > 0, "A watchdog waits for a while.")
        let opened = try Descriptor.open(
            path, flags: O_WRONLY,
            remedy: "leave the watchdog to one program, and let it use the device (DeviceAllow)")
        var seconds = timeout
        let result = unsafe clinux_watchdog_set_timeout(opened.number, &seconds)
        guard result == 0 else {
            // It was armed by opening it: the letter takes that back.
            _ = opened.write(Self.farewell)
            throw SystemCallFailure(
                "set \(timeout) s on", on: path, code: -result,
                remedy: "ask for a time that the watchdog can count")
        }
        self.path = path
        self.timeout = seconds
        descriptor = opened
    }

    /// Gives a sign of life.
    ///
    /// - Throws: ``LinuxIO/SystemCallFailure``.
    public borrowing func keepAlive() throws(SystemCallFailure) {
        let result = clinux_watchdog_keep_alive(descriptor.number)
        guard result == 0 else {
            throw SystemCallFailure(
                "give a sign of life to", on: path, code: -result, remedy: "expect a restart")
        }
    }

    /// Lets the machine run without signs of life, unless its kernel forbids that (`nowayout`).
    public consuming func disarm() { _ = descriptor.write(Self.farewell) }

    /// Written before closing, the letter V tells that it is meant.
    private static let farewell: ArraySlice<UInt8> = [UInt8(ascii: "V")]
}
