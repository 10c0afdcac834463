internal import COpenSSL
internal import Ports
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
    let key: OpaquePointer
    /// Where the private half is elsewhere: who has it.
    private let remote: RemoteKey?

    /// Makes a new key pair from the system's randomness.
    ///
    /// - Throws: ``KeyError``.
    public init() throws(KeyError) {
        guard let key = unsafe copenssl_generate_p256() else {
            throw KeyError(operation: "make a P-256 key", reason: OpenSSLError.last)
        }
        unsafe self.key = key
        remote = nil
    }

    /// The key pair of the private scalar `secret`, big endian.
    ///
    /// - Throws: ``KeyError`` when it is not 32 bytes of a scalar of the curve.
    public init(secret: SecretBytes) throws(KeyError) {
        let key = unsafe secret.withBytes {
            unsafe copenssl_p256_from_scalar($0.bindMemory(to: UInt8.self).baseAddress, $0.count)
        }
        guard secret.count == 32, let key = unsafe key else {
            unsafe EVP_PKEY_free(key)
            throw KeyError(operation: "read a P-256 key", reason: OpenSSLError.last)
        }
        unsafe self.key = key
        remote = nil
    }

    /// The key pair of the public point `point`, 65 bytes (SEC 1, uncompressed), whose private
    /// half `holder` has.
    ///
    /// - Throws: ``KeyError`` when it is no point of the curve.
    public init(point: [UInt8], holder: any PrivateKeyHolder) throws(KeyError) {
        let remote = RemoteKey(holder)
        guard point.count == 65, let key = unsafe copenssl_held_p256(point, remote.callbacks) else {
            throw KeyError(operation: "use a P-256 key", reason: OpenSSLError.last)
        }
        unsafe self.key = key
        self.remote = remote
    }

    /// Takes over a key pair of P-256.
    @unsafe init(owning key: OpaquePointer) {
        unsafe self.key = key
        remote = nil
    }

    /// Why the holder of the private half failed since this was asked last.
    func takeFailure() -> KeyStoreFailure? { remote?.takeFailure() }

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
        remote = nil
    }

    deinit {
        unsafe EVP_PKEY_free(key)
    }

    /// The public key in PEM (SubjectPublicKeyInfo, RFC 5480).
    public var publicKeyPEM: String { unsafe PublicKeyText.pem(of: key) }

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
