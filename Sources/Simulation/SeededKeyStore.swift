public import AccessCode
public import KeyStore
public import Ports
public import Records
public import Units

/// The key store of a simulated box whose keys come from a seed: nothing of it is a secret, it
/// outlives the power, and the fleet has nothing to add to it.
public final class SeededKeyStore: BoxKeyStore {
    /// Who the box is.
    public let box: BoxID
    /// Whom the box lets in.
    public let people: SoftwareTechnicianKeys
    /// The fleet that the box was claimed for.
    public private(set) var fleet: Digest256?
    private let codes: SoftwareCodeKeys
    private let device: SigningKey

    /// The store of `box` with the code keys `codes`, in which `people` are let in.
    ///
    /// - Throws: ``KeyStore/KeyError``.
    public init(
        box: BoxID, codes: SoftwareCodeKeys, people: SoftwareTechnicianKeys, seed: UInt64
    ) throws(KeyError) {
        self.box = box
        self.codes = codes
        self.people = people
        var random = SplitMix64(seed: seed ^ 0x6465_7669_6365_0000)
        device = try SigningKey(
            scalar: [0] + (1..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) })
    }

    /// `seed`
    public var backend: String { "seed" }
    /// Whether anybody is let in.
    public var isClaimed: Bool { !people.technicians.isEmpty }
    /// Who is let in, by number.
    public var technicians: [TechnicianID] { people.technicians }
    /// Always the first one.
    public var keyEpoch: KeyEpoch? { holds(.epoch(KeyEpoch(0))) ? KeyEpoch(0) : nil }
    /// The public half of the device key, in PEM.
    public var publicKey: String { device.publicKeyPEM }
    /// There is none.
    public var certificate: String? { nil }
    /// There is none.
    public var acknowledgementKey: String? { nil }

    /// Whether there is a key `name`.
    public func holds(_ name: CodeKeyName) -> Bool {
        if codes.holds(name) { return true }
        guard case .epoch(let epoch) = name else { return false }
        return codes.holds(.coldSpare(epoch))
    }

    /// Lets the first technician in.
    public func claim(_ claim: BoxClaim) -> ClaimOutcome {
        guard !isClaimed else { return .alreadyClaimed }
        people.install(SecretBytes(claim.key), pin: claim.pin, for: claim.technician)
        fleet = claim.fleet
        return .claimed
    }

    /// - Throws: ``Ports/KeyStoreFailure``: no fleet enrols a box whose keys anybody can make.
    public func request(_ data: EnrolmentData) throws(KeyStoreFailure) -> String {
        throw failure("ask to be enrolled")
    }

    /// - Throws: ``Ports/KeyStoreFailure``, as ``request(_:)``.
    public func install(
        bundle: String, at now: WallTime?
    ) throws(KeyStoreFailure) -> BundleOutcome {
        throw failure("install a bundle")
    }

    /// - Throws: ``Ports/KeyStoreFailure``, as ``request(_:)``.
    public func installSpare(
        bundle: String, at now: WallTime?
    ) throws(KeyStoreFailure) -> BundleOutcome {
        throw failure("install a spare")
    }

    /// The spare stands for the key of its epoch anyway.
    public func switchOver(to keyEpoch: KeyEpoch) {}

    /// Lets nobody in any more, and forgets all code keys.
    public func wipe() {
        people.removeAll()
        codes.removeAll()
        fleet = nil
    }

    /// The device key's signature of `checkpoint`.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func sign(_ checkpoint: Checkpoint) throws(KeyStoreFailure) -> String {
        do throws(KeyError) { return try device.jws(checkpoint.payload) } catch {
            throw KeyStoreFailure(
                .unavailable, operation: "sign", on: "a checkpoint", reason: "\(error)",
                wayOut: "check the machine's OpenSSL")
        }
    }

    /// HMAC-SHA-256 of `message` under `key`.
    ///
    /// - Throws: ``AccessCode/CodeKeyFailure``.
    public func authenticate(
        _ message: [UInt8], with key: CodeKeyName
    ) throws(CodeKeyFailure) -> Digest256 {
        try codes.authenticate(message, with: key)
    }

    /// The leading 128 bits of the HMAC of each message under `dayKey`.
    public func leadingBits(
        of messages: [UInt8], each length: Int, under dayKey: Digest256
    ) -> [UInt128] {
        codes.leadingBits(of: messages, each: length, under: dayKey)
    }

    /// HMAC-SHA-256 of `message` under the key of `technician`.
    public func authenticate(_ message: [UInt8], as technician: TechnicianID) -> Digest256? {
        people.authenticate(message, as: technician)
    }

    /// SHA-1 of the technician's PIN.
    public func pinHash(of technician: TechnicianID) -> [UInt8]? {
        people.pinHash(of: technician)
    }

    private func failure(_ operation: String) -> KeyStoreFailure {
        KeyStoreFailure(
            .exists, operation: operation, on: "the simulated box",
            reason: "its keys come from the seed", wayOut: "it needs no others")
    }
}
