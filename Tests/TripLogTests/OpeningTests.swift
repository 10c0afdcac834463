import Glibc
import Ports
import Records
import SimulatedDisk
import Testing
import TripLog
import Units

/// An error of this code, whatever its words.
func storage(_ code: StorageError.Code) -> StorageError {
    StorageError(code, operation: "", reason: "")
}

@Suite("Opening a log")
struct OpeningTests {
    @Test(arguments: Twin.allCases)
    func `refuses another box's log and leaves it as it was`(_ twin: Twin) throws {
        let place = try twin.place()
        try place.create(otherBox).fill(3)
        let before = try (place.bytes("log.db"), place.bytes("log.db-wal"))
        #expect(throws: storage(.foreign)) { try place.open(ourBox) }
        #expect(throws: storage(.failed)) { try place.create(ourBox) }
        #expect(try place.bytes("log.db") == before.0)
        #expect(try place.bytes("log.db-wal") == before.1)
        #expect(try place.open(otherBox).head.sequence == 3)
    }

    @Test(arguments: Twin.allCases, [100, 512, 4096, 20_000])
    func `refuses garbage and leaves it as it was`(_ twin: Twin, _ length: Int) throws {
        let place = try twin.place()
        var dice = SplitMix64(seed: UInt64(length))
        let garbage = (0..<length).map { _ in UInt8(truncatingIfNeeded: dice.next()) }
        try place.put(garbage, in: "log.db")
        #expect(throws: storage(.damaged)) { try place.open() }
        #expect(throws: storage(.damaged)) { try place.create() }
        #expect(try place.bytes("log.db") == garbage)
        #expect(try place.bytes("log.db-wal") == nil)
    }

    @Test(arguments: Twin.allCases)
    func `refuses another program's SQLite file and leaves it as it was`(_ twin: Twin) throws {
        let place = try twin.place()
        try alter(place, sql: "CREATE TABLE music (title TEXT)")
        let before = try place.bytes("log.db")
        #expect(throws: storage(.foreign)) { try place.open() }
        #expect(throws: storage(.foreign)) { try place.create() }
        #expect(try place.bytes("log.db") == before)
    }

    @Test(arguments: Twin.allCases)
    func `refuses a format it does not know`(_ twin: Twin) throws {
        let place = try twin.place()
        try place.create().fill(1)
        try alter(place, sql: "PRAGMA user_version = 2")
        #expect(throws: storage(.foreign)) { try place.open() }
    }

    @Test(arguments: Twin.allCases)
    func `says where there is no log`(_ twin: Twin) throws {
        let place = try twin.place()
        #expect(throws: storage(.failed)) { try place.open() }
        #expect(try place.bytes("log.db") == nil)
    }

    @Test(arguments: Twin.allCases)
    func `of an empty file fails and making a log there works`(_ twin: Twin) throws {
        let place = try twin.place()
        try place.put([], in: "log.db")
        #expect(throws: storage(.damaged)) { try place.open() }
        try place.create().fill(1)
        #expect(try place.open().head.sequence == 1)
    }

    @Test(arguments: ["/proc/cityzenbox.db", "/nowhere/at/all/log.db", "/tmp"])
    func `fails with a way out in a folder that cannot be written`(_ path: String) {
        for make in [true, false] {
            do throws(StorageError) {
                _ =
                    make
                    ? try TripLog.create(
                        path: path, box: ourBox, epoch: 1, hashing: TestHashing())
                    : try TripLog(path: path, box: ourBox, hashing: TestHashing())
                Issue.record("a log was opened at \(path)")
            } catch {
                #expect(error.code == .failed)
                #expect(error.operation.contains(path))
                #expect(error.reason.contains("check that the file and its folder"))
            }
        }
    }

    @Test(arguments: Twin.allCases, ["OFF", "NORMAL", "EXTRA"])
    func `refuses when commits do not read back as durable`(
        _ twin: Twin, _ setting: String
    ) throws {
        let place = try twin.place()
        try place.create().fill(1)
        var options = TripLog.Options()
        options.synchronous = setting
        #expect(throws: storage(.failed)) { try place.open(options: options) }
        #expect(try place.open().head.sequence == 1)
    }

    // Root writes to files that nobody may write to.
    @Test(.enabled(if: geteuid() != 0, "root writes what it likes"))
    func `refuses a file that may only be read`() throws {
        let folder = try TemporaryFolder()
        try folder.create().fill(1)
        #expect(unsafe chmod(folder.path("log.db"), 0o400) == 0)
        #expect(throws: storage(.readOnly)) { try folder.open() }
    }

    @Test func `refuses a disk that takes no writes`() throws {
        let place = DiskInMemory()
        try place.create().fill(1)
        place.disk.faults.readOnly = true
        #expect(throws: storage(.readOnly)) { try place.open() }
        place.disk.faults.readOnly = false
        #expect(try place.open().head.sequence == 1)
    }
}

@Suite("A log that was altered")
struct AlteredLogTests {
    @Test(arguments: [
        "DELETE FROM record WHERE seq = 95",
        "DELETE FROM record WHERE seq = 1",
        "DELETE FROM record WHERE seq = 36",
        "UPDATE record SET seq = 101 WHERE seq = 100",
        "UPDATE record SET body = '{\"open\":true,\"x\":1}' WHERE seq = 90",
        "UPDATE record SET envelope = replace(envelope, '\"boot\":1', '\"boot\":2') WHERE seq = 90",
        "UPDATE record SET envelope = '{}' WHERE seq = 90",
        "UPDATE record SET envelope = '' WHERE seq = 100",
        "DELETE FROM meta",
        "UPDATE meta SET box = 'nonsense'",
        "UPDATE meta SET epoch = -1",
        "UPDATE meta SET epoch = 8",
        "UPDATE meta SET acknowledged = 101",
        "UPDATE meta SET acknowledgedHash = 'nonsense'",
        "UPDATE meta SET base = 2",
        "UPDATE meta SET base = -1",
        "UPDATE meta SET base = 9223372036854775807",
        "UPDATE meta SET acknowledged = 9223372036854775807",
        "UPDATE meta SET acknowledged = -5",
        "UPDATE record SET seq = 9223372036854775807 WHERE seq = 100",
        "UPDATE record SET seq = -9223372036854775807 WHERE seq = 1",
    ])
    func `is refused where its end or its standing is concerned`(_ sql: String) throws {
        let place = DiskInMemory()
        try place.create().fill(100)
        try alter(place, sql: sql)
        #expect(throws: storage(.damaged)) { try place.open() }
    }

    @Test(arguments: [
        ("DELETE FROM record WHERE seq = 20", 20),
        ("UPDATE record SET body = '{}' WHERE seq = 20", 20),
        ("UPDATE record SET envelope = '7' WHERE seq = 20", 20),
        (
            "UPDATE record SET envelope = replace(envelope, '\"mono\":', '\"mono\":1') "
                + "WHERE seq = 9",
            10
        ),
    ])
    func `does not verify where it was altered further back`(_ sql: String, _ at: Int64) throws {
        let place = DiskInMemory()
        try place.create().fill(100)
        try alter(place, sql: sql)
        let verification = try place.open().verify()
        #expect(verification.defect?.sequence == at)
        #expect(verification.checked == at - 1)
        #expect(verification.last.sequence == at - 1)
    }
}

@Suite("A look at a log", .serialized)
struct InspectionTests {
    @Test func `reads all of it and changes nothing`() throws {
        let place = try TemporaryFolder()
        try place.create(otherBox).fill(20)
        let before = try (place.bytes("log.db"), place.bytes("log.db-wal"))
        do {
            let log = try TripLog.inspect(path: place.path("log.db"), hashing: TestHashing())
            #expect(log.box == otherBox)
            #expect(log.level == .readOnly)
            #expect(try log.verify().checked == 20)
            #expect(throws: storage(.readOnly)) { try log.append([draft(1)], snapshot: []) }
            #expect(throws: storage(.readOnly)) { try log.erase(bodiesOf: 1...2) }
            #expect(throws: storage(.readOnly)) { try log.prune(keepingSince: noon) }
            #expect(throws: storage(.readOnly)) { try log.recheck() }
        }
        #expect(try place.bytes("log.db") == before.0)
        #expect(try place.bytes("log.db-wal") == before.1)
    }

    @Test func `says where there is nothing to see`() {
        #expect(throws: storage(.failed)) {
            try TripLog.inspect(path: "/nowhere/log.db", hashing: TestHashing())
        }
        #expect(throws: storage(.failed)) {
            try TripLog.inspect(
                path: "/etc/hostname", hashing: TestHashing(), folder: "/nowhere")
        }
    }

    @Test func `exports lines that a chain verifier takes`() throws {
        let log = try DiskInMemory().create()
        try log.fill(12)
        _ = try log.erase(bodiesOf: 3...4)
        var verifier = ChainVerifier(box: ourBox, epoch: 7, hashing: TestHashing())
        var defects: [String] = []
        try log.export { line in
            do throws(RecordError) {
                let record = try StoredRecord(line: line)
                if let defect = verifier.check(record) { defects.append("\(defect)") }
            } catch { defects.append("\(error)") }
            return true
        }
        #expect(defects.isEmpty)
        #expect(verifier.sequence == 12)
        #expect(verifier.hash == log.head.hash)
        var count = 0
        try log.export(from: 5) { _ in
            count += 1
            return count < 3
        }
        #expect(count == 3)
    }
}
