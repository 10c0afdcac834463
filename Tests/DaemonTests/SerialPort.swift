import Foundation
import Glibc
import Testing

/// A pseudo-terminal: the box has one end for its serial port, the test the other.
final class SerialPort {
    /// The device that the box opens.
    let path: String
    private let master: Int32
    private let other: Int32

    init() throws {
        master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var isLocked: Int32 = 0
        var number: Int32 = 0
        // TIOCSPTLCK unlocks the other end, TIOCGPTN tells its number.
        let unlocked = unsafe ioctl(master, 0x4004_5431, &isLocked)
        let told = unsafe ioctl(master, 0x8004_5430, &number)
        path = "/dev/pts/\(number)"
        // Held open, so that the line is not hung up before the box has opened it.
        other = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(unlocked == 0 && told == 0 && other >= 0)
        var settings = termios()
        _ = unsafe tcgetattr(other, &settings)
        unsafe cfmakeraw(&settings)
        _ = unsafe tcsetattr(other, TCSANOW, &settings)
    }

    deinit {
        close(other)
        close(master)
    }

    /// Sends `line`, and reads until `end` comes.
    @discardableResult
    func say(_ line: String, until end: String) throws -> String {
        let bytes = Array("\(line)\r".utf8)
        try #require(unsafe write(master, bytes, bytes.count) == bytes.count)
        return try read(until: end)
    }

    /// What comes, up to `end` and what came with it.
    func read(until end: String) throws -> String {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !text.contains(end) {
            var polled = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            try #require(unsafe poll(&polled, 1, 60_000) == 1, "nothing came behind: \(text)")
            let count = unsafe Glibc.read(master, &buffer, buffer.count)
            try #require(count > 0, "the line broke behind: \(text)")
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return text
    }
}
