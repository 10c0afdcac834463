/// Reads one line from left to right and knows the column for an error.
struct LineCursor {
    /// Where the next byte is read.
    var position: Int
    /// Where the line ends, without blanks.
    let end: Int
    private let first: Int
    private let line: Int

    /// A cursor over the bytes from `start` up to `end`; the line is number `line` and its first
    /// column is at `column`.
    init(from start: Int, to end: Int, column: Int, line: Int) {
        position = min(start, end)
        self.end = end
        first = column
        self.line = line
    }

    var isAtEnd: Bool { position >= end }

    /// An error at the byte to be read next.
    func error(_ reason: LogError.Reason) -> LogError { error(reason, at: position) }

    /// An error at the byte `place` of the window.
    func error(_ reason: LogError.Reason, at place: Int) -> LogError {
        LogError(line: line, column: place - first + 1, reason: reason)
    }

    /// The byte to be read next; `nil` at the end.
    @inline(__always)
    func peek(_ bytes: Span<UInt8>) -> UInt8? {
        position < end ? bytes[position] : nil
    }

    /// Whether what was read ends here: at a blank or with the line.
    func isAtWordEnd(_ bytes: Span<UInt8>) -> Bool {
        guard let byte = peek(bytes) else { return true }
        return byte <= 0x20
    }

    @inline(__always)
    mutating func skip(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        guard peek(bytes) == byte else { return false }
        position += 1
        return true
    }

    /// Goes to the next byte that is no blank; what the last blank was.
    @discardableResult
    mutating func skipBlanks(_ bytes: Span<UInt8>) -> UInt8? {
        var last: UInt8?
        while let byte = peek(bytes), byte == 0x20 || byte == 0x09 {
            last = byte
            position += 1
        }
        return last
    }

    /// The next word, behind blanks; empty at the end of the line.
    mutating func word(_ bytes: Span<UInt8>) -> Range<Int> {
        skipBlanks(bytes)
        let start = position
        while let byte = peek(bytes), byte > 0x20 { position += 1 }
        // A control character that ends no line is a word of its own, or it would never be passed.
        if start == position, position < end { position += 1 }
        return start..<position
    }

    /// The next word in small letters; empty for one that no format knows.
    mutating func keyword(_ bytes: Span<UInt8>) -> ShortWord {
        ShortWord(lowercased: word(bytes), bytes) ?? ShortWord()
    }

    /// A number with or without a fraction, times ten to the power of `power`, the rest cut off.
    ///
    /// `nil`, somewhere in it, for what is no number or too large by far.
    mutating func decimal(_ bytes: Span<UInt8>, power: Int) -> Int64? {
        var digits: Int64 = 0
        var count = 0
        while let digit = digit(bytes) {
            guard digits < 100_000_000_000_000_000 else { return nil }
            digits = digits * 10 + digit
            count += 1
            position += 1
        }
        guard count > 0 else { return nil }
        var power = power
        if skip(UInt8(ascii: "."), bytes) {
            while let digit = digit(bytes) {
                // Digits beyond seventeen are far behind the microsecond.
                if digits < 100_000_000_000_000_000 {
                    digits = digits * 10 + digit
                    power -= 1
                }
                position += 1
            }
        }
        if skip(UInt8(ascii: "e"), bytes) || skip(UInt8(ascii: "E"), bytes) {
            guard let exponent = exponent(bytes) else { return nil }
            power += exponent
        }
        while power < 0 {
            digits /= 10
            power += 1
        }
        while power > 0 {
            let (product, isTooLarge) = digits.multipliedReportingOverflow(by: 10)
            guard !isTooLarge else { return nil }
            digits = product
            power -= 1
        }
        return digits
    }

    private mutating func exponent(_ bytes: Span<UInt8>) -> Int? {
        let isNegative = skip(UInt8(ascii: "-"), bytes)
        if !isNegative { _ = skip(UInt8(ascii: "+"), bytes) }
        var exponent = 0
        var count = 0
        while let digit = digit(bytes), count < 3 {
            exponent = exponent * 10 + Int(digit)
            count += 1
            position += 1
        }
        return count == 0 ? nil : isNegative ? -exponent : exponent
    }

    @inline(__always)
    func digit(_ bytes: Span<UInt8>) -> Int64? {
        guard let byte = peek(bytes), (0x30...0x39).contains(byte) else { return nil }
        return Int64(byte &- 0x30)
    }
}

/// Numbers in words of a line.
enum Numeral {
    /// The value of a digit in a base up to 16; `nil` for any other character.
    @inline(__always)
    static func digit(_ character: UInt8) -> UInt32? {
        switch character {
        case 0x30...0x39: UInt32(character &- 0x30)
        case 0x41...0x46: UInt32(character &- 0x37)
        case 0x61...0x66: UInt32(character &- 0x57)
        case _: nil
        }
    }

    /// The number in `range` to the base of 10 or 16; `nil` where it is none or has above 32 bits.
    static func value(_ range: Range<Int>, _ bytes: Span<UInt8>, base: UInt32) -> UInt32? {
        guard !range.isEmpty else { return nil }
        var value: UInt64 = 0
        for index in range {
            guard let digit = digit(bytes[index]), digit < base else { return nil }
            value = value * UInt64(base) + UInt64(digit)
            guard value <= UInt32.max else { return nil }
        }
        return UInt32(value)
    }

    /// The byte in `range`, of at most two hexadecimal or three decimal digits.
    static func byte(_ range: Range<Int>, _ bytes: Span<UInt8>, base: UInt32) -> UInt8? {
        guard range.count <= 3 else { return nil }
        return value(range, bytes, base: base).flatMap(UInt8.init(exactly:))
    }
}
