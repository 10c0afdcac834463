import AccessCode
import CSQLite
import Fleet
import FleetStore
import Foundation
import Testing
import Units

let box = BoxID(0x0b0c_0001_0000_002a)
let noon = CivilTime.utc(2026, 6, 12, 12)

/// A folder of its own for one test.
final class Folder {
    let path: String
    var database: String { path + "/fleet.db" }

    init() throws {
        path = NSTemporaryDirectory() + "fleet-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func made() throws -> FleetDatabase {
        try FleetDatabase.create(path: database, Self.fleet)
    }

    /// Statements of somebody else, who knows SQLite and not the fleet.
    func run(_ sql: String) throws {
        var opened: OpaquePointer?
        defer { _ = unsafe sqlite3_close_v2(opened) }
        try #require(unsafe sqlite3_open(database, &opened) == SQLITE_OK)
        try #require(unsafe sqlite3_exec(opened, sql, nil, nil, nil) == SQLITE_OK)
    }

    static let fleet = FleetRecord(
        made: noon, certificate: Digest256(words: (1, 2, 3, 4)), coldPath: "/media/cold.key")
}

let someBox = FleetBox(
    id: box, plate: "AB-123-CD", place: "Nantes", profile: "renault_broadcast",
    keyEpoch: KeyEpoch(3), master: .cold, logEpoch: 2, ownerNumber: 1, lastTime: noon,
    enrolled: noon, retired: nil)

@Suite struct `The fleet's database` {
    let folder: Folder

    init() throws { folder = try Folder() }

    @Test func `what was kept is there after it is opened again`() throws {
        let technician = FleetTechnician(
            id: try #require(TechnicianID(7)), name: "Ada",
            pinHash: [UInt8](repeating: 9, count: 20),
            added: noon, removed: noon + .days(1))
        let enrolment = Enrolment(
            box: box, nonce: "00ff", serial: "1234", certificate: "PEM", keyEpoch: KeyEpoch(3),
            logEpoch: 2, firmware: "1.0.0", backend: "file", issued: noon)
        let code = DisclosedCode(
            box: box, kind: .revoke, keyEpoch: KeyEpoch(3), detail: "all", disclosed: noon)
        let action = try folder.made().begin()
        try action.put(technician)
        try action.put(someBox)
        try action.add(enrolment)
        try action.add(code)
        try action.commit()
        let again = try FleetDatabase(path: folder.database).begin(writes: false)
        #expect(try again.fleet() == Folder.fleet)
        #expect(try again.technicians() == [technician])
        #expect(try again.boxes() == [someBox])
        #expect(try again.box(box) == someBox)
        #expect(try again.box(BoxID(1)) == nil)
        #expect(try again.enrolments(of: box) == [enrolment])
        #expect(try again.codes(of: box) == [code])
    }

    @Test func `a book is kept as it is, whatever became of its bookings`() throws {
        let database = try folder.made()
        let begin = try database.begin()
        try begin.put(someBox)
        try begin.commit()
        var book = BookingBook(box: box)
        let first = try book.book(noon..<(noon + .hours(2)), driver: "+33", at: noon).get()
        _ = try book.extend(1, by: .hours(3), at: noon).get()
        _ = try book.noteReturned(first, at: noon + .hours(1)).get()
        let later = (noon + .days(1))..<(noon + .days(2))
        _ = try book.book(later, driver: nil, language: .french, at: noon).get()
        _ = try book.cancel(2).get()
        _ = try book.propose(later, at: noon).get()
        _ = book.revoke(through: Slot(4))
        let action = try database.begin()
        try action.put(book, insteadOf: try action.book(of: box))
        try action.commit()
        #expect(try database.begin(writes: false).book(of: box) == book)
        // A box that is kept again keeps what its book says.
        let again = try database.begin()
        try again.put(someBox)
        try again.commit()
        #expect(try database.begin(writes: false).book(of: box) == book)
    }

    @Test func `an action that is not committed leaves what was there before`() throws {
        let database = try folder.made()
        do {
            let action = try database.begin()
            try action.put(someBox)
            #expect(try action.boxes() == [someBox])
        }
        #expect(try database.begin(writes: false).boxes() == [])
    }

    @Test func `a copy of the files in the middle of an action opens as before it`() throws {
        let database = try folder.made()
        let action = try database.begin()
        try action.put(someBox)
        // What a kill leaves: the files, as they are now.
        let other = try Folder()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            try FileManager.default.copyItem(
                atPath: "\(folder.path)/\(name)", toPath: "\(other.path)/\(name)")
        }
        #expect(try FleetDatabase(path: other.database).begin(writes: false).boxes() == [])
        try action.commit()
        #expect(try database.begin(writes: false).boxes() == [someBox])
    }

    @Test func `two that write at once: the second is refused when the first does not let go`()
        throws
    {
        let first = try folder.made()
        let second = try FleetDatabase(path: folder.database, patience: 1)
        let action = try first.begin()
        let error = #expect(throws: FleetStoreError.self) { _ = try second.begin() }
        #expect(error?.code == .busy)
        #expect(error?.description.contains("; try again when the other") == true)
        // Who only looks sees what was there before.
        try action.put(someBox)
        #expect(try second.begin(writes: false).boxes() == [])
        try action.commit()
        #expect(try second.begin().boxes() == [someBox])
    }

    @Test func `a database is made once`() throws {
        #expect(!FleetDatabase.exists(at: folder.database))
        _ = try folder.made()
        #expect(FleetDatabase.exists(at: folder.database))
        let error = #expect(throws: FleetStoreError.self) { _ = try folder.made() }
        #expect(error?.code == .exists)
    }

    @Test func `what a cut left of making one is taken up`() throws {
        try Data().write(to: URL(filePath: folder.database))
        #expect(!FleetDatabase.exists(at: folder.database))
        let error = #expect(throws: FleetStoreError.self) {
            _ = try FleetDatabase(path: folder.database)
        }
        #expect(error?.code == .missing)
        #expect(try folder.made().begin(writes: false).fleet() == Folder.fleet)
    }

    @Test(
        arguments: [
            ("PRAGMA user_version = 2", .newer), ("PRAGMA user_version = 0", .damaged),
            ("PRAGMA application_id = 7", .damaged),
            (
                "PRAGMA foreign_keys = OFF; INSERT INTO enrolment VALUES "
                    + "(1, 'none', '', '', '', 0, 0, '', '', 0)", .damaged
            ),
        ] as [(String, FleetStoreError.Code)])
    func `a database that is not this program's is refused in one line`(
        _ sql: String, _ code: FleetStoreError.Code
    ) throws {
        _ = try folder.made()
        try folder.run(sql)
        let thrown = #expect(throws: FleetStoreError.self) {
            _ = try FleetDatabase(path: folder.database)
        }
        let error = try #require(thrown)
        #expect(error.code == code)
        #expect(!"\(error)".contains("\n") && "\(error)".contains(folder.database))
    }

    @Test func `a file that is no database is refused`() throws {
        try Data(repeating: 0x41, count: 5000).write(to: URL(filePath: folder.database))
        #expect(FleetDatabase.exists(at: folder.database))
        let error = #expect(throws: FleetStoreError.self) {
            _ = try FleetDatabase(path: folder.database)
        }
        #expect(error?.code == .damaged)
    }

    @Test func `pages that were overwritten are noticed`() throws {
        do {
            let action = try folder.made().begin()
            try action.put(someBox)
            try action.commit()
        }
        try folder.run("PRAGMA wal_checkpoint(TRUNCATE)")
        let file = try #require(FileHandle(forUpdatingAtPath: folder.database))
        try file.seek(toOffset: 4096)
        try file.write(contentsOf: Data(repeating: 0xA5, count: 20_000))
        try file.close()
        let error = #expect(throws: FleetStoreError.self) {
            _ = try FleetDatabase(path: folder.database)
        }
        #expect(error?.code == .damaged)
    }

    @Test(
        arguments: [
            "UPDATE booking SET rental = 'x'", "UPDATE booking SET state = 'gone'",
            "UPDATE booking SET to_ms = 0", "UPDATE booking SET number = 2",
            "UPDATE booking SET language = 'xx'", "UPDATE booking SET duration = 984",
        ])
    func `a row that makes no sense is damage`(_ sql: String) throws {
        let database = try folder.made()
        let action = try database.begin()
        try action.put(someBox)
        var book = BookingBook(box: box)
        _ = try book.book(noon..<(noon + .hours(2)), at: noon).get()
        try action.put(book, insteadOf: BookingBook(box: box))
        try action.commit()
        try folder.run(sql)
        let again = try database.begin(writes: false)
        let error = #expect(throws: FleetStoreError.self) { _ = try again.book(of: box) }
        #expect(error?.code == .damaged)
    }

    @Test func `nobody but its owner can read it`() throws {
        _ = try folder.made()
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.database)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
}
