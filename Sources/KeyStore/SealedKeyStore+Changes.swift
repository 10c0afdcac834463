internal import AccessCode
public import Ports
internal import Records
public import Units

/// What changes them.
extension SealedKeyStore {
    /// Lets the first technician in and remembers the fleet.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func claim(_ claim: BoxClaim) throws(KeyStoreFailure) -> ClaimOutcome {
        guard !isClaimed else { return .alreadyClaimed }
        var next = record
        next.fleet = claim.fleet
        next.technicians = [
            KeyRecord.Technician(
                technician: claim.technician, key: try holder.hold(SecretBytes(claim.key)),
                pinHash: SoftwareTechnicianKeys.pinHash(of: claim.pin))
        ]
        try store(next, counted: true)
        return .claimed
    }

    /// A request for enrolment, with a fresh nonce that is remembered.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func request(_ data: EnrolmentData) throws(KeyStoreFailure) -> String {
        let nonce = try FileKeyHolder.draw(16)
        let words = BoxWords(box: box, data: data, backend: backend)
        let request: String
        do throws(KeyError) {
            request = try EnrolmentRequest.make(words, nonce: nonce, key: device)
        } catch { throw signingFailure("sign a request", error) }
        var next = record
        next.nonce = nonce
        try store(next, counted: false)
        return request
    }

    /// Erases what the fleet gave, and the technicians.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func wipe() throws(KeyStoreFailure) {
        try store(
            KeyRecord(box: record.box, device: record.device, changes: record.changes),
            counted: true)
    }

    /// After KEYSWITCH: the spare of `keyEpoch` is its key from now on, and the key of the epoch
    /// before is erased. Does nothing where that is done, or the box has no such spare: it may be
    /// said at every start.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``.
    public func switchOver(to keyEpoch: KeyEpoch) throws(KeyStoreFailure) {
        guard let codes = record.codes, let spare = codes.spare, keyEpoch > codes.keyEpoch,
            keyEpoch == codes.keyEpoch.next, keyEpoch.number < .max
        else { return }
        var next = record
        next.codes = KeyRecord.CodeKeySet(
            keyEpoch: keyEpoch, hot: spare, spare: nil, owner: codes.owner)
        try store(next, counted: true)
    }

    /// Takes over the keys of a box that was provisioned without a bundle, as
    /// `cityzenbox-sim code box-keys` writes them.
    ///
    /// - Throws: ``Ports/KeyStoreFailure``; `exists` where the box has others already.
    ///
    /// - Returns: whether there is a spare.
    public func importKeys(
        from folder: CodeKeyFolder, keyEpoch: KeyEpoch
    ) throws(KeyStoreFailure) -> Bool {
        precondition(keyEpoch.number < .max, "there is an epoch behind that of the keys")
        let keys: (hot: SecretBytes, spare: SecretBytes?)
        do throws(KeyFileError) { keys = try folder.keys(keyEpoch) } catch {
            throw KeyStoreFailure(
                .missing, operation: "import", on: "the keys \(folder.path)", reason: "\(error)",
                wayOut: "name the folder with the keys of the box")
        }
        if let codes = record.codes {
            // An attempt that was cut short behind its last step is told that it is done.
            guard codes.keyEpoch == keyEpoch, try holds(keys.hot, as: .epoch(keyEpoch)),
                try holds(keys.spare, as: .coldSpare(keyEpoch.next))
            else {
                throw Self.failure(
                    .exists, "import into", medium, "the box has other keys already",
                    "wipe them first")
            }
            return keys.spare != nil
        }
        var next = record
        let spare = try hold(keys.spare)
        next.codes = KeyRecord.CodeKeySet(
            keyEpoch: keyEpoch, hot: try holder.hold(keys.hot), spare: spare, owner: nil)
        try store(next, counted: true)
        return spare != nil
    }

    func hold(_ key: SecretBytes?) throws(KeyStoreFailure) -> HeldKey? {
        guard let key else { return nil }
        return try holder.hold(key)
    }

    /// Whether the key `name` is `secret`, found out by what it answers.
    private func holds(
        _ secret: SecretBytes?, as name: CodeKeyName
    ) throws(KeyStoreFailure) -> Bool {
        guard let secret else { return !holds(name) }
        let question = Array("CZB1/same".utf8)
        let mac = MACContext()
        unsafe secret.withBytes { unsafe mac.setKey($0) }
        do throws(CodeKeyFailure) {
            guard holds(name) else { return false }
            return try authenticate(question, with: name) == mac.authenticate(question[...])
        } catch {
            throw Self.failure(
                .unavailable, "import into", medium, error.reason, "try again")
        }
    }
}
