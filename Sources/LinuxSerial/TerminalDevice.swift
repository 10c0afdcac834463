internal import CLinux
internal import Glibc
internal import LinuxIO

/// The one owner of an open terminal: raw while it is open, as it was found when it is closed.
struct TerminalDevice: ~Copyable {
    private let descriptor: Descriptor
    private let saved: clinux_terminal

    /// Opens `path` at `speed`; never as the terminal that controls the process.
    init(path: String, speed: SerialSpeed) throws(SystemCallFailure) {
        let remedy = "plug it in, and let the service use the device (DeviceAllow)"
        let opened = try Descriptor.open(
            path, flags: O_RDWR | O_NOCTTY | O_NONBLOCK, remedy: remedy)
        var saved = clinux_terminal()
        let result = unsafe clinux_terminal_make_raw(opened.number, speed.constant, &saved)
        guard result == 0 else {
            throw SystemCallFailure(
                "use as a serial line", on: path, code: -result,
                remedy: "name the device of a serial line")
        }
        descriptor = opened
        self.saved = saved
    }

    /// The number that the kernel knows it by.
    var number: Int32 { descriptor.number }

    borrowing func read(into buffer: inout [UInt8]) -> Transfer { descriptor.read(into: &buffer) }

    borrowing func write(_ bytes: ArraySlice<UInt8>) -> Transfer { descriptor.write(bytes) }

    deinit {
        var settings = saved
        // A line that hung up has no settings to give back.
        _ = unsafe clinux_terminal_restore(descriptor.number, &settings)
    }
}
