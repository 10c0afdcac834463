internal import Units

/// A JSON value in the shape that records use: RFC 8785 (JCS) restricted to integers.
///
/// There is no floating point, so the bytes are the same on every machine and in every language,
/// and what is stored is what is hashed is what is sent.
public indirect enum CanonicalJSON: Hashable, Sendable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A whole number within ±(2⁵³ − 1), which every JSON reader keeps exactly.
    case integer(Int64)
    /// A string of Unicode scalars.
    case string(String)
    /// Values in order.
    case array([CanonicalJSON])
    /// Members by name. The order of writing is RFC 8785's, whatever the order here.
    case object([String: CanonicalJSON])

    /// The largest whole number that a record may carry: 2⁵³ − 1.
    public static let integerMaximum: Int64 = 9_007_199_254_740_991

    /// The canonical bytes.
    public var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(256)
        write(to: &out)
        return out
    }

    /// The canonical text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Appends the canonical bytes to `out`.
    public func write(to out: inout [UInt8]) {
        switch self {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): Self.write(integer: value, to: &out)
        case .string(let value): Self.write(string: value, to: &out)
        case .array(let values): Self.write(array: values, to: &out)
        case .object(let members): Self.write(object: members, to: &out)
        }
    }

    private static func write(array: [CanonicalJSON], to out: inout [UInt8]) {
        out.append(UInt8(ascii: "["))
        for (index, value) in array.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            value.write(to: &out)
        }
        out.append(UInt8(ascii: "]"))
    }

    private static func write(object: [String: CanonicalJSON], to out: inout [UInt8]) {
        out.append(UInt8(ascii: "{"))
        var first = true
        for (name, value) in object.sorted(by: { precedes($0.key, $1.key) }) {
            if !first { out.append(UInt8(ascii: ",")) }
            first = false
            write(string: name, to: &out)
            out.append(UInt8(ascii: ":"))
            value.write(to: &out)
        }
        out.append(UInt8(ascii: "}"))
    }

    /// Appends the decimal digits of `value`, which must be within ±``integerMaximum``.
    static func write(integer value: Int64, to out: inout [UInt8]) {
        precondition(
            value.magnitude <= UInt64(integerMaximum), "a record's integer must survive a double")
        if value < 0 { out.append(UInt8(ascii: "-")) }
        var low = out.count
        var rest = value.magnitude
        repeat {
            out.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        var high = out.count - 1
        while low < high {
            out.swapAt(low, high)
            low += 1
            high -= 1
        }
    }

    /// RFC 8785 section 3.2.3 orders names by their UTF-16 code units.
    ///
    /// Where the bytes of UTF-8 differ first and one of them is ASCII, they order alike.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        var leftBytes = left.utf8.makeIterator()
        var rightBytes = right.utf8.makeIterator()
        while true {
            guard let second = rightBytes.next() else { return false }
            guard let first = leftBytes.next() else { return true }
            if first == second { continue }
            if min(first, second) < 0x80 { return first < second }
            return left.utf16.lexicographicallyPrecedes(right.utf16)
        }
    }

    /// RFC 8785 section 3.2.2.2: the short escapes, `\u00xx` for other controls, all else as it is.
    static func write(string: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        if string.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) {
            for byte in string.utf8 { write(escaping: byte, to: &out) }
        } else {
            out.append(contentsOf: string.utf8)
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func write(escaping byte: UInt8, to out: inout [UInt8]) {
        switch byte {
        case 0x22: out.append(contentsOf: [0x5C, 0x22])
        case 0x5C: out.append(contentsOf: [0x5C, 0x5C])
        case 0x08: out.append(contentsOf: [0x5C, UInt8(ascii: "b")])
        case 0x09: out.append(contentsOf: [0x5C, UInt8(ascii: "t")])
        case 0x0A: out.append(contentsOf: [0x5C, UInt8(ascii: "n")])
        case 0x0C: out.append(contentsOf: [0x5C, UInt8(ascii: "f")])
        case 0x0D: out.append(contentsOf: [0x5C, UInt8(ascii: "r")])
        case 0..<0x20: out.append(contentsOf: "\\u00\(Hex.encode(CollectionOfOne(byte)))".utf8)
        default: out.append(byte)
        }
    }
}

extension CanonicalJSON {
    /// The member `name` of an object; `nil` for another value or no such member.
    public subscript(name: String) -> CanonicalJSON? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// The whole number that this is, else `nil`.
    public var integer: Int64? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    /// The string that this is, else `nil`.
    public var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    /// The truth value that this is, else `nil`.
    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The values of the array that this is, else `nil`.
    public var array: [CanonicalJSON]? {
        guard case .array(let values) = self else { return nil }
        return values
    }
}

extension CanonicalJSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An array.
    public init(arrayLiteral elements: CanonicalJSON...) { self = .array(elements) }
}
