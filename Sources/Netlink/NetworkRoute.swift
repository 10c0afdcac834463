/// A route, as the kernel describes it (`struct rtmsg` and its attributes).
public struct NetworkRoute: Hashable, Sendable {
    /// The two Internet protocols.
    public enum Family: UInt8, Hashable, Sendable {
        /// IPv4 (`AF_INET`).
        case v4 = 2
        /// IPv6 (`AF_INET6`).
        case v6 = 10
    }

    /// The protocol; `nil` for one that is none of the two.
    public var family: Family?
    /// How many bits of the destination are fixed: 0 for the route to everywhere.
    public var prefixLength: UInt8
    /// The table that it stands in: 254 for the main one.
    public var table: UInt32
    /// Whether packets go out on it (`RTN_UNICAST`); others refuse or drop them.
    public var isUnicast: Bool
    /// The number of the interface; `nil` where there are several or none.
    public var interface: Int32?
    /// The smaller is taken first.
    public var priority: UInt32 = 0

    /// The table of routes that programs use unless told otherwise (`RT_TABLE_MAIN`).
    public static let mainTable: UInt32 = 254
    private static let unicast: UInt8 = 1
    private static let headLength = 12

    /// Whether it leads everywhere out of the main table.
    public var isDefault: Bool {
        family != nil && prefixLength == 0 && table == Self.mainTable && isUnicast
    }

    /// A route to everywhere in the main table over `interface`.
    public init(defaultOver interface: Int32, family: Family) {
        self.family = family
        self.interface = interface
        prefixLength = 0
        table = Self.mainTable
        isUnicast = true
    }

    /// Reads the body of a message; `nil` where it is too short.
    init?(_ bytes: Span<UInt8>, from start: Int, to end: Int) {
        guard end - start >= Self.headLength else { return nil }
        family = Family(rawValue: bytes[start])
        prefixLength = bytes[start + 1]
        table = UInt32(bytes[start + 4])
        isUnicast = bytes[start + 7] == Self.unicast
        var walk = AttributeWalk(from: start + Self.headLength, to: end)
        while let (type, value) = walk.next(in: bytes) {
            guard value.count == 4, let word = bytes.number32(at: value.lowerBound) else {
                continue
            }
            switch type {
            case Attribute.interface: interface = Int32(bitPattern: word)
            case Attribute.priority: priority = word
            case Attribute.table: table = word
            case _: break
            }
        }
    }

    private enum Attribute {
        static let interface: UInt16 = 4
        static let priority: UInt16 = 6
        static let table: UInt16 = 15
    }
}
