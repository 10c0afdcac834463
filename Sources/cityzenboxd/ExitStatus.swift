import ArgumentParser
import DataFiles
import Glibc
import KeyStore
import LinuxIO
import Ports

/// What the exit status of the program tells, by the table of sysexits.h where that has a word.
enum ExitStatus: Int32 {
    /// The Box turned itself off to save the car's battery: the machine is to follow.
    case powerOff = 40
    /// A file has something in it that is wrong: EX_DATAERR.
    case wrongData = 65
    /// A service that should answer does not: EX_UNAVAILABLE.
    case unavailable = 69
    /// Something of the system is missing: EX_OSERR.
    case system = 71
    /// A file or folder cannot be made: EX_CANTCREAT.
    case cannotCreate = 73
    /// Storage failed: EX_IOERR.
    case storage = 74
    /// The configuration is wrong, or the box was not provisioned; starting again changes nothing:
    /// EX_CONFIG.
    case notConfigured = 78
}

/// Ends the program with one clear line.
struct Refusal: Error, CustomStringConvertible {
    let description: String
    let status: ExitStatus

    init(_ description: String, status: ExitStatus) {
        self.description = description
        self.status = status
    }
}

extension ExitStatus {
    /// The status for `error`; `nil` for what ArgumentParser reports.
    init?(_ error: any Error) {
        switch error {
        case let error as Refusal: self = error.status
        case is DataFileError: self = .notConfigured
        case let error as KeyFileError:
            self = error.operation == "create" ? .cannotCreate : .wrongData
        case let error as StorageError:
            switch error.code {
            case .damaged, .foreign: self = .wrongData
            case .full, .readOnly, .failed: self = .storage
            }
        case is SystemCallFailure: self = .system
        case _: return nil
        }
    }
}

extension Cityzenboxd {
    /// Runs the command that was asked for. What goes wrong is one line on standard error, and an
    /// exit status of ``ExitStatus``.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            guard let status = ExitStatus(error) else { exit(withError: error) }
            let bytes = Array("Error: \(error)\n".utf8)
            _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
            Glibc.exit(status.rawValue)
        }
    }
}
