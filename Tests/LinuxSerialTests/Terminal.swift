import Glibc

/// The other end of a serial line: a real pseudo-terminal of the kernel.
final class Terminal {
    private var master: Int32
    /// The path of the line.
    let path: String

    struct Broken: Error {}

    init() throws {
        master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var isLocked: Int32 = 0
        var number: Int32 = 0
        guard master >= 0, unsafe ioctl(master, Self.setLock, &isLocked) == 0,
            unsafe ioctl(master, Self.getNumber, &number) == 0
        else { throw Broken() }
        path = "/dev/pts/\(number)"
    }

    /// TIOCSPTLCK of Linux: unlocks the other end.
    private static let setLock: UInt = 0x4004_5431
    /// TIOCGPTN of Linux: the number of the other end.
    private static let getNumber: UInt = 0x8004_5430

    deinit { hangUp() }

    /// Unplugs it.
    func hangUp() {
        if master >= 0 { close(master) }
        master = -1
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe write(master, bytes, bytes.count)
    }

    /// What was sent and not yet taken, at most `limit` bytes.
    func taken(_ limit: Int = 1 << 20) -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while all.count < limit {
            let count = unsafe read(master, &buffer, min(buffer.count, limit - all.count))
            guard count > 0 else { break }
            all += buffer[..<count]
        }
        return all
    }

    /// The settings that the kernel has for the line, as text to compare.
    var settings: String {
        var settings = termios()
        unsafe tcgetattr(master, &settings)
        let keys = unsafe withUnsafeBytes(of: settings.c_cc) { unsafe Array($0) }
        let flags = [settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag]
        return "\(flags) \(keys)"
    }
}
