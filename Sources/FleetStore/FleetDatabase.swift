internal import CSQLite
internal import Glibc
internal import Units

/// The fleet's database: one SQLite file, in which every action is one transaction.
///
/// A write-ahead log, and what is committed is on the medium: a power cut or a kill leaves what was
/// there before, or all of what was done. Several programs may have it open; one writes at a time.
public final class FleetDatabase {
    /// How long an action waits for another program before it is refused.
    public static let patience = 5_000

    /// The file.
    public let path: String
    let connection: Connection

    /// Opens the database at `path`, and brings an older one up to date.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - patience: how long an action waits for another program, in milliseconds.
    /// - Throws: ``FleetStoreError`` when it is not there, is none, is damaged, or was made by a
    ///   later version.
    public init(
        path: String, patience: Int = FleetDatabase.patience
    ) throws(FleetStoreError) {
        self.path = path
        guard unsafe access(path, F_OK) == 0 else {
            throw FleetStoreError(
                .missing, operation: Self.opening, path: path, reason: "it is not there")
        }
        do throws(SQLiteFailure) {
            connection = try Connection(path: path)
            try Self.settle(connection, patience: patience)
        } catch { throw error.error(Self.opening, path) }
        try check()
    }

    /// Makes a database of `fleet` at `path`. What a cut left of an attempt before is taken up.
    ///
    /// - Throws: ``FleetStoreError``; a database that exists is never overwritten.
    public static func create(
        path: String, _ fleet: FleetRecord
    ) throws(FleetStoreError) -> FleetDatabase {
        let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            throw FleetStoreError(
                .failed, operation: making, path: path, reason: "the file cannot be made")
        }
        _ = Glibc.close(file)
        let isMade: Bool
        do throws(SQLiteFailure) {
            let connection = try Connection(path: path)
            try settle(connection, patience: patience)
            isMade = try fill(connection, with: fleet)
        } catch { throw error.error(making, path) }
        guard isMade else {
            throw FleetStoreError(.exists, operation: making, path: path, reason: "there is one")
        }
        return try FleetDatabase(path: path)
    }

    /// Whether a fleet's database lies at `path`, whatever its state; what a cut left of making one
    /// is none.
    public static func exists(at path: String) -> Bool {
        guard unsafe access(path, F_OK) == 0 else { return false }
        do throws(SQLiteFailure) {
            let connection = try Connection(path: path)
            return try !isEmpty(connection)
        } catch { return true }
    }

    /// Begins an action. It is undone unless it is committed.
    ///
    /// - Parameter writes: whether it changes anything; then no other program does meanwhile.
    /// - Throws: ``FleetStoreError``, with ``FleetStoreError/Code/busy`` when another program does
    ///   not let go.
    /// - Returns: the action, which holds the database until it is committed or let go.
    public func begin(writes: Bool = true) throws(FleetStoreError) -> FleetTransaction {
        do throws(SQLiteFailure) {
            try connection.run(writes ? "BEGIN IMMEDIATE" : "BEGIN")
        } catch { throw error.error("use the fleet's database", path) }
        return FleetTransaction(database: self)
    }

    private static let opening = "open the fleet's database"
    private static let making = "make the fleet's database"

    private static func isEmpty(_ connection: Connection) throws(SQLiteFailure) -> Bool {
        try connection.value("SELECT count(*) FROM sqlite_schema") == .integer(0)
    }

    /// Settings are read back: SQLite passes over what it does not know.
    private static func settle(
        _ connection: Connection, patience: Int
    ) throws(SQLiteFailure) {
        connection.setPatience(milliseconds: Int32(clamping: patience))
        try connection.run("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL")
        let wanted: [(String, SQLiteValue)] = [
            ("PRAGMA journal_mode = WAL", .text("wal")), ("PRAGMA synchronous", .integer(2)),
            ("PRAGMA foreign_keys", .integer(1)),
        ]
        for (sql, value) in wanted {
            let found = try connection.value(sql)
            guard found == value else {
                throw SQLiteFailure(
                    code: SQLITE_ERROR, message: "\(sql) answers \(found) and not \(value)")
            }
        }
    }

    /// Fills an empty database in one transaction.
    ///
    /// - Returns: `false`, and nothing is done, where something is in it.
    private static func fill(
        _ connection: Connection, with fleet: FleetRecord
    ) throws(SQLiteFailure) -> Bool {
        try connection.run("BEGIN IMMEDIATE")
        guard try isEmpty(connection) else {
            try connection.run("ROLLBACK")
            return false
        }
        try connection.run("PRAGMA application_id = \(Schema.application)")
        try advance(connection)
        try connection.rows(
            "INSERT INTO fleet (id, made_ms, certificate, cold_path) VALUES (1, ?, ?, ?)",
            [
                .integer(fleet.made.milliseconds), .blob(fleet.certificate.bytes),
                .text(fleet.coldPath),
            ])
        try connection.run("COMMIT")
        return true
    }

    /// What lies in a file.
    private enum Standing {
        case empty, foreign
        case version(Int64)
    }

    private static func standing(_ connection: Connection) throws(SQLiteFailure) -> Standing {
        if try isEmpty(connection) { return .empty }
        guard try connection.value("PRAGMA application_id") == .integer(Schema.application),
            case .integer(let found) = try connection.value("PRAGMA user_version"), found > 0
        else { return .foreign }
        return .version(found)
    }

    /// Holds the file to what a fleet's database is.
    private func check() throws(FleetStoreError) {
        let standing: Standing
        do throws(SQLiteFailure) { standing = try Self.standing(connection) } catch {
            throw error.error(Self.opening, path)
        }
        switch standing {
        case .empty: throw refusal(.missing, "nothing is in it: making the fleet was cut short")
        case .foreign: throw refusal(.damaged, "it is no fleet's database")
        case .version(let version) where version > Schema.version:
            throw refusal(
                .newer, "it has version \(version), and this program knows \(Schema.version)")
        case .version(let version):
            do throws(SQLiteFailure) {
                if version < Schema.version {
                    try connection.run("BEGIN IMMEDIATE")
                    try Self.advance(connection)
                    try connection.run("COMMIT")
                }
                try Self.checkContents(connection)
            } catch { throw error.error(Self.opening, path) }
        }
    }

    private static func checkContents(_ connection: Connection) throws(SQLiteFailure) {
        guard try connection.value("PRAGMA quick_check(1)") == .text("ok") else {
            throw SQLiteFailure(code: SQLITE_CORRUPT, message: "it contradicts itself")
        }
        guard try connection.rows("PRAGMA foreign_key_check").isEmpty else {
            throw SQLiteFailure(code: SQLITE_CORRUPT, message: "rows of it are missing")
        }
    }

    private func refusal(_ code: FleetStoreError.Code, _ reason: String) -> FleetStoreError {
        FleetStoreError(code, operation: Self.opening, path: path, reason: reason)
    }

    /// The steps that are missing, within a transaction: another program may have been first.
    private static func advance(_ connection: Connection) throws(SQLiteFailure) {
        guard case .integer(let version) = try connection.value("PRAGMA user_version") else {
            return
        }
        for step in Schema.steps.dropFirst(Int(version)) { try connection.run(step) }
        try connection.run("PRAGMA user_version = \(Schema.version)")
    }
}
