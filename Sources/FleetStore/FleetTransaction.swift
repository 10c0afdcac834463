internal import AccessCode
internal import Units

/// One action on the fleet's database: all of it is done by ``commit()``, or nothing.
public final class FleetTransaction {
    private let database: FleetDatabase
    private var isOpen = true

    init(database: FleetDatabase) {
        self.database = database
    }

    deinit {
        guard isOpen else { return }
        // Where this fails, so does everything after it: the connection stays in the transaction.
        do throws(SQLiteFailure) { try database.connection.run("ROLLBACK") } catch {}
    }

    /// Makes the action durable.
    ///
    /// - Throws: ``FleetStoreError``; then nothing was done.
    public func commit() throws(FleetStoreError) {
        _ = try rows("COMMIT")
        isOpen = false
    }

    /// The fleet.
    ///
    /// - Throws: ``FleetStoreError``.
    public func fleet() throws(FleetStoreError) -> FleetRecord {
        guard let row = try rows("SELECT made_ms, certificate, cold_path FROM fleet").first
        else { throw damaged("it does not say which fleet it is of") }
        var reader = RowReader(row)
        let made = reader.time()
        let certificate = reader.bytes().flatMap { Digest256(bytes: $0) }
        let coldPath = reader.text()
        guard let made, let certificate, let coldPath else {
            throw damaged("it does not say which fleet it is of")
        }
        return FleetRecord(made: made, certificate: certificate, coldPath: coldPath)
    }

    /// All technicians, by number, those who left as well.
    ///
    /// - Throws: ``FleetStoreError``.
    public func technicians() throws(FleetStoreError) -> [FleetTechnician] {
        let found = try rows(
            "SELECT number, name, pin_sha1, added_ms, removed_ms FROM technician ORDER BY number")
        return try read(found) { row in
            guard let id = row.number().flatMap({ TechnicianID($0) }), let name = row.text(),
                let pinHash = row.bytes(), let added = row.time()
            else { return nil }
            return FleetTechnician(
                id: id, name: name, pinHash: pinHash, added: added, removed: row.time())
        }
    }

    /// Keeps `technician`, in place of the one with this number.
    ///
    /// - Throws: ``FleetStoreError``.
    public func put(_ technician: FleetTechnician) throws(FleetStoreError) {
        _ = try rows(
            """
            INSERT INTO technician (number, name, pin_sha1, added_ms, removed_ms)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (number) DO UPDATE SET name = excluded.name,
                pin_sha1 = excluded.pin_sha1, added_ms = excluded.added_ms,
                removed_ms = excluded.removed_ms
            """,
            [
                .integer(Int64(technician.id.number)), .text(technician.name),
                .blob(technician.pinHash), .integer(technician.added.milliseconds),
                SQLiteValue(technician.removed?.milliseconds),
            ])
    }

    func rows(
        _ sql: String, _ values: [SQLiteValue] = []
    ) throws(FleetStoreError) -> [[SQLiteValue]] {
        do throws(SQLiteFailure) { return try database.connection.rows(sql, values) } catch {
            throw error.error("use the fleet's database", database.path)
        }
    }

    /// The values of `found`, row by row; a row that is none means damage.
    func read<Value>(
        _ found: [[SQLiteValue]], _ make: (inout RowReader) -> Value?
    ) throws(FleetStoreError) -> [Value] {
        var values: [Value] = []
        for row in found {
            var reader = RowReader(row)
            guard let value = make(&reader) else {
                throw damaged("a row of it makes no sense: \(row.first ?? .null)")
            }
            values.append(value)
        }
        return values
    }

    func damaged(_ reason: String) -> FleetStoreError {
        FleetStoreError(
            .damaged, operation: "read the fleet's database", path: database.path, reason: reason)
    }
}

/// The columns of a row, from the left.
struct RowReader {
    private var rest: ArraySlice<SQLiteValue>

    init(_ row: [SQLiteValue]) { rest = row[...] }

    /// The next column, if it is a number.
    mutating func number() -> Int64? {
        guard case .integer(let number) = rest.popFirst() else { return nil }
        return number
    }

    /// The next column, if it is a number of this type.
    mutating func number<Number: FixedWidthInteger>(as type: Number.Type) -> Number? {
        number().flatMap { Number(exactly: $0) }
    }

    /// The next column, if it is a text.
    mutating func text() -> String? {
        guard case .text(let text) = rest.popFirst() else { return nil }
        return text
    }

    /// The next column, if it is bytes.
    mutating func bytes() -> [UInt8]? {
        guard case .blob(let bytes) = rest.popFirst() else { return nil }
        return bytes
    }

    /// The next column, if it is a time.
    mutating func time() -> WallTime? {
        number().map { WallTime(milliseconds: $0) }
    }
}
