import AccessCode
import DataFiles
import KeyStore
import Ports
import TPMKeyStore
import Units

/// What makes a box this box: its identity and its keys, in its folder.
struct BoxFolder {
    private let state: StateFolder
    private let keys: KeyStoreURI

    /// The folder of the box that `installation` describes.
    init(_ installation: Installation) {
        state = StateFolder(path: installation.configuration.state)
        keys = installation.keys
    }

    /// The box that lives there.
    ///
    /// - Throws: ``Refusal``.
    func open() throws -> (identity: BoxIdentity, keys: SealedKeyStore) {
        let identity = try state.loadIdentity()
        let store = try opened { medium, holder throws(KeyStoreFailure) in
            try SealedKeyStore(opening: medium, holder: holder)
        }
        guard store.box == identity.box else {
            throw Refusal(
                "open the keys of box \(store.box): the box of \(state.path) is \(identity.box); "
                    + "restore what belongs together", status: .notConfigured)
        }
        return (identity, store)
    }

    /// The keys of a new box, which is `box` or one drawn by chance; what an attempt that was cut
    /// short has made is taken up.
    ///
    /// - Throws: ``Refusal``.
    func makeKeys(of box: BoxID?) throws -> SealedKeyStore {
        let store = try opened { medium, holder throws(KeyStoreFailure) in
            guard try SealedKeyStore.exists(in: medium) else {
                return try SealedKeyStore(making: medium, holder: holder, box: box)
            }
            return try SealedKeyStore(opening: medium, holder: holder)
        }
        guard box == nil || store.box == box else {
            throw Refusal(
                "provision \(state.path): keys of box \(store.box) lie there; move them away first",
                status: .cannotCreate)
        }
        return store
    }

    private func opened<Result>(
        _ body: (KeyFolder, any KeyHolder) throws(KeyStoreFailure) -> Result
    ) throws -> Result {
        do throws(KeyStoreFailure) {
            switch keys {
            case .file(let folder):
                return try body(
                    try KeyFolder(folder ?? state.keys), FileKeyHolder(MachineFacts.here))
            case .tpm2(let folder, let tcti):
                return try body(
                    try KeyFolder(folder ?? state.keys), try TPMKeyHolder(tcti: tcti))
            }
        } catch {
            throw Refusal("\(error)", status: ExitStatus(error.code))
        }
    }
}

extension ExitStatus {
    /// What may pass is tried again by the service manager; what stays, stays.
    init(_ code: KeyStoreFailure.Code) {
        switch code {
        case .storage, .unavailable: self = .system
        case .missing, .otherBox, .damaged, .otherMachine, .rolledBack, .exposed:
            self = .notConfigured
        case .exists: self = .cannotCreate
        }
    }
}
