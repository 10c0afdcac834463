public import Units

/// The long-term keys that codes are checked with. They may live where no software can read them,
/// so they have names here and no bytes.
public enum CodeKeyName: Hashable, Sendable {
    /// K_epoch of the rental codes.
    case epoch(KeyEpoch)
    /// The cold spare: K_epoch of the next epoch, under another master.
    case coldSpare(KeyEpoch)
    /// The owner's one-time password secret.
    case owner
}

/// A keyed hash could not be computed.
public struct CodeKeyFailure: Error, Equatable, CustomStringConvertible {
    /// The key that was asked for.
    public let key: CodeKeyName
    /// Why it did not answer, without any secret.
    public let reason: String

    /// The key `key` did not answer for `reason`.
    public init(key: CodeKeyName, reason: String) {
        self.key = key
        self.reason = reason
    }

    /// `the key epoch(0) did not answer: …`
    public var description: String { "the key \(key) did not answer: \(reason)" }
}

/// HMAC-SHA-256 (RFC 2104, FIPS 180-4), as the key store computes it.
///
/// A long-term key is used once a day of the search window; everything else runs under the day
/// keys that come of it, in software.
public protocol CodeKeys {
    /// HMAC-SHA-256 of `message` under the long-term key `key`.
    ///
    /// - Throws: ``CodeKeyFailure`` when the key is not there or its holder does not answer.
    func authenticate(_ message: [UInt8], with key: CodeKeyName) throws(CodeKeyFailure)
        -> Digest256

    /// The first 128 bits of the HMAC-SHA-256, under the day key `dayKey`, of each of the messages
    /// that stand in `messages` one behind the other, `length` bytes each.
    ///
    /// - Returns: one number a message, in order, read big endian.
    func leadingBits(of messages: [UInt8], each length: Int, under dayKey: Digest256) -> [UInt128]
}
