/// A network interface, as the kernel describes it (`struct ifinfomsg` and its attributes).
public struct NetworkLink: Hashable, Sendable {
    /// Its number, greater than 0: a removed interface that comes back gets another.
    public var index: Int32
    /// Its name, such as `can0`.
    public var name = ""
    /// What kind of hardware it is (`ARPHRD_…`): 280 for CAN.
    public var hardware: UInt16 = 0
    /// The driver's kind where it has one: `can` with a controller, `vcan` without.
    public var kind: String?
    /// Whether somebody turned it on (`IFF_UP`).
    public var isUp = false
    /// Whether its lower layer works (`IFF_LOWER_UP`).
    public var hasCarrier = false
    /// The longest frame with its head, in bytes: 16 for CAN, 72 for CAN FD.
    public var mtu: UInt32?
    /// How its CAN controller is set up; `nil` where it has none.
    public var controller: CANController?

    /// The hardware number of CAN (`ARPHRD_CAN`).
    public static let can: UInt16 = 280
    /// The hardware number of the way of a machine to itself (`ARPHRD_LOOPBACK`).
    public static let loopback: UInt16 = 772

    /// Whether CAN runs on it.
    public var isCAN: Bool { hardware == Self.can }

    /// An interface of which only number and name are known.
    public init(index: Int32, name: String) {
        self.index = index
        self.name = name
    }

    private static let headLength = 16
    private static let flagUp: UInt32 = 0x1
    private static let flagLowerUp: UInt32 = 0x1_0000

    /// Reads the body of a message; `nil` where it is too short or its number is none.
    init?(_ bytes: Span<UInt8>, from start: Int, to end: Int) {
        guard end - start >= Self.headLength,
            let hardware = bytes.number16(at: start + 2),
            let index = bytes.number32(at: start + 4).map(Int32.init(bitPattern:)), index > 0,
            let flags = bytes.number32(at: start + 8)
        else { return nil }
        self.index = index
        self.hardware = hardware
        isUp = flags & Self.flagUp != 0
        hasCarrier = flags & Self.flagLowerUp != 0
        var walk = AttributeWalk(from: start + Self.headLength, to: end)
        while let (type, value) = walk.next(in: bytes) {
            switch type {
            case Attribute.name: name = bytes.text(value)
            case Attribute.mtu where value.count == 4:
                mtu = bytes.number32(at: value.lowerBound)
            case Attribute.information: readInformation(bytes, value)
            case _: break
            }
        }
    }

    private mutating func readInformation(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        var data: Range<Int>?
        var walk = AttributeWalk(from: range.lowerBound, to: range.upperBound)
        while let (type, value) = walk.next(in: bytes) {
            switch type {
            case Attribute.informationKind: kind = bytes.text(value)
            case Attribute.informationData: data = value
            case _: break
            }
        }
        // Other drivers number their attributes in other ways.
        if kind == "can", let data { controller = CANController(bytes, data) }
    }

    private enum Attribute {
        static let name: UInt16 = 3
        static let mtu: UInt16 = 4
        static let information: UInt16 = 18
        static let informationKind: UInt16 = 1
        static let informationData: UInt16 = 2
    }
}

extension Span<UInt8> {
    /// The text in `range` up to its first zero.
    func text(_ range: Range<Int>) -> String {
        var bytes: [UInt8] = []
        for offset in range where offset < count {
            guard self[offset] != 0 else { break }
            bytes.append(self[offset])
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
