/// A word of at most 15 bytes as a number, so that it is compared without reading it again.
struct ShortWord: Hashable, Sendable {
    /// The bytes, the last in the lowest eight bits.
    fileprivate var bits: UInt128 = 0

    /// The empty word.
    init() {}

    /// The bytes of `range` as they stand; `nil` for more than 15.
    init?(_ range: Range<Int>, _ bytes: Span<UInt8>) {
        guard range.count <= 15 else { return nil }
        for index in range { bits = bits << 8 | UInt128(bytes[index]) }
    }

    /// The bytes of `range`, capitals of ASCII as small letters; `nil` for more than 15.
    init?(lowercased range: Range<Int>, _ bytes: Span<UInt8>) {
        guard range.count <= 15 else { return nil }
        for index in range {
            let byte = bytes[index]
            let isCapital = (0x41...0x5A).contains(byte)
            bits = bits << 8 | UInt128(isCapital ? byte | 0x20 : byte)
        }
    }

    /// A word that a format knows, in small letters.
    init(_ text: StaticString) {
        precondition(text.utf8CodeUnitCount <= 15, "A short word has at most 15 bytes.")
        for byte in text.description.utf8 { bits = bits << 8 | UInt128(byte) }
    }

    /// The word as a string.
    var text: String {
        var rest = bits
        var bytes: [UInt8] = []
        while rest != 0 {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
        return String(decoding: bytes.reversed(), as: UTF8.self)
    }
}

/// The names of the channels met last, so that a name is not made anew for every frame.
struct ChannelNames: Sendable {
    /// More channels than any recorder has; beyond them the oldest is forgotten.
    private static let limit = 32
    private var known: [(word: ShortWord, name: String)] = []
    private var last = 0
    private var oldest = 0

    /// The name that `word` is.
    mutating func name(_ word: ShortWord) -> String {
        if last < known.count, known[last].word == word { return known[last].name }
        if let index = known.firstIndex(where: { $0.word == word }) {
            last = index
        } else if known.count < Self.limit {
            last = known.count
            known.append((word, word.text))
        } else {
            last = oldest
            known[oldest] = (word, word.text)
            oldest = (oldest + 1) % Self.limit
        }
        return known[last].name
    }
}
