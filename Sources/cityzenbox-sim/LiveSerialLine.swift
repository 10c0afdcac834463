import Glibc

/// A pseudo-terminal that stands for the box's serial port: this end is the box, any terminal
/// program may open the other one.
///
/// The other end is kept open here, so that its settings stay raw and nothing is echoed back; who
/// else opens and closes it is watched, which is what a modem line would tell.
final class LiveSerialLine {
    /// What happened on the line.
    enum Event {
        case connected
        case hungUp
        case bytes([UInt8])
    }

    /// The path to give to a terminal program.
    let path: String
    /// To be polled for input.
    let descriptor: Int32
    private let other: Int32
    private let watch: Int32
    private var users = 0
    /// What the other end did not take yet.
    private var pending: [UInt8] = []

    /// TIOCSPTLCK of Linux: unlocks the other end.
    private static let setLock: UInt = 0x4004_5431
    /// TIOCGPTN of Linux: the number of the other end.
    private static let getNumber: UInt = 0x8004_5430
    /// How much waits for somebody who does not read: what is more is lost, as on a real line.
    private static let pendingMaximum = 1 << 20

    /// Opens a line.
    ///
    /// - Throws: ``Failure`` where there is none to be had.
    init() throws {
        descriptor = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var isLocked: Int32 = 0
        var number: Int32 = 0
        guard descriptor >= 0, unsafe ioctl(descriptor, Self.setLock, &isLocked) == 0,
            unsafe ioctl(descriptor, Self.getNumber, &number) == 0
        else { throw Failure("no serial line for the box: \(SystemError.reason(errno))") }
        path = "/dev/pts/\(number)"
        other = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard other >= 0 else {
            throw Failure("\(path) cannot be opened: \(SystemError.reason(errno))")
        }
        var settings = termios()
        _ = unsafe tcgetattr(other, &settings)
        unsafe cfmakeraw(&settings)
        _ = unsafe tcsetattr(other, TCSANOW, &settings)
        watch = inotify_init1(Int32(O_NONBLOCK | O_CLOEXEC))
        let events = UInt32(IN_OPEN) | UInt32(IN_CLOSE_WRITE) | UInt32(IN_CLOSE_NOWRITE)
        guard watch >= 0, unsafe inotify_add_watch(watch, path, events) >= 0 else {
            throw Failure("\(path) cannot be watched: \(SystemError.reason(errno))")
        }
    }

    deinit {
        close(watch)
        close(other)
        close(descriptor)
    }

    /// What happened since it was asked last, in order.
    func take() -> [Event] {
        flush()
        var events = takeUsers()
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 1 << 16 {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        if !bytes.isEmpty {
            // What was typed stands between the opening and the closing.
            let end = events.lastIndex { if case .hungUp = $0 { true } else { false } }
            events.insert(.bytes(bytes), at: end ?? events.count)
        }
        return events
    }

    /// Writes `bytes`, as fast as the other end takes them.
    func write(_ bytes: [UInt8]) {
        // Without anybody at the other end what is said is lost, as on a real line.
        guard users > 0 else { return }
        pending += bytes.prefix(max(0, Self.pendingMaximum - pending.count))
        flush()
    }

    private func flush() {
        while !pending.isEmpty {
            let count = unsafe pending.withUnsafeBufferPointer {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return }
            pending.removeFirst(count)
        }
    }

    private func takeUsers() -> [Event] {
        var events: [Event] = []
        // A name comes with an event of a folder only, so each has the same size.
        var buffer = [UInt8](repeating: 0, count: 64 * MemoryLayout<inotify_event>.size)
        while true {
            let count = unsafe read(watch, &buffer, buffer.count)
            guard count > 0 else { return events }
            let size = MemoryLayout<inotify_event>.size
            for start in stride(from: 0, to: count - size + 1, by: size) {
                let event = unsafe buffer.withUnsafeBytes {
                    unsafe $0.loadUnaligned(fromByteOffset: start, as: inotify_event.self)
                }
                if event.mask & UInt32(IN_OPEN) != 0 {
                    users += 1
                    if users == 1 { events.append(.connected) }
                } else if users > 0 {
                    users -= 1
                    if users == 0 {
                        events.append(.hungUp)
                        pending = []
                        _ = tcflush(other, TCIOFLUSH)
                    }
                }
            }
        }
    }
}
