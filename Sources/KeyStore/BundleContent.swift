public import AccessCode
internal import Records
public import Units

/// What is in a bundle: the keys of one box, and whom it trusts.
///
/// Inside the envelope it is canonical JSON; keys and hashes are lower-case hexadecimal digits.
public struct BundleContent: Sendable {
    /// The version that this program writes and reads.
    static let version: Int64 = 1
    /// How many technicians a box lets in.
    public static let technicianCounts = 1...32

    /// A technician whom the box will let in.
    public struct Technician: Sendable {
        /// Who.
        public let technician: TechnicianID
        /// The key of this technician on this box: 32 bytes.
        public let key: SecretBytes
        /// SHA-1 of the PIN, as OCRA (RFC 6287) takes it: 20 bytes.
        public let pinHash: SecretBytes

        /// `technician` with this key and PIN.
        public init(technician: TechnicianID, key: SecretBytes, pinHash: SecretBytes) {
            precondition(key.count == 32 && pinHash.count == 20, "a key has 32 bytes, SHA-1 20")
            self.technician = technician
            self.key = key
            self.pinHash = pinHash
        }
    }

    /// The box.
    public var box: BoxID
    /// That of the request which this answers: 16 bytes.
    public var nonce: [UInt8]
    /// When it was made.
    public var issued: WallTime
    /// When it is taken no more.
    public var expires: WallTime
    /// The epoch of the hot key: below 65,535.
    public var keyEpoch: KeyEpoch
    /// The hot key: 32 bytes.
    public var epochKey: SecretBytes
    /// The cold spare, of the epoch behind: 32 bytes.
    public var spareKey: SecretBytes?
    /// The owner's secret: 32 bytes.
    public var ownerKey: SecretBytes?
    /// By which the fleet acknowledges records: a public key in PEM.
    public var acknowledgementKey: String
    /// The device certificate, in PEM.
    public var certificate: String
    /// The certificate of the fleet's authority, in PEM.
    public var fleetCertificate: String
    /// Who is let in: 1 to 32, each once.
    public var technicians: [Technician]

    /// A bundle's content.
    public init(
        box: BoxID, nonce: [UInt8], issued: WallTime, expires: WallTime, keyEpoch: KeyEpoch,
        epochKey: SecretBytes, spareKey: SecretBytes?, ownerKey: SecretBytes?,
        acknowledgementKey: String, certificate: String, fleetCertificate: String,
        technicians: [Technician]
    ) {
        self.box = box
        self.nonce = nonce
        self.issued = issued
        self.expires = expires
        self.keyEpoch = keyEpoch
        self.epochKey = epochKey
        self.spareKey = spareKey
        self.ownerKey = ownerKey
        self.acknowledgementKey = acknowledgementKey
        self.certificate = certificate
        self.fleetCertificate = fleetCertificate
        self.technicians = technicians
    }

    /// As it is written.
    var text: SecretText {
        var text = SecretText()
        var members: [String: CanonicalJSON] = [
            "v": .integer(Self.version), "box": .string(box.description),
            "nonce": .string(Hex.encode(nonce)), "issued": .integer(issued.milliseconds),
            "expires": .integer(expires.milliseconds),
            "keyEpoch": .integer(Int64(keyEpoch.number)),
            "acknowledgementKey": .string(acknowledgementKey),
            "certificate": .string(certificate), "fleetCertificate": .string(fleetCertificate),
        ]
        members["epochKey"] = text.mark(epochKey)
        if let spareKey { members["spareKey"] = text.mark(spareKey) }
        if let ownerKey { members["ownerKey"] = text.mark(ownerKey) }
        members["technicians"] = .array(
            technicians.map { entry in
                .object([
                    "technician": .integer(Int64(entry.technician.number)),
                    "key": text.mark(entry.key), "pinHash": text.mark(entry.pinHash),
                ])
            })
        text.json = .object(members)
        return text
    }

    /// Reads what was written; `nil` for anything else. Members that this version does not know
    /// are left alone.
    init?(_ text: SecretText) {
        let json = text.json
        guard json["v"]?.integer == Self.version,
            let box = json["box"]?.string.flatMap({ BoxID($0) }),
            let nonce = json["nonce"]?.string.flatMap({ Hex.decode($0) }), nonce.count == 16,
            let issued = json["issued"]?.integer, let expires = json["expires"]?.integer,
            let epoch = json["keyEpoch"]?.integer.flatMap({ UInt16(exactly: $0) }), epoch < .max,
            let epochKey = text.secret(json["epochKey"], count: 32),
            let acknowledgementKey = json["acknowledgementKey"]?.string,
            let certificate = json["certificate"]?.string,
            let fleetCertificate = json["fleetCertificate"]?.string,
            let listed = json["technicians"]?.array,
            Self.technicianCounts.contains(listed.count)
        else { return nil }
        var technicians: [Technician] = []
        for entry in listed {
            guard let technician = entry["technician"]?.integer.flatMap({ TechnicianID($0) }),
                !technicians.contains(where: { $0.technician == technician }),
                let key = text.secret(entry["key"], count: 32),
                let pinHash = text.secret(entry["pinHash"], count: 20)
            else { return nil }
            technicians.append(
                Technician(technician: technician, key: key, pinHash: pinHash))
        }
        let spare = text.secret(json["spareKey"], count: 32)
        let owner = text.secret(json["ownerKey"], count: 32)
        guard (spare == nil) == (json["spareKey"] == nil),
            (owner == nil) == (json["ownerKey"] == nil)
        else { return nil }
        self.init(
            box: box, nonce: nonce, issued: WallTime(milliseconds: issued),
            expires: WallTime(milliseconds: expires), keyEpoch: KeyEpoch(epoch),
            epochKey: epochKey, spareKey: spare, ownerKey: owner,
            acknowledgementKey: acknowledgementKey, certificate: certificate,
            fleetCertificate: fleetCertificate, technicians: technicians)
    }
}
