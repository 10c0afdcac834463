import AccessCode
import ArgumentParser
import Box
import DataFiles
import FoundationEssentials
import Glibc
import KeyStore
import LinuxIO
import LinuxTime
import Ports
import TripLog
import Units

/// `cityzenboxd provision`
struct ProvisionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provision",
        abstract: "Make a new box: its identity, its device key and its empty log.",
        discussion: """
            The box draws its identity by chance; a technician claims it at its console, and the \
            fleet enrols it there. With --box and --keys it is made without a console, with keys \
            that were written by hand.
            Nothing that exists is overwritten; what was cut short the same command takes up. A \
            box whose log was lost or damaged is provisioned again in the next log epoch, after \
            its old files were moved away. What root makes belongs to the owner of the folder.
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "The box: 16 hexadecimal digits. (default: drawn by chance)")
    var box: String?

    @Option(
        help: "The folder with the keys of the box, as `cityzenbox-sim code box-keys` writes them.")
    var keys: String?

    @Option(help: "The epoch of the keys.")
    var keyEpoch: UInt16 = 0

    @Option(help: "The log epoch: one more than any before it.")
    var logEpoch: UInt32 = 1

    func validate() throws {
        guard keys == nil || box != nil else {
            throw ValidationError("Keys are those of one box: name it with --box.")
        }
    }

    func run() throws {
        let wanted = try box.map { (text) throws(Refusal) in
            guard let id = BoxID(text) else {
                throw Refusal(
                    "the box \"\(text)\": not 16 hexadecimal digits; "
                        + "write it as its label shows it",
                    status: .wrongData)
            }
            return id
        }
        let installation = try options.loaded()
        let state = StateFolder(path: installation.configuration.state)
        try refuseExisting(state)
        try makeFolder(state.path)
        let store = try BoxFolder(installation).makeKeys(of: wanted)
        let epoch = KeyEpoch(keyEpoch)
        let hasSpare = try importKeys(into: store, epoch)
        try makeLog(state, store.box)
        // Last: a box without an identity was not provisioned, whatever else lies there.
        let owner = try handOver(state)
        try state.identity.create(
            BoxIdentity(
                box: store.box, logEpoch: logEpoch, keyEpoch: epoch, hasColdSpare: hasSpare
            ).bytes, owner: owner)
        tell(store.box, state, hasSpare)
    }

    private func tell(_ id: BoxID, _ state: StateFolder, _ hasSpare: Bool) {
        print(
            "box \(id) is provisioned in \(state.path): "
                + "key epoch \(keyEpoch), log epoch \(logEpoch)"
        )
        guard keys != nil else {
            return print("it has no keys of the fleet yet: claim it at its console")
        }
        print(
            hasSpare ? "it holds a cold spare" : "it holds no cold spare: KEYSWITCH will not work")
        print("its clock is not set: type a TIME code, or let a technician set it")
    }

    private func importKeys(into store: SealedKeyStore, _ epoch: KeyEpoch) throws -> Bool {
        guard let keys else { return false }
        do throws(KeyStoreFailure) {
            return try store.importKeys(from: CodeKeyFolder(keys), keyEpoch: epoch)
        } catch {
            throw Refusal(
                "\(error)",
                status: error.code == .missing ? .wrongData : ExitStatus(error.code))
        }
    }

    private func refuseExisting(_ state: StateFolder) throws {
        guard FileManager.default.fileExists(atPath: state.identity.path) else { return }
        let existing = try state.loadIdentity()
        throw Refusal(
            "provision \(state.path): box \(existing.box) lives there in log epoch "
                + "\(existing.logEpoch); move its files away first", status: .cannotCreate)
    }

    /// Makes the log, unless an attempt that was cut short made it already.
    private func makeLog(_ state: StateFolder, _ id: BoxID) throws {
        guard FileManager.default.fileExists(atPath: state.log) else {
            _ = try TripLog.create(
                path: state.log, box: id, epoch: logEpoch, hashing: OpenSSLHashing())
            return
        }
        let log: TripLog
        do throws(StorageError) {
            log = try TripLog(path: state.log, box: id, hashing: OpenSSLHashing())
        } catch {
            guard error.code == .damaged else { throw error }
            // Making it was cut short, or it is none: that is found out here.
            _ = try TripLog.create(
                path: state.log, box: id, epoch: logEpoch, hashing: OpenSSLHashing())
            return
        }
        guard log.epoch == logEpoch, log.head.sequence == 0 else {
            throw Refusal(
                "provision \(state.path): a log of epoch \(log.epoch) with \(log.head.sequence) "
                    + "records lies there; move it away first", status: .cannotCreate)
        }
    }

    /// Gives what root made to the owner of the folder, as whom the service runs.
    ///
    /// - Returns: the owner, where it is another.
    private func handOver(_ state: StateFolder) throws -> (user: UInt32, group: UInt32)? {
        var owner = stat()
        guard geteuid() == 0, unsafe stat(state.path, &owner) == 0, owner.st_uid != 0 else {
            return nil
        }
        let inside = try FileManager.default.subpathsOfDirectory(atPath: state.path)
        for path in inside.map({ "\(state.path)/\($0)" }) {
            guard unsafe lchown(path, owner.st_uid, owner.st_gid) == 0 else {
                throw Refusal(
                    "hand \(path) over to the owner of \(state.path): it cannot be done; "
                        + "run chown -R on the folder", status: .cannotCreate)
            }
        }
        return (owner.st_uid, owner.st_gid)
    }

    private func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw Refusal(
                "make the folder \(path): it cannot be made; run this as root or as the user "
                    + "cityzenbox", status: .cannotCreate)
        }
    }
}
