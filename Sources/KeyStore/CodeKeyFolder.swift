internal import AccessCode
public import Units

/// The code keys of one box as key files in a folder: `epoch-0.key` and, where there is one,
/// `spare-1.key`.
///
/// Whoever can read the files can make codes for this box, and for no other.
public struct CodeKeyFolder: Hashable, Sendable {
    /// The folder.
    public let path: String

    /// The keys in the folder `path`.
    public init(_ path: String) { self.path = path }

    /// The keys that a box of `keyEpoch` was given, and whether a cold spare is among them.
    ///
    /// - Throws: ``KeyFileError`` when the key of the epoch cannot be used, or the spare is there
    ///   and cannot be used.
    public func load(
        keyEpoch: KeyEpoch, expectsSpare: Bool
    ) throws(KeyFileError) -> SoftwareCodeKeys {
        let keys = SoftwareCodeKeys()
        keys.install(try file(.epoch(keyEpoch)).load(), as: .epoch(keyEpoch))
        if expectsSpare {
            let spare = CodeKeyName.coldSpare(keyEpoch.next)
            keys.install(try file(spare).load(), as: spare)
        }
        return keys
    }

    /// Writes the keys that `master` has for `box` in `keyEpoch`.
    ///
    /// - Throws: ``KeyFileError``. A key that exists is never overwritten.
    public func create(
        from master: FleetMaster, for box: BoxID, keyEpoch: KeyEpoch
    ) throws(KeyFileError) {
        let keys = master.codeKeys(for: box, keyEpoch: keyEpoch)
        for name in [CodeKeyName.epoch(keyEpoch), .coldSpare(keyEpoch.next)] {
            if let secret = keys.secret(name) { try file(name).create(holding: secret) }
        }
    }

    /// Copies the keys of `keyEpoch` from `other`, its spare only where it has one. What an attempt
    /// that was cut short left here is taken up, if it is the same.
    ///
    /// - Throws: ``KeyFileError``. A key that exists is never overwritten.
    ///
    /// - Returns: whether there is a spare.
    public func copy(
        from other: CodeKeyFolder, keyEpoch: KeyEpoch
    ) throws(KeyFileError) -> Bool {
        let keys = try other.keys(keyEpoch)
        try keep(keys.hot, as: .epoch(keyEpoch))
        if let spare = keys.spare { try keep(spare, as: .coldSpare(keyEpoch.next)) }
        return keys.spare != nil
    }

    /// The hot key of `keyEpoch`, and the spare behind it where there is one.
    func keys(
        _ keyEpoch: KeyEpoch
    ) throws(KeyFileError) -> (hot: SecretBytes, spare: SecretBytes?) {
        let spare = file(.coldSpare(keyEpoch.next))
        return (try file(.epoch(keyEpoch)).load(), spare.exists ? try spare.load() : nil)
    }

    private func keep(_ secret: SecretBytes, as name: CodeKeyName) throws(KeyFileError) {
        let file = file(name)
        if file.exists, secret.isSame(as: try file.load()) { return }
        try file.create(holding: secret)
    }

    private func file(_ name: CodeKeyName) -> KeyFile {
        switch name {
        case .epoch(let epoch): KeyFile(path: "\(path)/epoch-\(epoch).key")
        case .coldSpare(let epoch): KeyFile(path: "\(path)/spare-\(epoch).key")
        case .owner: KeyFile(path: "\(path)/owner.key")
        }
    }
}
