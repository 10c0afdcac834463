/// Where the keys of a box are, as its configuration names it: `file:/var/lib/cityzenbox/keys`, or
/// `tpm2:/var/lib/cityzenbox/keys?tcti=device:/dev/tpmrm0`.
///
/// Without a path the keys are in the box's own folder; without a `tcti` they are held by the
/// kernel's TPM.
public enum KeyStoreURI: Hashable, Sendable, CustomStringConvertible {
    /// Sealed files in a folder, the keys in memory.
    case file(folder: String?)
    /// Sealed files in a folder, the keys in a TPM 2.0, reached as tpm2-tss's TCTI says.
    case tpm2(folder: String?, tcti: String)

    /// How the TPM of the machine is reached: the kernel's, which several may use at once.
    public static let defaultTCTI = "device:/dev/tpmrm0"

    /// What `text` names; `nil` for anything else.
    public init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let rest = text[text.index(after: colon)...]
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = parts.first, path.isEmpty || path.hasPrefix("/") else { return nil }
        let folder = path.isEmpty ? nil : String(path)
        switch (text[..<colon], parts.count) {
        case ("file", 1): self = .file(folder: folder)
        case ("tpm2", 1): self = .tpm2(folder: folder, tcti: Self.defaultTCTI)
        case ("tpm2", _):
            let option = parts[1]
            guard option.hasPrefix("tcti="), option.count > 5 else { return nil }
            self = .tpm2(folder: folder, tcti: String(option.dropFirst(5)))
        case _: return nil
        }
    }

    /// As it is written.
    public var description: String {
        switch self {
        case .file(let folder): "file:\(folder ?? "")"
        case .tpm2(let folder, let tcti): "tpm2:\(folder ?? "")?tcti=\(tcti)"
        }
    }
}
