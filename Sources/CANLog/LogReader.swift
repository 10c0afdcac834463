/// Reads a recording from a sliding window of bytes, line by line, in constant memory.
///
/// The caller owns the window: it asks for entries until there is none, keeps the bytes from
/// ``offset`` on, appends more and calls ``windowMoved()``. Blank lines, comments and lines that
/// the format has for other things than frames are skipped. After an error the reader stands
/// behind the line at fault and can go on.
public struct LogReader: Sendable {
    /// The format that is read.
    public let format: LogFormat
    /// The line to be read next, counted from 1.
    public private(set) var line = 1
    /// Where in the window the next line begins.
    public private(set) var offset = 0
    private var isWithinSkippedLine = false
    private var channels = ChannelNames()
    private var candump = CandumpLines()
    private var asc = ASCLines()
    private var csv = CSVLines()
    private var trc = TRCLines()

    /// A reader at the first line.
    public init(_ format: LogFormat) {
        self.format = format
    }

    /// Says that the bytes before ``offset`` have left the window.
    public mutating func windowMoved() { offset = 0 }

    /// Gives up a line of which the window holds only the beginning, however long it goes on.
    ///
    /// - Returns: The error that says so.
    public mutating func skipUnendedLine(in window: Span<UInt8>) -> LogError {
        let error = LogError(line: line, column: 1, reason: .lineTooLong)
        offset = window.count
        isWithinSkippedLine = true
        return error
    }

    /// The next entry; `nil` when the window holds no further whole line with a frame.
    ///
    /// Where `isLast`, the window's end also ends a line. Traps where the window ends before
    /// ``offset``.
    ///
    /// - Throws: ``LogError`` for a line that is no frame and should be one.
    public mutating func next(
        in window: Span<UInt8>, isLast: Bool
    ) throws(LogError) -> LogEntry? {
        precondition(offset <= window.count, "The window holds what was not read yet.")
        while let end = Lines.end(from: offset, in: window, isLast: isLast) {
            if isWithinSkippedLine {
                isWithinSkippedLine = false
                offset = min(end + 1, window.count)
                line += 1
                continue
            }
            var cursor = LineCursor(
                from: Lines.start(offset, line, in: window),
                to: Lines.trimmed(from: offset, to: end, in: window), column: offset, line: line)
            offset = min(end + 1, window.count)
            line += 1
            let indent = cursor.skipBlanks(window)
            if cursor.isAtEnd { continue }
            switch format {
            case .candump:
                if let entry = try candump.entry(&cursor, window, indent: indent, &channels) {
                    return entry
                }
            case .asc:
                if let entry = try asc.entry(&cursor, window, &channels) { return entry }
            case .csv:
                if let entry = try csv.entry(&cursor, window, &channels) { return entry }
            case .trc:
                if let entry = try trc.entry(&cursor, window, &channels) { return entry }
            }
        }
        // Nothing of a line that is skipped need be kept.
        if isWithinSkippedLine { offset = window.count }
        return nil
    }
}

/// What a whole text holds: its frames, and the lines that are none.
public struct LogContents: Hashable, Sendable {
    /// The frames in order.
    public var entries: [LogEntry]
    /// Why lines could not be read, in order.
    public var errors: [LogError]

    /// All of `bytes`. Any bytes are allowed.
    public init(reading bytes: Span<UInt8>, as format: LogFormat) {
        entries = []
        errors = []
        var reader = LogReader(format)
        while reader.offset < bytes.count {
            do throws(LogError) {
                guard let entry = try reader.next(in: bytes, isLast: true) else { return }
                entries.append(entry)
            } catch {
                errors.append(error)
            }
        }
    }

    /// All of `text`.
    public init(reading text: some StringProtocol, as format: LogFormat) {
        let bytes = Array(text.utf8)
        self.init(reading: bytes.span, as: format)
    }
}

/// Where lines begin and end.
enum Lines {
    /// Where the line that begins at `start` ends; `nil` where it is not whole.
    static func end(from start: Int, in window: Span<UInt8>, isLast: Bool) -> Int? {
        var index = start
        while index < window.count {
            if window[index] == 0x0A { return index }
            index += 1
        }
        return isLast && start < window.count ? window.count : nil
    }

    /// The end without blanks, tabs and carriage returns.
    static func trimmed(from start: Int, to end: Int, in window: Span<UInt8>) -> Int {
        var end = end
        while end > start, window[end - 1] <= 0x20 { end -= 1 }
        return end
    }

    /// Behind the byte order mark that some editors put before a text in UTF-8.
    static func start(_ offset: Int, _ line: Int, in window: Span<UInt8>) -> Int {
        guard line == 1, window.count >= offset + 3, window[offset] == 0xEF,
            window[offset + 1] == 0xBB, window[offset + 2] == 0xBF
        else { return offset }
        return offset + 3
    }
}
