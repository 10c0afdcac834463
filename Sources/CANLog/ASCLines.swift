internal import CAN

/// Lines of Vector's ASC format, and of log2asc of can-utils.
///
/// What stands behind the data (durations, bit counts) is not read.
struct ASCLines: Sendable {
    private static let base = ShortWord("base")
    private static let dec = ShortWord("dec")
    private static let timestamps = ShortWord("timestamps")
    private static let relative = ShortWord("relative")
    private static let flexible = ShortWord("canfd")
    private static let errorFrame = ShortWord("errorframe")
    private static let data = ShortWord("d")
    private static let remote = ShortWord("r")
    private static let identifier = ShortWord("id")
    private static let equals = ShortWord("=")

    private var base: UInt32 = 16
    private var isRelative = false
    private var microseconds: Int64 = 0

    /// The entry of a line behind its blanks; `nil` for a line that holds none.
    mutating func entry(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>, _ channels: inout ChannelNames
    ) throws(LogError) -> LogEntry? {
        guard cursor.digit(bytes) != nil else {
            try header(&cursor, bytes)
            return nil
        }
        try time(&cursor, bytes)
        var range = cursor.word(bytes)
        if ShortWord(lowercased: range, bytes) == Self.flexible {
            return try flexibleEntry(&cursor, bytes, &channels)
        }
        // Anything but a channel's number begins an event of another kind.
        guard Numeral.value(range, bytes, base: 10) != nil else { return nil }
        let channel = try name(range, cursor, bytes, &channels)
        range = cursor.word(bytes)
        if ShortWord(lowercased: range, bytes) == Self.errorFrame {
            return LogEntry(
                microseconds: microseconds, channel: channel, frame: FrameData.busError())
        }
        var id = identifier(range, bytes, base: base)
        let word = cursor.word(bytes)
        let direction = Direction(ShortWord(lowercased: word, bytes))
        if id == nil {
            // Statistics and messages of transport protocols name no identifier here.
            if direction == nil { return nil }
            id = identifierBehind(cursor, bytes)
        }
        guard let id else { throw cursor.error(.identifier, at: range.lowerBound) }
        guard let direction else { throw cursor.error(.direction, at: word.lowerBound) }
        // A request to transmit is no frame on the bus: that follows when it was sent.
        guard let entryDirection = direction.entry else { return nil }
        let frame = try classic(id, &cursor, bytes)
        return LogEntry(
            microseconds: microseconds, channel: channel, direction: entryDirection, frame: frame)
    }

    /// Lines without a time: the base of numbers, the kind of times; all others are words.
    private mutating func header(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) {
        let first = cursor.peek(bytes) ?? 0
        let isLetter = (0x41...0x5A).contains(first & 0xDF)
        guard isLetter || first == UInt8(ascii: "/") || first >= 0x80 else {
            throw cursor.error(.time)
        }
        guard cursor.keyword(bytes) == Self.base else { return }
        base = cursor.keyword(bytes) == Self.dec ? 10 : 16
        guard cursor.keyword(bytes) == Self.timestamps else { return }
        isRelative = cursor.keyword(bytes) == Self.relative
    }

    private mutating func time(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) {
        let start = cursor.position
        guard let stamp = cursor.decimal(bytes, power: 6), cursor.isAtWordEnd(bytes) else {
            throw cursor.error(.time, at: start)
        }
        // Events of every kind move a relative time on.
        let (sum, isTooLate) = stamp.addingReportingOverflow(isRelative ? microseconds : 0)
        guard !isTooLate else { throw cursor.error(.time, at: start) }
        microseconds = sum
    }

    private func name(
        _ range: Range<Int>, _ cursor: LineCursor, _ bytes: Span<UInt8>,
        _ channels: inout ChannelNames
    ) throws(LogError) -> String {
        guard Numeral.value(range, bytes, base: 10) != nil, let word = ShortWord(range, bytes)
        else { throw cursor.error(.channel, at: range.lowerBound) }
        return channels.name(word)
    }

    /// The identifier that a line of a frame by name has at its end: `ID = 291` or `ID = 291x`.
    private func identifierBehind(_ cursor: LineCursor, _ bytes: Span<UInt8>) -> CANID? {
        var cursor = cursor
        while !cursor.isAtEnd {
            guard cursor.keyword(bytes) == Self.identifier else { continue }
            guard cursor.keyword(bytes) == Self.equals else { return nil }
            return identifier(cursor.word(bytes), bytes, base: 10)
        }
        return nil
    }

    /// The identifier, with an `x` behind it for 29 bits.
    private func identifier(
        _ range: Range<Int>, _ bytes: Span<UInt8>, base: UInt32
    ) -> CANID? {
        guard let last = range.last else { return nil }
        let isExtended = bytes[last] | 0x20 == UInt8(ascii: "x")
        let digits = isExtended ? range.lowerBound..<last : range
        return Numeral.value(digits, bytes, base: base).flatMap {
            CANID($0, isExtended: isExtended)
        }
    }

    /// `d 8 11 22 …` or `r 8`, up to the last byte.
    private func classic(
        _ id: CANID, _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> BusFrame {
        let kind = cursor.word(bytes)
        let length = cursor.word(bytes)
        let code = Numeral.value(length, bytes, base: base)
        switch ShortWord(lowercased: kind, bytes) {
        case Self.data:
            guard let code, code <= 15 else { throw cursor.error(.length, at: length.lowerBound) }
            let count = Int(min(8, code))
            let data = try self.data(count, &cursor, bytes)
            guard let frame = data.classic(id, length: count) else { throw cursor.error(.data) }
            return frame
        case Self.remote:
            // Older versions write no length behind a request.
            guard code ?? 0 <= 15 else { throw cursor.error(.length, at: length.lowerBound) }
            return .classic(CANFrame(id: id, length: Int(min(8, code ?? 0)), kind: .remote))
        case _:
            throw cursor.error(.kind, at: kind.lowerBound)
        }
    }

    private func data(
        _ count: Int, _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> FrameData {
        var data = FrameData()
        for _ in 0..<count {
            let range = cursor.word(bytes)
            guard let byte = Numeral.byte(range, bytes, base: base), data.append(byte) else {
                throw cursor.error(.data, at: range.lowerBound)
            }
        }
        return data
    }
}

// CAN FD channels have lines of their own, also for classic frames.
extension ASCLines {
    private mutating func flexibleEntry(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>, _ channels: inout ChannelNames
    ) throws(LogError) -> LogEntry? {
        let channel = try name(cursor.word(bytes), cursor, bytes, &channels)
        var range = cursor.word(bytes)
        guard let direction = Direction(ShortWord(lowercased: range, bytes)) else {
            throw cursor.error(.direction, at: range.lowerBound)
        }
        guard let entryDirection = direction.entry else { return nil }
        range = cursor.word(bytes)
        if ShortWord(lowercased: range, bytes) == Self.errorFrame {
            return LogEntry(
                microseconds: microseconds, channel: channel, direction: entryDirection,
                frame: FrameData.busError())
        }
        guard let id = identifier(range, bytes, base: base) else {
            throw cursor.error(.identifier, at: range.lowerBound)
        }
        let frame = try flexible(id, &cursor, bytes)
        return LogEntry(
            microseconds: microseconds, channel: channel, direction: entryDirection, frame: frame)
    }

    /// `[name] BRS ESI DLC length data … duration bits flags`.
    private func flexible(
        _ id: CANID, _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> BusFrame {
        var word = cursor.word(bytes)
        // A name cannot begin with a digit.
        if let first = word.first, !(0x30...0x39).contains(bytes[first]) {
            word = cursor.word(bytes)
        }
        let isSwitched = try flag(word, cursor, bytes)
        let isErrorPassive = try flag(cursor.word(bytes), cursor, bytes)
        let code = cursor.word(bytes)
        let length = cursor.word(bytes)
        guard let code = Numeral.value(code, bytes, base: 16), code <= 15,
            let count = Numeral.value(length, bytes, base: 10), count <= 64
        else { throw cursor.error(.length, at: length.lowerBound) }
        let data = try self.data(Int(count), &cursor, bytes)
        // Duration and number of bits.
        _ = cursor.word(bytes)
        _ = cursor.word(bytes)
        let flags = Numeral.value(cursor.word(bytes), bytes, base: 16) ?? Self.flexibleFlag
        if flags & Self.remoteFlag != 0 {
            return .classic(CANFrame(id: id, length: Int(min(8, code)), kind: .remote))
        }
        let frame =
            flags & Self.flexibleFlag == 0
            ? data.classic(id, length: Int(count))
            : data.flexible(
                id, length: Int(count), bitRateSwitch: isSwitched,
                errorStateIndicator: isErrorPassive)
        guard let frame else { throw cursor.error(.length, at: length.lowerBound) }
        return frame
    }

    /// The bits of the flags that tell a request and a CAN FD frame.
    private static var remoteFlag: UInt32 { 1 << 4 }
    private static var flexibleFlag: UInt32 { 1 << 12 }

    private func flag(
        _ range: Range<Int>, _ cursor: LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> Bool {
        guard range.count == 1, let value = Numeral.value(range, bytes, base: 2) else {
            throw cursor.error(.flag, at: range.lowerBound)
        }
        return value == 1
    }

    /// Which way a frame went, or that it is still to go.
    private enum Direction {
        case received, transmitted, requested

        private static let words = (
            received: ShortWord("rx"), transmitted: ShortWord("tx"), requested: ShortWord("txrq")
        )

        init?(_ word: ShortWord?) {
            switch word {
            case Self.words.received: self = .received
            case Self.words.transmitted: self = .transmitted
            case Self.words.requested: self = .requested
            case _: return nil
            }
        }

        var entry: LogEntry.Direction? {
            switch self {
            case .received: .received
            case .transmitted: .transmitted
            case .requested: nil
            }
        }
    }
}
