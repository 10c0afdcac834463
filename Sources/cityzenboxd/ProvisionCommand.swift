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
        abstract: "Make a new box: its identity, its keys and its empty log.",
        discussion: """
            Nothing that exists is overwritten; what was cut short the same command takes up. A \
            box whose log was lost or damaged is provisioned again in the next log epoch, after \
            its old files were moved away. What root makes belongs to the owner of the folder.
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "The box: 16 hexadecimal digits.")
    var box: String

    @Option(
        help: "The folder with the keys of the box, as `cityzenbox-sim code box-keys` writes them.")
    var keys: String

    @Option(help: "The epoch of the keys.")
    var keyEpoch: UInt16 = 0

    @Option(help: "The log epoch: one more than any before it.")
    var logEpoch: UInt32 = 1

    func run() throws {
        guard let id = BoxID(box) else {
            throw Refusal(
                "the box \"\(box)\": not 16 hexadecimal digits; write it as its label shows it",
                status: .wrongData)
        }
        let installation = try options.loaded()
        let state = StateFolder(path: installation.configuration.state)
        try refuseExisting(state)
        try makeFolder(state.path)
        let epoch = KeyEpoch(keyEpoch)
        let store = try BoxFolder(installation).keys(of: id)
        let hasSpare: Bool
        do throws(KeyStoreFailure) {
            hasSpare = try store.importKeys(from: CodeKeyFolder(keys), keyEpoch: epoch)
        } catch {
            throw Refusal(
                "\(error)",
                status: error.code == .missing ? .wrongData : ExitStatus(error.code))
        }
        try makeLog(state, id)
        // Last: a box without an identity was not provisioned, whatever else lies there.
        let owner = try handOver(state)
        try state.identity.create(
            BoxIdentity(box: id, logEpoch: logEpoch, keyEpoch: epoch, hasColdSpare: hasSpare).bytes,
            owner: owner)
        print(
            "box \(id) is provisioned in \(state.path): key epoch \(epoch), log epoch \(logEpoch)")
        print(
            hasSpare ? "it holds a cold spare" : "it holds no cold spare: KEYSWITCH will not work")
        print("its clock is not set: type a TIME code, or let a technician set it")
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
