internal import COpenSSL
internal import Units

/// A file that was sealed with AES-256-GCM: what it is, by which key it was sealed, and the rest
/// for whoever has that key.
///
/// `CZBK`, version 1, 8 bytes that tell the key, 12 bytes of nonce, the sealed bytes, 16 bytes of
/// tag. The nonce is drawn at each sealing.
enum SealedFile {
    private static let magic = Array("CZBK\u{1}".utf8)
    private static let headerCount = 13
    private static let nonceCount = 12
    private static let tagCount = 16

    /// What opening comes to.
    enum Opened {
        case content(SecretBytes)
        /// It was sealed under another key.
        case otherKey
        /// It is no sealed file, or it was changed.
        case damaged
    }

    /// Seals `content` under `key`.
    static func seal(_ content: SecretBytes, under key: SecretBytes, nonce: [UInt8]) -> [UInt8] {
        precondition(nonce.count == nonceCount, "AES-GCM takes a nonce of 12 bytes")
        let header = header(key)
        var sealed = [UInt8](repeating: 0, count: content.count)
        var tag = [UInt8](repeating: 0, count: tagCount)
        let done = unsafe key.withBytes { key in
            unsafe content.withBytes { content in
                unsafe copenssl_gcm_seal(
                    key.bindMemory(to: UInt8.self).baseAddress, nonce, header, header.count,
                    content.bindMemory(to: UInt8.self).baseAddress, content.count, &sealed, &tag)
            }
        }
        precondition(done == 1, "OpenSSL 3 always has AES-256-GCM")
        return header + nonce + sealed + tag
    }

    /// Opens what ``seal(_:under:nonce:)`` made.
    static func open(_ file: [UInt8], under key: SecretBytes) -> Opened {
        let overhead = headerCount + nonceCount + tagCount
        guard file.count > overhead, file.starts(with: magic) else { return .damaged }
        let header = header(key)
        guard file.starts(with: header) else { return .otherKey }
        let nonce = Array(file[headerCount..<headerCount + nonceCount])
        let sealed = Array(file[(headerCount + nonceCount)..<(file.count - tagCount)])
        let tag = Array(file.suffix(tagCount))
        var done: Int32 = 0
        let content = unsafe SecretBytes(count: sealed.count) { out in
            done = unsafe key.withBytes { key in
                unsafe copenssl_gcm_open(
                    key.bindMemory(to: UInt8.self).baseAddress, nonce, header, header.count,
                    sealed, sealed.count, tag, out.bindMemory(to: UInt8.self).baseAddress)
            }
        }
        ERR_clear_error()
        return done == 1 ? .content(content) : .damaged
    }

    private static func header(_ key: SecretBytes) -> [UInt8] {
        let sign = KeyDerivation.derive(secret: key, salt: [], purpose: "CZB1/file/sign")
        let mark = unsafe sign.withBytes { unsafe Array($0.prefix(8)) }
        return magic + mark
    }
}
