/// A classic CAN frame (ISO 11898-1): an identifier and up to eight data bytes, without a heap
/// allocation.
public struct CANFrame: Hashable, Sendable {
    /// What a frame carries.
    public enum Kind: UInt8, Hashable, Sendable {
        /// Data bytes.
        case data
        /// A request for data: it has a length and no bytes.
        case remote
        /// A controller's error report, as Linux hands it up; its identifier is the error class.
        case error
    }

    /// Who speaks.
    public var id: CANID
    /// What the frame carries.
    public var kind: Kind
    /// How many bytes: 0 to 8. For a remote frame, how many are asked for.
    public private(set) var length: Int
    /// The bytes, the first in the lowest eight bits; those beyond the length are zero.
    public private(set) var payload: UInt64

    /// A frame of `length` bytes taken from the low end of `payload`.
    ///
    /// Traps unless the length is 0 to 8. Bytes beyond the length, and all bytes of a remote
    /// frame, are cleared.
    public init(id: CANID, length: Int, payload: UInt64 = 0, kind: Kind = .data) {
        precondition((0...8).contains(length), "A classic CAN frame has 0 to 8 bytes.")
        self.id = id
        self.kind = kind
        self.length = length
        self.payload = kind == .remote ? 0 : payload & Self.mask(bytes: length)
    }

    /// A data frame of these bytes; `nil` for more than eight.
    public init?(id: CANID, bytes: some Collection<UInt8>) {
        guard bytes.count <= 8 else { return nil }
        var payload: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            payload |= UInt64(byte) << UInt64(8 * index)
        }
        self.init(id: id, length: bytes.count, payload: payload)
    }

    /// The byte at `index`. Traps outside the frame; setting traps for a remote frame.
    public subscript(index: Int) -> UInt8 {
        get {
            precondition((0..<length).contains(index), "The frame has no such byte.")
            return UInt8(truncatingIfNeeded: payload >> UInt64(8 * index))
        }
        set {
            precondition((0..<length).contains(index), "The frame has no such byte.")
            precondition(kind != .remote, "A remote frame carries no bytes.")
            let shift = UInt64(8 * index)
            payload = payload & ~(0xFF << shift) | UInt64(newValue) << shift
        }
    }

    /// The bytes in order.
    public var bytes: [UInt8] {
        kind == .remote ? [] : (0..<length).map { self[$0] }
    }

    /// Eight bytes from byte `start` on, the first in the lowest eight bits; zero beyond the end.
    /// Traps for a negative start.
    @inlinable
    public func word(atByte start: Int) -> UInt64 {
        precondition(start >= 0, "A frame has no bytes before its first.")
        return start < 8 ? payload >> UInt64(8 * start) : 0
    }

    /// Replaces the bits of `mask` by those of `bits`, in the numbering of ``payload``.
    mutating func replace(_ mask: UInt64, with bits: UInt64) {
        payload = (payload & ~mask | bits & mask) & Self.mask(bytes: length)
    }

    /// Ones over the first `bytes` bytes.
    static func mask(bytes: Int) -> UInt64 {
        bytes >= 8 ? .max : (1 << UInt64(8 * bytes)) &- 1
    }
}

extension CANFrame: CustomStringConvertible {
    /// The frame as `cansend` of can-utils takes it: `611#2000050000003CE5`, `123#R4`.
    public var description: String {
        var out: [UInt8] = []
        appendText(to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends the `cansend` form.
    func appendText(to out: inout [UInt8]) {
        let isError = kind == .error
        let number = isError ? id.number | 0x2000_0000 : id.number
        HexDigit.append(number, digits: id.isExtended || isError ? 8 : 3, to: &out)
        out.append(UInt8(ascii: "#"))
        if kind == .remote {
            out.append(UInt8(ascii: "R"))
            if length > 0 { out.append(UInt8(ascii: "0") + UInt8(length)) }
        } else {
            for index in 0..<length {
                HexDigit.append(UInt32(self[index]), digits: 2, to: &out)
            }
        }
    }

    /// The frame that `text` writes in the `cansend` form.
    ///
    /// Dots between bytes are skipped. CAN FD (`##`) is refused: ``BusFrame`` reads both.
    ///
    /// - Throws: ``FrameTextError`` with the column at fault.
    public init(_ text: some StringProtocol) throws(FrameTextError) {
        switch try BusFrame(text) {
        case .classic(let frame):
            self = frame
        case .flexible:
            // Behind the identifier and the first mark.
            let column = text.utf8.prefix { $0 != UInt8(ascii: "#") }.count + 2
            throw FrameTextError(column: column, reason: .flexibleDataRate)
        }
    }
}
