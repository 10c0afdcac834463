/// What the kernel tells about interfaces and routes, one fact to a message.
public enum NetlinkEvent: Hashable, Sendable {
    /// An interface is there, or changed.
    case link(NetworkLink)
    /// An interface is gone.
    case linkRemoved(NetworkLink)
    /// A route is there, or changed.
    case route(NetworkRoute)
    /// A route is gone.
    case routeRemoved(NetworkRoute)
    /// All that was asked for with the request of this number was told.
    case listEnded(request: UInt32)
    /// The request of this number was carried out.
    case acknowledged(request: UInt32)
    /// The request of this number was refused, with a reason as `errno` has it, greater than 0.
    case refused(request: UInt32, code: Int32)
    /// The kernel could not tell everything: what was known is to be asked for again.
    case overrun
    /// The bytes from here on are no message.
    case malformed(offset: Int)
}

/// Reads the messages of rtnetlink (RFC 3549, `linux/rtnetlink.h`).
///
/// Numbers are little-endian, as on every machine that the box runs on. Any bytes have an
/// outcome: lengths that lead out of the message end the reading with
/// ``NetlinkEvent/malformed(offset:)``, and attributes of unexpected size are left out.
public enum NetlinkMessages {
    /// How long the head of a message is.
    static let headLength = 16

    /// The events that `bytes` tell, in their order. Messages of other kinds are skipped.
    public static func events(in bytes: Span<UInt8>) -> [NetlinkEvent] {
        var found: [NetlinkEvent] = []
        var offset = 0
        while offset < bytes.count {
            guard let length = bytes.number32(at: offset), length >= UInt32(headLength),
                Int(length) <= bytes.count - offset
            else {
                found.append(.malformed(offset: offset))
                return found
            }
            let end = offset + Int(length)
            if let event = event(in: bytes, from: offset, to: end) { found.append(event) }
            offset = min(bytes.count, aligned(end))
        }
        return found
    }

    /// The next multiple of four, where messages and attributes begin.
    static func aligned(_ offset: Int) -> Int { (offset + 3) & ~3 }

    private static func event(in bytes: Span<UInt8>, from start: Int, to end: Int) -> NetlinkEvent?
    {
        let request = bytes.number32(at: start + 8) ?? 0
        let body = start + headLength
        switch bytes.number16(at: start + 4) {
        case MessageType.failure:
            guard body + 4 <= end, let word = bytes.number32(at: body) else {
                return .malformed(offset: start)
            }
            let code = Int32(bitPattern: word)
            return code == 0
                ? .acknowledged(request: request)
                : .refused(request: request, code: code == .min ? .max : abs(code))
        case MessageType.done: return .listEnded(request: request)
        case MessageType.overrun: return .overrun
        case MessageType.newLink:
            return NetworkLink(bytes, from: body, to: end).map { .link($0) }
                ?? .malformed(offset: start)
        case MessageType.removedLink:
            return NetworkLink(bytes, from: body, to: end).map { .linkRemoved($0) }
                ?? .malformed(offset: start)
        case MessageType.newRoute:
            return NetworkRoute(bytes, from: body, to: end).map { .route($0) }
                ?? .malformed(offset: start)
        case MessageType.removedRoute:
            return NetworkRoute(bytes, from: body, to: end).map { .routeRemoved($0) }
                ?? .malformed(offset: start)
        case _: return nil
        }
    }
}

/// The numbers of messages (`NLMSG_…`, `RTM_…`).
enum MessageType {
    static let failure: UInt16 = 2
    static let done: UInt16 = 3
    static let overrun: UInt16 = 4
    static let newLink: UInt16 = 16
    static let removedLink: UInt16 = 17
    static let askForLink: UInt16 = 18
    static let newRoute: UInt16 = 24
    static let removedRoute: UInt16 = 25
    static let askForRoute: UInt16 = 26
}

extension Span<UInt8> {
    /// The number of sixteen bits at `offset`; `nil` where it does not lie inside.
    func number16(at offset: Int) -> UInt16? {
        guard offset >= 0, offset <= count - 2 else { return nil }
        return UInt16(self[offset]) | UInt16(self[offset + 1]) << 8
    }

    /// The number of 32 bits at `offset`; `nil` where it does not lie inside.
    func number32(at offset: Int) -> UInt32? {
        guard offset >= 0, offset <= count - 4 else { return nil }
        return (0..<4).reduce(0) { $0 | UInt32(self[offset + $1]) << UInt32(8 * $1) }
    }
}

/// Goes from one attribute to the next (`struct rtattr`). What is cut off ends the walk.
struct AttributeWalk {
    private var offset: Int
    private let end: Int

    /// The attributes between two offsets.
    init(from start: Int, to end: Int) {
        offset = start
        self.end = end
    }

    /// The next attribute: its number without the flags, and where its value lies.
    mutating func next(in bytes: Span<UInt8>) -> (type: UInt16, value: Range<Int>)? {
        guard offset <= end - 4, let length = bytes.number16(at: offset), length >= 4,
            Int(length) <= end - offset, let type = bytes.number16(at: offset + 2)
        else { return nil }
        let value = offset + 4..<offset + Int(length)
        offset = NetlinkMessages.aligned(value.upperBound)
        return (type & 0x3FFF, value)
    }
}
