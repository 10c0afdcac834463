/// Cuts the text of a DBC file into words, texts and marks.
struct DBCLexer {
    enum Token: Hashable {
        /// A name, a keyword or a number.
        case word(String)
        /// What stood between double quotes.
        case text(String)
        /// Any other character.
        case mark(UInt8)
        case end
    }

    private let bytes: [UInt8]
    private(set) var position = 0
    /// The line of the byte to be read next, counted from 1.
    private(set) var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The next token without taking it.
    func peek() -> Token {
        var copy = self
        return copy.next()
    }

    mutating func next() -> Token {
        skipBlanks()
        guard position < bytes.count else { return .end }
        let byte = bytes[position]
        if byte == UInt8(ascii: "\"") { return .text(quoted()) }
        guard Self.isWord(byte) else {
            position += 1
            return .mark(byte)
        }
        let first = position
        while position < bytes.count, Self.isWord(bytes[position]) { position += 1 }
        return .word(String(decoding: bytes[first..<position], as: UTF8.self))
    }

    /// Whether the byte to be read next, blanks aside, is the first of its line.
    mutating func isAtLineStart() -> Bool {
        skipBlanks()
        var index = position - 1
        while index >= 0, bytes[index] == 0x20 || bytes[index] == 0x09 { index -= 1 }
        return index < 0 || bytes[index] == 0x0A || bytes[index] == 0x0D
    }

    private mutating func skipBlanks() {
        while position < bytes.count, bytes[position] <= 0x20 {
            if bytes[position] == 0x0A { line += 1 }
            position += 1
        }
    }

    /// Reads a text up to the closing quote, or to the end of the file where there is none.
    private mutating func quoted() -> String {
        position += 1
        var content: [UInt8] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            let isEscape = bytes[position] == UInt8(ascii: "\\")
            if isEscape, position + 1 < bytes.count,
                bytes[position + 1] == UInt8(ascii: "\"") || bytes[position + 1] == 0x5C
            {
                position += 1
            }
            if bytes[position] == 0x0A { line += 1 }
            content.append(bytes[position])
            position += 1
        }
        position = min(position + 1, bytes.count)
        return Self.decode(content)
    }

    /// UTF-8 where the bytes are that, else Windows-1252, which most tools write.
    private static func decode(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = ""
        for byte in bytes {
            let scalar = byte == 0x80 ? "\u{20AC}" : Unicode.Scalar(byte)
            text.unicodeScalars.append(scalar)
        }
        return text
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "+"), UInt8(ascii: "-"), 0x80...0xFF:
            true
        case _: false
        }
    }
}
