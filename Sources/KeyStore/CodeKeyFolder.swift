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

    /// The hot key of `keyEpoch`, and the spare behind it where there is one.
    func keys(
        _ keyEpoch: KeyEpoch
    ) throws(KeyFileError) -> (hot: SecretBytes, spare: SecretBytes?) {
        let spare = file(.coldSpare(keyEpoch.next))
        return (try file(.epoch(keyEpoch)).load(), spare.exists ? try spare.load() : nil)
    }

    private func file(_ name: CodeKeyName) -> KeyFile {
        switch name {
        case .epoch(let epoch): KeyFile(path: "\(path)/epoch-\(epoch).key")
        case .coldSpare(let epoch): KeyFile(path: "\(path)/spare-\(epoch).key")
        case .owner: KeyFile(path: "\(path)/owner.key")
        }
    }
}
