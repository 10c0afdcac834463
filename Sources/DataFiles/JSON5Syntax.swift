/// Checks the syntax of JSON5 (json5.org), because the decoder does not say where it stumbled.
///
/// Values are not kept: this only finds the first place that is wrong.
struct JSON5Syntax {
    /// What is wrong at a line and a column, both counted from 1.
    struct Slip: Error, Hashable {
        var line: Int
        var column: Int
        var reason: String
    }

    /// Lists and objects within each other; more is refused.
    static let deepest = 64

    private let bytes: [UInt8]
    private var position = 0

    /// Throws the first slip in `bytes`, if there is one.
    static func check(_ bytes: [UInt8]) throws(Slip) {
        var syntax = Self(bytes: bytes)
        try syntax.value(depth: 0)
        try syntax.skipBlanks()
        if syntax.position < bytes.count { throw syntax.slip("nothing may follow the value") }
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func value(depth: Int) throws(Slip) {
        try skipBlanks()
        guard depth < Self.deepest else { throw slip("this is nested too deeply") }
        switch peek {
        case UInt8(ascii: "{"): try object(depth: depth + 1)
        case UInt8(ascii: "["): try list(depth: depth + 1)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): try text()
        case _: try word()
        }
    }

    private mutating func object(depth: Int) throws(Slip) {
        position += 1
        try items(until: UInt8(ascii: "}")) { (self: inout Self) throws(Slip) in
            if self.peek == UInt8(ascii: "\"") || self.peek == UInt8(ascii: "'") {
                try self.text()
            } else {
                try self.name()
            }
            try self.skipBlanks()
            guard self.skip(UInt8(ascii: ":")) else { throw self.slip("expected ':'") }
            try self.value(depth: depth)
        }
    }

    private mutating func list(depth: Int) throws(Slip) {
        position += 1
        try items(until: UInt8(ascii: "]")) { (self: inout Self) throws(Slip) in
            try self.value(depth: depth)
        }
    }

    /// Reads items with commas between them, and maybe one behind the last.
    private mutating func items(
        until end: UInt8, _ item: (inout Self) throws(Slip) -> Void
    ) throws(Slip) {
        while true {
            try skipBlanks()
            if skip(end) { return }
            try item(&self)
            try skipBlanks()
            if skip(UInt8(ascii: ",")) { continue }
            guard skip(end) else {
                throw slip("expected ',' or '\(Unicode.Scalar(end))'")
            }
            return
        }
    }

    private mutating func text() throws(Slip) {
        let quote = peek
        let start = position
        position += 1
        while let byte = peek, byte != quote {
            if byte == 0x0A { break }
            // An escape may stand before the quote, or before the end of the line.
            position += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        guard peek == quote else {
            position = start
            throw slip("this text has no end on its line")
        }
        position += 1
    }

    private mutating func name() throws(Slip) {
        let start = position
        while let byte = peek, Self.isName(byte) { position += 1 }
        if position == start { throw slip("expected a key") }
    }

    /// A number or one of the words of the language; the decoder checks its form.
    private mutating func word() throws(Slip) {
        let start = position
        while let byte = peek, Self.isName(byte) || "+-.".utf8.contains(byte) { position += 1 }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        let sign = word.hasPrefix("-") || word.hasPrefix("+") ? 1 : 0
        let bare = word.dropFirst(sign)
        let isWord = ["true", "false", "null"].contains(word)
        guard isWord || ["Infinity", "NaN"].contains(bare) || Self.isNumber(bare) else {
            position = start
            throw slip("expected a value")
        }
    }

    private static func isNumber(_ text: Substring) -> Bool {
        if text.hasPrefix("0x") || text.hasPrefix("0X") {
            let digits = text.dropFirst(2)
            return !digits.isEmpty && digits.allSatisfy(\.isHexDigit)
        }
        guard let first = text.utf8.first else { return false }
        let isStart = (0x30...0x39).contains(first) || first == UInt8(ascii: ".")
        return isStart && Double(text) != nil || isStart && Double(text + "0") != nil
    }

    private mutating func skipBlanks() throws(Slip) {
        while let byte = peek {
            if byte <= 0x20 {
                position += 1
            } else if follows("//") {
                while position < bytes.count, bytes[position] != 0x0A { position += 1 }
            } else if follows("/*") {
                try skipComment()
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(Slip) {
        let start = position
        position += 2
        while !follows("*/") {
            guard position < bytes.count else {
                position = start
                throw slip("this comment has no end")
            }
            position += 1
        }
        position += 2
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func follows(_ text: String) -> Bool {
        position < bytes.count && bytes[position...].starts(with: text.utf8)
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "$"),
            0x80...0xFF:
            true
        case _: false
        }
    }

    private func slip(_ reason: String) -> Slip {
        let before = bytes[..<min(position, bytes.count)]
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        var line = 1
        for byte in before where byte == 0x0A { line += 1 }
        return Slip(line: line, column: before.count - start + 1, reason: reason)
    }
}
