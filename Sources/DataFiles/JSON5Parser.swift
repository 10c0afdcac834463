/// Reads JSON5 (json5.org) and says where it stumbled, which the decoder does not.
struct JSON5Parser {
    /// What is wrong at a line and a column, both counted from 1.
    struct Slip: Error, Hashable {
        var line: Int
        var column: Int
        var reason: String
    }

    /// Lists and objects within each other; more is refused.
    static let deepest = 64

    private let text: JSON5Text
    private var bytes: [UInt8] { text.bytes }
    private var position = 0

    /// The value that `bytes` are; throws the first slip in them, if there is one.
    static func parse(_ bytes: [UInt8]) throws(Slip) -> JSON5Value {
        var parser = Self(text: JSON5Text(bytes: bytes))
        let value = try parser.value(depth: 0)
        try parser.skipBlanks()
        if parser.position < bytes.count { throw parser.slip("nothing may follow the value") }
        return value
    }

    private init(text: JSON5Text) { self.text = text }

    private mutating func value(depth: Int) throws(Slip) -> JSON5Value {
        try skipBlanks()
        guard depth < Self.deepest else { throw slip("this is nested too deeply") }
        let offset = position
        let content: JSON5Value.Content
        switch peek {
        case UInt8(ascii: "{"): content = .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): content = .list(try list(depth: depth + 1))
        case UInt8(ascii: "\""), UInt8(ascii: "'"): content = .text(try quoted())
        case _: content = try word()
        }
        return JSON5Value(content: content, offset: offset)
    }

    private mutating func object(depth: Int) throws(Slip) -> [JSON5Member] {
        position += 1
        var members: [JSON5Member] = []
        try items(until: UInt8(ascii: "}")) { (self: inout Self) throws(Slip) in
            let offset = self.position
            let key: String
            if self.peek == UInt8(ascii: "\"") || self.peek == UInt8(ascii: "'") {
                key = try self.quoted()
            } else {
                key = try self.name()
            }
            try self.skipBlanks()
            guard self.skip(UInt8(ascii: ":")) else { throw self.slip("expected ':'") }
            let value = try self.value(depth: depth)
            members.append(JSON5Member(key: key, offset: offset, value: value))
        }
        return members
    }

    private mutating func list(depth: Int) throws(Slip) -> [JSON5Value] {
        position += 1
        var values: [JSON5Value] = []
        try items(until: UInt8(ascii: "]")) { (self: inout Self) throws(Slip) in
            values.append(try self.value(depth: depth))
        }
        return values
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

    private mutating func name() throws(Slip) -> String {
        let start = position
        while let byte = peek, Self.isName(byte) { position += 1 }
        if position == start { throw slip("expected a key") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// A number or one of the words of the language.
    private mutating func word() throws(Slip) -> JSON5Value.Content {
        let start = position
        while let byte = peek, Self.isName(byte) || "+-.".utf8.contains(byte) { position += 1 }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        switch word {
        case "true": return .truth(true)
        case "false": return .truth(false)
        case "null": return .null
        case _: break
        }
        let isNegative = word.hasPrefix("-")
        let bare = word.dropFirst(isNegative || word.hasPrefix("+") ? 1 : 0)
        guard let number = Self.number(bare, isNegative: isNegative) else {
            position = start
            throw slip("expected a value")
        }
        return number
    }

    private static func number(_ text: Substring, isNegative: Bool) -> JSON5Value.Content? {
        switch text {
        case "Infinity": return .real(isNegative ? -.infinity : .infinity)
        case "NaN": return .real(.nan)
        case _: break
        }
        let sign = isNegative ? "-" : ""
        if text.hasPrefix("0x") || text.hasPrefix("0X") {
            let digits = text.dropFirst(2)
            guard !digits.isEmpty, digits.allSatisfy(\.isHexDigit) else { return nil }
            if let whole = Int64(sign + digits, radix: 16) { return .integer(whole) }
            return Double(sign + text).map { .real($0) }
        }
        guard let first = text.utf8.first, (0x30...0x39).contains(first) || first == 0x2E,
            !text.contains("x"), !text.contains("X"), !text.contains("p")
        else { return nil }
        if let whole = Int64(sign + text) { return .integer(whole) }
        // A point at the end needs a digit behind it.
        return Double(sign + text + (text.hasSuffix(".") ? "0" : "")).map { .real($0) }
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
}

extension JSON5Parser {
    private mutating func quoted() throws(Slip) -> String {
        let quote = peek
        let start = position
        position += 1
        var content: [UInt8] = []
        while let byte = peek, byte != quote, byte != 0x0A {
            position += 1
            if byte == UInt8(ascii: "\\") {
                content += escaped()
            } else {
                content.append(byte)
            }
        }
        guard peek == quote else {
            position = start
            throw slip("this text has no end on its line")
        }
        position += 1
        return String(decoding: content, as: UTF8.self)
    }

    /// What stands for the character behind a backslash, which may be the end of a line.
    private mutating func escaped() -> [UInt8] {
        guard let byte = peek else { return [] }
        position += 1
        switch byte {
        case 0x0A: return []
        case 0x0D:
            _ = skip(0x0A)
            return []
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "v"): return [0x0B]
        case UInt8(ascii: "0"): return [0x00]
        case UInt8(ascii: "x"): return hexadecimal(2)
        case UInt8(ascii: "u"): return hexadecimal(4)
        case _: return [byte]
        }
    }

    /// A character by its number in `digits` digits; one that is none becomes U+FFFD.
    private mutating func hexadecimal(_ digits: Int) -> [UInt8] {
        var number: UInt32? = 0
        for _ in 0..<digits {
            guard let byte = peek, byte != 0x0A,
                let digit = Character(Unicode.Scalar(byte)).hexDigitValue
            else {
                number = nil
                break
            }
            position += 1
            number = number.map { $0 << 4 | UInt32(digit) }
        }
        let scalar = number.flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
        return Array(String(Character(scalar)).utf8)
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
        let (line, column) = text.position(of: position)
        return Slip(line: line, column: column, reason: reason)
    }
}
