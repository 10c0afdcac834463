internal import CSQLite
internal import Glibc
internal import Ports

extension SQLiteFailure {
    /// The failure as storage reports it, with the way out.
    func storageError(_ operation: String) -> StorageError {
        let code = storageCode
        return StorageError(code, operation: operation, reason: "\(words); \(wayOut(code))")
    }

    private var words: String {
        guard systemError != 0, primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN,
            let text = unsafe strerror(systemError)
        else { return message }
        return "\(message): \(unsafe String(cString: text))"
    }

    private var storageCode: StorageError.Code {
        switch primary {
        case SQLITE_FULL: .full
        case SQLITE_READONLY: .readOnly
        case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
        case SQLITE_IOERR, SQLITE_CANTOPEN: StorageError.Code(systemError: systemError)
        default: .failed
        }
    }

    private func wayOut(_ code: StorageError.Code) -> String {
        switch code {
        case .full: "make room on the medium, or upload and prune the log"
        case .readOnly: "remount the medium for writing, and check it for errors"
        case .damaged: "keep the files for evidence, and start a new epoch"
        case .foreign: "use the storage of this box"
        case .failed:
            switch primary {
            case SQLITE_BUSY, SQLITE_LOCKED: "stop the other program that has the log open"
            case SQLITE_CANTOPEN: "check that the file and its folder are there and writable"
            default: "check the medium and its connection, and start again"
            }
        }
    }
}

extension StorageError.Code {
    /// The code that an `errno` of a file operation comes under.
    init(systemError: Int32) {
        switch systemError {
        case ENOSPC, EDQUOT, EFBIG: self = .full
        case EROFS: self = .readOnly
        default: self = .failed
        }
    }
}

extension StorageError {
    /// What a file operation failed with, from `errno`.
    init(systemError: Int32, operation: String, wayOut: String) {
        let text = unsafe strerror(systemError).map { unsafe String(cString: $0) } ?? "unknown"
        self.init(
            Code(systemError: systemError), operation: operation, reason: "\(text); \(wayOut)")
    }
}
