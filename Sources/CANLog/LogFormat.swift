/// A format of recordings that ``LogReader`` reads.
public enum LogFormat: String, Hashable, Sendable, CaseIterable {
    /// candump of can-utils, into a file (`-l`) or on the console, with any of its times; and
    /// log2long.
    ///
    /// The zero of time is 1970 (UTC), unless the recorder wrote times since its start (`-t z`),
    /// since the frame before (`-t d`), or a date (`-t A`), which is its local time and is taken
    /// for UTC. A line without a time has that of the line before.
    case candump
    /// Vector's ASC, and log2asc of can-utils.
    ///
    /// The zero of time is the start of the measurement: its date depends on the language of the
    /// recorder and is not read.
    case asc
    /// Comma-separated values of python-can (its zero of time is 1970) or of SavvyCAN (GVRET; its
    /// zero is that of the device).
    case csv
    /// PEAK's TRC 1.0 to 2.1. The zero of time is the start of the trace.
    case trc

    /// The format that the first lines of `window` show; `nil` where they show none yet.
    ///
    /// Where `isLast`, the window's end also ends a line.
    public static func detect(in window: Span<UInt8>, isLast: Bool) -> LogFormat? {
        var offset = 0
        var line = 1
        while let end = Lines.end(from: offset, in: window, isLast: isLast) {
            var cursor = LineCursor(
                from: Lines.start(offset, line, in: window),
                to: Lines.trimmed(from: offset, to: end, in: window), column: offset, line: line)
            offset = end + 1
            line += 1
            cursor.skipBlanks(window)
            if let format = format(of: cursor, window) { return format }
            guard offset < window.count else { return nil }
        }
        return nil
    }

    /// What one line shows, or nothing.
    private static func format(of line: LineCursor, _ bytes: Span<UInt8>) -> LogFormat? {
        var cursor = line
        guard let first = cursor.peek(bytes) else { return nil }
        if first == UInt8(ascii: "(") { return .candump }
        if first == UInt8(ascii: ";") {
            // A bare comment can also stand in candump's.
            cursor.position += 1
            return cursor.peek(bytes) == UInt8(ascii: "$") ? .trc : nil
        }
        if CSVColumns(line, bytes) != nil { return .csv }
        let range = cursor.word(bytes)
        let next = cursor.word(bytes)
        switch ShortWord(lowercased: range, bytes) {
        case ShortWord("date"), ShortWord("base"), ShortWord("//"): return .asc
        case ShortWord("begin") where ShortWord(lowercased: next, bytes) == triggerBlock:
            return .asc
        case _: break
        }
        if (0x30...0x39).contains(first) { return numbered(range, next, &cursor, bytes) }
        // On the console: a channel, an identifier and a length in brackets.
        let third = cursor.word(bytes)
        guard let mark = third.first else { return nil }
        let isIdentifier =
            [3, 8].contains(next.count)
            && Numeral.value(next, bytes, base: 16) != nil
        if isIdentifier, bytes[mark] == UInt8(ascii: "[") { return .candump }
        let word = ShortWord(lowercased: next, bytes)
        let hasFlags = third.count == 1 && (word == ShortWord("rx") || word == ShortWord("tx"))
        return hasFlags ? .candump : nil
    }

    private static let triggerBlock = ShortWord("triggerblock")

    /// A line that begins with a number: `12) 1841 …` of TRC, `0.001000 1  101 …` of ASC.
    private static func numbered(
        _ range: Range<Int>, _ next: Range<Int>, _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) -> LogFormat? {
        guard let last = range.last else { return nil }
        if bytes[last] == UInt8(ascii: ")") { return .trc }
        let isChannel =
            ShortWord(lowercased: next, bytes) == ShortWord("canfd")
            || Numeral.value(next, bytes, base: 10) != nil
        var hasPoint = false
        for index in range where bytes[index] == UInt8(ascii: ".") { hasPoint = true }
        return hasPoint && isChannel ? .asc : nil
    }
}
