public import Units

/// The owner's one-time password: TOTP (RFC 6238) with HMAC-SHA-256, 30 s, eight digits.
public enum OneTimePassword {
    /// How long one password is shown.
    public static let period = Milliseconds.seconds(30)

    /// RFC 4226 section 5.3: dynamic truncation of an HMAC to `digits` decimal digits.
    ///
    /// - Returns: the password as a number below 10 to the power of `digits`.
    public static func truncate(_ mac: [UInt8], digits: Int) -> UInt32 {
        precondition(mac.count >= 20, "RFC 4226 truncates at least 20 bytes")
        precondition((1...9).contains(digits), "31 bits fill at most nine digits")
        let offset = Int(mac[mac.count - 1] & 0x0F)
        let binary =
            UInt32(mac[offset] & 0x7F) << 24 | UInt32(mac[offset + 1]) << 16
            | UInt32(mac[offset + 2]) << 8 | UInt32(mac[offset + 3])
        var modulo: UInt32 = 1
        for _ in 0..<digits { modulo *= 10 }
        return binary % modulo
    }

    /// The step of 30 s that holds `time`.
    public static func step(at time: WallTime) -> Int64 {
        time.milliseconds / period.count
    }

    /// The password of `step`.
    ///
    /// - Throws: ``CodeKeyFailure``.
    public static func password(
        step: Int64, with keys: some CodeKeys
    ) throws(CodeKeyFailure) -> UInt32 {
        truncate(try keys.authenticate(message(step: step), with: .owner).bytes, digits: 8)
    }

    /// The eight digits of `step`, as the owner's phone shows them.
    ///
    /// - Throws: ``CodeKeyFailure``.
    public static func text(
        step: Int64, with keys: some CodeKeys
    ) throws(CodeKeyFailure) -> CodeText {
        CodeText(digits: CodeText.padded(try password(step: step, with: keys), 8))
    }

    /// The moving factor of RFC 4226: eight bytes, big endian.
    static func message(step: Int64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: step >> Int64($0)) }
    }
}
