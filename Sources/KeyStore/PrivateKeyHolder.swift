internal import COpenSSL
public import Ports
public import Units

/// Who has the private half of a P-256 key, and does with it what is asked.
public protocol PrivateKeyHolder: AnyObject {
    /// An ECDSA signature of `digest` (FIPS 186-4): r and s, 32 bytes each.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    func sign(_ digest: Digest256) throws(KeyStoreFailure) -> [UInt8]

    /// The x of the product with `point`, 65 bytes (SEC 1): ECDH without cofactor, 32 bytes.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    func agree(_ point: [UInt8]) throws(KeyStoreFailure) -> SecretBytes
}

/// What OpenSSL calls for a key whose private half is elsewhere.
final class RemoteKey {
    private let holder: any PrivateKeyHolder
    private var failure: KeyStoreFailure?

    /// What OpenSSL makes once for all such keys, which must not happen twice at once.
    private static let isPrepared: Bool =
        unsafe copenssl_holder_index() >= 0
        && copenssl_held_method() != nil

    init(_ holder: any PrivateKeyHolder) {
        precondition(Self.isPrepared, "OpenSSL 3 always has methods for keys")
        self.holder = holder
    }

    /// Why the holder failed last; forgotten with this.
    func takeFailure() -> KeyStoreFailure? {
        defer { failure = nil }
        return failure
    }

    /// The calls, with a hold on this that OpenSSL lets go.
    var callbacks: copenssl_holder {
        unsafe copenssl_holder(
            context: Unmanaged.passRetained(self).toOpaque(),
            sign: { context, digest, signature in
                unsafe RemoteKey.behind(context).sign(
                    UnsafeRawBufferPointer(start: digest, count: 32),
                    UnsafeMutableRawBufferPointer(start: signature, count: 64))
            },
            agree: { context, point, secret in
                unsafe RemoteKey.behind(context).agree(
                    UnsafeRawBufferPointer(start: point, count: 65),
                    UnsafeMutableRawBufferPointer(start: secret, count: 32))
            },
            release: { context in
                if let context = unsafe context {
                    unsafe Unmanaged<RemoteKey>.fromOpaque(context).release()
                }
            })
    }

    @unsafe private static func behind(_ context: UnsafeMutableRawPointer?) -> RemoteKey {
        guard let context = unsafe context else { preconditionFailure("a key has its holder") }
        return unsafe Unmanaged<RemoteKey>.fromOpaque(context).takeUnretainedValue()
    }

    @unsafe private func sign(
        _ digest: UnsafeRawBufferPointer, _ signature: UnsafeMutableRawBufferPointer
    ) -> Int32 {
        do throws(KeyStoreFailure) {
            let made = try holder.sign(Digest256(bigEndian: unsafe Array(digest)))
            guard made.count == signature.count else { return 0 }
            unsafe signature.copyBytes(from: made)
            return 1
        } catch {
            failure = error
            return 0
        }
    }

    @unsafe private func agree(
        _ point: UnsafeRawBufferPointer, _ secret: UnsafeMutableRawBufferPointer
    ) -> Int32 {
        do throws(KeyStoreFailure) {
            let made = try holder.agree(unsafe Array(point))
            guard made.count == secret.count else { return 0 }
            unsafe made.withBytes { unsafe secret.copyMemory(from: $0) }
            return 1
        } catch {
            failure = error
            return 0
        }
    }
}
