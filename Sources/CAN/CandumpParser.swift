/// One frame of a recording: when, where, what.
public struct CandumpEntry: Hashable, Sendable {
    /// Microseconds since the recording's own zero: for `candump -l`, since 1970 (UTC).
    public var microseconds: Int64
    /// The interface it was heard on.
    public var interface: String
    /// The frame.
    public var frame: CANFrame

    /// `frame` heard on `interface`.
    public init(microseconds: Int64, interface: String, frame: CANFrame) {
        self.microseconds = microseconds
        self.interface = interface
        self.frame = frame
    }
}

extension CandumpEntry: CustomStringConvertible {
    /// The line that `candump -l` writes: `(1436509052.249713) vcan0 044#2A366C2B`.
    public var description: String {
        let seconds = Self.padded(microseconds / 1_000_000, to: 10)
        let fraction = Self.padded(microseconds % 1_000_000, to: 6)
        return "(\(seconds).\(fraction)) \(interface) \(frame)"
    }

    private static func padded(_ number: Int64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// Reads a recording in the format of `candump -l` (can-utils) from a sliding window of bytes.
///
/// The caller owns the window: it asks for entries until there is none, keeps the bytes from
/// ``offset`` on, appends more and calls ``windowMoved()``. Blank lines and lines that begin with
/// `#` or `;` are skipped. After an error the parser stands behind the line at fault.
public struct CandumpParser: Sendable {
    /// The line to be read next, counted from 1.
    public private(set) var line = 1
    /// Where in the window the next line begins.
    public private(set) var offset = 0
    private var lastInterface = ""
    private var lastInterfaceBytes: [UInt8] = []

    /// A parser at the first line.
    public init() {}

    /// Says that the bytes before ``offset`` have left the window.
    public mutating func windowMoved() { offset = 0 }

    /// The next entry; `nil` when the window holds no further whole line.
    ///
    /// Where `isLast`, the window's end also ends a line.
    ///
    /// - Throws: ``CandumpError`` for a line that is no frame.
    public mutating func next(
        in window: Span<UInt8>, isLast: Bool
    ) throws(CandumpError) -> CandumpEntry? {
        while let end = lineEnd(in: window, isLast: isLast) {
            var reader = LineReader(from: offset, to: trimmed(window, end), line: line)
            offset = min(end + 1, window.count)
            line += 1
            reader.skipBlanks(window)
            guard let first = reader.peek(window), first != UInt8(ascii: "#"),
                first != UInt8(ascii: ";")
            else { continue }
            return try entry(&reader, window)
        }
        return nil
    }

    /// All entries of `text`.
    ///
    /// - Throws: ``CandumpError`` for the first line that is no frame.
    public static func entries(of text: some StringProtocol) throws(CandumpError) -> [CandumpEntry]
    {
        let bytes = Array(text.utf8)
        var parser = Self()
        var entries: [CandumpEntry] = []
        while let entry = try parser.next(in: bytes.span, isLast: true) {
            entries.append(entry)
        }
        return entries
    }

    private func lineEnd(in window: Span<UInt8>, isLast: Bool) -> Int? {
        var index = offset
        while index < window.count {
            if window[index] == 0x0A { return index }
            index += 1
        }
        return isLast && offset < window.count ? window.count : nil
    }

    private func trimmed(_ window: Span<UInt8>, _ end: Int) -> Int {
        var end = end
        while end > offset, window[end - 1] <= 0x20 { end -= 1 }
        return end
    }

    private mutating func entry(
        _ reader: inout LineReader, _ window: Span<UInt8>
    ) throws(CandumpError) -> CandumpEntry {
        let micros = try reader.time(window)
        reader.skipBlanks(window)
        let name = interface(try reader.interface(window), window)
        reader.skipBlanks(window)
        let frame = try reader.frame(window)
        try direction(&reader, window)
        return CandumpEntry(microseconds: micros, interface: name, frame: frame)
    }

    /// Newer versions of candump write ` R` or ` T` behind the frame.
    private func direction(
        _ reader: inout LineReader, _ window: Span<UInt8>
    ) throws(CandumpError) {
        reader.skipBlanks(window)
        if reader.isAtEnd { return }
        guard
            reader.skip(UInt8(ascii: "R"), window) || reader.skip(UInt8(ascii: "T"), window),
            reader.isAtEnd
        else { throw reader.error(.trailing) }
    }

    /// The name as a string, made anew only when it is another one than before.
    private mutating func interface(_ range: Range<Int>, _ window: Span<UInt8>) -> String {
        if range.count == lastInterfaceBytes.count {
            var same = true
            for index in 0..<range.count
            where window[range.lowerBound + index] != lastInterfaceBytes[index] {
                same = false
            }
            if same { return lastInterface }
        }
        lastInterfaceBytes = range.map { window[$0] }
        lastInterface = String(decoding: lastInterfaceBytes, as: UTF8.self)
        return lastInterface
    }
}
