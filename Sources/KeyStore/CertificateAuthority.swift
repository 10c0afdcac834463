internal import COpenSSL
internal import Glibc
internal import Ports
internal import Records
public import Units

/// The fleet's certificate authority: a P-256 key and its self-signed certificate. It certifies
/// boxes and signs their bundles; a box knows its fleet by the certificate's fingerprint.
public final class CertificateAuthority {
    let key: SigningKey
    /// Its certificate.
    public let certificate: Certificate

    private init(checked key: SigningKey, _ certificate: Certificate) {
        self.key = key
        self.certificate = certificate
    }

    /// A new authority called `name`, 1 to 64 bytes, whose certificate is valid between the times.
    ///
    /// - Throws: ``KeyError``.
    public convenience init(
        name: String, from: WallTime, until: WallTime
    ) throws(KeyError) {
        try self.init(key: SigningKey(), name: name, from: from, until: until)
    }

    /// An authority with this key: the simulator's fleet has its own from the seed.
    ///
    /// - Throws: ``KeyError``.
    public init(
        key: SigningKey, name: String, from: WallTime, until: WallTime
    ) throws(KeyError) {
        precondition((1...64).contains(name.utf8.count), "a common name has 1 to 64 bytes")
        self.key = key
        let serial = try Self.drawSerial()
        guard
            let made = unsafe copenssl_issue(
                key.key, name, nil, key.key, serial, serial.count, from.milliseconds / 1000,
                until.milliseconds / 1000)
        else { throw KeyError(operation: "make a certificate", reason: OpenSSLError.last) }
        certificate = unsafe Certificate(owning: made)
    }

    /// SHA-256 of the DER of its certificate: what a box is claimed with.
    public var fingerprint: Digest256 { certificate.fingerprint }

    /// Issues the certificate (RFC 5280) of the box that made `request`: CN = the box, for
    /// signatures and key agreement, valid between the times.
    ///
    /// - Throws: ``KeyError``.
    public func issue(
        _ request: EnrolmentRequest, from: WallTime, until: WallTime
    ) throws(KeyError) -> Certificate {
        let serial = try Self.drawSerial()
        guard
            let made = unsafe copenssl_issue(
                X509_REQ_get0_pubkey(request.request), request.box.description,
                certificate.certificate, key.key, serial, serial.count,
                from.milliseconds / 1000, until.milliseconds / 1000)
        else { throw KeyError(operation: "issue a certificate", reason: OpenSSLError.last) }
        return unsafe Certificate(owning: made)
    }

    /// 127 bits of chance, above 0: RFC 5280 wants at most 20 bytes and no sign.
    private static func drawSerial() throws(KeyError) -> [UInt8] {
        var serial = try SystemRandom.bytes(16)
        serial[0] = serial[0] & 0x7F | 0x40
        return serial
    }
}

/// The file of a ``CertificateAuthority``: its private key (PKCS#8) and its certificate, both in
/// PEM, readable by its owner alone.
public struct CertificateAuthorityFile: Hashable, Sendable {
    /// The file.
    public let path: String

    /// The file at `path`.
    public init(path: String) { self.path = path }

    private var file: PrivateFile { PrivateFile(path: path, noun: "the authority's file") }

    /// Writes `authority`, durably, into a file that must not exist yet.
    ///
    /// - Throws: ``KeyFileError``. Where writing failed, no file is left behind.
    public func create(_ authority: CertificateAuthority) throws(KeyFileError) {
        let out = MemoryBIO(secret: true)
        guard
            unsafe PEM_write_bio_PKCS8PrivateKey(
                out.pointer, authority.key.key, nil, nil, 0, nil, nil) == 1
        else { throw file.failure("create", OpenSSLError.last, "check the machine's OpenSSL") }
        try file.create(
            SecretBytes(joining: [
                .secret(out.takeSecret()), .open(Array(authority.certificate.pem.utf8)),
            ]))
    }

    /// Reads the authority.
    ///
    /// - Throws: ``KeyFileError`` when the file is not there, others have access to it, or it does
    ///   not hold a key and its certificate.
    public func load() throws(KeyFileError) -> CertificateAuthority {
        let text = try file.load(limit: 1 << 14)
        defer { ERR_clear_error() }
        guard let found = unsafe text.withBytes({ unsafe Self.parts($0) }),
            let authority = CertificateAuthority(key: found.0, certificate: found.1)
        else {
            throw file.failure(
                "load", "it is not a P-256 key and its certificate in PEM",
                "restore it from its backup")
        }
        return authority
    }

    private static func parts(
        _ text: UnsafeRawBufferPointer
    ) -> (SigningKey, Certificate)? {
        guard let memory = unsafe BIO_new_mem_buf(text.baseAddress, Int32(text.count)) else {
            preconditionFailure("out of memory")
        }
        defer { unsafe BIO_free(memory) }
        // An empty pass phrase: OpenSSL would ask for one on the terminal.
        var phrase: CChar = 0
        guard let key = unsafe PEM_read_bio_PrivateKey(memory, nil, nil, &phrase) else {
            return nil
        }
        let signing = unsafe SigningKey(owning: key)
        guard unsafe copenssl_is_p256(key) == 1,
            let certificate = unsafe PEM_read_bio_X509(memory, nil, nil, nil)
        else { return nil }
        return unsafe (signing, Certificate(owning: certificate))
    }
}

extension CertificateAuthority {
    /// What was stored; `nil` where the certificate is not that of the key, or not signed by it.
    fileprivate convenience init?(key: SigningKey, certificate: Certificate) {
        guard certificate.isFor(key), certificate.isIssued(by: certificate) else { return nil }
        self.init(checked: key, certificate)
    }
}
