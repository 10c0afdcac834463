internal import Units

/// Reads numbers, bytes and secrets that ``SecretPiece`` wrote one behind the other. What does not
/// fit is `nil`, and nothing behind it is read.
struct SecretReader {
    private let source: SecretBytes
    private var offset = 0

    init(_ source: SecretBytes) { self.source = source }

    /// Whether everything was read.
    var isAtEnd: Bool { offset == source.count }

    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
        _: Number.Type = Number.self
    ) -> Number? {
        bytes(Number.bitWidth / 8)?.reduce(0 as Number) { $0 << 8 | Number($1) }
    }

    mutating func flag() -> Bool? {
        switch number(UInt8.self) {
        case 0: false
        case 1: true
        case _: nil
        }
    }

    mutating func bytes(_ count: Int) -> [UInt8]? {
        guard let range = take(count) else { return nil }
        return unsafe source.withBytes { unsafe Array($0[range]) }
    }

    mutating func secret(_ count: Int) -> SecretBytes? {
        guard let range = take(count) else { return nil }
        return unsafe source.withBytes { bytes in
            unsafe SecretBytes(count: count) { buffer in
                unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
            }
        }
    }

    /// A secret behind its length.
    mutating func countedSecret() -> SecretBytes? {
        guard let count = number(UInt16.self) else { return nil }
        return secret(Int(count))
    }

    /// A text behind its length.
    mutating func text() -> String? {
        guard let count = number(UInt16.self), let bytes = bytes(Int(count)) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private mutating func take(_ count: Int) -> Range<Int>? {
        guard count <= source.count - offset else { return nil }
        defer { offset += count }
        return offset..<offset + count
    }
}

extension SecretPiece {
    /// A number, big endian.
    static func number(_ value: some FixedWidthInteger & UnsignedInteger) -> SecretPiece {
        .open(
            stride(from: type(of: value).bitWidth - 8, through: 0, by: -8).map {
                UInt8(truncatingIfNeeded: value >> $0)
            })
    }

    /// A truth value.
    static func flag(_ value: Bool) -> SecretPiece { .open([value ? 1 : 0]) }

    /// A secret of at most 65,535 bytes behind its length.
    static func counted(_ secret: SecretBytes) -> [SecretPiece] {
        [.number(UInt16(secret.count)), .secret(secret)]
    }

    /// A text of at most 65,535 bytes behind its length.
    static func text(_ text: String) -> [SecretPiece] {
        [.number(UInt16(text.utf8.count)), .open(Array(text.utf8))]
    }
}
