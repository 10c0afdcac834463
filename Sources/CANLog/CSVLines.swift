internal import CAN

/// Lines of comma-separated values: those of python-can, and those of SavvyCAN (GVRET).
///
/// Neither marks CAN FD: a frame of more than eight bytes is one, a shorter one is taken for
/// classic.
struct CSVLines: Sendable {
    private static let yes = [ShortWord("1"), ShortWord("true")]
    private static let no = [ShortWord("0"), ShortWord("false")]
    private static let received = ShortWord("rx")
    private static let transmitted = ShortWord("tx")

    /// What has been read of a line.
    private struct Frame {
        var microseconds: Int64?
        var id: UInt32?
        var isExtended = false
        var isRemote = false
        var isError = false
        var channel = ""
        var direction = LogEntry.Direction.unknown
        var length: Int?
        var data = FrameData()
    }

    private var columns: CSVColumns?

    /// The entry of a line behind its blanks; `nil` for a line that holds none.
    mutating func entry(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>, _ channels: inout ChannelNames
    ) throws(LogError) -> LogEntry? {
        if cursor.peek(bytes) == UInt8(ascii: "#") { return nil }
        guard let columns else {
            columns = CSVColumns(cursor, bytes)
            guard columns != nil else { throw cursor.error(.columns) }
            return nil
        }
        var frame = Frame()
        var fields = CSVFields(cursor)
        var index = 0
        while let field = fields.next(bytes) {
            cursor.position = field.lowerBound
            try read(columns.role(index), field, &frame, cursor, bytes, columns, &channels)
            index += 1
        }
        cursor.position = cursor.end
        return try entry(frame, cursor)
    }

    private func read(
        _ role: CSVColumns.Role, _ field: Range<Int>, _ frame: inout Frame, _ cursor: LineCursor,
        _ bytes: Span<UInt8>, _ columns: CSVColumns, _ channels: inout ChannelNames
    ) throws(LogError) {
        switch role {
        case .time:
            var number = cursor
            let time = number.decimal(bytes, power: columns.timePower)
            guard let time, number.position == field.upperBound else { throw cursor.error(.time) }
            frame.microseconds = time
        case .identifier:
            guard let id = identifier(field, bytes) else { throw cursor.error(.identifier) }
            frame.id = id
        case .isExtended: frame.isExtended = try flag(field, cursor, bytes)
        case .isRemote: frame.isRemote = try flag(field, cursor, bytes)
        case .isError: frame.isError = try flag(field, cursor, bytes)
        case .channel:
            for index in field where !(0x21..<0x7F).contains(bytes[index]) {
                throw cursor.error(.channel, at: index)
            }
            guard let word = ShortWord(field, bytes) else { throw cursor.error(.channel) }
            frame.channel = channels.name(word)
        case .direction: frame.direction = try direction(field, cursor, bytes)
        case .length:
            guard let length = Numeral.value(field, bytes, base: 10), length <= 64 else {
                throw cursor.error(.length)
            }
            frame.length = Int(length)
        case .byte:
            // Behind the last byte there may be empty columns.
            if field.isEmpty { return }
            guard let byte = Numeral.byte(field, bytes, base: 16), frame.data.append(byte) else {
                throw cursor.error(.data)
            }
        case .data:
            guard Base64.append(field, bytes, to: &frame.data) else { throw cursor.error(.data) }
        case .other:
            return
        }
    }

    private func identifier(_ field: Range<Int>, _ bytes: Span<UInt8>) -> UInt32? {
        var digits = field
        if field.count > 2, bytes[field.lowerBound] == UInt8(ascii: "0"),
            bytes[field.lowerBound + 1] | 0x20 == UInt8(ascii: "x")
        {
            digits = (field.lowerBound + 2)..<field.upperBound
        }
        return Numeral.value(digits, bytes, base: 16)
    }

    private func flag(
        _ field: Range<Int>, _ cursor: LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> Bool {
        guard let word = ShortWord(lowercased: field, bytes) else { throw cursor.error(.flag) }
        if Self.no.contains(word) { return false }
        guard Self.yes.contains(word) else { throw cursor.error(.flag) }
        return true
    }

    private func direction(
        _ field: Range<Int>, _ cursor: LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> LogEntry.Direction {
        switch ShortWord(lowercased: field, bytes) {
        case Self.received: return .received
        case Self.transmitted: return .transmitted
        case _: throw cursor.error(.direction)
        }
    }

    private func entry(_ frame: Frame, _ cursor: LineCursor) throws(LogError) -> LogEntry {
        guard let microseconds = frame.microseconds else { throw cursor.error(.time) }
        guard let number = frame.id else { throw cursor.error(.identifier) }
        // Some programs never mark 29 bits; a number above 11 can have no other format.
        let isExtended = frame.isExtended || number > 0x7FF
        guard let id = CANID(number, isExtended: isExtended) else {
            throw cursor.error(.identifierRange)
        }
        let bus: BusFrame?
        let length = frame.length ?? frame.data.count
        if frame.isRemote {
            guard length <= 8 else { throw cursor.error(.length) }
            bus = .classic(CANFrame(id: id, length: length, kind: .remote))
        } else {
            guard length <= frame.data.count else { throw cursor.error(.data) }
            bus =
                length <= 8 || frame.isError
                ? frame.data.classic(id, length: length, kind: frame.isError ? .error : .data)
                : frame.data.flexible(id, length: length)
        }
        guard let bus else { throw cursor.error(.length) }
        return LogEntry(
            microseconds: microseconds, channel: frame.channel, direction: frame.direction,
            frame: bus)
    }
}

/// Bytes in base64 (RFC 4648), with its padding.
enum Base64 {
    /// Adds the bytes of `range`; `false` where it is not base64 or holds too much.
    static func append(_ range: Range<Int>, _ bytes: Span<UInt8>, to data: inout FrameData) -> Bool
    {
        guard range.count % 4 == 0 else { return false }
        var group: UInt32 = 0
        for (place, index) in range.enumerated() {
            if bytes[index] == UInt8(ascii: "=") {
                let left = range.upperBound - index
                guard left == 1 || left == 2 && bytes[index + 1] == UInt8(ascii: "=") else {
                    return false
                }
                return end(group << UInt32(6 * left), bytes: 3 - left, to: &data)
            }
            guard let value = value(bytes[index]) else { return false }
            group = group << 6 | value
            guard place % 4 == 3 else { continue }
            guard end(group, bytes: 3, to: &data) else { return false }
            group = 0
        }
        return true
    }

    private static func end(_ group: UInt32, bytes: Int, to data: inout FrameData) -> Bool {
        for index in 0..<bytes {
            let byte = UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * index))
            guard data.append(byte) else { return false }
        }
        return true
    }

    private static func value(_ character: UInt8) -> UInt32? {
        switch character {
        case 0x41...0x5A: UInt32(character - 0x41)
        case 0x61...0x7A: UInt32(character - 0x61) + 26
        case 0x30...0x39: UInt32(character - 0x30) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        case _: nil
        }
    }
}
