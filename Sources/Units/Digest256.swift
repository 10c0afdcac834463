/// Thirty-two bytes: a SHA-256 digest or an HMAC-SHA-256 tag, kept without a heap allocation.
public struct Digest256: Hashable, Sendable {
    /// The bytes as four words, each read big endian.
    public var words: (UInt64, UInt64, UInt64, UInt64)

    /// A digest of these four big-endian words.
    @inlinable
    public init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// All bytes zero: what stands before the first record of a chain.
    @inlinable
    public static var zero: Self { Self(words: (0, 0, 0, 0)) }

    /// The digest with these bytes; `nil` unless there are exactly 32.
    @inlinable
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self = .zero
        var word: UInt64 = 0
        var count = 0
        for byte in bytes {
            word = word << 8 | UInt64(byte)
            count += 1
            if count & 7 == 0 { set(count >> 3, word) }
        }
    }

    /// The digest written as 64 hexadecimal digits of either case; `nil` for anything else.
    @inlinable
    public init?(hex: some StringProtocol) {
        self.init(hexDigits: hex.utf8)
    }

    /// The digest that these 64 characters write, hexadecimal digits of either case; `nil` for
    /// anything else.
    @inlinable
    public init?(hexDigits: some Sequence<UInt8>) {
        self = .zero
        var word: UInt64 = 0
        var count = 0
        for character in hexDigits {
            guard count < 64, let digit = Hex.value(character) else { return nil }
            word = word << 4 | UInt64(digit)
            count += 1
            if count & 15 == 0 { set(count >> 4, word) }
        }
        guard count == 64 else { return nil }
    }

    /// Sets the `number`th word, from 1.
    @inlinable
    mutating func set(_ number: Int, _ word: UInt64) {
        switch number {
        case 1: words.0 = word
        case 2: words.1 = word
        case 3: words.2 = word
        default: words.3 = word
        }
    }

    /// The 32 bytes in order.
    public var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(32)
        Self.append(words.0, to: &out)
        Self.append(words.1, to: &out)
        Self.append(words.2, to: &out)
        Self.append(words.3, to: &out)
        return out
    }

    private static func append(_ word: UInt64, to out: inout [UInt8]) {
        var shift: UInt64 = 64
        while shift > 0 {
            shift -= 8
            out.append(UInt8(truncatingIfNeeded: word >> shift))
        }
    }

    /// The 64 lower-case hexadecimal digits.
    public var hex: String {
        var out: [UInt8] = []
        out.reserveCapacity(64)
        appendHex(to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends the 64 lower-case hexadecimal digits to `out`.
    public func appendHex(to out: inout [UInt8]) {
        Hex.append(words.0, to: &out)
        Hex.append(words.1, to: &out)
        Hex.append(words.2, to: &out)
        Hex.append(words.3, to: &out)
    }

    /// The same four words.
    @inlinable
    public static func == (left: Self, right: Self) -> Bool {
        (left.words.0 ^ right.words.0) | (left.words.1 ^ right.words.1)
            | (left.words.2 ^ right.words.2) | (left.words.3 ^ right.words.3) == 0
    }

    /// Feeds the words.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

/// Hexadecimal text.
public enum Hex {
    /// Lower-case digits, two a byte.
    @inlinable
    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            out.append(digit(byte >> 4))
            out.append(digit(byte & 15))
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends the 16 lower-case digits of `word`, the highest first, to `out`.
    public static func append(_ word: UInt64, to out: inout [UInt8]) {
        var shift: UInt64 = 64
        while shift > 0 {
            shift -= 4
            out.append(digit(UInt8(truncatingIfNeeded: word >> shift) & 15))
        }
    }

    /// The bytes that `text` writes; `nil` for an odd count or another character.
    @inlinable
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.underestimatedCount / 2)
        var high: UInt8?
        for character in text.utf8 {
            guard let digit = value(character) else { return nil }
            if let first = high {
                out.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return high == nil ? out : nil
    }

    /// The character that writes `value`, 0 to 15.
    @inlinable
    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }

    /// The value of a digit of either case; `nil` for another character.
    @inlinable
    static func value(_ character: UInt8) -> UInt8? {
        let decimal = character &- UInt8(ascii: "0")
        if decimal < 10 { return decimal }
        // Bit 5 is what tells the cases apart.
        let letter = (character | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter + 10 : nil
    }
}
