/// The identifier of a frame: 11 bits (base format) or 29 bits (extended format).
///
/// The two formats are separate: 0x123 in 11 bits and 0x123 in 29 bits are different identifiers.
public struct CANID: Hashable, Comparable, Sendable {
    /// The number, with bit 31 set for the extended format, as DBC files and Linux write it.
    public let word: UInt32

    @usableFromInline
    init(uncheckedWord: UInt32) {
        word = uncheckedWord
    }

    /// An 11-bit identifier; `nil` above 0x7FF.
    @inlinable
    public init?(base number: UInt32) {
        guard number <= 0x7FF else { return nil }
        self.init(uncheckedWord: number)
    }

    /// A 29-bit identifier; `nil` above 0x1FFFFFFF.
    @inlinable
    public init?(extended number: UInt32) {
        guard number <= 0x1FFF_FFFF else { return nil }
        self.init(uncheckedWord: number | 0x8000_0000)
    }

    /// The identifier that a DBC file writes so; `nil` where it is none.
    ///
    /// Bit 31 marks 29 bits. Some files leave it out: what is too large for 11 bits is then 29.
    @inlinable
    public init?(dbc number: UInt32) {
        if number & 0x8000_0000 != 0 {
            self.init(extended: number & 0x7FFF_FFFF)
        } else if number <= 0x7FF {
            self.init(uncheckedWord: number)
        } else {
            self.init(extended: number)
        }
    }

    /// The number alone, without the mark of the format.
    @inlinable
    public var number: UInt32 { word & 0x1FFF_FFFF }

    /// Whether it has 29 bits.
    @inlinable
    public var isExtended: Bool { word & 0x8000_0000 != 0 }

    /// By number, base format first.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.word < right.word }
}

extension CANID: ExpressibleByIntegerLiteral {
    /// An identifier written in source: 11 bits where it fits, else 29. Traps above 29 bits.
    @inlinable
    public init(integerLiteral value: UInt32) {
        precondition(value <= 0x1FFF_FFFF, "A CAN identifier has at most 29 bits.")
        self.init(uncheckedWord: value <= 0x7FF ? value : value | 0x8000_0000)
    }
}

extension CANID: CustomStringConvertible {
    /// Three or eight upper-case hexadecimal digits, as can-utils write it.
    public var description: String {
        var out: [UInt8] = []
        HexDigit.append(number, digits: isExtended ? 8 : 3, to: &out)
        return String(decoding: out, as: UTF8.self)
    }
}
