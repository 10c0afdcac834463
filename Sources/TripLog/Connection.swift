internal import CSQLite

/// What SQLite answered instead of doing what it was asked.
struct SQLiteFailure: Error, Equatable {
    /// The extended result code.
    let code: Int32
    /// The system's `errno` behind it; 0 where there is none.
    let systemError: Int32
    /// SQLite's own words.
    let message: String

    /// The result code without its details.
    var primary: Int32 { code & 0xFF }
}

extension SQLiteFailure {
    /// The failure `code` with what the connection `database` can tell about it.
    fileprivate init(_ code: Int32, on database: OpaquePointer?) {
        self.code = code
        message = unsafe sqlite3_errmsg(database).map { unsafe String(cString: $0) } ?? ""
        let isOfFile = code & 0xFF == SQLITE_IOERR
        let ofFile = isOfFile ? unsafe Self.fileError(database) : nil
        systemError = unsafe ofFile ?? sqlite3_system_errno(database)
    }

    /// The `errno` that the write-ahead file or the file itself keeps: a commit that fails does
    /// not hand it on to the connection.
    private static func fileError(_ database: OpaquePointer?) -> Int32? {
        var number: Int32 = 0
        var journal: UnsafeMutablePointer<sqlite3_file>?
        _ = unsafe sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &journal)
        if let file = unsafe journal,
            let control = unsafe file.pointee.pMethods?.pointee.xFileControl
        {
            _ = unsafe control(file, SQLITE_FCNTL_LAST_ERRNO, &number)
        }
        if number == 0 {
            _ = unsafe sqlite3_file_control(database, "main", SQLITE_FCNTL_LAST_ERRNO, &number)
        }
        return number == 0 ? nil : number
    }
}

/// The one owner of a connection to a database file.
@safe
struct Connection: ~Copyable {
    private let handle: OpaquePointer

    /// Opens `path` through the file system layer `vfs`, the system's own by default.
    init(path: String, vfs: String?, flags: Int32) throws(SQLiteFailure) {
        var opened: OpaquePointer?
        let flags = flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(path, &opened, flags, vfs)
        guard let database = unsafe opened else {
            throw SQLiteFailure(code: code, systemError: 0, message: "out of memory")
        }
        guard code == SQLITE_OK else {
            let failure = unsafe Self.failure(code, on: database)
            _ = unsafe sqlite3_close_v2(database)
            throw failure
        }
        unsafe handle = database
    }

    deinit {
        // The lenient close: the statements may be given back after the connection.
        _ = unsafe sqlite3_close_v2(handle)
    }

    private static func failure(_ code: Int32, on handle: OpaquePointer) -> SQLiteFailure {
        unsafe SQLiteFailure(code, on: handle)
    }

    /// Whether the file could only be opened for reading.
    var isReadOnly: Bool { unsafe sqlite3_db_readonly(handle, "main") == 1 }

    /// Whether a transaction is open.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// How many rows the last statement changed.
    var changes: Int64 { unsafe sqlite3_changes64(handle) }

    /// Runs statements that answer nothing.
    func run(_ sql: String) throws(SQLiteFailure) {
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw unsafe Self.failure(code, on: handle) }
    }

    /// Prepares one statement.
    func prepare(_ sql: String) throws(SQLiteFailure) -> Statement {
        var prepared: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = unsafe sqlite3_prepare_v3(handle, sql, -1, flags, &prepared, nil)
        guard code == SQLITE_OK, let statement = unsafe prepared else {
            throw unsafe Self.failure(code, on: handle)
        }
        return unsafe Statement(owning: statement)
    }

    /// The whole number in the first column of the first row; `nil` for no row.
    func integer(_ sql: String) throws(SQLiteFailure) -> Int64? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.integer(0) : nil
    }

    /// The text in the first column of the first row; `nil` for no row.
    func text(_ sql: String) throws(SQLiteFailure) -> String? {
        let statement = try prepare(sql)
        guard try statement.step(), let bytes = statement.bytes(0) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Closing leaves the files as they are: a reader changes nothing, and closing costs nothing.
    func leaveFilesAtClose() throws(SQLiteFailure) {
        let code = unsafe csqlite_no_checkpoint_on_close(handle)
        guard code == SQLITE_OK else { throw unsafe Self.failure(code, on: handle) }
        var persist: Int32 = 1
        let kept = unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_PERSIST_WAL, &persist)
        guard kept == SQLITE_OK else { throw unsafe Self.failure(kept, on: handle) }
    }

    /// Makes the write-ahead file at least `size` bytes long, once: a file that already has its
    /// length costs a third of the device writes of one that grows at every commit.
    ///
    /// The zeros stand behind the last frame, where SQLite's recovery stops reading.
    func growWriteAheadFile(to size: Int64) throws(SQLiteFailure) {
        var pointer: UnsafeMutablePointer<sqlite3_file>?
        let code = unsafe sqlite3_file_control(
            handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &pointer)
        guard code == SQLITE_OK, let file = unsafe pointer,
            let methods = unsafe file.pointee.pMethods
        else { throw unsafe Self.failure(code, on: handle) }
        var length: Int64 = 0
        var result = unsafe methods.pointee.xFileSize(file, &length)
        guard result == SQLITE_OK, length < size else {
            if result != SQLITE_OK { throw unsafe Self.failure(result, on: handle) }
            return
        }
        let zeros = [UInt8](repeating: 0, count: 65_536)
        while result == SQLITE_OK, length < size {
            let count = Int32(min(Int64(zeros.count), size - length))
            result = unsafe zeros.withUnsafeBytes { buffer in
                unsafe methods.pointee.xWrite(file, buffer.baseAddress, count, length)
            }
            length += Int64(count)
        }
        if result == SQLITE_OK {
            result = unsafe methods.pointee.xSync(file, SQLITE_SYNC_NORMAL)
        }
        guard result == SQLITE_OK else { throw unsafe Self.failure(result, on: handle) }
    }
}

/// The one owner of a prepared statement.
@safe
struct Statement: ~Copyable {
    private let handle: OpaquePointer

    fileprivate init(owning handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    deinit {
        _ = unsafe sqlite3_finalize(handle)
    }

    private func check(_ code: Int32) throws(SQLiteFailure) {
        guard code == SQLITE_OK else { throw failure(code) }
    }

    private func failure(_ code: Int32) -> SQLiteFailure {
        unsafe SQLiteFailure(code, on: sqlite3_db_handle(handle))
    }

    /// Gives the `index`th parameter, from 1, a whole number.
    func bind(_ index: Int32, _ value: Int64) throws(SQLiteFailure) {
        try check(unsafe sqlite3_bind_int64(handle, index, value))
    }

    /// Gives the `index`th parameter, from 1, UTF-8 text.
    func bind(_ index: Int32, text: [UInt8]) throws(SQLiteFailure) {
        let code = unsafe text.withUnsafeBytes { buffer in
            let base = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            return unsafe sqlite3_bind_text(
                handle, index, base, Int32(buffer.count), csqlite_transient())
        }
        try check(code)
    }

    /// Gives the `index`th parameter, from 1, bytes.
    func bind(_ index: Int32, blob: [UInt8]) throws(SQLiteFailure) {
        guard !blob.isEmpty else {
            // An empty buffer has no address, and no address would be NULL.
            return try check(unsafe sqlite3_bind_zeroblob(handle, index, 0))
        }
        let code = unsafe blob.withUnsafeBytes { buffer in
            unsafe sqlite3_bind_blob(
                handle, index, buffer.baseAddress, Int32(buffer.count), csqlite_transient())
        }
        try check(code)
    }

    /// Gives the `index`th parameter, from 1, NULL.
    func bindNull(_ index: Int32) throws(SQLiteFailure) {
        try check(unsafe sqlite3_bind_null(handle, index))
    }

    /// Goes on to the next row; `false` when there is none.
    func step() throws(SQLiteFailure) -> Bool {
        let code = unsafe sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure(code)
        }
    }

    /// Ends this run of the statement. What the run failed with was already reported by ``step()``.
    func reset() {
        _ = unsafe sqlite3_reset(handle)
    }

    /// Runs a statement that answers nothing, and makes it ready for the next run.
    func execute() throws(SQLiteFailure) {
        defer { reset() }
        _ = try step()
    }

    /// The whole number in `column`, from 0, of this row.
    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    /// The bytes in `column`, from 0, of this row; `nil` for NULL.
    func bytes(_ column: Int32) -> [UInt8]? {
        guard unsafe sqlite3_column_type(handle, column) != SQLITE_NULL else { return nil }
        guard let base = unsafe sqlite3_column_blob(handle, column) else { return [] }
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { out, filled in
            unsafe UnsafeMutableRawBufferPointer(out).copyMemory(
                from: UnsafeRawBufferPointer(start: base, count: count))
            filled = count
        }
    }
}
