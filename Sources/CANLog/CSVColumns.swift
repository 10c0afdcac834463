/// What the columns of a CSV file are, by the names in its first line.
struct CSVColumns: Sendable {
    enum Role {
        case time, identifier, isExtended, isRemote, isError, channel, direction, length
        /// One data byte in hexadecimal digits; all columns behind it are such, too.
        case byte
        /// All bytes in base64.
        case data
        /// Nothing that is read.
        case other
    }

    private static let names: [ShortWord: Role] = [
        ShortWord("timestamp"): .time, ShortWord("time stamp"): .time,
        ShortWord("arbitration_id"): .identifier, ShortWord("id"): .identifier,
        ShortWord("extended"): .isExtended, ShortWord("remote"): .isRemote,
        ShortWord("error"): .isError, ShortWord("bus"): .channel, ShortWord("channel"): .channel,
        ShortWord("dir"): .direction, ShortWord("dlc"): .length, ShortWord("len"): .length,
        ShortWord("d1"): .byte, ShortWord("data"): .data,
    ]

    private var roles: [Role] = []
    /// Seconds are multiplied by ten to the power of 6 to give microseconds, which need none.
    let timePower: Int

    /// The columns that a line names; `nil` where a time, an identifier or data is missing.
    init?(_ cursor: LineCursor, _ bytes: Span<UInt8>) {
        var fields = CSVFields(cursor)
        var isInSeconds = false
        while let range = fields.next(bytes) {
            guard roles.count < 128 else { return nil }
            let word = ShortWord(lowercased: range, bytes)
            roles.append(word.flatMap { Self.names[$0] } ?? .other)
            if word == Self.secondsMark { isInSeconds = true }
            // The bytes are the rest of the line.
            if roles.last == .byte { break }
        }
        timePower = isInSeconds ? 6 : 0
        for needed in [Role.time, .identifier] where !roles.contains(needed) { return nil }
        guard roles.contains(.data) || roles.contains(.byte) else { return nil }
    }

    /// SavvyCAN counts microseconds and calls the identifier `ID`; python-can writes seconds.
    private static let secondsMark = ShortWord("arbitration_id")

    /// What the column `index` is, counted from 0.
    func role(_ index: Int) -> Role {
        if index < roles.count { return roles[index] }
        return roles.last == .byte ? .byte : .other
    }
}

/// The fields of a line between commas.
struct CSVFields {
    private var cursor: LineCursor
    private var isFinished = false

    init(_ cursor: LineCursor) { self.cursor = cursor }

    /// The next field without blanks around it; `nil` behind the last.
    mutating func next(_ bytes: Span<UInt8>) -> Range<Int>? {
        guard !isFinished else { return nil }
        cursor.skipBlanks(bytes)
        let start = cursor.position
        while let byte = cursor.peek(bytes), byte != UInt8(ascii: ",") { cursor.position += 1 }
        var end = cursor.position
        while end > start, bytes[end - 1] <= 0x20 { end -= 1 }
        isFinished = !cursor.skip(UInt8(ascii: ","), bytes)
        return start..<end
    }
}
