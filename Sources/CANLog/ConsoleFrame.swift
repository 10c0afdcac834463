internal import CAN
internal import Units

/// A frame as candump shows it on the console: `B E  123   [8]  11 22 33 44 55 66 77 88   '…'`.
struct ConsoleFrame {
    private static let none = ShortWord("-")
    private static let bitRateSwitch = ShortWord("b")
    private static let errorStateIndicator = ShortWord("e")
    private static let remote = ShortWord("remote")
    private static let request = ShortWord("request")
    private static let errorFrame = ShortWord("errorframe")

    var direction = LogEntry.Direction.unknown
    private var isSwitched = false
    private var isErrorPassive = false

    /// The two flags that `-x` puts before the identifier: `B` or `-`, `E` or `-`.
    mutating func readFlags(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) {
        isSwitched = try flag(Self.bitRateSwitch, &cursor, bytes)
        isErrorPassive = try flag(Self.errorStateIndicator, &cursor, bytes)
    }

    private func flag(
        _ letter: ShortWord, _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> Bool {
        let range = cursor.word(bytes)
        let word = ShortWord(lowercased: range, bytes)
        guard word == letter || word == Self.none else {
            throw cursor.error(.flag, at: range.lowerBound)
        }
        return word == letter
    }

    /// The frame from its identifier to the end of the line.
    func read(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> BusFrame {
        let (id, isError) = try identifier(&cursor, bytes)
        let (length, isFlexible) = try length(&cursor, bytes)
        var rest = cursor
        if rest.keyword(bytes) == Self.remote, rest.keyword(bytes) == Self.request {
            guard rest.isAtEnd, !isFlexible, !isError, length <= 8 else {
                throw cursor.error(.trailing)
            }
            cursor = rest
            return .classic(CANFrame(id: id, length: length, kind: .remote))
        }
        var data = FrameData()
        for _ in 0..<length {
            let range = cursor.word(bytes)
            guard range.count == 2, let byte = Numeral.byte(range, bytes, base: 16),
                data.append(byte)
            else { throw cursor.error(.data, at: range.lowerBound) }
        }
        try trailing(&cursor, bytes)
        let frame =
            isFlexible && !isError
            ? data.flexible(
                id, length: length, bitRateSwitch: isSwitched, errorStateIndicator: isErrorPassive)
            : data.classic(id, length: length, kind: isError ? .error : .data)
        guard let frame else { throw cursor.error(.length) }
        return frame
    }

    private func identifier(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> (CANID, isError: Bool) {
        let range = cursor.word(bytes)
        guard range.count == 3 || range.count == 8,
            let number = Numeral.value(range, bytes, base: 16)
        else { throw cursor.error(.identifier, at: range.lowerBound) }
        let isError = range.count == 8 && number & 0xE000_0000 == 0x2000_0000
        let bare = isError ? number & 0x1FFF_FFFF : number
        guard let id = CANID(bare, isExtended: range.count == 8) else {
            throw cursor.error(.identifierRange, at: range.lowerBound)
        }
        return (id, isError)
    }

    /// `[8]`; of a CAN FD frame `[08]`, with two digits; `{E}` for a length code above 8.
    private func length(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> (Int, isFlexible: Bool) {
        let range = cursor.word(bytes)
        let error = cursor.error(.length, at: range.lowerBound)
        guard range.count >= 3 else { throw error }
        let inner = range.dropFirst().dropLast()
        let digits = inner.startIndex..<inner.endIndex
        switch (bytes[range.lowerBound], bytes[range.upperBound - 1]) {
        case (UInt8(ascii: "["), UInt8(ascii: "]")):
            guard digits.count <= 2, let length = Numeral.value(digits, bytes, base: 10),
                digits.count == 2 || length <= 8
            else { throw error }
            return (Int(length), digits.count == 2)
        case (UInt8(ascii: "{"), UInt8(ascii: "}")):
            guard digits.count == 1, let code = Numeral.value(digits, bytes, base: 16), code > 8
            else { throw error }
            return (8, false)
        case _:
            throw error
        }
    }

    /// The bytes as text between apostrophes, or the mark of an error frame.
    private func trailing(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) {
        cursor.skipBlanks(bytes)
        guard let first = cursor.peek(bytes) else { return }
        let place = cursor.position
        if first == UInt8(ascii: "'") {
            guard cursor.end - place >= 2, bytes[cursor.end - 1] == first else {
                throw cursor.error(.trailing)
            }
            return
        }
        guard cursor.keyword(bytes) == Self.errorFrame else {
            throw cursor.error(.trailing, at: place)
        }
    }
}

/// A date and a time of day as text.
enum DateText {
    /// Seconds since 1970 of `-12-19 12:04:45` behind a year of four digits, taken for UTC.
    static func seconds(
        year: Int64, _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> Int64 {
        let month = try part(1...12, after: UInt8(ascii: "-"), &cursor, bytes)
        let day = try part(1...31, after: UInt8(ascii: "-"), &cursor, bytes)
        let hour = try part(0...23, after: UInt8(ascii: " "), &cursor, bytes)
        let minute = try part(0...59, after: UInt8(ascii: ":"), &cursor, bytes)
        let second = try part(0...60, after: UInt8(ascii: ":"), &cursor, bytes)
        return CivilTime.utc(year, month, day, hour, minute, second).milliseconds / 1000
    }

    private static func part(
        _ range: ClosedRange<Int64>, after mark: UInt8, _ cursor: inout LineCursor,
        _ bytes: Span<UInt8>
    ) throws(LogError) -> Int64 {
        guard cursor.skip(mark, bytes), let tens = cursor.digit(bytes) else {
            throw cursor.error(.time)
        }
        cursor.position += 1
        guard let ones = cursor.digit(bytes), range.contains(tens * 10 + ones) else {
            throw cursor.error(.time)
        }
        cursor.position += 1
        return tens * 10 + ones
    }
}
