public import AccessCode
public import Records
public import Units

/// The keys of one box: its device key from its first start, and what the fleet gave it.
///
/// Keys answer questions and nobody reads them. What changes something is durable when it returns,
/// and after a power cut it is done as a whole or not at all.
public protocol BoxKeyStore: AnyObject, CodeKeys, TechnicianKeys {
    /// Who the box is: 64 bits, drawn by chance at its first start.
    var box: BoxID { get }
    /// Where the keys are held: `file` or `tpm2`.
    var backend: String { get }
    /// Whether somebody has claimed the box.
    var isClaimed: Bool { get }
    /// SHA-256 of the DER of the certificate of the fleet's CA that the box was claimed for; `nil`
    /// before.
    var fleet: Digest256? { get }
    /// The technicians who are let in, by number.
    var technicians: [TechnicianID] { get }
    /// The key epoch of the hot key; `nil` where no key was installed yet. Between KEYSWITCH
    /// and ``switchOver(to:)`` the spare stands for the key of the epoch behind it.
    var keyEpoch: KeyEpoch? { get }
    /// Whether there is a key `name`. A spare that stands for the key of its epoch counts as both.
    func holds(_ name: CodeKeyName) -> Bool
    /// The public half of the device key, in PEM (SubjectPublicKeyInfo, RFC 5480).
    var publicKey: String { get }
    /// The device certificate that the fleet issued, in PEM; `nil` before the first bundle.
    var certificate: String? { get }
    /// The fleet's acknowledgement key, in PEM; `nil` before the first bundle.
    var acknowledgementKey: String? { get }

    /// Lets the first technician in and remembers the fleet.
    ///
    /// - Throws: ``KeyStoreFailure``.
    func claim(_ claim: BoxClaim) throws(KeyStoreFailure) -> ClaimOutcome

    /// A request for enrolment: PKCS#10 (RFC 2986) in PEM, signed by the device key.
    ///
    /// Its subject is CN = the box; `challengePassword` is a fresh nonce of 128 bits in
    /// hexadecimal digits, and `unstructuredName` the canonical JSON of ``EnrolmentData``, the box
    /// and the backend. The nonce of the latest request alone counts.
    ///
    /// - Throws: ``KeyStoreFailure``.
    func request(_ data: EnrolmentData) throws(KeyStoreFailure) -> String

    /// Installs everything that is in the fleet's `bundle` for this box, in place of what the
    /// fleet gave before.
    ///
    /// - Parameters:
    ///   - bundle: CMS in PEM.
    ///   - now: UTC; `nil` where it is not known: then no expiry is looked at.
    /// - Throws: ``KeyStoreFailure``.
    /// - Returns: what came of it.
    func install(bundle: String, at now: WallTime?) throws(KeyStoreFailure) -> BundleOutcome

    /// Installs the cold spare that is in the fleet's `bundle`, and nothing else of it. The bundle
    /// is for the epoch of the box's hot key: after KEYSWITCH ``switchOver(to:)`` comes first.
    ///
    /// - Throws: ``KeyStoreFailure``.
    func installSpare(bundle: String, at now: WallTime?) throws(KeyStoreFailure) -> BundleOutcome

    /// After KEYSWITCH: the spare of `keyEpoch` is its key from now on, and the key of the epoch
    /// before is erased. Does nothing where that is done, or the box has no such spare: it may be
    /// said at every start.
    ///
    /// - Throws: ``KeyStoreFailure``.
    func switchOver(to keyEpoch: KeyEpoch) throws(KeyStoreFailure)

    /// Erases the code keys, the technicians, the fleet and its certificates: the box is new again.
    /// It stays the box that it is, with its device key, for its log is kept.
    ///
    /// - Throws: ``KeyStoreFailure``.
    func wipe() throws(KeyStoreFailure)

    /// The device key's signature of `checkpoint`, as a compact JWS (RFC 7515, ES256).
    ///
    /// - Throws: ``KeyStoreFailure``.
    func sign(_ checkpoint: Checkpoint) throws(KeyStoreFailure) -> String
}

/// What a new box is claimed with. Never printed.
public struct BoxClaim: Sendable, CustomStringConvertible {
    /// How many digits a PIN has.
    public static let pinLengths = 4...12

    /// Who is let in.
    public let technician: TechnicianID
    /// The technician's key on this box: 32 bytes.
    public let key: [UInt8]
    /// The technician's PIN: 4 to 12 digits.
    public let pin: String
    /// SHA-256 of the DER of the certificate of the fleet's CA: whose bundles count.
    public let fleet: Digest256

    /// A claim; `nil` unless the key has 32 bytes and the PIN 4 to 12 digits.
    public init?(technician: TechnicianID, key: [UInt8], pin: String, fleet: Digest256) {
        guard key.count == 32, Self.pinLengths.contains(pin.utf8.count),
            pin.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        self.technician = technician
        self.key = key
        self.pin = pin
        self.fleet = fleet
    }

    /// Without any secret.
    public var description: String { "claim by technician \(technician)" }
}

/// What came of a claim.
public enum ClaimOutcome: Hashable, Sendable {
    /// The technician is let in.
    case claimed
    /// Somebody claimed the box before; nothing has changed.
    case alreadyClaimed
}

/// What a box says of itself in a request for enrolment, beside what its key store knows.
public struct EnrolmentData: Hashable, Sendable {
    /// The log epoch.
    public let logEpoch: UInt32
    /// The version of the firmware.
    public let firmware: String

    /// The box writes its log in `logEpoch` and runs `firmware`.
    public init(logEpoch: UInt32, firmware: String) {
        self.logEpoch = logEpoch
        self.firmware = firmware
    }
}

/// What came of a bundle.
public enum BundleOutcome: Hashable, Sendable {
    /// It is installed. The bundle that was installed last is installed already, however often.
    case installed(InstalledKeys)
    /// It is not, and nothing has changed.
    case refused(BundleRefusal)
}

/// Which keys of the fleet a box has.
public struct InstalledKeys: Hashable, Sendable {
    /// The key epoch of the hot key.
    public let keyEpoch: KeyEpoch
    /// Whether there is a cold spare for the epoch behind it.
    public let hasSpare: Bool
    /// Whether the owner's one-time passwords count.
    public let hasOwner: Bool

    /// A hot key of `keyEpoch` and what else there is.
    public init(keyEpoch: KeyEpoch, hasSpare: Bool, hasOwner: Bool) {
        self.keyEpoch = keyEpoch
        self.hasSpare = hasSpare
        self.hasOwner = hasOwner
    }
}

/// Why a bundle is not installed. The raw values are stable.
public enum BundleRefusal: String, CaseIterable, Sendable {
    /// It is no bundle: no CMS in PEM of the expected form, too long, or not what a bundle holds.
    case notABundle
    /// The box was not claimed, so it trusts no fleet.
    case notClaimed
    /// The fleet that the box was claimed for did not sign it.
    case wrongFleet
    /// It was changed after it was signed.
    case badSignature
    /// It was made for the key of another box.
    case notForThisBox
    /// It expired, or the certificate of its signer has.
    case expired
    /// It answers another request than the last one of this box: an old one, or none.
    case replayed
    /// It has keys of an epoch before that of the box, or, for a spare, of another epoch.
    case tooOld
    /// It has no cold spare.
    case noSpare
}

/// The key store did not do what it was asked. Never holds a part of a key.
public struct KeyStoreFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The stable codes of what can go wrong.
    public enum Code: String, CaseIterable, Sendable {
        /// There are no keys yet.
        case missing
        /// There are keys already, and none may be overwritten.
        case exists
        /// The keys are those of another box.
        case otherBox
        /// What is stored contradicts itself.
        case damaged
        /// The keys were stored by another machine, or with another TPM.
        case otherMachine
        /// What is stored is older than what was stored last.
        case rolledBack
        /// Others than the owner of the keys have access to them.
        case exposed
        /// The holder of the keys does not answer: no TPM, no library.
        case unavailable
        /// The medium failed.
        case storage
    }

    /// The code to branch on.
    public let code: Code
    /// What was tried.
    public let operation: String
    /// On what: a file, a TPM.
    public let subject: String
    /// Why it failed.
    public let reason: String
    /// What to do.
    public let wayOut: String

    /// `operation` on `subject` failed for `reason`.
    public init(
        _ code: Code, operation: String, on subject: String, reason: String, wayOut: String
    ) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.reason = reason
        self.wayOut = wayOut
    }

    /// `open the keys /var/lib/…/keys: …; restore … (damaged)`
    public var description: String {
        "\(operation) \(subject): \(reason); \(wayOut) (\(code.rawValue))"
    }
}
