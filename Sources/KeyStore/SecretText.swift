internal import Records
internal import Units

/// Secrets in hexadecimal digits.
enum SecretDigits {
    /// The bytes that digits of either case write; `nil` for an odd count or another character.
    static func decode(_ digits: UnsafeRawBufferPointer) -> SecretBytes? {
        guard digits.count.isMultiple(of: 2), unsafe digits.allSatisfy({ value($0) < 16 })
        else { return nil }
        return unsafe SecretBytes(count: digits.count / 2) { out in
            for index in out.indices {
                unsafe out[index] =
                    value(digits[2 * index]) << 4 | value(digits[2 * index + 1])
            }
        }
    }

    /// The value of a digit; 16 for another character.
    static func value(_ character: UInt8) -> UInt8 {
        let decimal = character &- UInt8(ascii: "0")
        if decimal < 10 { return decimal }
        let letter = (character | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter + 10 : 16
    }
}

/// JSON with secrets in it, which are strings of hexadecimal digits there. Here they stand apart,
/// and the JSON has marks in their place: `#0`, `#1` …
///
/// So a parser of JSON, which copies what it reads, never sees one.
struct SecretText {
    var json: CanonicalJSON
    private(set) var secrets: [SecretBytes]

    /// Nothing yet.
    init() {
        json = .null
        secrets = []
    }

    /// Keeps `secret` and gives its mark.
    mutating func mark(_ secret: SecretBytes) -> CanonicalJSON {
        secrets.append(secret)
        return .string("#\(secrets.count - 1)")
    }

    /// The secret of a mark, of `count` bytes; `nil` for anything else.
    func secret(_ mark: CanonicalJSON?, count: Int) -> SecretBytes? {
        guard let text = mark?.string, text.first == "#", let index = Int(text.dropFirst()),
            secrets.indices.contains(index), secrets[index].count == count
        else { return nil }
        return secrets[index]
    }

    /// The canonical JSON with the secrets in their places.
    var bytes: SecretBytes {
        var pieces: [SecretPiece] = []
        var rest = json.bytes[...]
        while let mark = Self.nextMark(rest) {
            pieces.append(.open(Array(rest[..<mark.range.lowerBound])))
            pieces.append(.digits(secrets[mark.index]))
            rest = rest[mark.range.upperBound...]
        }
        pieces.append(.open(Array(rest)))
        return SecretBytes(joining: pieces)
    }

    private static func nextMark(
        _ bytes: ArraySlice<UInt8>
    ) -> (range: Range<Int>, index: Int)? {
        var at = bytes.startIndex
        while at + 2 < bytes.endIndex {
            if bytes[at] == UInt8(ascii: "\""), bytes[at + 1] == UInt8(ascii: "#"),
                let end = bytes[(at + 2)...].firstIndex(of: UInt8(ascii: "\"")),
                let index = Int(String(decoding: bytes[(at + 2)..<end], as: UTF8.self))
            {
                return (at + 1..<end, index)
            }
            at += 1
        }
        return nil
    }

    /// Reads JSON: every string of 40 or 64 hexadecimal digits is a secret. `nil` for what is no
    /// JSON, or has a mark already.
    init?(_ text: SecretBytes) {
        var secrets: [SecretBytes] = []
        var open: [UInt8] = []
        let isWhole = unsafe text.withBytes { text in
            unsafe Self.lift(from: text, secrets: &secrets, open: &open)
        }
        guard isWhole, let json = try? CanonicalJSON(parsing: open) else { return nil }
        self.json = json
        self.secrets = secrets
    }

    private static func lift(
        from text: UnsafeRawBufferPointer, secrets: inout [SecretBytes], open: inout [UInt8]
    ) -> Bool {
        var at = 0
        while at < text.count {
            let byte = unsafe text[at]
            open.append(byte)
            at += 1
            guard byte == UInt8(ascii: "\"") else { continue }
            let start = at
            while at < text.count, unsafe text[at] != UInt8(ascii: "\"") {
                at += unsafe text[at] == UInt8(ascii: "\\") ? 2 : 1
            }
            guard at < text.count else { return false }
            let string = unsafe UnsafeRawBufferPointer(rebasing: text[start..<at])
            if [40, 64].contains(string.count),
                let secret = unsafe SecretDigits.decode(string)
            {
                open.append(contentsOf: "#\(secrets.count)".utf8)
                secrets.append(secret)
            } else {
                guard unsafe string.first != UInt8(ascii: "#") else { return false }
                unsafe open.append(contentsOf: string)
            }
            open.append(UInt8(ascii: "\""))
            at += 1
        }
        return true
    }
}
