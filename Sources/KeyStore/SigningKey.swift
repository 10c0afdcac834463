internal import COpenSSL
internal import Units

/// OpenSSL did not do what it was asked.
public struct KeyError: Error, Equatable, CustomStringConvertible {
    /// What was tried.
    public let operation: String
    /// Why it failed and what to do, without any secret.
    public let reason: String

    /// `operation` failed for `reason`.
    public init(operation: String, reason: String) {
        self.operation = operation
        self.reason = reason
    }

    /// `sign a checkpoint: …`
    public var description: String { "\(operation): \(reason)" }
}

/// A P-256 key pair that signs checkpoints as a compact JWS (RFC 7515) with ES256 (RFC 7518).
@safe public final class SigningKey {
    private let key: OpaquePointer

    /// Makes a new key pair from the system's randomness.
    ///
    /// - Throws: ``KeyError``.
    public init() throws(KeyError) {
        guard let key = unsafe copenssl_generate_p256() else {
            throw KeyError(operation: "make a P-256 key", reason: OpenSSLError.last)
        }
        unsafe self.key = key
    }

    /// The key pair of a private scalar: the simulator's boxes have theirs from the seed.
    ///
    /// - Throws: ``KeyError`` when the 32 bytes are no scalar of the curve.
    public init(scalar: [UInt8]) throws(KeyError) {
        guard
            let key = unsafe scalar.withUnsafeBufferPointer({
                unsafe copenssl_p256_from_scalar($0.baseAddress, $0.count)
            })
        else {
            throw KeyError(operation: "read a P-256 key", reason: OpenSSLError.last)
        }
        unsafe self.key = key
    }

    deinit {
        unsafe EVP_PKEY_free(key)
    }

    /// The public key in PEM (SubjectPublicKeyInfo, RFC 5480).
    public var publicKeyPEM: String {
        guard let memory = unsafe BIO_new(BIO_s_mem()) else {
            preconditionFailure("out of memory")
        }
        defer { unsafe BIO_free(memory) }
        precondition(unsafe PEM_write_bio_PUBKEY(memory, key) == 1, "a key pair has a public key")
        var out = [UInt8](repeating: 0, count: 1024)
        let length = unsafe BIO_read(memory, &out, Int32(out.count))
        return String(decoding: out.prefix(Int(max(0, length))), as: UTF8.self)
    }

    /// The key identifier in JWS headers: the first 16 hexadecimal digits of SHA-256 of the PEM.
    public var identifier: String {
        String(OpenSSLHashing().sha256(Array(publicKeyPEM.utf8)).hex.prefix(16))
    }

    /// Signs `payload` as a compact JWS.
    ///
    /// - Throws: ``KeyError``.
    public func jws(_ payload: [UInt8]) throws(KeyError) -> String {
        let header = "{\"alg\":\"ES256\",\"kid\":\"\(identifier)\"}"
        let input = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(payload)
        var signature = [UInt8](repeating: 0, count: 64)
        let message = Array(input.utf8)
        guard unsafe copenssl_es256_sign(key, message, message.count, &signature) == 1 else {
            throw KeyError(operation: "sign", reason: OpenSSLError.last)
        }
        return input + "." + Base64URL.encode(signature)
    }
}

/// A P-256 public key that checks what a ``SigningKey`` signed.
@safe public final class VerifyingKey {
    private let key: OpaquePointer

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

/// What OpenSSL says went wrong.
enum OpenSSLError {
    /// The reason of the failure just now, and none of it left for the next one.
    static var last: String {
        let code = ERR_peek_last_error()
        defer { ERR_clear_error() }
        guard code != 0 else { return "OpenSSL gives no reason" }
        var text = [CChar](repeating: 0, count: 256)
        unsafe ERR_error_string_n(code, &text, text.count)
        return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// RFC 4648 section 5, without padding, as JWS wants it.
public enum Base64URL {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The text of `bytes`.
    public static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                out.append(alphabet[Int(buffer >> UInt32(bits) & 63)])
            }
        }
        if bits > 0 { out.append(alphabet[Int(buffer << UInt32(6 - bits) & 63)]) }
        return String(decoding: out, as: UTF8.self)
    }

    /// The bytes of `text`; `nil` for a character outside the alphabet or a stray rest.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var out: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            buffer = (buffer << 6 | UInt32(value)) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        let rest = buffer & ((1 << UInt32(bits)) - 1)
        return bits < 6 && rest == 0 ? out : nil
    }
}
