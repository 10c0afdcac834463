import AccessCode
import DataFiles
import FoundationEssentials
import Glibc
import KeyStore
import LinuxIO
import Ports
import TPMKeyStore
import TripLog
import Units

/// What makes a box this box: identity, keys and log, in its folder. Made where there is none yet,
/// and never overwritten.
struct BoxFolder {
    private let state: StateFolder
    private let keys: KeyStoreURI

    /// The folder of the box that `installation` describes.
    init(_ installation: Installation) {
        state = StateFolder(path: installation.configuration.state)
        keys = installation.keys
    }

    /// A new box, with an identity drawn by chance and an empty log, where the folder is empty;
    /// else the one that lives there.
    ///
    /// - Throws: ``Refusal``.
    func open() throws -> (identity: BoxIdentity, keys: SealedKeyStore) {
        let hasIdentity = FileManager.default.fileExists(atPath: state.identity.path)
        if !hasIdentity, try isNew() { try make() }
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

    /// Whether nothing of a box lies there: a lost identity beside a log is no new box.
    private func isNew() throws -> Bool {
        guard FileManager.default.fileExists(atPath: state.path) else { return false }
        guard !FileManager.default.fileExists(atPath: state.log) else {
            // What a power cut left of making it has no records, and is taken up.
            return try emptyLog() != nil
        }
        return true
    }

    private func emptyLog() throws -> TripLog? {
        guard let store = try madeKeys() else { return nil }
        do throws(StorageError) {
            let log = try TripLog(path: state.log, box: store.box, hashing: OpenSSLHashing())
            return log.head.sequence == 0 ? log : nil
        } catch {
            return nil
        }
    }

    private func madeKeys() throws -> SealedKeyStore? {
        try opened { medium, holder throws(KeyStoreFailure) in
            guard try SealedKeyStore.exists(in: medium) else { return nil }
            return try SealedKeyStore(opening: medium, holder: holder)
        }
    }

    private func make() throws {
        let store: SealedKeyStore
        if let made = try madeKeys() {
            store = made
        } else {
            store = try makeKeys(of: nil)
        }
        if try emptyLog() == nil {
            _ = try TripLog.create(
                path: state.log, box: store.box, epoch: 1, hashing: OpenSSLHashing())
        }
        // Last: a box without an identity was not made, whatever else lies there.
        try state.identity.create(
            BoxIdentity(
                box: store.box, logEpoch: 1, keyEpoch: KeyEpoch(0), hasColdSpare: false
            ).bytes)
    }

    /// Keys of a new box, which is `box` or drawn by chance.
    ///
    /// - Throws: ``Refusal``.
    func makeKeys(of box: BoxID?) throws -> SealedKeyStore {
        try opened { medium, holder throws(KeyStoreFailure) in
            try SealedKeyStore(making: medium, holder: holder, box: box)
        }
    }

    /// The keys of `box`, made unless an attempt that was cut short has made them.
    ///
    /// - Throws: ``Refusal``.
    func keys(of box: BoxID) throws -> SealedKeyStore {
        guard let made = try madeKeys() else { return try makeKeys(of: box) }
        guard made.box == box else {
            throw Refusal(
                "provision \(state.path): keys of box \(made.box) lie there; move them away first",
                status: .cannotCreate)
        }
        return made
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
