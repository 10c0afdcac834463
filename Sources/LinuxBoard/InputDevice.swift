internal import Glibc
internal import LinuxIO

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

    private let descriptor: Descriptor

    /// Opens `path` and takes the device for this program alone, so that a code that is typed at
    /// the car does not also reach a console. Nothing ever blocks on it.
    ///
    /// - Throws: ``KeypadError``.
    init(_ path: String) throws(KeypadError) {
        descriptor = try Self.grabbed(path)
    }

    private static func grabbed(_ path: String) throws(KeypadError) -> Descriptor {
        let number: Int32
        do throws(SystemCallFailure) {
            let descriptor = try Descriptor.open(path, flags: O_RDONLY | O_NONBLOCK, remedy: "")
            if ioctl(descriptor.number, grab, 1) == 0 { return descriptor }
            number = errno
        } catch {
            throw KeypadError(operation: "open \(path)", number: error.code)
        }
        throw KeypadError(operation: "take \(path) for this program alone", number: number)
    }

    var source: PollSource { PollSource(descriptor: descriptor.number, events: .readable) }

    /// Reads at most 64 events.
    borrowing func read() -> Reading {
        var bytes = [UInt8](repeating: 0, count: 64 * KeypadDecoder.eventSize)
        switch descriptor.read(into: &bytes) {
        case .moved(let count): return .events(Array(bytes.prefix(count)))
        case .wouldBlock: return .empty
        case .ended: return .lost(ENODEV)
        case .failed(let number): return .lost(number)
        }
    }

    /// EVIOCGRAB of linux/input.h, a computed macro in C: _IOW('E', 0x90, int).
    private static let grab: UInt = 0x4004_4590
}
