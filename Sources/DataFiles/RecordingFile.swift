public import CANLog

/// A recording of a bus in any of the formats of ``LogFormat``, read frame by frame in constant
/// memory.
public struct RecordingFile: ~Copyable {
    /// How much of a file is held at a time, and so the longest line: 64 KiB.
    private static let windowSize = 1 << 16

    /// How many bytes the recording has; `nil` for a pipe.
    public let size: Int?
    /// How many bytes have been read, for progress against ``size``.
    public private(set) var bytesRead = 0
    private let file: OpenFile
    private let channel: String?
    private var reader: LogReader?
    private var buffer: [UInt8]
    private var filled = 0
    private var isAtEnd = false

    /// Opens the recording at `path`; `-` is standard input.
    ///
    /// Without a `format`, the first lines show which it is. With a `channel`, the entries of all
    /// other channels are passed over.
    ///
    /// - Throws: ``DataFileError`` where the file cannot be opened.
    public init(
        _ path: String, format: LogFormat? = nil, channel: String? = nil
    ) throws(DataFileError) {
        self.init(try OpenFile(path), format: format, channel: channel)
    }

    // Apart from opening the file: Swift 6.2 does not compile an initializer that fails half-way.
    private init(_ file: consuming OpenFile, format: LogFormat?, channel: String?) {
        size = file.size
        self.file = file
        self.channel = channel
        reader = format.map { LogReader($0) }
        buffer = [UInt8](repeating: 0, count: Self.windowSize)
    }

    /// The format: the one given, or what the first lines have shown, `nil` before they were read.
    public var format: LogFormat? { reader?.format }

    /// The next entry; `nil` at the end of the recording.
    ///
    /// - Throws: ``DataFileError`` with line and column for what is no frame, and without them
    ///   where the file cannot be read. The next call goes on behind the line at fault; where the
    ///   file cannot be read or has no known format, it finds the end.
    public mutating func next() throws(DataFileError) -> LogEntry? {
        guard try isRecognised() else { return nil }
        while true {
            let entry = try readAhead()
            if let entry {
                if let channel, entry.channel != channel { continue }
                return entry
            }
            if isAtEnd { return nil }
            try refill()
        }
    }

    /// The next entry in the window.
    private mutating func readAhead() throws(DataFileError) -> LogEntry? {
        do throws(LogError) {
            return try Self.next(of: &reader, in: buffer, upTo: filled, isLast: isAtEnd)
        } catch {
            throw failure(error)
        }
    }

    // Apart from self, because a window would borrow the whole of it.
    private static func next(
        of reader: inout LogReader?, in buffer: [UInt8], upTo filled: Int, isLast: Bool
    ) throws(LogError) -> LogEntry? {
        try reader?.next(in: buffer.span.extracting(0..<filled), isLast: isLast)
    }

    private static func skipUnendedLine(
        of reader: inout LogReader?, in buffer: [UInt8]
    ) -> LogError? {
        reader?.skipUnendedLine(in: buffer.span)
    }

    private static func detect(in buffer: [UInt8], upTo filled: Int, isLast: Bool) -> LogFormat? {
        LogFormat.detect(in: buffer.span.extracting(0..<filled), isLast: isLast)
    }

    /// Finds out the format, where it is not known yet; `false` for an empty recording.
    private mutating func isRecognised() throws(DataFileError) -> Bool {
        while reader == nil {
            let isBlank = !buffer[..<filled].contains { $0 > 0x20 }
            if let format = Self.detect(in: buffer, upTo: filled, isLast: isAtEnd) {
                reader = LogReader(format)
            } else if !isAtEnd, filled < buffer.count {
                try read()
            } else if isBlank, isAtEnd {
                return false
            } else if isBlank {
                // Nobody writes a window of blanks; whatever follows, a line's number is right.
                reader = LogReader(.candump)
            } else {
                giveUp()
                throw DataFileError(
                    file: file.name, place: "1:1", reason: "this is no recording in a known format",
                    remedy: "known are candump, ASC, CSV of python-can or SavvyCAN, and TRC")
            }
        }
        return true
    }

    /// Ends the recording here: another try would fail the same way.
    private mutating func giveUp() {
        isAtEnd = true
        filled = 0
    }

    private mutating func refill() throws(DataFileError) {
        let offset = reader?.offset ?? 0
        if offset == 0, filled == buffer.count,
            let error = Self.skipUnendedLine(of: &reader, in: buffer)
        {
            throw failure(error)
        }
        let rest = filled - offset
        for index in 0..<rest { buffer[index] = buffer[offset + index] }
        filled = rest
        reader?.windowMoved()
        try read()
    }

    private mutating func read() throws(DataFileError) {
        let count: Int
        do throws(DataFileError) {
            count = try file.read(into: &buffer, from: filled)
        } catch {
            giveUp()
            reader = nil
            throw error
        }
        filled += count
        bytesRead += count
        isAtEnd = count == 0
    }

    private func failure(_ error: LogError) -> DataFileError {
        DataFileError(
            file: file.name, place: "\(error.line):\(error.column)", reason: "\(error.reason)",
            remedy: "correct the line or take it out")
    }
}
