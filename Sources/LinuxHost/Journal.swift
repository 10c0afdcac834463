internal import CLinux
internal import Glibc
internal import LinuxIO

/// How much a message matters, by the numbers of syslog (RFC 5424).
public enum JournalPriority: Int32, Comparable, CaseIterable, Sendable {
    /// Something does not work, and somebody has to do something about it.
    case error = 3
    /// Something is not as it should be, and the box copes.
    case warning = 4
    /// Something that matters happened.
    case notice = 5
    /// Something ordinary happened.
    case information = 6
    /// For who looks for a fault.
    case debug = 7

    /// What matters more comes first.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Messages of the service, each with fields by which it can be found: to the journal of systemd
/// in its own protocol where that listens to this process, else as lines on standard error.
///
/// A message that cannot be delivered is lost: the log that bills rest on is another one.
public struct Journal: Sendable {
    /// A field of a message beside its text.
    public struct Field: Hashable, Sendable {
        /// Capital letters, digits and underscores; begins with a letter.
        public let name: String
        /// Its value.
        public let value: String

        /// The field `name` with `value`. Traps for a name that the journal refuses.
        public init(_ name: String, _ value: String) {
            precondition(
                name.utf8.first.map { (0x41...0x5A).contains($0) } == true
                    && name.utf8.allSatisfy {
                        (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
                    },
                "A field of the journal has a name in capital letters.")
            self.name = name
            self.value = value
        }
    }

    /// Where the journal listens.
    static let socket = "/run/systemd/journal/socket"

    private let identifier: String
    private let isNative: Bool
    private let least: JournalPriority

    /// Messages under the name `identifier`, of `least` or more importance.
    ///
    /// `stream` is the variable JOURNAL_STREAM: where it is set, standard error goes to the journal
    /// and so do the messages, with their fields.
    public init(identifier: String, stream: String?, least: JournalPriority = .information) {
        self.identifier = identifier
        self.least = least
        isNative = stream != nil
    }

    /// Tells `message`; `event` is its stable name, by which scripts find it.
    public func tell(
        _ priority: JournalPriority, _ event: String, _ message: String, _ fields: [Field] = []
    ) {
        guard priority <= least else { return }
        if isNative, sendNative(priority, event, message, fields) { return }
        let values = fields.map { " \($0.name.lowercased())=\($0.value)" }.joined()
        writeLine("<\(priority.rawValue)>\(event): \(message)\(values)")
    }

    /// The bytes of the journal's protocol: a line a field, and a length where a value has lines.
    static func message(_ fields: [Field]) -> [UInt8] {
        var out: [UInt8] = []
        for field in fields {
            out += field.name.utf8
            let value = Array(field.value.utf8)
            if value.contains(UInt8(ascii: "\n")) {
                out.append(UInt8(ascii: "\n"))
                for shift in stride(from: 0, to: 64, by: 8) {
                    out.append(UInt8(truncatingIfNeeded: value.count >> shift))
                }
            } else {
                out.append(UInt8(ascii: "="))
            }
            out += value
            out.append(UInt8(ascii: "\n"))
        }
        return out
    }

    private func sendNative(
        _ priority: JournalPriority, _ event: String, _ message: String, _ fields: [Field]
    ) -> Bool {
        let bytes = Self.message(
            [
                Field("MESSAGE", message), Field("PRIORITY", "\(priority.rawValue)"),
                Field("SYSLOG_IDENTIFIER", identifier), Field("CITYZENBOX_EVENT", event),
            ] + fields)
        let name = Array(Self.socket.utf8)
        let result = unsafe name.withUnsafeBufferPointer { name in
            unsafe name.withMemoryRebound(to: CChar.self) { name in
                unsafe bytes.withUnsafeBytes { bytes in
                    unsafe clinux_datagram(
                        name.baseAddress, name.count, bytes.baseAddress, bytes.count)
                }
            }
        }
        // Where nobody listens, standard error is the way. Where the journal is busy, the message
        // is lost: standard error leads to the same journal, and waiting for it would hold up the
        // box.
        return result != -Int(ENOENT) && result != -Int(ECONNREFUSED)
    }

    private func writeLine(_ line: String) {
        let text = line.map { $0.isNewline ? " " : $0 }
        let bytes = Array((String(text) + "\n").utf8)
        _ = unsafe bytes.withUnsafeBytes { bytes in
            unsafe clinux_write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }
}
