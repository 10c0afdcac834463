internal import CSQLite
internal import Ports
internal import Records
internal import Units

/// A file that turned out to be a log whose end holds together.
struct OpenedLog {
    let store: LogStore
    let meta: LogMeta
    let head: LogHead
    let level: StorageLevel
}

/// How a log is opened or made: every check that stands before the first record.
struct LogOpening {
    let path: String
    let vfs: String?
    let hashing: any Hashing
    let options: TripLog.Options
    let operation: String

    /// Opens what is there; `box` is whose it must be, `nil` for anyone's.
    func open(box: BoxID?) throws(StorageError) -> OpenedLog {
        let connection = try connect(flags: SQLITE_OPEN_READWRITE)
        guard let meta = try identify(connection) else {
            throw StorageError(
                .damaged, operation: operation,
                reason: "the file holds no log: its making was cut short; make it again")
        }
        if let box, meta.box != box {
            throw StorageError(
                .foreign, operation: operation,
                reason: "it is the log of box \(meta.box), not of \(box); use its own storage")
        }
        try settle(connection)
        return try recover(connection, meta)
    }

    /// Makes a log for `meta` where there is none, or where making one was cut short.
    func make(_ meta: LogMeta) throws(StorageError) -> OpenedLog {
        let connection = try connect(flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        if let existing = try identify(connection) {
            throw StorageError(
                .failed, operation: operation,
                reason: "box \(existing.box) has a log of epoch \(existing.epoch) there; open it, "
                    + "or move it away")
        }
        try settle(connection)
        try asking { () throws(SQLiteFailure) in try LogStore.make(on: connection, meta: meta) }
        return try recover(connection, meta)
    }

    /// Runs what asks SQLite, and reports its failures as storage failures.
    private func asking<Answer: ~Copyable>(
        _ work: () throws(SQLiteFailure) -> Answer
    ) throws(StorageError) -> Answer {
        do throws(SQLiteFailure) { return try work() } catch {
            throw error.storageError(operation)
        }
    }

    private func connect(flags: Int32) throws(StorageError) -> Connection {
        let connection = try asking { () throws(SQLiteFailure) in
            try Connection(path: path, vfs: vfs, flags: flags)
        }
        guard !connection.isReadOnly else {
            throw StorageError(
                .readOnly, operation: operation,
                reason: "the file can only be read; make it and its medium writable")
        }
        try asking { () throws(SQLiteFailure) in
            try connection.leaveFilesAtClose()
            // Before the first look at the file: with one writer there is no shared memory file.
            try connection.run("PRAGMA locking_mode = EXCLUSIVE")
        }
        return connection
    }

    /// What the file says it is; `nil` for an empty one. Nothing is written.
    private func identify(_ connection: borrowing Connection) throws(StorageError) -> LogMeta? {
        let (application, version, tables) = try asking { () throws(SQLiteFailure) in
            (
                try connection.integer("PRAGMA application_id"),
                try connection.integer("PRAGMA user_version"),
                try connection.integer("SELECT count(*) FROM sqlite_master")
            )
        }
        if application == 0, tables == 0 { return nil }
        guard application == LogStore.applicationID else {
            throw StorageError(
                .foreign, operation: operation,
                reason: "it is an SQLite file, but no trip log; give the path of the log")
        }
        guard version == LogStore.schemaVersion else {
            throw StorageError(
                .foreign, operation: operation,
                reason: "its format is version \(version ?? 0), this program knows version "
                    + "\(LogStore.schemaVersion); use the firmware that wrote it, or a newer one")
        }
        let meta = try asking { () throws(SQLiteFailure) in try LogStore.meta(on: connection) }
        guard let meta else { throw damaged("its own description is missing or unreadable") }
        return meta
    }

    /// Sets what makes a commit durable, and reads it back: a commit that is not is none.
    private func settle(_ connection: borrowing Connection) throws(StorageError) {
        let (mode, synchronous) = try asking { () throws(SQLiteFailure) in
            let mode = try connection.text("PRAGMA journal_mode = WAL")
            try connection.run(
                """
                PRAGMA synchronous = \(options.synchronous);
                PRAGMA wal_autocheckpoint = \(options.writeAheadPages);
                PRAGMA journal_size_limit = -1;
                PRAGMA secure_delete = ON;
                PRAGMA temp_store = MEMORY;
                """)
            return (mode, try connection.integer("PRAGMA synchronous"))
        }
        let full: Int64 = 2
        guard mode == "wal", synchronous == full || !options.insistsOnSynchronous else {
            throw StorageError(
                .failed, operation: operation,
                reason: "a commit would not survive a power cut: journal_mode reads back "
                    + "\(mode ?? "nothing") instead of wal, synchronous \(synchronous ?? -1) "
                    + "instead of \(full); use the SQLite and the file system of this system")
        }
    }

    private func recover(
        _ connection: consuming Connection, _ meta: LogMeta
    ) throws(StorageError) -> OpenedLog {
        let store: LogStore
        do throws(SQLiteFailure) { store = try LogStore(connection) } catch {
            throw error.storageError(operation)
        }
        let bounds = try asking { () throws(SQLiteFailure) in try store.bounds() }
        let head = try checkTail(store, meta, bounds)
        guard meta.base <= meta.acknowledged, meta.acknowledged <= head.sequence else {
            throw damaged(
                "the fleet acknowledged record \(meta.acknowledged), \(meta.base) were removed, "
                    + "but the last record is \(head.sequence): an older copy was put back")
        }
        let used = try asking { () throws(SQLiteFailure) in
            try store.connection.growWriteAheadFile(to: options.writeAheadBytes)
            return try store.usedBytes()
        }
        return OpenedLog(store: store, meta: meta, head: head, level: options.level(used: used))
    }

    /// Checks the last records one behind the other and answers where they end.
    private func checkTail(
        _ store: LogStore, _ meta: LogMeta, _ bounds: ClosedRange<Int64>?
    ) throws(StorageError) -> LogHead {
        guard let bounds else { return LogHead(sequence: meta.base, hash: meta.baseHash) }
        guard bounds.lowerBound == meta.base + 1 else {
            throw damaged("the first record is \(bounds.lowerBound), not \(meta.base + 1)")
        }
        var behind = LogHead(sequence: meta.base, hash: meta.baseHash)
        let start = bounds.upperBound - TripLog.checkedTail
        if start > meta.base {
            let before = try asking { () throws(SQLiteFailure) in try store.envelope(start) }
            guard let before else { throw damaged("record \(start) is missing") }
            behind = LogHead(sequence: start, hash: hashing.sha256(before))
        }
        var verifier = ChainVerifier(
            box: meta.box, epoch: meta.epoch, behind: behind.sequence, hash: behind.hash,
            hashing: hashing)
        var defect: ChainDefect?
        try asking { () throws(SQLiteFailure) in
            try store.forEach(behind.sequence + 1...bounds.upperBound) { sequence, record in
                defect = verifier.check(record, storedAs: sequence)
                return defect == nil
            }
        }
        if let defect { throw damaged("\(defect)") }
        return LogHead(sequence: verifier.sequence, hash: verifier.hash)
    }

    private func damaged(_ reason: String) -> StorageError {
        StorageError(
            .damaged, operation: operation,
            reason: "\(reason); keep the files for evidence, and start a new epoch")
    }
}

extension ChainVerifier {
    /// Checks a row: its key must be the number that its envelope states.
    mutating func check(_ record: StoredRecord, storedAs key: Int64) -> ChainDefect? {
        guard key == sequence + 1 else {
            return ChainDefect(sequence: sequence + 1, reason: .gap(found: key))
        }
        return check(record)
    }
}
