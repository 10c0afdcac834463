internal import CAN

/// Lines of PEAK's TRC format, versions 1.0 to 2.1.
///
/// The versions differ in which columns a line has; 2.0 and 2.1 name them in the header.
struct TRCLines: Sendable {
    private enum Column {
        case number, offset, type, bus, direction, identifier, reserved, length, lengthCode, data

        /// The column of the letter in `$COLUMNS`.
        init?(_ letter: UInt8) {
            switch letter {
            case UInt8(ascii: "N"): self = .number
            case UInt8(ascii: "O"): self = .offset
            case UInt8(ascii: "T"): self = .type
            case UInt8(ascii: "B"): self = .bus
            case UInt8(ascii: "d"): self = .direction
            case UInt8(ascii: "I"): self = .identifier
            case UInt8(ascii: "R"): self = .reserved
            case UInt8(ascii: "l"): self = .length
            case UInt8(ascii: "L"): self = .lengthCode
            case UInt8(ascii: "D"): self = .data
            case _: return nil
            }
        }
    }

    /// What a line is about, as far as it is a frame.
    private enum Kind {
        case classic, remote, error
        case flexible(isSwitched: Bool, isErrorPassive: Bool)
    }

    /// What has been read of a line.
    private struct Frame {
        var kind = Kind.classic
        var microseconds: Int64 = 0
        var channel = ""
        var direction = LogEntry.Direction.unknown
        var id: CANID?
        /// The number in the column of the length.
        var length: UInt32 = 0
        var isLengthCode = false
        var lengthPlace = 0
    }

    /// Version 1.0 has no header that says so.
    private var columns: [Column] = [.number, .offset, .identifier, .lengthCode, .data]

    /// The entry of a line behind its blanks; `nil` for a line that holds none.
    mutating func entry(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>, _ channels: inout ChannelNames
    ) throws(LogError) -> LogEntry? {
        if cursor.skip(UInt8(ascii: ";"), bytes) {
            try header(&cursor, bytes)
            return nil
        }
        var frame = Frame()
        var bus: BusFrame?
        for column in columns {
            let isFrame = try read(column, &frame, &cursor, bytes, &channels, &bus)
            if !isFrame { return nil }
            if bus != nil { break }
        }
        guard let bus else { throw cursor.error(.data) }
        return LogEntry(
            microseconds: frame.microseconds, channel: frame.channel, direction: frame.direction,
            frame: bus)
    }

    /// Reads one column; whether the line is still one of a frame.
    private func read(
        _ column: Column, _ frame: inout Frame, _ cursor: inout LineCursor, _ bytes: Span<UInt8>,
        _ channels: inout ChannelNames, _ bus: inout BusFrame?
    ) throws(LogError) -> Bool {
        switch column {
        case .number: try number(&cursor, bytes)
        case .offset: frame.microseconds = try offset(&cursor, bytes)
        case .reserved: _ = cursor.word(bytes)
        case .bus: frame.channel = channels.name(try channel(&cursor, bytes))
        case .type: return try type(&frame, &cursor, bytes, &bus)
        case .direction: return try direction(&frame, &cursor, bytes)
        case .identifier: return try identifier(&frame, &cursor, bytes)
        case .length, .lengthCode:
            let range = cursor.word(bytes)
            frame.lengthPlace = range.lowerBound
            guard let length = Numeral.value(range, bytes, base: 10) else {
                throw cursor.error(.length, at: range.lowerBound)
            }
            frame.length = length
            frame.isLengthCode = column == .lengthCode
        case .data:
            bus = try data(frame, &cursor, bytes)
        }
        return true
    }

    /// `12)` or `12`.
    private func number(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) {
        let start = cursor.position
        while cursor.digit(bytes) != nil { cursor.position += 1 }
        let isNumber = cursor.position > start
        _ = cursor.skip(UInt8(ascii: ")"), bytes)
        guard isNumber, cursor.isAtWordEnd(bytes) else {
            throw cursor.error(.messageNumber, at: start)
        }
    }

    /// Milliseconds since the start of the trace, with up to three digits behind the point.
    private func offset(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> Int64 {
        cursor.skipBlanks(bytes)
        let start = cursor.position
        guard let time = cursor.decimal(bytes, power: 3), cursor.isAtWordEnd(bytes) else {
            throw cursor.error(.time, at: start)
        }
        return time
    }

    private func channel(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> ShortWord {
        let range = cursor.word(bytes)
        guard Numeral.value(range, bytes, base: 10) != nil, let word = ShortWord(range, bytes)
        else { throw cursor.error(.channel, at: range.lowerBound) }
        return word
    }
}

// The columns that say what a line is.
extension TRCLines {
    private static let fileVersion = ShortWord("$fileversion")
    private static let columnNames = ShortWord("$columns")
    private static let types = (
        data: ShortWord("dt"), flexible: ShortWord("fd"), switched: ShortWord("fb"),
        errorPassive: ShortWord("fe"), both: ShortWord("bi"), remote: ShortWord("rr"),
        error: ShortWord("er"), status: ShortWord("st"), counters: ShortWord("ec"),
        event: ShortWord("ev")
    )
    private static let directions = (
        received: ShortWord("rx"), transmitted: ShortWord("tx"), warning: ShortWord("warng"),
        error: ShortWord("error"), event: ShortWord("event")
    )
    private static let remoteMark = ShortWord("rtr")
    private static let errorMark = ShortWord("error")

    /// The lines of a header that matter: `$FILEVERSION=1.1`, `$COLUMNS=N,O,T,B,I,d,R,L,D`.
    private mutating func header(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) {
        let start = cursor.position
        while let byte = cursor.peek(bytes), byte != UInt8(ascii: "=") { cursor.position += 1 }
        let word = ShortWord(lowercased: start..<cursor.position, bytes)
        _ = cursor.skip(UInt8(ascii: "="), bytes)
        if word == Self.fileVersion {
            let range = cursor.word(bytes)
            guard let known = Self.columns(ShortWord(range, bytes)) else {
                throw cursor.error(.columns, at: range.lowerBound)
            }
            columns = known
        } else if word == Self.columnNames {
            columns = try names(&cursor, bytes)
        }
    }

    private static func columns(_ version: ShortWord?) -> [Column]? {
        switch version {
        case ShortWord("1.0"): [.number, .offset, .identifier, .lengthCode, .data]
        case ShortWord("1.1"): [.number, .offset, .direction, .identifier, .length, .data]
        case ShortWord("1.2"): [.number, .offset, .bus, .direction, .identifier, .length, .data]
        case ShortWord("1.3"):
            [.number, .offset, .bus, .direction, .identifier, .reserved, .lengthCode, .data]
        case ShortWord("2.0"): [.number, .offset, .type, .identifier, .direction, .length, .data]
        case ShortWord("2.1"):
            [
                .number, .offset, .type, .bus, .identifier, .direction, .reserved, .lengthCode,
                .data,
            ]
        case _: nil
        }
    }

    private func names(
        _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> [Column] {
        let start = cursor.position
        var columns: [Column] = []
        while let byte = cursor.peek(bytes) {
            guard let column = Column(byte), columns.count < 16 else {
                throw cursor.error(.columns)
            }
            columns.append(column)
            cursor.position += 1
            guard cursor.skip(UInt8(ascii: ","), bytes) || cursor.isAtEnd else {
                throw cursor.error(.columns)
            }
        }
        let hasLength = columns.contains(.length) || columns.contains(.lengthCode)
        guard columns.contains(.offset), columns.contains(.identifier), hasLength,
            columns.last == .data
        else { throw cursor.error(.columns, at: start) }
        return columns
    }

    private func type(
        _ frame: inout Frame, _ cursor: inout LineCursor, _ bytes: Span<UInt8>,
        _ bus: inout BusFrame?
    ) throws(LogError) -> Bool {
        let range = cursor.word(bytes)
        switch ShortWord(lowercased: range, bytes) {
        case Self.types.data:
            frame.kind = .classic
        case Self.types.flexible:
            frame.kind = .flexible(isSwitched: false, isErrorPassive: false)
        case Self.types.switched:
            frame.kind = .flexible(isSwitched: true, isErrorPassive: false)
        case Self.types.errorPassive:
            frame.kind = .flexible(isSwitched: false, isErrorPassive: true)
        case Self.types.both:
            frame.kind = .flexible(isSwitched: true, isErrorPassive: true)
        case Self.types.remote:
            frame.kind = .remote
        case Self.types.error:
            // An error frame has no identifier, and in version 2.0 not even a sign for none.
            frame.kind = .error
            if !columns.contains(.bus) { bus = FrameData.busError() }
        case Self.types.status, Self.types.counters, Self.types.event:
            return false
        case _:
            throw cursor.error(.kind, at: range.lowerBound)
        }
        return true
    }

    private func direction(
        _ frame: inout Frame, _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> Bool {
        let range = cursor.word(bytes)
        switch ShortWord(lowercased: range, bytes) {
        case Self.directions.received: frame.direction = .received
        case Self.directions.transmitted: frame.direction = .transmitted
        case Self.directions.error: frame.kind = .error
        case Self.directions.warning, Self.directions.event: return false
        case _: throw cursor.error(.direction, at: range.lowerBound)
        }
        return true
    }

    /// Four digits for 11 bits, more for 29; eight `F` stand for a warning.
    private func identifier(
        _ frame: inout Frame, _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> Bool {
        let range = cursor.word(bytes)
        if case .error = frame.kind { return true }
        guard let number = Numeral.value(range, bytes, base: 16), range.count <= 8 else {
            throw cursor.error(.identifier, at: range.lowerBound)
        }
        if number == .max { return false }
        guard let id = CANID(number, isExtended: range.count > 4) else {
            throw cursor.error(.identifierRange, at: range.lowerBound)
        }
        frame.id = id
        return true
    }

    /// The bytes, or a mark in their place, and with them the frame.
    private func data(
        _ frame: Frame, _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> BusFrame {
        var ahead = cursor
        let mark = ahead.keyword(bytes)
        if case .error = frame.kind { return FrameData.busError() }
        if mark == Self.errorMark { return FrameData.busError() }
        guard let id = frame.id else { throw cursor.error(.identifier) }
        let lengthError = cursor.error(.length, at: frame.lengthPlace)
        guard frame.length <= (frame.isLengthCode ? 15 : 64) else { throw lengthError }
        var kind = frame.kind
        if mark == Self.remoteMark {
            // Before version 2.0 only this says that it is a request.
            kind = .remote
            cursor = ahead
        }
        switch kind {
        case .remote:
            guard cursor.isAtEnd else { throw cursor.error(.trailing) }
            guard frame.isLengthCode || frame.length <= 8 else { throw lengthError }
            return .classic(CANFrame(id: id, length: Int(min(8, frame.length)), kind: .remote))
        case .classic, .error:
            let length = Int(frame.isLengthCode ? min(8, frame.length) : frame.length)
            let data = try self.data(length, &cursor, bytes)
            guard let bus = data.classic(id, length: length) else { throw lengthError }
            return bus
        case .flexible(let isSwitched, let isErrorPassive):
            let length =
                frame.isLengthCode
                ? CANFDFrame.length(ofCode: UInt8(frame.length)) : Int(frame.length)
            let data = try self.data(length, &cursor, bytes)
            let bus = data.flexible(
                id, length: length, bitRateSwitch: isSwitched, errorStateIndicator: isErrorPassive)
            guard let bus else { throw lengthError }
            return bus
        }
    }

    private func data(
        _ count: Int, _ cursor: inout LineCursor, _ bytes: Span<UInt8>
    ) throws(LogError) -> FrameData {
        var data = FrameData()
        for _ in 0..<count {
            let range = cursor.word(bytes)
            guard let byte = Numeral.byte(range, bytes, base: 16), data.append(byte) else {
                throw cursor.error(.data, at: range.lowerBound)
            }
        }
        cursor.skipBlanks(bytes)
        guard cursor.isAtEnd else { throw cursor.error(.trailing) }
        return data
    }
}
