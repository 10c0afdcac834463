import COpenSSL
import Glibc
import Ports
import Records
import SimulatedDisk
import Testing
import TripLog
import Units

/// SHA-256 by OpenSSL, as the box computes it.
struct TestHashing: Hashing {
    func sha256(_ bytes: [UInt8]) -> Digest256 {
        let digest = unsafe [UInt8](unsafeUninitializedCapacity: 32) { out, count in
            _ = unsafe SHA256(bytes, bytes.count, out.baseAddress)
            count = 32
        }
        return Digest256(bytes: digest) ?? .zero
    }
}

let ourBox = BoxID(0x00C0_FFEE_0000_0001)
let otherBox = BoxID(0x00C0_FFEE_0000_0002)
let noon = WallTime(milliseconds: 1_795_262_400_000)

/// A draft that differs with `number`; without wall time where `wall` is `nil`.
func draft(_ number: Int, wall: WallTime? = noon) -> RecordDraft {
    RecordDraft(
        stamp: Stamp(
            boot: 1, mono: BootTime(milliseconds: Int64(number) * 1000),
            wall: wall.map { WallReading(time: $0, error: .seconds(2), quality: .rtc) }),
        body: .door(DoorBody(open: number.isMultiple(of: 2))))
}

/// The state that stands beside `number` records.
func state(_ number: Int64) -> [UInt8] { Array("state after \(number)".utf8) }

extension TripLog {
    /// Appends `count` records, one a transaction, each with the state that belongs to it.
    func fill(_ count: Int, wall: (Int) -> WallTime? = { _ in noon }) throws(StorageError) {
        for number in 0..<count {
            try append([draft(number, wall: wall(number))], snapshot: state(head.sequence + 1))
        }
    }
}

/// Where a log lies in a test: a folder of the machine, or a disk in memory.
protocol LogPlace: AnyObject {
    var vfs: String? { get }
    func path(_ name: String) -> String
    func bytes(_ name: String) throws -> [UInt8]?
    func put(_ bytes: [UInt8], in name: String) throws
    func floorStore() -> any FloorStore
}

extension LogPlace {
    func create(
        _ box: BoxID = ourBox, epoch: UInt32 = 7, options: TripLog.Options = .init()
    ) throws(StorageError) -> TripLog {
        try TripLog.create(
            path: path("log.db"), vfs: vfs, box: box, epoch: epoch, hashing: TestHashing(),
            options: options)
    }

    func open(
        _ box: BoxID = ourBox, options: TripLog.Options = .init()
    ) throws(StorageError) -> TripLog {
        try TripLog(
            path: path("log.db"), vfs: vfs, box: box, hashing: TestHashing(), options: options)
    }
}

/// A folder of the machine that goes away with the test.
final class TemporaryFolder: LogPlace {
    let folder: String
    let vfs: String? = nil

    init() throws {
        var template = Array("/tmp/triplog-test-XXXXXX".utf8CString)
        let made = unsafe mkdtemp(&template).map { unsafe String(cString: $0) }
        folder = try #require(made)
    }

    deinit {
        for name in ["log.db", "log.db-wal", "log.db-journal", "floor"] {
            _ = unsafe unlink(path(name))
        }
        _ = unsafe rmdir(folder)
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func bytes(_ name: String) throws -> [UInt8]? {
        guard let file = unsafe fopen(path(name), "rb") else { return nil }
        defer { _ = unsafe fclose(file) }
        var out: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe fread(&block, 1, block.count, file)
            if count == 0 { return out }
            out += block.prefix(count)
        }
    }

    func put(_ bytes: [UInt8], in name: String) throws {
        let file = unsafe fopen(path(name), "wb")
        let written = unsafe file.map { unsafe fwrite(bytes, 1, bytes.count, $0) }
        _ = unsafe file.map { unsafe fclose($0) }
        try #require(written == bytes.count)
    }

    func floorStore() -> any FloorStore { FileFloorStore(path: path("floor")) }
}

/// A disk in memory.
final class DiskInMemory: LogPlace {
    let disk: SimulatedDisk
    var vfs: String? { disk.vfsName }

    init(seed: UInt64 = 1) {
        disk = SimulatedDisk(seed: seed)
    }

    func path(_ name: String) -> String { name }

    func bytes(_ name: String) throws -> [UInt8]? { try disk.read(name) }

    func put(_ bytes: [UInt8], in name: String) throws {
        if disk.names.contains(name) { try disk.remove(name) }
        try disk.write(bytes, to: name)
        try disk.sync(name)
    }

    func floorStore() -> any FloorStore { SimulatedFloorStore(on: disk) }
}

/// The twins that must keep the same contract.
enum Twin: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case realDisk = "the machine's disk"
    case simulatedDisk = "the simulated disk"

    var testDescription: String { rawValue }

    func place() throws -> any LogPlace {
        switch self {
        case .realDisk: try TemporaryFolder()
        case .simulatedDisk: DiskInMemory()
        }
    }
}
