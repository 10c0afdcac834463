internal import CSQLite
internal import Records
internal import Units

/// The one row that says what the log is and how far it has come.
struct LogMeta: Hashable {
    var box: BoxID
    var epoch: UInt32
    /// The last record that the fleet acknowledged; 0 for none.
    var acknowledged: Int64 = 0
    var acknowledgedHash = Digest256.zero
    /// The last record that was removed; 0 for none.
    var base: Int64 = 0
    var baseHash = Digest256.zero
}

/// The tables and the statements on them. It knows SQL and nothing about chains.
final class LogStore {
    /// `CzBx`: what tells this program's files from other SQLite files.
    static let applicationID: Int64 = 0x437A_4278
    static let schemaVersion: Int64 = 1

    let connection: Connection
    let begin: Statement
    let commit: Statement
    let insert: Statement
    let replaceSnapshot: Statement
    let replaceMeta: Statement
    let selectRange: Statement
    let pages: Statement
    let freePages: Statement
    let pageSize: Int64
    /// Whether ``forEach(_:_:)`` is under way: its statement can only walk one range at a time.
    private var isReading = false

    init(_ connection: consuming Connection) throws(SQLiteFailure) {
        // All is prepared before any of it is owned: what fails half way leaves nothing behind.
        let begin = try connection.prepare("BEGIN IMMEDIATE")
        let commit = try connection.prepare("COMMIT")
        let insert = try connection.prepare(
            "INSERT INTO record (seq, envelope, body) VALUES (?1, ?2, ?3)")
        let replaceSnapshot = try connection.prepare(
            """
            INSERT INTO snapshot (id, state) VALUES (1, ?1)
            ON CONFLICT (id) DO UPDATE SET state = excluded.state
            """)
        let replaceMeta = try connection.prepare(
            """
            UPDATE meta SET acknowledged = ?1, acknowledgedHash = ?2, base = ?3, baseHash = ?4
            WHERE id = 1
            """)
        let selectRange = try connection.prepare(
            "SELECT seq, envelope, body FROM record WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq")
        let pages = try connection.prepare("PRAGMA page_count")
        let freePages = try connection.prepare("PRAGMA freelist_count")
        pageSize = try connection.integer("PRAGMA page_size") ?? 0
        self.begin = begin
        self.commit = commit
        self.insert = insert
        self.replaceSnapshot = replaceSnapshot
        self.replaceMeta = replaceMeta
        self.selectRange = selectRange
        self.pages = pages
        self.freePages = freePages
        self.connection = connection
    }

    /// Makes the tables, in one transaction, with `meta` as the one row of its table.
    static func make(on connection: borrowing Connection, meta: LogMeta) throws(SQLiteFailure) {
        try connection.run(
            """
            BEGIN IMMEDIATE;
            CREATE TABLE record (
                seq INTEGER PRIMARY KEY, envelope TEXT NOT NULL, body TEXT
            ) STRICT;
            CREATE TABLE snapshot (id INTEGER PRIMARY KEY CHECK (id = 1), state BLOB NOT NULL)
            STRICT;
            CREATE TABLE meta (
                id INTEGER PRIMARY KEY CHECK (id = 1), box TEXT NOT NULL, epoch INTEGER NOT NULL,
                acknowledged INTEGER NOT NULL, acknowledgedHash TEXT NOT NULL,
                base INTEGER NOT NULL, baseHash TEXT NOT NULL
            ) STRICT;
            INSERT INTO meta VALUES (
                1, '\(meta.box)', \(Int64(meta.epoch)), \(meta.acknowledged),
                '\(meta.acknowledgedHash.hex)', \(meta.base), '\(meta.baseHash.hex)');
            PRAGMA application_id = \(applicationID);
            PRAGMA user_version = \(schemaVersion);
            COMMIT;
            """)
    }

    /// The row that ``make(on:meta:)`` wrote; `nil` when it is missing or makes no sense.
    static func meta(on connection: borrowing Connection) throws(SQLiteFailure) -> LogMeta? {
        let statement = try connection.prepare(
            """
            SELECT box, epoch, acknowledged, acknowledgedHash, base, baseHash FROM meta
            WHERE id = 1
            """)
        guard try statement.step(),
            let box = statement.string(0).flatMap({ BoxID($0) }),
            let epoch = UInt32(exactly: statement.integer(1)),
            let acknowledgedHash = statement.string(3).flatMap({ Digest256(hex: $0) }),
            let baseHash = statement.string(5).flatMap({ Digest256(hex: $0) }),
            // No record carries a greater number, so none behind it overflows either.
            (0...CanonicalJSON.integerMaximum).contains(statement.integer(2)),
            (0...CanonicalJSON.integerMaximum).contains(statement.integer(4))
        else { return nil }
        return LogMeta(
            box: box, epoch: epoch, acknowledged: statement.integer(2),
            acknowledgedHash: acknowledgedHash, base: statement.integer(4), baseHash: baseHash)
    }

    /// Bytes in use: the pages that hold something. Pages that were freed are room.
    func usedBytes() throws(SQLiteFailure) -> Int64 {
        let all = try single(pages)
        let free = try single(freePages)
        return (all - free) * pageSize
    }

    private func single(_ statement: borrowing Statement) throws(SQLiteFailure) -> Int64 {
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : 0
    }

    /// Runs `work` in one transaction; whatever it throws undoes all of it.
    func transaction(
        _ work: (LogStore) throws(SQLiteFailure) -> Void
    ) throws(SQLiteFailure) {
        try begin.execute()
        do throws(SQLiteFailure) {
            try work(self)
            try commit.execute()
        } catch {
            rollBack()
            throw error
        }
    }

    /// SQLite undoes by itself after most failures; after the others it must be told to.
    private func rollBack() {
        guard connection.isInTransaction else { return }
        do throws(SQLiteFailure) { try connection.run("ROLLBACK") } catch {
            // The medium is gone: the failure that led here is already on its way up.
        }
    }

    /// Calls `body` with the stored rows of `sequences` in order, until it answers `false`.
    func forEach(
        _ sequences: ClosedRange<Int64>,
        _ body: (_ sequence: Int64, _ record: StoredRecord) -> Bool
    ) throws(SQLiteFailure) {
        precondition(!isReading, "the log is not read while it is being read: collect, then ask")
        isReading = true
        defer {
            selectRange.reset()
            isReading = false
        }
        try selectRange.bind(1, sequences.lowerBound)
        try selectRange.bind(2, sequences.upperBound)
        while try selectRange.step() {
            let record = StoredRecord(
                envelope: selectRange.bytes(1) ?? [], body: selectRange.bytes(2))
            guard body(selectRange.integer(0), record) else { return }
        }
    }
}

extension Statement {
    /// The text in `column`, from 0, of this row; `nil` for NULL.
    func string(_ column: Int32) -> String? {
        bytes(column).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension LogStore {
    /// Puts `record` in as number `sequence`.
    func add(_ record: StoredRecord, as sequence: Int64) throws(SQLiteFailure) {
        try insert.bind(1, sequence)
        try insert.bind(2, text: record.envelope)
        if let body = record.body {
            try insert.bind(3, text: body)
        } else {
            try insert.bindNull(3)
        }
        try insert.execute()
    }

    /// The state that the last append stored; `nil` before the first.
    func snapshot() throws(SQLiteFailure) -> [UInt8]? {
        let statement = try connection.prepare("SELECT state FROM snapshot WHERE id = 1")
        return try statement.step() ? statement.bytes(0) : nil
    }

    /// Writes the row of the log's standing anew.
    func replace(_ meta: LogMeta) throws(SQLiteFailure) {
        try replaceMeta.bind(1, meta.acknowledged)
        try replaceMeta.bind(2, text: Array(meta.acknowledgedHash.hex.utf8))
        try replaceMeta.bind(3, meta.base)
        try replaceMeta.bind(4, text: Array(meta.baseHash.hex.utf8))
        try replaceMeta.execute()
    }

    /// Writes one page and changes nothing. A row that is written as it was would not be written.
    func touch() throws(SQLiteFailure) {
        try connection.run("PRAGMA user_version = \(Self.schemaVersion)")
    }

    /// The least and the greatest number that is kept; `nil` for an empty log.
    func bounds() throws(SQLiteFailure) -> ClosedRange<Int64>? {
        // Two questions, because only one at a time is answered by the tree without reading it.
        guard let first = try connection.integer("SELECT seq FROM record ORDER BY seq LIMIT 1"),
            let last = try connection.integer("SELECT seq FROM record ORDER BY seq DESC LIMIT 1"),
            first <= last
        else { return nil }
        return first...last
    }
}

extension LogStore {
    /// The envelope of record `sequence`; `nil` when it is not kept.
    func envelope(_ sequence: Int64) throws(SQLiteFailure) -> [UInt8]? {
        let statement = try connection.prepare("SELECT envelope FROM record WHERE seq = ?1")
        try statement.bind(1, sequence)
        return try statement.step() ? statement.bytes(0) : nil
    }

    /// Removes every record up to `sequence`.
    func remove(through sequence: Int64) throws(SQLiteFailure) {
        try connection.run("DELETE FROM record WHERE seq <= \(sequence)")
    }

    /// Takes the bodies out of `sequences` and answers how many there were.
    func erase(_ sequences: ClosedRange<Int64>) throws(SQLiteFailure) -> Int64 {
        try connection.run(
            """
            UPDATE record SET body = NULL
            WHERE seq BETWEEN \(sequences.lowerBound) AND \(sequences.upperBound)
                AND body IS NOT NULL
            """)
        return connection.changes
    }
}
