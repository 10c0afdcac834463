internal import Glibc
public import LinuxIO

/// The name of this boot, drawn by chance by the kernel: two times of the boot clock compare only
/// under the same name.
public struct BootIdentifier: Hashable, Sendable, CustomStringConvertible {
    /// A UUID in lower case: `6e533f71-8757-4218-9d84-08ee05ffae1a`.
    public let description: String

    /// Where the kernel tells it.
    static let path = "/proc/sys/kernel/random/boot_id"

    /// Reads `text`, which may have spaces and line ends around it; `nil` where it is no UUID.
    public init?(_ text: some StringProtocol) {
        let word = text.utf8.filter { $0 > UInt8(ascii: " ") }
        guard word.count == 36 else { return nil }
        for (index, byte) in word.enumerated() {
            let isRight =
                [8, 13, 18, 23].contains(index)
                ? byte == UInt8(ascii: "-")
                : Character(Unicode.Scalar(byte)).isHexDigit
            guard isRight else { return nil }
        }
        description = String(decoding: word, as: UTF8.self).lowercased()
    }

    /// The name of this boot.
    ///
    /// - Throws: ``LinuxIO/SystemCallFailure`` where the kernel does not tell it.
    public static func current() throws(SystemCallFailure) -> BootIdentifier {
        let remedy = "mount /proc, and let the service read it (ProcSubset)"
        let file = try Descriptor.open(path, flags: O_RDONLY, remedy: remedy)
        var buffer = [UInt8](repeating: 0, count: 64)
        let code: Int32
        switch file.read(into: &buffer) {
        case .moved(let count):
            let text = String(decoding: buffer[..<count], as: UTF8.self)
            if let identifier = BootIdentifier(text) { return identifier }
            code = EINVAL
        case .failed(let reason): code = reason
        case .wouldBlock, .ended: code = EIO
        }
        throw SystemCallFailure("read", on: path, code: code, remedy: remedy)
    }
}
