public import Ports
public import Units

/// What holds the keys of a box: this process's memory, or a chip that never gives them away.
///
/// A key that is held is known to the store by what the holder needs to find it again: the key
/// itself, or what a chip wrapped it into.
public protocol KeyHolder: AnyObject {
    /// `file` or `tpm2`.
    var backend: String { get }

    /// Makes what ties the stored keys to this holder. It is kept beside them, readable.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    func makeAnchor() throws(KeyStoreFailure) -> [UInt8]

    /// The key, of 32 bytes, that the stored keys are sealed under.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``, with `otherMachine` where another holder made `anchor`.
    func sealingKey(_ anchor: [UInt8]) throws(KeyStoreFailure) -> SecretBytes

    /// Makes a P-256 key that signs checkpoints and opens bundles.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    func makeDeviceKey() throws(KeyStoreFailure) -> HeldKey

    /// The device key that was made.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    func deviceKey(_ held: HeldKey) throws(KeyStoreFailure) -> SigningKey

    /// Takes a key for HMAC-SHA-256 over.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    func hold(_ key: SecretBytes) throws(KeyStoreFailure) -> HeldKey

    /// HMAC-SHA-256 of `message` under a key that it holds.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    func authenticate(
        _ message: [UInt8], with key: HeldKey
    ) throws(KeyStoreFailure) -> Digest256

    /// How often the keys were changed, by a counter that cannot go back; `nil` where the holder
    /// has none.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    func changeCount() throws(KeyStoreFailure) -> UInt64?

    /// Adds one to the counter, where there is one.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    func countChange() throws(KeyStoreFailure)
}

/// What a ``KeyHolder`` finds a key by: at most 2,048 bytes.
public struct HeldKey: Sendable {
    /// As the holder made it.
    public let bytes: SecretBytes

    /// What the holder made.
    public init(_ bytes: SecretBytes) {
        precondition(bytes.count <= 2_048, "what a holder makes of a key is short")
        self.bytes = bytes
    }
}
