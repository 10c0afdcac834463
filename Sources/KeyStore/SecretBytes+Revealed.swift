internal import Units

/// Secrets as text, for the one moment in which a person or a program was asked to carry one over.
extension SecretBytes {
    /// Hexadecimal digits.
    public func revealedHex() -> String {
        unsafe withBytes { unsafe Hex.encode($0) }
    }

    /// Base 32 (RFC 4648 section 6) without padding, as `otpauth` URIs have it.
    public func revealedBase32() -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        var out: [UInt8] = []
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        unsafe withBytes { bytes in
            for index in bytes.indices {
                buffer = unsafe buffer << 8 | UInt32(bytes[index])
                bits += 8
                while bits >= 5 {
                    bits -= 5
                    out.append(alphabet[Int(buffer >> bits & 31)])
                }
            }
        }
        if bits > 0 { out.append(alphabet[Int(buffer << (5 - bits) & 31)]) }
        return String(decoding: out, as: UTF8.self)
    }
}
