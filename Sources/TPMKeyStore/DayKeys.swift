internal import KeyStore
internal import Units

/// The day keys that a TPM computed last.
struct DayKeys {
    private struct Entry {
        let blob: [UInt8]
        let message: [UInt8]
        let key: SecretBytes
    }

    /// More than a search asks for, of two keys.
    static let maximum = 96
    private static let prefix = Array("CZB1/day".utf8)

    private var entries: [Entry] = []

    /// What the TPM answered to `message`; `nil` where it was not asked, or is not known any more.
    func key(of message: [UInt8], under blob: [UInt8]) -> Digest256? {
        entries.first { $0.message == message && $0.blob == blob }.flatMap { entry in
            Digest256(bytes: unsafe entry.key.withBytes { unsafe Array($0) })
        }
    }

    /// Remembers it, if it is a day key: the oldest one is forgotten.
    mutating func remember(_ key: Digest256, of message: [UInt8], under blob: [UInt8]) {
        guard message.starts(with: Self.prefix) else { return }
        if entries.count == Self.maximum { entries.removeFirst() }
        entries.append(Entry(blob: blob, message: message, key: SecretBytes(key.bytes)))
    }
}
