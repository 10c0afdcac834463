/// One hexadecimal digit of a frame's text.
enum HexDigit {
    /// The value of a digit of either case; `nil` for any other character.
    @inline(__always)
    static func value(_ character: UInt8) -> UInt8? {
        switch character {
        case 0x30...0x39: character &- 0x30
        case 0x41...0x46: character &- 0x37
        case 0x61...0x66: character &- 0x57
        default: nil
        }
    }

    /// Appends the lowest `digits` digits of `number`, upper case, highest first.
    static func append(_ number: UInt32, digits: Int, to out: inout [UInt8]) {
        for place in stride(from: digits - 1, through: 0, by: -1) {
            let digit = UInt8(truncatingIfNeeded: number >> UInt32(4 * place)) & 15
            out.append(digit < 10 ? 0x30 + digit : 0x37 + digit)
        }
    }
}
