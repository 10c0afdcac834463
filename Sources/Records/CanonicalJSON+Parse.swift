internal import Units

/// Why bytes are not the JSON that records use.
public struct JSONParseError: Error, Equatable, CustomStringConvertible {
    /// How many bytes from the start the trouble is.
    public let offset: Int
    /// What is wrong there.
    public let reason: String

    /// `byte 12: a number with a fraction`
    public var description: String { "byte \(offset): \(reason)" }
}

extension CanonicalJSON {
    /// How deep arrays and objects may nest: records need three.
    public static let depthMaximum = 16

    /// Reads JSON (RFC 8259) whose numbers are whole and within ±(2⁵³ − 1).
    ///
    /// White space and the order of members are free; names may not repeat. To learn whether the
    /// bytes are canonical, compare them with ``bytes`` of the result.
    ///
    /// - Throws: ``JSONParseError`` with the offset; never traps.
    public init(parsing bytes: some Collection<UInt8>) throws(JSONParseError) {
        var parser = JSONParser(bytes: Array(bytes))
        self = try parser.document()
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    var offset = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func document() throws(JSONParseError) -> CanonicalJSON {
        let value = try value(depth: 0)
        skipSpace()
        guard offset == bytes.count else { throw fail("something after the value") }
        return value
    }

    private func fail(_ reason: String) -> JSONParseError {
        JSONParseError(offset: offset, reason: reason)
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            offset += 1
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONParseError) -> CanonicalJSON {
        guard depth <= CanonicalJSON.depthMaximum else { throw fail("nested too deep") }
        skipSpace()
        guard let byte = peek else { throw fail("the text ends where a value should be") }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .integer(try integer())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw fail("no JSON value starts like this")
        }
    }

    private mutating func word(
        _ text: String, _ value: CanonicalJSON
    ) throws(JSONParseError) -> CanonicalJSON {
        guard bytes[offset...].starts(with: text.utf8) else { throw fail("expected \(text)") }
        offset += text.utf8.count
        return value
    }

    private mutating func integer() throws(JSONParseError) -> Int64 {
        let start = offset
        let negative = take("-")
        let firstDigit = offset
        var value: Int64 = 0
        while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            offset += 1
            guard value <= CanonicalJSON.integerMaximum else {
                offset = start
                throw fail("a number beyond 2^53 - 1")
            }
        }
        guard offset > firstDigit else { throw fail("a minus sign without digits") }
        guard offset - firstDigit == 1 || bytes[firstDigit] != UInt8(ascii: "0") else {
            offset = firstDigit
            throw fail("a number with a leading zero")
        }
        if let byte = peek,
            [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(byte)
        {
            throw fail("a number with a fraction or an exponent")
        }
        guard !(negative && value == 0) else {
            offset = start
            throw fail("minus zero")
        }
        return negative ? -value : value
    }

    private mutating func array(depth: Int) throws(JSONParseError) -> CanonicalJSON {
        offset += 1
        var values: [CanonicalJSON] = []
        skipSpace()
        if take("]") { return .array(values) }
        while true {
            values.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return .array(values) }
            guard take(",") else { throw fail("expected , or ] in an array") }
        }
    }

    private mutating func object(depth: Int) throws(JSONParseError) -> CanonicalJSON {
        offset += 1
        var members = [String: CanonicalJSON](minimumCapacity: 8)
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw fail("expected a name in quotes") }
            let start = offset
            let name = try string()
            guard members[name] == nil else {
                offset = start
                throw fail("the name stands twice in one object")
            }
            skipSpace()
            guard take(":") else { throw fail("expected : after a name") }
            members[name] = try value(depth: depth + 1)
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { throw fail("expected , or } in an object") }
        }
    }

    /// The string that begins here, if it is all printable ASCII without an escape, as nearly all
    /// strings of records are; else `nil`, and nothing is taken.
    private mutating func plainString() -> String? {
        let start = offset + 1
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
            guard (0x20..<0x7F).contains(bytes[end]), bytes[end] != UInt8(ascii: "\\") else {
                return nil
            }
            end += 1
        }
        guard end < bytes.count else { return nil }
        offset = end + 1
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private mutating func string() throws(JSONParseError) -> String {
        if let text = plainString() { return text }
        let start = offset
        offset += 1
        var out: [UInt8] = []
        while let byte = peek {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: out, as: UTF8.self) else {
                    offset = start
                    throw fail("a string that is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): try escape(into: &out)
            case 0..<0x20:
                offset -= 1
                throw fail("a bare control character in a string")
            default: out.append(byte)
            }
        }
        throw fail("a string without its closing quote")
    }

    private mutating func escape(into out: inout [UInt8]) throws(JSONParseError) {
        guard let byte = peek else { throw fail("the text ends inside an escape") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"): out.append(contentsOf: String(try scalar()).utf8)
        default:
            offset -= 1
            throw fail("no such escape")
        }
    }

    /// `\uXXXX`, or a surrogate pair of two.
    private mutating func scalar() throws(JSONParseError) -> Character {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(UInt32(first)) { return Character(scalar) }
        guard UTF16.isLeadSurrogate(first), take("\\"), take("u") else {
            throw fail("half of a surrogate pair")
        }
        let second = try codeUnit()
        guard UTF16.isTrailSurrogate(second),
            let scalar = Unicode.Scalar(
                0x10000 + (UInt32(first - 0xD800) << 10) + UInt32(second - 0xDC00))
        else { throw fail("half of a surrogate pair") }
        return Character(scalar)
    }

    private mutating func codeUnit() throws(JSONParseError) -> UInt16 {
        guard offset + 4 <= bytes.count,
            let pair = Hex.decode(String(decoding: bytes[offset..<offset + 4], as: UTF8.self))
        else { throw fail("expected four hexadecimal digits") }
        offset += 4
        return UInt16(pair[0]) << 8 | UInt16(pair[1])
    }
}
