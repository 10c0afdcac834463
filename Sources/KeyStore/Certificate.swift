internal import COpenSSL
public import Units

/// An X.509 certificate (RFC 5280).
@safe public final class Certificate {
    let certificate: OpaquePointer
    /// As it was read.
    public let pem: String

    /// Reads the certificate in `pem`; `nil` for anything else.
    public init?(pem: String) {
        let bytes = Array(pem.utf8)
        defer { ERR_clear_error() }
        guard bytes.count <= 1 << 14,
            let certificate = unsafe copenssl_read_certificate(bytes, bytes.count)
        else { return nil }
        unsafe self.certificate = certificate
        self.pem = pem
    }

    /// Takes over what OpenSSL made.
    @unsafe init(owning certificate: OpaquePointer) {
        unsafe self.certificate = certificate
        let out = MemoryBIO()
        precondition(
            unsafe PEM_write_bio_X509(out.pointer, certificate) == 1, "a certificate is written")
        pem = out.text
    }

    deinit {
        unsafe X509_free(certificate)
    }

    /// SHA-256 of its DER: by which a box knows its fleet.
    public var fingerprint: Digest256 {
        var out = [UInt8](repeating: 0, count: 32)
        precondition(
            unsafe copenssl_fingerprint(certificate, &out) == 1, "a certificate has a digest")
        return Digest256(bigEndian: out)
    }

    /// The common name, where its subject is nothing else; `nil` otherwise.
    public var name: String? {
        var out = [UInt8](repeating: 0, count: 64)
        let count = unsafe copenssl_only_name(
            X509_get_subject_name(certificate), &out, Int32(out.count))
        return count >= 0 ? String(decoding: out[..<Int(count)], as: UTF8.self) : nil
    }

    /// The serial number in hexadecimal digits.
    public var serial: String {
        let number = unsafe ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil)
        defer { unsafe BN_free(number) }
        var out = [UInt8](repeating: 0, count: 20)
        guard unsafe BN_bn2binpad(number, &out, 20) == 20 else { return "" }
        return Hex.encode(out.drop { $0 == 0 })
    }

    /// Its public key in PEM.
    public var publicKey: String {
        guard let key = unsafe X509_get0_pubkey(certificate) else { return "" }
        return unsafe PublicKeyText.pem(of: key)
    }

    /// Whether `issuer` signed it.
    public func isIssued(by issuer: Certificate) -> Bool {
        defer { ERR_clear_error() }
        return unsafe copenssl_is_issued(certificate, issuer.certificate) == 1
    }

    /// Whether it is for the public half of `key`.
    func isFor(_ key: SigningKey) -> Bool {
        guard let mine = unsafe X509_get0_pubkey(certificate) else { return false }
        return unsafe copenssl_same_public_key(mine, key.key) == 1
    }
}
