public import Netlink

/// How an interface has to be set up before anything on it is believed.
///
/// The interface is set up by the system (systemd-networkd, or `ip link`), and the kernel is asked
/// what came of it: a wrong bit rate or a forgotten listen-only disturbs a car.
public struct BusExpectation: Hashable, Sendable {
    /// What the box does on the bus.
    public enum Role: String, CaseIterable, Hashable, Sendable {
        /// It hears, and its controller is silent.
        case listens
        /// It asks questions: the profile of the car says so.
        case polls
    }

    /// The name of the interface, such as `can0`.
    public var interface: String
    /// Bits a second.
    public var bitRate: UInt32
    /// Bits a second of the data phase of CAN FD; `nil` for a classic bus.
    public var dataBitRate: UInt32?
    /// What the box does.
    public var role: Role
    /// Whether this is a bench: virtual interfaces, which have no controller and no bit rate, are
    /// taken as well.
    public var isBench: Bool

    /// An expectation of `interface`.
    public init(
        interface: String, bitRate: UInt32, dataBitRate: UInt32? = nil, role: Role = .listens,
        isBench: Bool = false
    ) {
        self.interface = interface
        self.bitRate = bitRate
        self.dataBitRate = dataBitRate
        self.role = role
        self.isBench = isBench
    }

    /// Why `link`, which is turned on, is not what is expected; `nil` when it is.
    public func mistake(of link: NetworkLink) -> LinkMistake? {
        guard link.isCAN else { return .notCAN }
        guard let controller = link.controller else { return isBench ? nil : .noController }
        if controller.modes.contains(.loopback), !isBench { return .loopback }
        guard let found = controller.bitRate else { return .noBitRate(expected: bitRate) }
        guard found == bitRate else { return .bitRate(expected: bitRate, found: found) }
        if let dataBitRate {
            let isFlexible = controller.modes.contains(.flexible)
            guard isFlexible, controller.dataBitRate == dataBitRate else {
                return .dataBitRate(
                    expected: dataBitRate, found: isFlexible ? controller.dataBitRate : nil)
            }
        }
        if role == .listens, !controller.modes.contains(.listenOnly) { return .notListenOnly }
        return nil
    }
}

/// What is wrong with the set-up of an interface.
public enum LinkMistake: Hashable, Sendable {
    /// It is no CAN interface.
    case notCAN
    /// It has no controller whose bit rate could be asked for: it is virtual, or its driver hides
    /// it.
    case noController
    /// It hears only itself.
    case loopback
    /// No bit rate was set.
    case noBitRate(expected: UInt32)
    /// It runs at another bit rate.
    case bitRate(expected: UInt32, found: UInt32)
    /// It does not take part in CAN FD, or at another rate.
    case dataBitRate(expected: UInt32, found: UInt32?)
    /// It could disturb the car, and nothing here needs that.
    case notListenOnly

    /// The stable code.
    public var code: String {
        switch self {
        case .notCAN: "notCAN"
        case .noController: "noController"
        case .loopback: "loopback"
        case .noBitRate: "noBitRate"
        case .bitRate: "bitRate"
        case .dataBitRate: "dataBitRate"
        case .notListenOnly: "notListenOnly"
        }
    }

    /// What is wrong with `interface`, and the command that puts it right.
    public func advice(_ interface: String) -> String {
        let set = "ip link set \(interface) type can"
        return switch self {
        case .notCAN: "\(interface) is no CAN interface; name the right one"
        case .noController:
            "\(interface) has no bit rate that could be verified; use a native controller, "
                + "or say that this is a bench"
        case .loopback: "\(interface) hears only itself; \(set) loopback off"
        case .noBitRate(let expected): "\(interface) has no bit rate; \(set) bitrate \(expected)"
        case .bitRate(let expected, let found):
            "\(interface) runs at \(found) bit/s; \(set) bitrate \(expected)"
        case .dataBitRate(let expected, let found):
            "\(interface) runs CAN FD at \(found.map { "\($0) bit/s" } ?? "no rate"); "
                + "\(set) dbitrate \(expected) fd on"
        case .notListenOnly:
            "\(interface) may disturb the bus; \(set) listen-only on"
        }
    }
}
