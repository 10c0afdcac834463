internal import COpenSSL

/// A P-256 public key that checks what a ``SigningKey`` signed.
@safe public final class VerifyingKey {
    let key: OpaquePointer

    /// Reads a public key in PEM.
    ///
    /// - Throws: ``KeyError`` when it is none.
    public init(pem: String) throws(KeyError) {
        let bytes = Array(pem.utf8)
        guard let memory = unsafe BIO_new_mem_buf(bytes, Int32(bytes.count)) else {
            preconditionFailure("out of memory")
        }
        defer { unsafe BIO_free(memory) }
        guard let key = unsafe PEM_read_bio_PUBKEY(memory, nil, nil, nil) else {
            throw KeyError(
                operation: "read a public key",
                reason: "not a public key in PEM: \(OpenSSLError.last)")
        }
        unsafe self.key = key
    }

    deinit {
        unsafe EVP_PKEY_free(key)
    }

    /// The payload of the compact JWS `text`, if this key signed it; else `nil`.
    public func payload(ofJWS text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let signature = Base64URL.decode(parts[2]),
            signature.count == 64, let payload = Base64URL.decode(parts[1])
        else { return nil }
        let message = Array("\(parts[0]).\(parts[1])".utf8)
        guard unsafe copenssl_es256_verify(key, message, message.count, signature) == 1 else {
            // A signature that is not right is an answer: its reason is nobody's failure later.
            ERR_clear_error()
            return nil
        }
        return payload
    }
}

/// How a public key is written.
enum PublicKeyText {
    /// SubjectPublicKeyInfo (RFC 5480) in PEM.
    @unsafe static func pem(of key: OpaquePointer) -> String {
        let out = MemoryBIO()
        precondition(
            unsafe PEM_write_bio_PUBKEY(out.pointer, key) == 1, "a key has a public half")
        return out.text
    }
}
