internal import CLinux
internal import Glibc

/// A socket on which the kernel tells about network interfaces and routes (rtnetlink), and is
/// asked about them.
public struct RouteSocket: ~Copyable {
    /// What the kernel tells without being asked.
    public struct Groups: OptionSet, Hashable, Sendable {
        /// The bits of `sockaddr_nl.nl_groups`.
        public let rawValue: UInt32

        /// These bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// Interfaces that come, go and change.
        public static let links = Groups(rawValue: 0x1)
        /// Routes of both Internet protocols.
        public static let routes = Groups(rawValue: 0x40 | 0x400)
    }

    /// What a look at the socket found.
    public enum Receipt: Hashable, Sendable {
        /// Messages, one behind the other.
        case messages([UInt8])
        /// Nothing more now.
        case empty
        /// The kernel dropped messages because nobody took them: what was known is to be asked
        /// for again.
        case overrun
        /// The socket is broken, with this reason (errno).
        case failed(Int32)
    }

    private let descriptor: Descriptor
    private var buffer: [UInt8]

    /// Opens a socket that hears `groups`.
    ///
    /// - Throws: ``SystemCallFailure``.
    public init(hearing groups: Groups) throws(SystemCallFailure) {
        let result = clinux_route_socket(groups.rawValue)
        guard result >= 0 else {
            throw SystemCallFailure(
                "open a socket of", on: "rtnetlink", code: -result,
                remedy: "let the service use AF_NETLINK (RestrictAddressFamilies)")
        }
        descriptor = Descriptor(owning: result)
        // Not as a value of the declaration: Swift 6.2 does not compile that with the throw above.
        buffer = [UInt8](repeating: 0, count: 32768)
    }

    /// To wait on.
    public var source: PollSource {
        PollSource(descriptor: descriptor.number, events: .readable)
    }

    /// Sends a request to the kernel.
    ///
    /// - Throws: ``SystemCallFailure``. A refusal of what is asked comes as a message.
    public borrowing func send(_ request: [UInt8]) throws(SystemCallFailure) {
        let result = unsafe request.withUnsafeBytes { bytes in
            unsafe clinux_route_send(descriptor.number, bytes.baseAddress, bytes.count)
        }
        guard result >= 0 else {
            throw SystemCallFailure(
                "send to", on: "rtnetlink", code: Int32(clamping: -result),
                remedy: "try again later")
        }
    }

    /// Takes the next messages of the kernel, without waiting.
    public mutating func receive() -> Receipt {
        let number = descriptor.number
        while true {
            let result = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe clinux_route_receive(number, bytes.baseAddress, bytes.count)
            }
            if result == -Int(EINTR) || result == 0 { continue }
            if result == -Int(EAGAIN) { return .empty }
            if result == -Int(ENOBUFS) { return .overrun }
            if result < 0 { return .failed(Int32(clamping: -result)) }
            guard result <= buffer.count else { return .overrun }
            return .messages(Array(buffer[..<result]))
        }
    }
}
