/// Reads one line of frame text from left to right and knows the column for an error.
struct LineReader {
    private(set) var position: Int
    private let start: Int
    private let end: Int
    private let line: Int

    /// A reader of the bytes from `start` up to `end`, which are line number `line`.
    init(from start: Int, to end: Int, line: Int) {
        position = start
        self.start = start
        self.end = end
        self.line = line
    }

    var isAtEnd: Bool { position == end }

    /// An error at the byte to be read next.
    func error(_ reason: CandumpError.Reason) -> CandumpError {
        CandumpError(line: line, column: position - start + 1, reason: reason)
    }

    /// The byte to be read next; `nil` at the end.
    @inline(__always)
    func peek(_ bytes: Span<UInt8>) -> UInt8? {
        position < end ? bytes[position] : nil
    }

    @inline(__always)
    mutating func skip(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        guard peek(bytes) == byte else { return false }
        position += 1
        return true
    }

    mutating func skipBlanks(_ bytes: Span<UInt8>) {
        while let byte = peek(bytes), byte == 0x20 || byte == 0x09 { position += 1 }
    }

    /// The time in brackets, in microseconds; digits beyond them are cut off.
    mutating func time(_ bytes: Span<UInt8>) throws(CandumpError) -> Int64 {
        guard skip(UInt8(ascii: "("), bytes) else { throw error(.time) }
        var seconds: Int64 = 0
        var digits = 0
        while let digit = decimal(bytes) {
            digits += 1
            // Twelve digits reach beyond the year 33000 and cannot overflow in microseconds.
            guard digits <= 12 else { throw error(.time) }
            seconds = seconds * 10 + digit
            position += 1
        }
        guard digits > 0, skip(UInt8(ascii: "."), bytes) else { throw error(.time) }
        var micros: Int64 = 0
        var places = 0
        while let digit = decimal(bytes) {
            if places < 6 { micros = micros * 10 + digit }
            places += 1
            position += 1
        }
        guard places == 6 || places == 9, skip(UInt8(ascii: ")"), bytes) else {
            throw error(.time)
        }
        return seconds * 1_000_000 + micros
    }

    private func decimal(_ bytes: Span<UInt8>) -> Int64? {
        guard let byte = peek(bytes), (0x30...0x39).contains(byte) else { return nil }
        return Int64(byte - 0x30)
    }

    /// The range of the next word, which must have 1 to 15 bytes as Linux allows.
    mutating func interface(_ bytes: Span<UInt8>) throws(CandumpError) -> Range<Int> {
        let first = position
        while let byte = peek(bytes), byte > 0x20, byte < 0x7F { position += 1 }
        guard (1...15).contains(position - first) else { throw error(.interface) }
        return first..<position
    }

    /// A frame in the `cansend` form, up to its last byte or mark.
    mutating func frame(_ bytes: Span<UInt8>) throws(CandumpError) -> CANFrame {
        let (id, isError) = try identifier(bytes)
        if skip(UInt8(ascii: "#"), bytes) { throw error(.flexibleDataRate) }
        if skip(UInt8(ascii: "R"), bytes) || skip(UInt8(ascii: "r"), bytes) {
            return try remote(id, bytes)
        }
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
        return CANFrame(
            id: id, length: length, payload: payload, kind: isError ? .error : .data)
    }

    private mutating func identifier(
        _ bytes: Span<UInt8>
    ) throws(CandumpError) -> (CANID, isError: Bool) {
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

    private mutating func remote(
        _ id: CANID, _ bytes: Span<UInt8>
    ) throws(CandumpError) -> CANFrame {
        var length = 0
        if let digit = decimal(bytes) {
            guard digit <= 8 else { throw error(.data) }
            length = Int(digit)
            position += 1
        }
        try lengthCode(bytes)
        return CANFrame(id: id, length: length, kind: .remote)
    }

    /// Reads past `_9` to `_F`: a length code above 8, which still means eight bytes.
    private mutating func lengthCode(_ bytes: Span<UInt8>) throws(CandumpError) {
        guard skip(UInt8(ascii: "_"), bytes) else { return }
        guard let code = peek(bytes).flatMap(HexDigit.value), code >= 9 else { throw error(.data) }
        position += 1
    }
}
