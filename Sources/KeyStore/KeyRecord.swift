internal import AccessCode
internal import Units

/// Everything that a key store remembers, as one piece.
struct KeyRecord {
    /// A technician who is let in.
    struct Technician {
        let technician: TechnicianID
        let key: HeldKey
        /// SHA-1 of the PIN.
        let pinHash: SecretBytes
    }

    /// The keys that codes are checked with.
    struct CodeKeySet {
        let keyEpoch: KeyEpoch
        let hot: HeldKey
        let spare: HeldKey?
        let owner: HeldKey?
    }

    /// What only a bundle brings.
    struct Enrolment {
        let certificate: String
        let fleetCertificate: String
        let acknowledgementKey: String
    }

    let box: BoxID
    let device: HeldKey
    /// One more at every writing.
    var generation: UInt64
    /// The holder's counter, as it is once this is stored; 0 where it has none.
    var changes: UInt64
    /// Of the request that is outstanding: 16 bytes.
    var nonce: [UInt8]?
    var fleet: Digest256?
    /// By number.
    var technicians: [Technician] = []
    var codes: CodeKeySet?
    var enrolment: Enrolment?
    /// By what the bundle that was installed last, and how, is known again.
    var lastBundle: Digest256?

    init(box: BoxID, device: HeldKey, changes: UInt64) {
        self.box = box
        self.device = device
        self.changes = changes
        generation = 0
    }

    /// How many technicians a box knows at most.
    static let technicianMaximum = BundleContent.technicianCounts.upperBound

    /// As it is stored, before it is sealed.
    var stored: SecretBytes {
        var out: [SecretPiece] = [
            .number(box.value), .number(generation), .number(changes),
        ]
        out += SecretPiece.counted(device.bytes)
        out.append(.flag(nonce != nil))
        if let nonce { out.append(.open(nonce)) }
        out.append(.flag(fleet != nil))
        if let fleet { out.append(.open(fleet.bytes)) }
        out.append(.number(UInt16(technicians.count)))
        for entry in technicians {
            out.append(.number(entry.technician.number))
            out += SecretPiece.counted(entry.key.bytes)
            out.append(.secret(entry.pinHash))
        }
        out.append(.flag(codes != nil))
        if let codes { Self.append(codes, to: &out) }
        out.append(.flag(enrolment != nil))
        if let enrolment {
            out += SecretPiece.text(enrolment.certificate)
            out += SecretPiece.text(enrolment.fleetCertificate)
            out += SecretPiece.text(enrolment.acknowledgementKey)
        }
        out.append(.flag(lastBundle != nil))
        if let lastBundle { out.append(.open(lastBundle.bytes)) }
        return SecretBytes(joining: out)
    }

    private static func append(_ codes: CodeKeySet, to out: inout [SecretPiece]) {
        out.append(.number(codes.keyEpoch.number))
        out += SecretPiece.counted(codes.hot.bytes)
        for key in [codes.spare, codes.owner] {
            out.append(.flag(key != nil))
            if let key { out += SecretPiece.counted(key.bytes) }
        }
    }

    /// What was stored; `nil` for anything else.
    init?(_ stored: SecretBytes) {
        var reader = SecretReader(stored)
        guard let box = reader.number(UInt64.self), let generation = reader.number(UInt64.self),
            let changes = reader.number(UInt64.self), let device = reader.heldKey(),
            case .some(let nonce) = reader.optional({ $0.bytes(16) }),
            case .some(let fleet) = reader.optional({ $0.digest() }),
            let count = reader.number(UInt16.self), count <= Self.technicianMaximum
        else { return nil }
        self.init(box: BoxID(box), device: device, changes: changes)
        self.generation = generation
        self.nonce = nonce
        self.fleet = fleet
        for _ in 0..<count {
            guard let number = reader.number(UInt32.self),
                let technician = TechnicianID(Int64(number)),
                technicians.last.map({ $0.technician < technician }) ?? true,
                let key = reader.heldKey(), let pinHash = reader.secret(20)
            else { return nil }
            technicians.append(
                Technician(technician: technician, key: key, pinHash: pinHash))
        }
        guard case .some(let codes) = reader.optional({ $0.codes() }),
            case .some(let enrolment) = reader.optional({ $0.enrolment() }),
            case .some(let lastBundle) = reader.optional({ $0.digest() }), reader.isAtEnd
        else { return nil }
        self.lastBundle = lastBundle
        self.codes = codes
        self.enrolment = enrolment
    }
}

extension SecretReader {
    /// What a flag says is there: the outer `nil` where it cannot be read.
    fileprivate mutating func optional<Value>(
        _ read: (inout SecretReader) -> Value?
    ) -> Value?? {
        guard let isThere = flag() else { return nil }
        guard isThere else { return .some(nil) }
        guard let value = read(&self) else { return nil }
        return .some(value)
    }

    fileprivate mutating func heldKey() -> HeldKey? {
        guard let bytes = countedSecret(), bytes.count <= 2_048 else { return nil }
        return HeldKey(bytes)
    }

    fileprivate mutating func digest() -> Digest256? {
        bytes(32).flatMap { Digest256(bytes: $0) }
    }

    fileprivate mutating func codes() -> KeyRecord.CodeKeySet? {
        guard let epoch = number(UInt16.self), epoch < .max, let hot = heldKey(),
            case .some(let spare) = optional({ $0.heldKey() }),
            case .some(let owner) = optional({ $0.heldKey() })
        else { return nil }
        return KeyRecord.CodeKeySet(
            keyEpoch: KeyEpoch(epoch), hot: hot, spare: spare, owner: owner)
    }

    fileprivate mutating func enrolment() -> KeyRecord.Enrolment? {
        guard let certificate = text(), let fleetCertificate = text(),
            let acknowledgementKey = text()
        else { return nil }
        return KeyRecord.Enrolment(
            certificate: certificate, fleetCertificate: fleetCertificate,
            acknowledgementKey: acknowledgementKey)
    }
}
