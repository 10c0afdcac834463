import AccessCode
import KeyStore
import Ports
import Testing
import Units

/// A fleet with everything that a bundle takes.
struct TestFleet {
    static let now = WallTime(milliseconds: 1_780_000_000_000)
    static let day: Int64 = 86_400_000

    let authority: CertificateAuthority
    let acknowledgement: SigningKey
    let master: FleetMaster
    let technicianMaster: SecretBytes

    init(_ name: String = "Test fleet") throws {
        authority = try CertificateAuthority(
            name: name, from: Self.now - Milliseconds(Self.day),
            until: Self.now + Milliseconds(3650 * Self.day))
        acknowledgement = try SigningKey()
        master = try FleetMaster(
            hot: SecretBytes(SystemRandom.bytes(32)), cold: SecretBytes(SystemRandom.bytes(32)))
        technicianMaster = SecretBytes(try SystemRandom.bytes(32))
    }

    func certificate(_ request: EnrolmentRequest) throws -> Certificate {
        try authority.issue(
            request, from: Self.now - Milliseconds(Self.day),
            until: Self.now + Milliseconds(365 * Self.day))
    }

    /// What the fleet gives for `request`.
    func content(
        _ request: EnrolmentRequest, keyEpoch: UInt16 = 0, technicians: ClosedRange<Int64> = 7...8
    ) throws -> BundleContent {
        let epoch = KeyEpoch(keyEpoch)
        return BundleContent(
            box: request.box, nonce: request.nonce, issued: Self.now,
            expires: Self.now + Milliseconds(Self.day), keyEpoch: epoch,
            epochKey: master.hotKey(of: request.box, in: epoch),
            spareKey: master.spareKey(of: request.box, for: epoch.next),
            ownerKey: SecretBytes([UInt8](repeating: 0x77, count: 32)),
            acknowledgementKey: acknowledgement.publicKeyPEM,
            certificate: try certificate(request).pem,
            fleetCertificate: authority.certificate.pem,
            technicians: try technicians.map { number in
                let technician = try #require(TechnicianID(number))
                return BundleContent.Technician(
                    technician: technician,
                    key: SoftwareTechnicianKeys.key(
                        of: technician, on: request.box, master: technicianMaster),
                    pinHash: SoftwareTechnicianKeys.pinHash(of: "4711"))
            })
    }

    /// The bundle that answers `pem`, with `change` made to what is in it.
    func bundle(
        _ pem: String, keyEpoch: UInt16 = 0, technicians: ClosedRange<Int64> = 7...8,
        by signer: TestFleet? = nil, _ change: (inout BundleContent) throws -> Void = { _ in }
    ) throws -> String {
        let request = try EnrolmentRequest(pem: pem)
        var content = try content(request, keyEpoch: keyEpoch, technicians: technicians)
        let certificate = try #require(Certificate(pem: content.certificate))
        try change(&content)
        return try Bundle.seal(
            content, to: certificate, by: (signer ?? self).authority)
    }

    func claim(_ number: Int64 = 7, on box: BoxID) throws -> BoxClaim {
        let technician = try #require(TechnicianID(number))
        let key = SoftwareTechnicianKeys.key(of: technician, on: box, master: technicianMaster)
        return try #require(
            BoxClaim(
                technician: technician, key: unsafe key.withBytes { unsafe Array($0) }, pin: "4711",
                fleet: authority.fingerprint))
    }
}

/// A place in memory, with the promises of a disk: what was not synchronized may be there after a
/// power cut in full, in part or not at all.
final class MemoryMedium: KeyMedium {
    private struct File {
        var bytes: [UInt8]
        var isSynchronized: Bool
    }

    private var files: [Int: File] = [:]
    private var names: [String: Int] = [:]
    private var durableNames: [String: Int] = [:]
    private var nextFile = 0
    /// How many steps were taken, reading aside.
    private(set) var steps = 0
    /// The step at which the power fails: it may have been done or not.
    var cutAt: Int?
    /// Everything that was ever written.
    private(set) var history: [[UInt8]] = []

    init() {}

    /// A disk that holds `files`, durably.
    init(_ content: [String: [UInt8]]) {
        for (name, bytes) in content.sorted(by: { $0.key < $1.key }) {
            files[nextFile] = File(bytes: bytes, isSynchronized: true)
            names[name] = nextFile
            nextFile += 1
        }
        durableNames = names
    }

    let place = "in memory"

    /// What is there.
    var content: [String: [UInt8]] { names.compactMapValues { files[$0]?.bytes } }

    private func step() throws(KeyStoreFailure) {
        steps += 1
        guard let cutAt, steps > cutAt else { return }
        throw KeyStoreFailure(
            .storage, operation: "write", on: place, reason: "the power failed",
            wayOut: "start again")
    }

    func read(_ name: String) throws(KeyStoreFailure) -> [UInt8]? {
        names[name].flatMap { files[$0]?.bytes }
    }

    func write(_ bytes: [UInt8], to name: String) throws(KeyStoreFailure) {
        try step()
        history.append(bytes)
        files[nextFile] = File(bytes: bytes, isSynchronized: bytes.isEmpty)
        names[name] = nextFile
        nextFile += 1
    }

    func synchronize(_ name: String) throws(KeyStoreFailure) {
        try step()
        guard let file = names[name] else { preconditionFailure("no file \(name)") }
        files[file]?.isSynchronized = true
    }

    func rename(_ name: String, to other: String) throws(KeyStoreFailure) {
        try step()
        names[other] = names.removeValue(forKey: name)
    }

    func synchronizeNames() throws(KeyStoreFailure) {
        try step()
        durableNames = names
    }

    /// What may be found after a power cut now.
    var images: [[String: [UInt8]]] {
        var out: [[String: [UInt8]]] = []
        for names in [durableNames, names] {
            for survived in [0, 1, 2] {
                out.append(
                    names.compactMapValues { file in
                        guard let file = files[file] else { return nil }
                        let kept = file.bytes.count * survived / 2
                        return file.isSynchronized ? file.bytes : Array(file.bytes.prefix(kept))
                    })
            }
        }
        return out
    }
}

/// A file holder with a counter that cannot go back, as a TPM has one.
final class CountingHolder: KeyHolder {
    private let holder = FileKeyHolder(MachineFacts(machine: "m", serial: "s"))
    var count: UInt64 = 5
    /// Whether the power fails before it counts.
    var failsToCount = false

    var backend: String { "file" }
    func makeAnchor() throws(KeyStoreFailure) -> [UInt8] { try holder.makeAnchor() }
    func sealingKey(_ anchor: [UInt8]) throws(KeyStoreFailure) -> SecretBytes {
        try holder.sealingKey(anchor)
    }
    func makeDeviceKey() throws(KeyStoreFailure) -> HeldKey { try holder.makeDeviceKey() }
    func deviceKey(_ held: HeldKey) throws(KeyStoreFailure) -> SigningKey {
        try holder.deviceKey(held)
    }
    func hold(_ key: SecretBytes) -> HeldKey { holder.hold(key) }
    func authenticate(_ message: [UInt8], with key: HeldKey) -> Digest256 {
        holder.authenticate(message, with: key)
    }
    func changeCount() -> UInt64? { count }
    func countChange() throws(KeyStoreFailure) {
        guard !failsToCount else {
            throw KeyStoreFailure(
                .unavailable, operation: "count", on: "the counter", reason: "it is gone",
                wayOut: "start again")
        }
        count += 1
    }
}
