internal import CSQLite

/// The fleet's database could not be used: what was tried, on what, why, and what to do.
public struct FleetStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, where a program does something of its own about it.
    public enum Code: String, CaseIterable, Hashable, Sendable {
        /// There is no database.
        case missing
        /// There is one already.
        case exists
        /// The file is none, or what is in it contradicts itself.
        case damaged
        /// A later version of the program made it.
        case newer
        /// Another program has it, and did not let go in time.
        case busy
        /// The medium is full.
        case full
        /// The medium or the system refuses.
        case failed
    }

    /// What is wrong.
    public let code: Code
    /// What was tried.
    public let operation: String
    /// The database.
    public let path: String
    /// Why it failed.
    public let reason: String

    /// `operation` on `path` failed for `reason`.
    public init(_ code: Code, operation: String, path: String, reason: String) {
        self.code = code
        self.operation = operation
        self.path = path
        self.reason = reason
    }

    /// What somebody can do about it.
    public var wayOut: String {
        switch code {
        case .missing: "name the fleet's folder, or make a fleet with init"
        case .exists: "use it, or name another folder"
        case .damaged: "put its last backup in its place"
        case .newer: "use the program that made it, or a later one"
        case .busy: "try again when the other cityzenbox-fleet is done"
        case .full: "make room on the medium"
        case .failed: "check the medium, and who may use the folder"
        }
    }

    /// `open the fleet's database fleet.db: it is no database; put its last backup in its place`
    public var description: String { "\(operation) \(path): \(reason); \(wayOut)" }
}

/// What SQLite answered instead of doing what it was asked.
struct SQLiteFailure: Error, Equatable {
    /// The extended result code.
    let code: Int32
    /// SQLite's own words.
    let message: String

    /// The failure of `operation` on the database at `path`.
    func error(_ operation: String, _ path: String) -> FleetStoreError {
        FleetStoreError(storeCode, operation: operation, path: path, reason: message)
    }

    private var storeCode: FleetStoreError.Code {
        switch code & 0xFF {
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_CONSTRAINT, SQLITE_MISMATCH: .damaged
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_FULL: .full
        default: .failed
        }
    }
}
