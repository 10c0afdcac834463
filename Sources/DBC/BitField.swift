internal import CAN

/// The data bytes of a frame, as bit fields read them.
protocol SignalPayload {
    /// How many bytes there are.
    var length: Int { get }
    /// A field's bits at the top of a word, with anything below. The field must fit.
    func top(_ field: BitField) -> UInt64
}

/// Where a signal's bits are, worked out so that two shifts read them.
struct BitField: Sendable {
    /// How many bytes a frame must have.
    let bytesNeeded: UInt8
    /// The first of the eight bytes that are looked at; 0 wherever that is enough.
    let firstByte: UInt8
    /// How far the bits are from the top of those eight bytes.
    let up: UInt8
    /// How far they are from the bottom once they are at the top.
    let down: UInt8
    let isBigEndian: Bool
    /// Whether a ninth byte is needed.
    let spills: Bool

    init(_ layout: SignalLayout) {
        bytesNeeded = UInt8(layout.bytesNeeded)
        down = UInt8(64 - layout.length)
        isBigEndian = layout.byteOrder == .bigEndian
        let inByte = isBigEndian ? 7 - layout.start % 8 : layout.start % 8
        let byte = layout.bytesNeeded <= 8 ? 0 : layout.start / 8
        let first = layout.start / 8 * 8 + inByte - 8 * byte
        spills = first + layout.length > 64
        firstByte = UInt8(byte)
        up = UInt8(isBigEndian || spills ? first : 64 - first - layout.length)
    }

    /// The bits as a number without a sign.
    @inline(__always)
    func number(from payload: some SignalPayload) -> UInt64 { payload.top(self) &>> UInt64(down) }

    /// The bits as a number in two's complement.
    @inline(__always)
    func signedNumber(from payload: some SignalPayload) -> Int64 {
        Int64(bitPattern: payload.top(self)) &>> Int64(down)
    }
}

/// The bytes of a classic frame, in both orders.
struct ClassicPayload: SignalPayload {
    let length: Int
    private let littleEndian: UInt64
    private let bigEndian: UInt64

    @inline(__always)
    init(_ frame: CANFrame) {
        length = frame.length
        littleEndian = frame.payload
        bigEndian = frame.payload.byteSwapped
    }

    @inline(__always)
    func top(_ field: BitField) -> UInt64 {
        (field.isBigEndian ? bigEndian : littleEndian) &<< UInt64(field.up)
    }
}

/// The bytes of a CAN FD frame.
struct FlexiblePayload: SignalPayload {
    let frame: CANFDFrame

    @inline(__always)
    var length: Int { frame.length }

    @inline(__always)
    func top(_ field: BitField) -> UInt64 {
        let word = frame.word(atByte: Int(field.firstByte))
        let up = UInt64(field.up)
        guard field.spills else {
            return (field.isBigEndian ? word.byteSwapped : word) &<< up
        }
        let ninth = frame.word(atByte: Int(field.firstByte) + 8) & 0xFF
        if field.isBigEndian { return word.byteSwapped &<< up | ninth &>> (8 - up) }
        return (word &>> up | ninth &<< (64 - up)) &<< UInt64(field.down)
    }
}

extension DBCSignal.Format {
    /// The number that the bits are; for integers, as they stand.
    @inline(__always)
    func float(ofBits bits: UInt64) -> Double {
        switch self {
        case .integer: Double(bits)
        case .half: Double(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
        case .single: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        case .double: Double(bitPattern: bits)
        }
    }
}
