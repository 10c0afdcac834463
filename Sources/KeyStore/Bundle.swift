internal import COpenSSL
internal import Ports
internal import Units

/// What the fleet gives a box: ``BundleContent``, encrypted for the box's key (CMS
/// AuthEnvelopedData, RFC 5083: ECDH with SHA-256, AES-256-GCM), within what the fleet signed (CMS
/// SignedData, RFC 5652), in PEM. Whoever carries it carries what only the box can read.
public enum Bundle {
    /// The longest that there is: 16 KiB of PEM.
    public static let lengthMaximum = 16_384

    /// Seals `content` for the box with `certificate`.
    ///
    /// - Throws: ``KeyError``, also when it comes out longer than ``lengthMaximum``.
    public static func seal(
        _ content: BundleContent, to certificate: Certificate, by authority: CertificateAuthority
    ) throws(KeyError) -> String {
        let out = MemoryBIO()
        let done = unsafe content.text.bytes.withBytes { text in
            unsafe copenssl_seal_bundle(
                text.bindMemory(to: UInt8.self).baseAddress, text.count,
                certificate.certificate, authority.certificate.certificate, authority.key.key,
                out.pointer)
        }
        guard done == 1 else {
            throw KeyError(operation: "seal a bundle", reason: OpenSSLError.last)
        }
        let pem = out.text
        guard pem.utf8.count <= lengthMaximum else {
            throw KeyError(
                operation: "seal a bundle",
                reason: "it has \(pem.utf8.count) bytes, and a box takes \(lengthMaximum); "
                    + "let fewer technicians in")
        }
        return pem
    }

    /// The DER of the bundle in `pem`; `nil` for what is none.
    static func der(_ pem: String) -> [UInt8]? {
        let bytes = Array(pem.utf8)
        defer { ERR_clear_error() }
        guard bytes.count <= lengthMaximum else { return nil }
        var count = 0
        guard let der = unsafe copenssl_der(bytes, bytes.count, "CMS", &count) else { return nil }
        defer { unsafe CRYPTO_free(der, nil, 0) }
        return unsafe Array(UnsafeBufferPointer(start: der, count: count))
    }

    /// What opening comes to.
    enum Opened {
        case content(BundleContent)
        case refused(BundleRefusal)
    }

    /// Opens what `fleet` signed for `key`. The times in it are not looked at, those of the
    /// certificates are, where it is known what time it is.
    ///
    /// - Throws: ``Ports/KeyStoreFailure`` when the holder of the key does not answer.
    static func open(
        _ der: [UInt8], fleet: Digest256, key: SigningKey, at now: WallTime?
    ) throws(KeyStoreFailure) -> Opened {
        let sealed = MemoryBIO()
        let seconds = now.map { [$0.milliseconds / 1000] }
        let signature = unsafe copenssl_verify_bundle(
            der, der.count, fleet.bytes, seconds, sealed.pointer)
        if let refusal = refusal(signature) { return .refused(refusal) }
        let inside = sealed.bytes
        let plain = MemoryBIO(secret: true)
        let opened = unsafe copenssl_decrypt_bundle(inside, inside.count, key.key, plain.pointer)
        let text = plain.takeSecret()
        if let failure = key.takeFailure() { throw failure }
        if let refusal = refusal(opened) { return .refused(refusal) }
        guard let content = SecretText(text).flatMap({ BundleContent($0) }) else {
            return .refused(.notABundle)
        }
        return .content(content)
    }

    private static func refusal(_ outcome: copenssl_opening) -> BundleRefusal? {
        switch outcome {
        case COPENSSL_OPENED: nil
        case COPENSSL_OTHER_SIGNER: .wrongFleet
        case COPENSSL_BAD_SIGNATURE: .badSignature
        case COPENSSL_EXPIRED: .expired
        case COPENSSL_OTHER_RECIPIENT: .notForThisBox
        case _: .notABundle
        }
    }
}
