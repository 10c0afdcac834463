/// What the kernel is asked about interfaces and routes, or asked to do with a CAN controller.
public enum NetlinkRequest: Hashable, Sendable {
    /// Tell all interfaces.
    case listLinks
    /// Tell one interface.
    case link(index: Int32)
    /// Tell all routes of both protocols.
    case listRoutes
    /// Turn an interface on or off. Needs CAP_NET_ADMIN.
    case setUp(index: Int32, Bool)
    /// Restart a CAN controller that is off the bus. Needs CAP_NET_ADMIN; refused unless it is
    /// off, and where the kernel restarts it by itself.
    case restartController(index: Int32)
    /// Make a CAN controller listen only. Needs CAP_NET_ADMIN and an interface that is down.
    case listenOnly(index: Int32)

    /// The message that asks for it; the kernel's answer has the same number.
    ///
    /// Where something is to be done, its outcome is asked for, too.
    public func bytes(number: UInt32) -> [UInt8] {
        switch self {
        case .listLinks:
            return Self.message(
                MessageType.askForLink, Flag.dump, number, Self.link(0, flags: 0, change: 0))
        case .link(let index):
            return Self.message(
                MessageType.askForLink, 0, number, Self.link(index, flags: 0, change: 0))
        case .listRoutes:
            return Self.message(
                MessageType.askForRoute, Flag.dump, number, [UInt8](repeating: 0, count: 12))
        case .setUp(let index, let isUp):
            return Self.message(
                MessageType.newLink, Flag.acknowledge, number,
                Self.link(index, flags: isUp ? 1 : 0, change: 1))
        case .restartController(let index):
            return Self.controller(
                index, number,
                Self.attribute(CANController.Attribute.restartNow, Self.words([1])))
        case .listenOnly(let index):
            let mode = CANController.Modes.listenOnly.rawValue
            return Self.controller(
                index, number,
                Self.attribute(CANController.Attribute.modes, Self.words([mode, mode])))
        }
    }

    private enum Flag {
        static let request: UInt16 = 0x1
        static let acknowledge: UInt16 = 0x4
        static let dump: UInt16 = 0x300
    }

    private static func controller(_ index: Int32, _ number: UInt32, _ data: [UInt8]) -> [UInt8] {
        let kind = attribute(1, Array("can".utf8))
        let information = attribute(18, kind + attribute(2, data))
        return message(
            MessageType.newLink, Flag.acknowledge, number,
            link(index, flags: 0, change: 0) + information)
    }

    /// `struct ifinfomsg`.
    private static func link(_ index: Int32, flags: UInt32, change: UInt32) -> [UInt8] {
        words([0, UInt32(bitPattern: index), flags, change])
    }

    /// `struct rtattr` and a value, filled up to a multiple of four.
    private static func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
        let filling = NetlinkMessages.aligned(value.count) - value.count
        return halves([UInt16(4 + value.count), type]) + value
            + [UInt8](repeating: 0, count: filling)
    }

    /// `struct nlmsghdr` and a body.
    private static func message(
        _ type: UInt16, _ flags: UInt16, _ number: UInt32, _ body: [UInt8]
    ) -> [UInt8] {
        words([UInt32(NetlinkMessages.headLength + body.count)])
            + halves([type, flags | Flag.request]) + words([number, 0]) + body
    }

    private static func words(_ values: [UInt32]) -> [UInt8] {
        values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    }

    private static func halves(_ values: [UInt16]) -> [UInt8] {
        values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }
}
