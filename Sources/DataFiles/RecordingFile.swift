public import CAN

/// A recording in the format of `candump -l`, read frame by frame in constant memory.
public struct RecordingFile: ~Copyable {
    private let file: OpenFile
    private let path: String
    private var parser = CandumpParser()
    private var buffer: [UInt8]
    private var filled = 0
    private var isAtEnd = false

    /// Opens the recording at `path`.
    ///
    /// - Throws: ``DataFileError`` where the file cannot be opened.
    public init(_ path: String) throws(DataFileError) {
        file = try OpenFile(path)
        self.path = path
        buffer = [UInt8](repeating: 0, count: 1 << 16)
    }

    /// The next frame; `nil` at the end of the recording.
    ///
    /// - Throws: ``DataFileError`` with line and column for what is no frame, or where the file
    ///   cannot be read. The next call goes on behind the line at fault.
    public mutating func next() throws(DataFileError) -> CandumpEntry? {
        while true {
            // A copy, because the window borrows the whole of self.
            var ahead = parser
            defer { parser = ahead }
            do throws(CandumpError) {
                let window = buffer.span.extracting(0..<filled)
                if let entry = try ahead.next(in: window, isLast: isAtEnd) { return entry }
            } catch {
                throw DataFileError(
                    file: path, place: "\(error.line):\(error.column)",
                    reason: error.reason.rawValue,
                    remedy: "a recording is made by 'candump -l'")
            }
            if isAtEnd { return nil }
            try refill(keepingFrom: ahead.offset)
            ahead.windowMoved()
        }
    }

    private mutating func refill(keepingFrom offset: Int) throws(DataFileError) {
        let rest = filled - offset
        guard rest < buffer.count else {
            isAtEnd = true
            filled = offset
            throw DataFileError(
                file: path, place: "\(parser.line):1", reason: "the line is longer than any frame",
                remedy: "a recording is made by 'candump -l'")
        }
        for index in 0..<rest { buffer[index] = buffer[offset + index] }
        filled = rest
        let count = try file.read(into: &buffer, from: filled)
        filled += count
        isAtEnd = count == 0
    }
}
