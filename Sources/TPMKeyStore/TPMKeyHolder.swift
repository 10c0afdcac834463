internal import CTSS2
public import KeyStore
public import Ports
public import Units

/// Holds the keys of a box in its TPM 2.0: the device key is made there, and none of them ever
/// leaves it. What is stored of a key only this TPM can load.
///
/// The library, tpm2-tss, is loaded when a holder is made. Neither the storage parent nor the keys
/// count towards the TPM's lockout, so power cuts cannot lock a box out. A connection that broke
/// is made anew by the next question.
///
/// The day keys that come of a code key are remembered in locked memory: a rental code is searched
/// over a week of days, REVOKE over a month, and a TPM takes tens of milliseconds for each.
public final class TPMKeyHolder: KeyHolder {
    private let connection: TPMConnection
    private var days = DayKeys()

    /// The holder behind `tcti`, as tpm2-tss names it: `device:/dev/tpmrm0`.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``, `unavailable` where there is no library or no TPM.
    public init(tcti: String) throws(KeyStoreFailure) {
        connection = TPMConnection(tcti: tcti)
        try connection.connect()
    }

    /// `tpm2`
    public var backend: String { "tpm2" }

    /// A key that the TPM drew, under which nothing but the seal of the stored keys is made.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func makeAnchor() throws(KeyStoreFailure) -> [UInt8] {
        try unsafe connection.make("make a key") { tpm, blob in
            unsafe ctss2_make_mac_key(tpm, nil, 0, blob)
        }
    }

    /// HMAC-SHA-256 of a constant under the key of `anchor`.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``, `otherMachine` where another TPM made `anchor`.
    public func sealingKey(_ anchor: [UInt8]) throws(KeyStoreFailure) -> SecretBytes {
        SecretBytes(try connection.authenticate(Array("CZB1/file".utf8), under: anchor))
    }

    /// Makes a P-256 key in the TPM.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func makeDeviceKey() throws(KeyStoreFailure) -> HeldKey {
        let blob = try unsafe connection.make("make the device key") { tpm, blob in
            unsafe ctss2_make_device_key(tpm, blob)
        }
        return HeldKey(SecretBytes(blob))
    }

    /// The device key; OpenSSL asks the TPM for what takes its private half.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func deviceKey(_ held: HeldKey) throws(KeyStoreFailure) -> SigningKey {
        let blob = held.blob
        let point = try unsafe connection.read(65, "read the device key", blob) { tpm, blob, out in
            unsafe ctss2_point(tpm, blob, out)
        }
        do throws(KeyError) {
            return try SigningKey(
                point: point, holder: TPMDeviceKey(connection: connection, blob: blob))
        } catch {
            throw connection.failure(.damaged, "read the device key", "\(error)")
        }
    }

    /// Gives `key`, of 1 to 64 bytes, to the TPM, encrypted on its way there.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func hold(_ key: SecretBytes) throws(KeyStoreFailure) -> HeldKey {
        precondition((1...64).contains(key.count), "a key of HMAC-SHA-256 has 1 to 64 bytes")
        let blob = try unsafe connection.make("hold a key") { tpm, blob in
            unsafe key.withBytes { key in
                unsafe ctss2_make_mac_key(
                    tpm, key.bindMemory(to: UInt8.self).baseAddress, key.count, blob)
            }
        }
        return HeldKey(SecretBytes(blob))
    }

    /// By the TPM, at most 1,024 bytes.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func authenticate(
        _ message: [UInt8], with key: HeldKey
    ) throws(KeyStoreFailure) -> Digest256 {
        let blob = key.blob
        if let known = days.key(of: message, under: blob) { return known }
        let mac = try connection.authenticate(message, under: blob)
        guard let digest = Digest256(bytes: mac) else { preconditionFailure("a MAC has 32 bytes") }
        days.remember(digest, of: message, under: blob)
        return digest
    }

    /// The counter in the TPM's own memory.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func changeCount() throws(KeyStoreFailure) -> UInt64? {
        var count: UInt64 = 0
        try unsafe connection.ask("read the counter") { tpm in
            unsafe ctss2_read_counter(tpm, &count)
        }
        return count
    }

    /// Adds one to it.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func countChange() throws(KeyStoreFailure) {
        try unsafe connection.ask("count a change") { tpm in unsafe ctss2_count(tpm) }
    }
}

extension HeldKey {
    /// What the TPM made: wrapped, so no secret.
    fileprivate var blob: [UInt8] { unsafe bytes.withBytes { unsafe Array($0) } }
}

/// The device key in the TPM.
private final class TPMDeviceKey: PrivateKeyHolder {
    private let connection: TPMConnection
    private let blob: [UInt8]

    init(connection: TPMConnection, blob: [UInt8]) {
        self.connection = connection
        self.blob = blob
    }

    func sign(_ digest: Digest256) throws(KeyStoreFailure) -> [UInt8] {
        let digest = digest.bytes
        return try unsafe connection.read(64, "sign", blob) { tpm, blob, out in
            unsafe ctss2_sign(tpm, blob, digest, out)
        }
    }

    func agree(_ point: [UInt8]) throws(KeyStoreFailure) -> SecretBytes {
        let secret = try unsafe connection.read(32, "open a bundle", blob) { tpm, blob, out in
            unsafe ctss2_agree(tpm, blob, point, out)
        }
        return SecretBytes(secret)
    }
}
