internal import Glibc

/// The one owner of an open input device (evdev), which is closed when the owner goes.
struct InputDevice: ~Copyable {
    /// What a look at the device found.
    enum Reading: Hashable {
        /// Whole events, one behind the other.
        case events([UInt8])
        /// Nothing more now.
        case empty
        /// It is lost, for this reason (errno).
        case lost(Int32)
    }

    private let descriptor: Int32

    /// Opens `path` and takes the device for this program alone, so that a code that is typed at
    /// the car does not also reach a console. Nothing ever blocks on it.
    ///
    /// - Throws: ``KeypadError``.
    init(_ path: String) throws(KeypadError) {
        // Kept in a variable until all is well: no owner, no deinitializer.
        let opened = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard opened >= 0 else {
            throw KeypadError(operation: "open \(path)", number: errno)
        }
        guard ioctl(opened, Self.grab, 1) == 0 else {
            let number = errno
            _ = close(opened)
            throw KeypadError(operation: "take \(path) for this program alone", number: number)
        }
        descriptor = opened
    }

    deinit { _ = close(descriptor) }

    var source: PollSource { PollSource(descriptor: descriptor, events: Int16(POLLIN)) }

    /// Reads at most 64 events.
    borrowing func read() -> Reading {
        var bytes = [UInt8](repeating: 0, count: 64 * KeypadDecoder.eventSize)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        }
        guard count > 0 else {
            if count == 0 { return .lost(ENODEV) }
            return errno == EAGAIN || errno == EINTR ? .empty : .lost(errno)
        }
        return .events(Array(bytes.prefix(count)))
    }

    /// EVIOCGRAB of linux/input.h, a computed macro in C: _IOW('E', 0x90, int).
    private static let grab: UInt = 0x4004_4590
}
