/// Which byte of a signal comes first.
public enum ByteOrder: String, Hashable, Sendable, CaseIterable {
    /// Least significant first ("Intel", `@1` in a DBC file).
    case littleEndian
    /// Most significant first ("Motorola", `@0` in a DBC file).
    case bigEndian
}

/// Where in a frame a signal stands, in the bit numbering of DBC files.
///
/// Bit `8 * b + i` is bit `i` of byte `b`, the lowest bit being 0. The start is the least
/// significant bit of a little-endian signal and the most significant of a big-endian one.
public struct SignalLayout: Hashable, Sendable {
    /// The start bit.
    public let start: Int
    /// How many bits: 1 to 64.
    public let length: Int
    /// Which byte comes first.
    public let byteOrder: ByteOrder
    /// Whether the top bit is a sign (two's complement).
    public let isSigned: Bool
    /// How many bytes a frame must have.
    public let bytesNeeded: Int
    @usableFromInline let shift: UInt64

    /// A layout; `nil` unless the length is 1 to 64 and the signal lies within 64 bytes.
    public init?(start: Int, length: Int, byteOrder: ByteOrder, isSigned: Bool = false) {
        guard (0..<512).contains(start), (1...64).contains(length) else { return nil }
        let first: Int
        switch byteOrder {
        case .littleEndian: first = start
        case .bigEndian: first = start / 8 * 8 + 7 - start % 8
        }
        let end = first + length
        guard end <= 512 else { return nil }
        self.start = start
        self.length = length
        self.byteOrder = byteOrder
        self.isSigned = isSigned
        bytesNeeded = (end + 7) / 8
        // Beyond eight bytes no classic frame is long enough, and the shift is never used.
        switch byteOrder {
        case .littleEndian: shift = UInt64(first)
        case .bigEndian: shift = end <= 64 ? UInt64(64 - end) : 0
        }
    }

    /// The lowest ``length`` bits.
    @inlinable
    public var mask: UInt64 { length == 64 ? .max : 1 << UInt64(length) &- 1 }

    /// The bits as they stand, without a sign; `nil` where the frame is too short or a request.
    @inlinable
    public func bits(from frame: CANFrame) -> UInt64? {
        guard frame.length >= bytesNeeded, frame.kind != .remote else { return nil }
        switch byteOrder {
        case .littleEndian: return frame.payload >> shift & mask
        case .bigEndian: return frame.payload.byteSwapped >> shift & mask
        }
    }

    /// The raw value, with its sign if it has one.
    ///
    /// `nil` where the frame is too short or a request, or an unsigned value of 64 bits is above
    /// `Int64.max`.
    @inlinable
    public func raw(from frame: CANFrame) -> Int64? {
        bits(from: frame).flatMap(value(ofBits:))
    }

    /// The bits as they stand in a CAN FD frame, without a sign; `nil` where it is too short.
    @inlinable
    public func bits(from frame: CANFDFrame) -> UInt64? {
        guard frame.length >= bytesNeeded else { return nil }
        // A signal that does not begin with a byte can lie in nine of them.
        switch byteOrder {
        case .littleEndian:
            let byte = start / 8
            let offset = UInt64(start % 8)
            let low = frame.word(atByte: byte) >> offset
            let high = offset == 0 ? 0 : frame.word(atByte: byte + 8) << (64 - offset)
            return (low | high) & mask
        case .bigEndian:
            let byte = start / 8
            let offset = UInt64(7 - start % 8)
            let high = frame.word(atByte: byte).byteSwapped << offset
            let low = offset == 0 ? 0 : (frame.word(atByte: byte + 8) & 0xFF) >> (8 - offset)
            return (high | low) >> UInt64(64 - length)
        }
    }

    /// The bits as they stand in a frame of either kind, without a sign; `nil` where it is too
    /// short or a request.
    @inlinable
    public func bits(from frame: BusFrame) -> UInt64? {
        switch frame {
        case .classic(let frame): bits(from: frame)
        case .flexible(let frame): bits(from: frame)
        }
    }

    /// The raw value in a CAN FD frame, with its sign if it has one; `nil` where the frame is too
    /// short, or an unsigned value of 64 bits is above `Int64.max`.
    @inlinable
    public func raw(from frame: CANFDFrame) -> Int64? {
        bits(from: frame).flatMap(value(ofBits:))
    }

    /// The raw value in a frame of either kind, with its sign if it has one; `nil` where the
    /// frame is too short or a request, or an unsigned value of 64 bits is above `Int64.max`.
    @inlinable
    public func raw(from frame: BusFrame) -> Int64? {
        switch frame {
        case .classic(let frame): raw(from: frame)
        case .flexible(let frame): raw(from: frame)
        }
    }

    /// What `bits` mean: a two's complement, or a number without a sign.
    @inlinable
    func value(ofBits bits: UInt64) -> Int64? {
        guard isSigned else { return Int64(exactly: bits) }
        let unused = UInt64(64 - length)
        return Int64(bitPattern: bits << unused) >> Int64(unused)
    }

    /// The values that ``raw(from:)`` can give.
    public var range: ClosedRange<Int64> {
        if isSigned {
            let top = Int64(bitPattern: mask >> 1)
            return (-top - 1)...top
        }
        return 0...Int64(clamping: mask)
    }

    /// Writes `raw` into the frame and leaves all other bits alone.
    ///
    /// Says `false`, and changes nothing, where the frame is too short or a request, or the value
    /// is outside ``range``.
    public func insert(_ raw: Int64, into frame: inout CANFrame) -> Bool {
        guard range.contains(raw) else { return false }
        return insert(bits: UInt64(bitPattern: raw) & mask, into: &frame)
    }

    /// Writes bits without a sign into the frame; `false` as for ``insert(_:into:)``.
    public func insert(bits: UInt64, into frame: inout CANFrame) -> Bool {
        guard frame.length >= bytesNeeded, frame.kind != .remote, bits <= mask else {
            return false
        }
        switch byteOrder {
        case .littleEndian:
            frame.replace(mask << shift, with: bits << shift)
        case .bigEndian:
            frame.replace((mask << shift).byteSwapped, with: (bits << shift).byteSwapped)
        }
        return true
    }
}
