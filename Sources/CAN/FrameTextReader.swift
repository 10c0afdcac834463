/// Reads a frame in the `cansend` form of can-utils out of a longer text, and says where it ends.
///
/// The forms are `123#1122`, `123#R4`, `123##1112233`. Identifiers of eight digits have 29 bits;
/// with bit 29 set they are the error class of an error frame.
public struct FrameTextReader: Sendable {
    /// Where the next byte of the text is read.
    public private(set) var position: Int
    private let start: Int
    private let end: Int

    /// A reader of the bytes from `start` up to `end`.
    ///
    /// Traps where these are not a range; the bytes themselves are given to ``frame(_:)``.
    public init(from start: Int, to end: Int) {
        precondition(0 <= start && start <= end, "A text ends behind its beginning.")
        position = start
        self.start = start
        self.end = end
    }

    /// Whether nothing is left.
    public var isAtEnd: Bool { position == end }

    /// An error at the byte to be read next.
    func error(_ reason: FrameTextError.Reason) -> FrameTextError {
        FrameTextError(column: position - start + 1, reason: reason)
    }

    /// The frame up to its last byte or mark.
    ///
    /// - Throws: ``FrameTextError``; its column counts from the reader's start.
    public mutating func frame(_ bytes: Span<UInt8>) throws(FrameTextError) -> BusFrame {
        precondition(end <= bytes.count, "The text must hold the whole range.")
        let (id, isError) = try identifier(bytes)
        switch peek(bytes) {
        case UInt8(ascii: "#"):
            guard !isError else { throw error(.data) }
            position += 1
            return .flexible(try flexible(id, bytes))
        case UInt8(ascii: "R"), UInt8(ascii: "r"):
            guard !isError else { throw error(.data) }
            position += 1
            return .classic(try remote(id, bytes))
        case _:
            return .classic(try classic(id, isError ? .error : .data, bytes))
        }
    }

    private func peek(_ bytes: Span<UInt8>) -> UInt8? {
        position < end ? bytes[position] : nil
    }

    private mutating func skip(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        guard peek(bytes) == byte else { return false }
        position += 1
        return true
    }

    private mutating func identifier(
        _ bytes: Span<UInt8>
    ) throws(FrameTextError) -> (CANID, isError: Bool) {
        var number: UInt32 = 0
        var digits = 0
        while let digit = peek(bytes).flatMap(HexDigit.value) {
            guard digits < 8 else { throw error(.identifier) }
            number = number << 4 | UInt32(digit)
            digits += 1
            position += 1
        }
        guard digits == 3 || digits == 8, skip(UInt8(ascii: "#"), bytes) else {
            throw error(.identifier)
        }
        let isError = digits == 8 && number & 0xE000_0000 == 0x2000_0000
        let bare = isError ? number & 0x1FFF_FFFF : number
        guard let id = digits == 3 ? CANID(base: bare) : CANID(extended: bare) else {
            throw error(.identifierRange)
        }
        return (id, isError)
    }

    private mutating func classic(
        _ id: CANID, _ kind: CANFrame.Kind, _ bytes: Span<UInt8>
    ) throws(FrameTextError) -> CANFrame {
        var payload: UInt64 = 0
        var length = 0
        while let high = peek(bytes).flatMap(HexDigit.value) {
            position += 1
            guard length < 8, let low = peek(bytes).flatMap(HexDigit.value) else {
                throw error(.data)
            }
            position += 1
            payload |= UInt64(high << 4 | low) << UInt64(8 * length)
            length += 1
            _ = skip(UInt8(ascii: "."), bytes)
        }
        try lengthCode(bytes)
        return CANFrame(id: id, length: length, payload: payload, kind: kind)
    }

    private mutating func remote(
        _ id: CANID, _ bytes: Span<UInt8>
    ) throws(FrameTextError) -> CANFrame {
        var length = 0
        if let digit = peek(bytes), (0x30...0x39).contains(digit) {
            guard digit <= 0x38 else { throw error(.data) }
            length = Int(digit - 0x30)
            position += 1
        }
        try lengthCode(bytes)
        return CANFrame(id: id, length: length, kind: .remote)
    }

    /// Reads past `_9` to `_F`: a length code above 8, which still means eight bytes.
    private mutating func lengthCode(_ bytes: Span<UInt8>) throws(FrameTextError) {
        guard skip(UInt8(ascii: "_"), bytes) else { return }
        guard let code = peek(bytes).flatMap(HexDigit.value), code >= 9 else { throw error(.data) }
        position += 1
    }

    private mutating func flexible(
        _ id: CANID, _ bytes: Span<UInt8>
    ) throws(FrameTextError) -> CANFDFrame {
        // Bit 2 only says once more that this is CAN FD; Linux sets it since 5.14.
        guard let flags = peek(bytes).flatMap(HexDigit.value) else { throw error(.flags) }
        position += 1
        var words = InlineArray<8, UInt64>(repeating: 0)
        var length = 0
        while let high = peek(bytes).flatMap(HexDigit.value) {
            position += 1
            guard length < 64, let low = peek(bytes).flatMap(HexDigit.value) else {
                throw error(.flexibleData)
            }
            position += 1
            words[length / 8] |= UInt64(high << 4 | low) << UInt64(8 * (length % 8))
            length += 1
            _ = skip(UInt8(ascii: "."), bytes)
        }
        guard
            let frame = CANFDFrame(
                id: id, length: length, words: words, bitRateSwitch: flags & 1 != 0,
                errorStateIndicator: flags & 2 != 0)
        else { throw error(.flexibleData) }
        return frame
    }
}
