internal import CLinux

/// A call of the system that failed: what was tried, on what, why, and what to do.
public struct SystemCallFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, such as `open`.
    public let operation: String
    /// On what: a path, an interface, an address.
    public let subject: String
    /// The number that the kernel gave as the reason (errno); greater than 0.
    public let code: Int32
    /// What somebody can do about it.
    public let remedy: String

    /// `operation` on `subject` failed with `code`.
    public init(_ operation: String, on subject: String, code: Int32, remedy: String) {
        self.operation = operation
        self.subject = subject
        self.code = code
        self.remedy = remedy
    }

    /// `open /dev/rtc0: Permission denied; add the user of the box to the group of the device`
    public var description: String {
        "\(operation) \(subject): \(Self.text(of: code)); \(remedy)"
    }

    /// What the C library calls the reason `code`.
    public static func text(of code: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 128)
        unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.withMemoryRebound(to: CChar.self) { text in
                guard let base = text.baseAddress else { return }
                unsafe clinux_error_text(code, base, text.count)
            }
        }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
