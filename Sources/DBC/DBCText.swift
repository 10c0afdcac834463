/// Turns the bytes of names and texts into strings.
enum DBCText {
    /// UTF-8 where the bytes are that, else Windows-1252, which most tools write.
    ///
    /// Some files have both, one text in this and the next in that, hence it is decided by text.
    static func decode(_ bytes: ArraySlice<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(scalar(byte)) }
        return String(text)
    }

    /// The text between quotes: `\"` is a quote, and every line ends with a line feed alone.
    static func unquote(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(where: { $0 == UInt8(ascii: "\\") || $0 == 0x0D }) else {
            return decode(bytes)
        }
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        for index in bytes.indices {
            let next = index + 1 < bytes.endIndex ? bytes[index + 1] : 0
            switch bytes[index] {
            case UInt8(ascii: "\\") where next == UInt8(ascii: "\""): continue
            case 0x0D where next == 0x0A: continue
            case 0x0D: plain.append(0x0A)
            case let byte: plain.append(byte)
            }
        }
        return decode(plain[...])
    }

    /// The letter of a byte in Windows-1252. The five bytes that it leaves open are the control
    /// characters of their number, as the Encoding Standard has it.
    private static func scalar(_ byte: UInt8) -> Unicode.Scalar {
        guard 0x80...0x9F ~= byte else { return Unicode.Scalar(byte) }
        return upper[Int(byte) - 0x80]
    }

    /// The letters of 0x80 to 0x9F.
    private static let upper: [Unicode.Scalar] = [
        "\u{20AC}", "\u{0081}", "\u{201A}", "\u{0192}", "\u{201E}", "\u{2026}", "\u{2020}",
        "\u{2021}", "\u{02C6}", "\u{2030}", "\u{0160}", "\u{2039}", "\u{0152}", "\u{008D}",
        "\u{017D}", "\u{008F}", "\u{0090}", "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}",
        "\u{2022}", "\u{2013}", "\u{2014}", "\u{02DC}", "\u{2122}", "\u{0161}", "\u{203A}",
        "\u{0153}", "\u{009D}", "\u{017E}", "\u{0178}",
    ]
}
