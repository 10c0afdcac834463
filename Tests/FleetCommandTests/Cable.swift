import Foundation
import Glibc

/// A cable between a program and a scripted box: a real pseudo-terminal of the kernel.
final class Cable {
    private var master: Int32
    /// The path of the program's end.
    let path: String

    struct Broken: Error {}

    init() throws {
        master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var isLocked: Int32 = 0
        var number: Int32 = 0
        // TIOCSPTLCK unlocks the other end, TIOCGPTN tells its number.
        guard master >= 0, unsafe ioctl(master, 0x4004_5431, &isLocked) == 0,
            unsafe ioctl(master, 0x8004_5430, &number) == 0
        else { throw Broken() }
        path = "/dev/pts/\(number)"
    }

    deinit { pull() }

    /// Pulls it.
    func pull() {
        if master >= 0 { close(master) }
        master = -1
    }

    /// Whether it was pulled.
    var isPulled: Bool { master < 0 }

    func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe Glibc.write(master, bytes, bytes.count)
    }

    /// What came, after a moment for something to come.
    func read() -> [UInt8] {
        var file = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        _ = unsafe poll(&file, 1, 20)
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe Glibc.read(master, &buffer, buffer.count)
        return count > 0 ? Array(buffer[..<count]) : []
    }
}
