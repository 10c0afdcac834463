internal import AccessCode
public import Ports
public import Units

/// What comes of a bundle.
extension SealedKeyStore {
    /// Installs everything that is in `bundle`.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func install(
        bundle: String, at now: WallTime?
    ) throws(KeyStoreFailure) -> BundleOutcome {
        try take(bundle, as: "all", at: now) { (content, record) throws(KeyStoreFailure) in
            if let codes = record.codes, content.keyEpoch < codes.keyEpoch { return .tooOld }
            record.codes = KeyRecord.CodeKeySet(
                keyEpoch: content.keyEpoch, hot: try self.holder.hold(content.epochKey),
                spare: try self.hold(content.spareKey), owner: try self.hold(content.ownerKey))
            record.technicians = []
            for entry in content.technicians.sorted(by: { $0.technician < $1.technician }) {
                record.technicians.append(
                    KeyRecord.Technician(
                        technician: entry.technician, key: try self.holder.hold(entry.key),
                        pinHash: entry.pinHash))
            }
            record.enrolment = KeyRecord.Enrolment(
                certificate: content.certificate, fleetCertificate: content.fleetCertificate,
                acknowledgementKey: content.acknowledgementKey)
            return nil
        }
    }

    /// Installs the spare that is in `bundle`, and nothing else of it.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func installSpare(
        bundle: String, at now: WallTime?
    ) throws(KeyStoreFailure) -> BundleOutcome {
        try take(bundle, as: "spare", at: now) { (content, record) throws(KeyStoreFailure) in
            guard let codes = record.codes, content.keyEpoch == codes.keyEpoch else {
                return .tooOld
            }
            guard let spare = content.spareKey else { return .noSpare }
            record.codes = KeyRecord.CodeKeySet(
                keyEpoch: codes.keyEpoch, hot: codes.hot, spare: try self.holder.hold(spare),
                owner: codes.owner)
            return nil
        }
    }

    /// Looks whether `bundle` counts, lets `apply` change the record by it, and stores that.
    private func take(
        _ bundle: String, as part: String, at now: WallTime?,
        _ apply: (BundleContent, inout KeyRecord) throws(KeyStoreFailure) -> BundleRefusal?
    ) throws(KeyStoreFailure) -> BundleOutcome {
        guard let der = Bundle.der(bundle) else { return .refused(.notABundle) }
        guard let fleet = record.fleet else { return .refused(.notClaimed) }
        let digest = OpenSSLHashing().sha256(der + Array(part.utf8))
        // A power cut between installing and saying so must not lock the technician out.
        if digest == record.lastBundle, let installed { return .installed(installed) }
        let content: BundleContent
        switch try Bundle.open(der, fleet: fleet, key: device, at: now) {
        case .refused(let refusal): return .refused(refusal)
        case .content(let opened): content = opened
        }
        if let refusal = refusal(of: content, fleet: fleet, at: now) { return .refused(refusal) }
        var next = record
        if let refusal = try apply(content, &next) { return .refused(refusal) }
        next.nonce = nil
        next.lastBundle = digest
        try store(next, counted: true)
        guard let installed else { preconditionFailure("a bundle brings a key") }
        return .installed(installed)
    }

    private var installed: InstalledKeys? {
        record.codes.map {
            InstalledKeys(
                keyEpoch: $0.keyEpoch, hasSpare: $0.spare != nil, hasOwner: $0.owner != nil)
        }
    }

    private func refusal(
        of content: BundleContent, fleet: Digest256, at now: WallTime?
    ) -> BundleRefusal? {
        guard content.box == box else { return .notForThisBox }
        guard content.nonce == record.nonce else { return .replayed }
        if let now, content.expires <= now { return .expired }
        guard let certificate = Certificate(pem: content.certificate),
            let authority = Certificate(pem: content.fleetCertificate),
            (try? VerifyingKey(pem: content.acknowledgementKey)) != nil
        else { return .notABundle }
        guard certificate.isFor(device) else { return .notForThisBox }
        guard authority.fingerprint == fleet, certificate.isIssued(by: authority) else {
            return .wrongFleet
        }
        return nil
    }
}
