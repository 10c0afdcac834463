import AccessCode
import ArgumentParser
import Box
import DataFiles
import FoundationEssentials
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
            Nothing that exists is overwritten. A box whose log was lost or damaged is provisioned \
            again in the next log epoch, after its old files were moved away.
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
        let state = StateFolder(path: try options.loaded().configuration.state)
        try refuseExisting(state)
        try makeFolder(state.path)
        try makeFolder(state.keys.path)
        let epoch = KeyEpoch(keyEpoch)
        let hasSpare = try state.keys.copy(from: CodeKeyFolder(keys), keyEpoch: epoch)
        _ = try TripLog.create(
            path: state.log, box: id, epoch: logEpoch, hashing: OpenSSLHashing())
        // Last: a box without an identity was not provisioned, whatever else lies there.
        try state.identity.create(
            BoxIdentity(box: id, logEpoch: logEpoch, keyEpoch: epoch, hasColdSpare: hasSpare).bytes)
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
