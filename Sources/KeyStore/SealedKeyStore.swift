public import AccessCode
internal import COpenSSL
public import Ports
public import Records
public import Units

/// The keys of one box: held by a ``KeyHolder``, remembered in one small sealed file, which is
/// replaced as a whole at every change.
///
/// There is one file and not one a generation: an old one would keep keys that were replaced.
public final class SealedKeyStore: BoxKeyStore {
    static let anchorName = "anchor"
    static let keysName = "keys"

    let medium: any KeyMedium
    let holder: any KeyHolder
    private let sealingKey: SecretBytes
    let device: SigningKey
    private let mac = MACContext()
    /// As it is stored.
    private(set) var record: KeyRecord

    /// Whether there are keys in `medium`.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public static func exists(in medium: any KeyMedium) throws(KeyStoreFailure) -> Bool {
        try medium.read(keysName) != nil
    }

    /// Makes a new box: a device key, and an identity drawn by chance, or `box`. What an attempt
    /// that was cut short left is replaced.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``; `exists` where there are keys.
    public init(
        making medium: any KeyMedium, holder: any KeyHolder, box: BoxID? = nil
    ) throws(KeyStoreFailure) {
        guard try !Self.exists(in: medium) else {
            throw Self.failure(
                .exists, "make", medium, "there are keys already",
                "open them, or move them away first")
        }
        let anchor = try holder.makeAnchor()
        sealingKey = try holder.sealingKey(anchor)
        let held = try holder.makeDeviceKey()
        device = try holder.deviceKey(held)
        let identity: BoxID
        if let box {
            identity = box
        } else {
            identity = BoxID(
                try FileKeyHolder.draw(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
        }
        record = KeyRecord(
            box: identity, device: held, changes: try holder.changeCount() ?? 0)
        self.medium = medium
        self.holder = holder
        try medium.replace(Self.anchorName, with: anchor)
        try store(record, counted: false)
    }

    /// Opens the keys that were made, which are those of `box` where one is named.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``: `missing` where there are none, `otherMachine`,
    ///   `damaged` or `rolledBack` where they cannot be used, `otherBox`.
    public init(
        opening medium: any KeyMedium, holder: any KeyHolder, box: BoxID? = nil
    ) throws(KeyStoreFailure) {
        self.medium = medium
        self.holder = holder
        guard let file = try medium.read(Self.keysName) else {
            throw Self.failure(
                .missing, "open", medium, "there are no keys", "start the box, or provision it")
        }
        guard let anchor = try medium.read(Self.anchorName) else {
            throw Self.failure(
                .damaged, "open", medium, "the file \(Self.anchorName) is gone",
                "restore it from its backup, or provision the box again")
        }
        sealingKey = try holder.sealingKey(anchor)
        switch SealedFile.open(file, under: sealingKey) {
        case .otherKey:
            throw Self.failure(
                .otherMachine, "open", medium, "they were stored by another machine",
                "put the card back into its box, or provision this one again")
        case .damaged:
            throw Self.damaged(medium, "the file \(Self.keysName) was changed")
        case .content(let content):
            guard let record = KeyRecord(content) else {
                throw Self.damaged(medium, "the file \(Self.keysName) makes no sense")
            }
            self.record = record
        }
        if let box, box != record.box {
            throw Self.failure(
                .otherBox, "open", medium, "they are those of box \(record.box), not of \(box)",
                "put the card back into its box, or provision this one again")
        }
        device = try holder.deviceKey(record.device)
        try settleCounter()
    }

    /// Finishes what a power cut left half done, and refuses what was put back.
    private func settleCounter() throws(KeyStoreFailure) {
        guard let count = try holder.changeCount(), count != record.changes else { return }
        guard count < record.changes else {
            throw Self.failure(
                .rolledBack, "open", medium,
                "they are those of change \(record.changes), and \(count) were counted",
                "an old card was put back: provision the box again")
        }
        guard count + 1 == record.changes else {
            throw Self.damaged(
                medium, "they are those of change \(record.changes), and \(count) were counted")
        }
        try holder.countChange()
    }

    /// Stores `next`, which is then the record. Where it is `counted`, no record of before is
    /// taken any more, if the holder counts.
    func store(_ next: KeyRecord, counted: Bool) throws(KeyStoreFailure) {
        var next = next
        next.generation = record.generation + 1
        let counts = counted ? try holder.changeCount() : nil
        if let counts { next.changes = counts + 1 }
        let nonce = try FileKeyHolder.draw(12)
        try medium.replace(
            Self.keysName, with: SealedFile.seal(next.stored, under: sealingKey, nonce: nonce))
        record = next
        if counts != nil { try holder.countChange() }
    }

    static func failure(
        _ code: KeyStoreFailure.Code, _ operation: String, _ medium: any KeyMedium,
        _ reason: String, _ wayOut: String
    ) -> KeyStoreFailure {
        KeyStoreFailure(
            code, operation: operation, on: "the keys \(medium.place)", reason: reason,
            wayOut: wayOut)
    }

    private static func damaged(_ medium: any KeyMedium, _ reason: String) -> KeyStoreFailure {
        failure(
            .damaged, "open", medium, reason,
            "restore them from their backup, or provision the box again")
    }
}

/// What they answer.
extension SealedKeyStore {
    /// Who the box is.
    public var box: BoxID { record.box }
    /// Where the keys are held.
    public var backend: String { holder.backend }
    /// Whether somebody has claimed the box.
    public var isClaimed: Bool { record.fleet != nil }
    /// The fingerprint of the certificate of the fleet's CA; `nil` before the claim.
    public var fleet: Digest256? { record.fleet }
    /// Who is let in, by number.
    public var technicians: [TechnicianID] { record.technicians.map(\.technician) }
    /// The epoch of the hot key; `nil` where there is none.
    public var keyEpoch: KeyEpoch? { record.codes?.keyEpoch }
    /// The public half of the device key, in PEM.
    public var publicKey: String { device.publicKeyPEM }
    /// The device certificate, in PEM; `nil` before the first bundle.
    public var certificate: String? { record.enrolment?.certificate }
    /// The fleet's acknowledgement key, in PEM; `nil` before the first bundle.
    public var acknowledgementKey: String? { record.enrolment?.acknowledgementKey }

    /// Whether there is a key `name`. The spare of an epoch is its key, too.
    public func holds(_ name: CodeKeyName) -> Bool { key(name) != nil }

    /// HMAC-SHA-256 of `message` under `key`.
    ///
    /// - Throws: ``AccessCode/CodeKeyFailure`` when there is no such key, or its holder does not
    ///   answer.
    public func authenticate(
        _ message: [UInt8], with key: CodeKeyName
    ) throws(CodeKeyFailure) -> Digest256 {
        guard let held = self.key(key) else {
            throw CodeKeyFailure(key: key, reason: "no such key is installed")
        }
        do throws(KeyStoreFailure) { return try holder.authenticate(message, with: held) } catch {
            throw CodeKeyFailure(key: key, reason: "\(error)")
        }
    }

    /// The leading 128 bits of the HMAC of each message of `length` bytes under `dayKey`.
    public func leadingBits(
        of messages: [UInt8], each length: Int, under dayKey: Digest256
    ) -> [UInt128] {
        mac.leadingBits(of: messages, each: length, under: dayKey)
    }

    /// HMAC-SHA-256 of `message` under the key of `technician`; `nil` for one who is not let in.
    ///
    /// - Throws: ``AccessCode/TechnicianKeyFailure`` when the holder does not answer.
    public func authenticate(
        _ message: [UInt8], as technician: TechnicianID
    ) throws(TechnicianKeyFailure) -> Digest256? {
        guard let entry = entry(technician) else { return nil }
        do throws(KeyStoreFailure) {
            return try holder.authenticate(message, with: entry.key)
        } catch { throw TechnicianKeyFailure(reason: "\(error)") }
    }

    /// SHA-1 of the technician's PIN; `nil` for one who is not let in.
    public func pinHash(of technician: TechnicianID) -> [UInt8]? {
        entry(technician).map { entry in unsafe entry.pinHash.withBytes { unsafe Array($0) } }
    }

    /// The device key's signature of `checkpoint`, as a compact JWS.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func sign(_ checkpoint: Checkpoint) throws(KeyStoreFailure) -> String {
        do throws(KeyError) { return try device.jws(checkpoint.payload) } catch {
            throw signingFailure("sign a checkpoint", error)
        }
    }

    func signingFailure(_ operation: String, _ error: KeyError) -> KeyStoreFailure {
        device.takeFailure()
            ?? KeyStoreFailure(
                .unavailable, operation: operation, on: "the keys \(medium.place)",
                reason: error.reason, wayOut: "check the machine's OpenSSL")
    }

    private func entry(_ technician: TechnicianID) -> KeyRecord.Technician? {
        record.technicians.first { $0.technician == technician }
    }

    private func key(_ name: CodeKeyName) -> HeldKey? {
        guard let codes = record.codes else { return nil }
        switch name {
        case .epoch(let epoch):
            if epoch == codes.keyEpoch { return codes.hot }
            return epoch == codes.keyEpoch.next ? codes.spare : nil
        case .coldSpare(let epoch): return epoch == codes.keyEpoch.next ? codes.spare : nil
        case .owner: return codes.owner
        }
    }
}
