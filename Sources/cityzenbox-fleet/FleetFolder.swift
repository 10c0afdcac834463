import FleetStore
import FoundationEssentials
import Glibc
import KeyStore
import Units

/// The folder of a fleet, and what lies where in it.
struct FleetFolder {
    let path: String

    var database: String { path + "/fleet.db" }
    var keys: String { path + "/keys" }
    var hot: KeyFile { KeyFile(path: keys + "/hot.key") }
    /// Where the cold master lies until it is carried away.
    var cold: KeyFile { KeyFile(path: keys + "/cold.key") }
    var technicians: KeyFile { KeyFile(path: keys + "/technicians.key") }
    var owners: KeyFile { KeyFile(path: keys + "/owners.key") }
    /// The private scalar of the key that acknowledges records and signs reports.
    var acknowledgement: KeyFile { KeyFile(path: keys + "/acknowledgement.key") }
    /// Its public half.
    var acknowledgementPublic: String { path + "/acknowledgement.pub.pem" }
    /// Certificate and private key of the authority.
    var authority: String { keys + "/ca.pem" }

    /// Makes the folders that are missing, for their owner alone.
    func make() throws {
        for folder in [path, keys] {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
            } catch {
                throw Failure(
                    "make the folder \(folder): it cannot be made; check the path and its "
                        + "permissions", status: .cannotCreate)
            }
        }
        try checkAccess()
    }

    /// Refuses a folder that others than its owner can look into.
    func checkAccess() throws {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw Failure(
                "the fleet's folder \(path): it is not there; name it with --fleet, or make a "
                    + "fleet with init", status: .noInput)
        }
        guard status.st_mode & 0o077 == 0 else {
            throw Failure(
                "the fleet's folder \(path): others than its owner have access to it; "
                    + "chmod 700 it, and think of the keys in it as known to them",
                status: .wrongData)
        }
    }

    func opened() throws -> FleetDatabase {
        try checkAccess()
        return try FleetDatabase(path: database)
    }

    /// The master in `file`.
    func master(_ file: KeyFile) throws -> MasterKey {
        try MasterKey(try file.load())
    }

    /// Where the fleet has its cold master noted.
    func coldFile(_ fleet: FleetRecord) -> KeyFile {
        fleet.coldPath.isEmpty ? cold : KeyFile(path: fleet.coldPath)
    }

    /// The cold master, from `given` or from where the fleet has it noted.
    func coldMaster(_ given: String?, _ fleet: FleetRecord) throws -> MasterKey {
        let path = given ?? coldFile(fleet).path
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure(
                "the cold master \(path): it is not there; plug in its medium, or name the file "
                    + "with --cold", status: .noInput)
        }
        return try master(KeyFile(path: path))
    }
}
