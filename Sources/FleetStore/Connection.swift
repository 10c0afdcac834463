internal import CSQLite

/// A value that a statement is given, or that a row has.
enum SQLiteValue: Hashable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    /// A text, or nothing.
    init(_ text: String?) { self = text.map { .text($0) } ?? .null }

    /// A whole number, or nothing.
    init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }
}

/// The one owner of a connection to the fleet's database.
@safe final class Connection {
    private let handle: OpaquePointer

    /// Opens the database at `path`, which must be there.
    init(path: String) throws(SQLiteFailure) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard let database = unsafe opened else {
            throw SQLiteFailure(code: code, message: "out of memory")
        }
        guard code == SQLITE_OK else {
            let failure = unsafe Self.failure(code, database)
            _ = unsafe sqlite3_close_v2(database)
            throw failure
        }
        unsafe handle = database
    }

    deinit {
        _ = unsafe sqlite3_close_v2(handle)
    }

    private static func failure(_ code: Int32, _ handle: OpaquePointer?) -> SQLiteFailure {
        let words = unsafe sqlite3_errmsg(handle).map { unsafe String(cString: $0) }
        return SQLiteFailure(code: code, message: words ?? "error \(code)")
    }

    /// How long a statement waits for another program that writes.
    func setPatience(milliseconds: Int32) {
        _ = unsafe sqlite3_busy_timeout(handle, milliseconds)
    }

    /// Runs statements that answer nothing.
    func run(_ sql: String) throws(SQLiteFailure) {
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw unsafe Self.failure(code, handle) }
    }

    /// Runs one statement with `values` as its parameters, in order.
    ///
    /// - Returns: its rows.
    @discardableResult
    func rows(
        _ sql: String, _ values: [SQLiteValue] = []
    ) throws(SQLiteFailure) -> [[SQLiteValue]] {
        var prepared: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(handle, sql, -1, 0, &prepared, nil)
        guard code == SQLITE_OK, let statement = unsafe prepared else {
            throw unsafe Self.failure(code, handle)
        }
        defer { _ = unsafe sqlite3_finalize(statement) }
        for (index, value) in values.enumerated() {
            let code = unsafe Self.bind(value, to: statement, Int32(index + 1))
            guard code == SQLITE_OK else { throw unsafe Self.failure(code, handle) }
        }
        var rows: [[SQLiteValue]] = []
        while true {
            let code = unsafe sqlite3_step(statement)
            guard code == SQLITE_ROW else {
                guard code == SQLITE_DONE else { throw unsafe Self.failure(code, handle) }
                return rows
            }
            let count = unsafe sqlite3_column_count(statement)
            rows.append((0..<count).map { unsafe Self.value(of: statement, $0) })
        }
    }

    /// The first value of the first row.
    func value(_ sql: String) throws(SQLiteFailure) -> SQLiteValue {
        try rows(sql).first?.first ?? .null
    }

    private static func bind(
        _ value: SQLiteValue, to statement: OpaquePointer, _ index: Int32
    ) -> Int32 {
        switch value {
        case .null: return unsafe sqlite3_bind_null(statement, index)
        case .integer(let number): return unsafe sqlite3_bind_int64(statement, index, number)
        case .text(let text):
            return unsafe sqlite3_bind_text(statement, index, text, -1, csqlite_transient())
        case .blob(let bytes):
            // An empty buffer has no address, and no address would be NULL.
            if bytes.isEmpty { return unsafe sqlite3_bind_zeroblob(statement, index, 0) }
            return unsafe sqlite3_bind_blob(
                statement, index, bytes, Int32(bytes.count), csqlite_transient())
        }
    }

    private static func value(of statement: OpaquePointer, _ column: Int32) -> SQLiteValue {
        switch unsafe sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(statement, column))
        case SQLITE_TEXT:
            let text = unsafe bytes(of: statement, column)
            return .text(String(decoding: text, as: UTF8.self))
        case SQLITE_BLOB: return .blob(unsafe bytes(of: statement, column))
        default: return .null
        }
    }

    private static func bytes(of statement: OpaquePointer, _ column: Int32) -> [UInt8] {
        guard let base = unsafe sqlite3_column_blob(statement, column) else { return [] }
        let count = unsafe Int(sqlite3_column_bytes(statement, column))
        return unsafe Array(UnsafeRawBufferPointer(start: base, count: count))
    }
}
