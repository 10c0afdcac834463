internal import CAN

/// Lines as candump of can-utils writes them: into a file with `-l`, or on the console; and those
/// of its log2long.
struct CandumpLines: Sendable {
    private static let received = ShortWord("rx")
    private static let transmitted = ShortWord("tx")
    private var microseconds: Int64 = 0
    private var isBehindErrorFrame = false

    /// The entry of a line behind its blanks; `nil` for a line that holds none.
    mutating func entry(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>, indent: UInt8?,
        _ channels: inout ChannelNames
    ) throws(LogError) -> LogEntry? {
        let first = cursor.peek(bytes)
        if first == UInt8(ascii: "#") || first == UInt8(ascii: ";") { return nil }
        // With -e, what an error frame means stands below it, behind a tab.
        if isBehindErrorFrame, indent == 0x09 { return nil }
        isBehindErrorFrame = false
        // Only lines of the console are indented or begin with a channel.
        let isConsole = first != UInt8(ascii: "(")
        if !isConsole { microseconds = try time(&cursor, bytes) }
        let name = channels.name(try channel(&cursor, bytes))
        cursor.skipBlanks(bytes)
        guard !isConsole, let text = frameText(cursor, bytes) else {
            return try consoleEntry(&cursor, bytes, name)
        }
        let frame = try self.frame(&cursor, bytes, text)
        let direction = try direction(&cursor, bytes)
        return LogEntry(
            microseconds: microseconds, channel: name, direction: direction, frame: frame)
    }

    /// The time in brackets, in microseconds: seconds, or a date, which is read as UTC.
    private func time(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> Int64 {
        guard cursor.skip(UInt8(ascii: "("), bytes) else { throw cursor.error(.time) }
        var seconds: Int64 = 0
        var digits = 0
        while let digit = cursor.digit(bytes) {
            digits += 1
            // Twelve digits reach beyond the year 33000 and cannot overflow in microseconds.
            guard digits <= 12 else { throw cursor.error(.time) }
            seconds = seconds * 10 + digit
            cursor.position += 1
        }
        if digits == 4, cursor.peek(bytes) == UInt8(ascii: "-") {
            seconds = try DateText.seconds(year: seconds, &cursor, bytes)
        }
        guard digits > 0, cursor.skip(UInt8(ascii: "."), bytes) else { throw cursor.error(.time) }
        var fraction: Int64 = 0
        var places = 0
        while let digit = cursor.digit(bytes) {
            if places < 6 { fraction = fraction * 10 + digit }
            places += 1
            cursor.position += 1
        }
        guard places == 6 || places == 9, cursor.skip(UInt8(ascii: ")"), bytes) else {
            throw cursor.error(.time)
        }
        cursor.skipBlanks(bytes)
        return seconds * 1_000_000 + fraction
    }

    /// The next word, which must have 1 to 15 printable bytes, as Linux allows.
    private func channel(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> ShortWord {
        let first = cursor.position
        while let byte = cursor.peek(bytes), byte > 0x20, byte < 0x7F { cursor.position += 1 }
        let range = first..<cursor.position
        guard !range.isEmpty, cursor.isAtWordEnd(bytes), let word = ShortWord(range, bytes) else {
            throw cursor.error(.channel)
        }
        return word
    }

    /// Where the frame begins, if it is in the form of `cansend`: with a `#` in its first word.
    private func frameText(_ cursor: LineCursor, _ bytes: Span<UInt8>) -> FrameTextReader? {
        var index = cursor.position
        while index < cursor.end, bytes[index] > 0x20 {
            if bytes[index] == UInt8(ascii: "#") {
                return FrameTextReader(from: cursor.position, to: cursor.end)
            }
            index += 1
        }
        return nil
    }

    private func frame(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>, _ text: FrameTextReader
    ) throws(LogError) -> BusFrame {
        var text = text
        let start = cursor.position
        do throws(FrameTextError) {
            let frame = try text.frame(bytes)
            cursor.position = text.position
            return frame
        } catch {
            throw cursor.error(.frame(error.reason), at: start + error.column - 1)
        }
    }

    /// Newer versions of candump write ` R` or ` T` behind the frame.
    private func direction(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> LogEntry.Direction {
        if cursor.isAtEnd { return .unknown }
        cursor.skipBlanks(bytes)
        let direction: LogEntry.Direction
        if cursor.skip(UInt8(ascii: "R"), bytes) {
            direction = .received
        } else if cursor.skip(UInt8(ascii: "T"), bytes) {
            direction = .transmitted
        } else {
            throw cursor.error(.trailing)
        }
        guard cursor.isAtEnd else { throw cursor.error(.trailing) }
        return direction
    }

    /// What stands behind the channel on the console: `[RX B E]  123   [8]  11 22 … '…'`.
    private mutating func consoleEntry(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>, _ channel: String
    ) throws(LogError) -> LogEntry {
        var line = ConsoleFrame()
        var start = cursor.position
        let word = ShortWord(lowercased: cursor.word(bytes), bytes)
        if word == Self.received || word == Self.transmitted {
            line.direction = word == Self.received ? .received : .transmitted
            try line.readFlags(&cursor, bytes)
            cursor.skipBlanks(bytes)
            start = cursor.position
        }
        cursor.position = start
        let frame = try line.read(&cursor, bytes)
        isBehindErrorFrame = frame.kind == .error
        return LogEntry(
            microseconds: microseconds, channel: channel, direction: line.direction, frame: frame)
    }
}
