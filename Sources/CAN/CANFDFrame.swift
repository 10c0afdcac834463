/// A CAN FD frame (ISO 11898-1:2015): an identifier and up to 64 data bytes, without a heap
/// allocation.
///
/// The lengths are those the four-bit length code has: 0 to 8, 12, 16, 20, 24, 32, 48 and 64.
/// Another cannot be made. CAN FD has no remote frames.
public struct CANFDFrame: Sendable {
    /// Who speaks.
    public var id: CANID
    /// Whether the data was sent at the higher bit rate (BRS).
    public var bitRateSwitch: Bool
    /// Whether the sender was error passive (ESI).
    public var errorStateIndicator: Bool
    /// The length code (DLC): 0 to 15.
    public let lengthCode: UInt8
    @usableFromInline var words: InlineArray<8, UInt64>

    /// A frame of `length` bytes taken from `words`, eight bytes to a word, the first of them in
    /// its lowest eight bits; `nil` for a length that no length code has.
    ///
    /// Bytes beyond the length are cleared.
    public init?(
        id: CANID, length: Int, words: InlineArray<8, UInt64> = .init(repeating: 0),
        bitRateSwitch: Bool = false, errorStateIndicator: Bool = false
    ) {
        guard let code = Self.lengthCode(of: length) else { return nil }
        self.id = id
        self.bitRateSwitch = bitRateSwitch
        self.errorStateIndicator = errorStateIndicator
        lengthCode = code
        self.words = words
        for index in 0..<8 {
            self.words[index] &= CANFrame.mask(bytes: max(0, length - 8 * index))
        }
    }

    /// A frame of these bytes; `nil` where there are as many as no length code has.
    public init?(
        id: CANID, bytes: some Collection<UInt8>, bitRateSwitch: Bool = false,
        errorStateIndicator: Bool = false
    ) {
        guard bytes.count <= 64 else { return nil }
        var words = InlineArray<8, UInt64>(repeating: 0)
        for (index, byte) in bytes.enumerated() {
            words[index / 8] |= UInt64(byte) << UInt64(8 * (index % 8))
        }
        self.init(
            id: id, length: bytes.count, words: words, bitRateSwitch: bitRateSwitch,
            errorStateIndicator: errorStateIndicator)
    }

    /// How many bytes: 0 to 8, 12, 16, 20, 24, 32, 48 or 64.
    @inlinable
    public var length: Int { Self.length(ofCode: lengthCode) }

    /// The byte at `index`. Traps outside the frame.
    public subscript(index: Int) -> UInt8 {
        get {
            precondition((0..<length).contains(index), "The frame has no such byte.")
            return UInt8(truncatingIfNeeded: words[index / 8] >> UInt64(8 * (index % 8)))
        }
        set {
            precondition((0..<length).contains(index), "The frame has no such byte.")
            let shift = UInt64(8 * (index % 8))
            words[index / 8] = words[index / 8] & ~(0xFF << shift) | UInt64(newValue) << shift
        }
    }

    /// The bytes in order.
    public var bytes: [UInt8] { (0..<length).map { self[$0] } }

    /// Eight bytes from byte `start` on, the first in the lowest eight bits.
    ///
    /// What lies beyond the end of the frame is zero. Traps for a negative start.
    @inlinable
    public func word(atByte start: Int) -> UInt64 {
        precondition(start >= 0, "A frame has no bytes before its first.")
        guard start < 64 else { return 0 }
        let index = start / 8
        let shift = UInt64(8 * (start % 8))
        let low = words[index] >> shift
        guard shift > 0, index < 7 else { return low }
        return low | words[index + 1] << (64 - shift)
    }

    /// The length that a length code from 0 to 15 stands for. Traps above 15.
    @inlinable
    public static func length(ofCode code: UInt8) -> Int {
        switch code {
        case 0...8: Int(code)
        case 9...12: 4 * Int(code) - 24
        case 13...15: 16 * Int(code) - 176
        case _: preconditionFailure("A length code has four bits.")
        }
    }

    /// The code of a length; `nil` where there is none.
    @inlinable
    public static func lengthCode(of length: Int) -> UInt8? {
        guard let code = lengthCode(holding: length), self.length(ofCode: code) == length else {
            return nil
        }
        return code
    }

    /// The code of the shortest frame that holds `count` bytes; `nil` outside 0 to 64.
    @inlinable
    public static func lengthCode(holding count: Int) -> UInt8? {
        switch count {
        case 0...8: UInt8(count)
        case 9...24: UInt8((count + 27) / 4)
        case 25...64: UInt8((count + 191) / 16)
        case _: nil
        }
    }
}

extension CANFDFrame: Hashable {
    /// Whether all of both is the same: identifier, flags, length and bytes.
    public static func == (left: Self, right: Self) -> Bool {
        guard left.id == right.id, left.lengthCode == right.lengthCode,
            left.bitRateSwitch == right.bitRateSwitch,
            left.errorStateIndicator == right.errorStateIndicator
        else { return false }
        var difference: UInt64 = 0
        for index in 0..<8 { difference |= left.words[index] ^ right.words[index] }
        return difference == 0
    }

    /// Feeds all of the frame into `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(lengthCode)
        hasher.combine(bitRateSwitch)
        hasher.combine(errorStateIndicator)
        for index in 0..<8 { hasher.combine(words[index]) }
    }
}

extension CANFDFrame: CustomStringConvertible {
    /// The frame as `cansend` of can-utils takes it: `123##1112233`.
    ///
    /// The digit behind `##` has the bit rate switch as bit 0 and the error state indicator as
    /// bit 1.
    public var description: String {
        var out: [UInt8] = []
        HexDigit.append(id.number, digits: id.isExtended ? 8 : 3, to: &out)
        out += [UInt8(ascii: "#"), UInt8(ascii: "#")]
        let flags: UInt32 = (bitRateSwitch ? 1 : 0) | (errorStateIndicator ? 2 : 0)
        HexDigit.append(flags, digits: 1, to: &out)
        for index in 0..<length { HexDigit.append(UInt32(self[index]), digits: 2, to: &out) }
        return String(decoding: out, as: UTF8.self)
    }
}
