import ArgumentParser
import DataFiles
import FleetStore
@unsafe @preconcurrency import Glibc
import KeyStore

extension CityzenboxFleet {
    /// Runs the command that was asked for. What goes wrong is one line on standard error, and an
    /// exit status by the table of sysexits.h.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
            // What a full disk or a closed pipe swallowed was not said.
            guard unsafe fflush(stdout) == 0, unsafe ferror(stdout) == 0 else {
                throw Failure(
                    "standard output: not all of it was written; make room, or write elsewhere",
                    status: .storage)
            }
        } catch {
            guard let status = SystemStatus(error) else { exit(withError: error) }
            Terminal.tell("Error: \(error)")
            Glibc.exit(status.rawValue)
        }
    }
}

/// What the exit status of a command tells, where `1` would tell too little.
enum SystemStatus: Int32 {
    /// Something that was given is wrong: EX_DATAERR.
    case wrongData = 65
    /// A file is not there, or cannot be read: EX_NOINPUT.
    case noInput = 66
    /// The box, or the line to it, is not there any more: EX_UNAVAILABLE.
    case unavailable = 69
    /// A file or folder cannot be made: EX_CANTCREAT.
    case cannotCreate = 73
    /// A file could not be written, or storage failed: EX_IOERR.
    case storage = 74
    /// Another program is at work: EX_TEMPFAIL.
    case busy = 75

    /// The status for `error`; `nil` for what ArgumentParser reports, and for `1`.
    init?(_ error: any Error) {
        switch error {
        case let error as FleetStoreError:
            switch error.code {
            case .missing: self = .noInput
            case .exists: self = .cannotCreate
            case .damaged, .newer: self = .wrongData
            case .busy: self = .busy
            case .full, .failed: self = .storage
            }
        case let error as KeyFileError:
            self = error.operation == "create" ? .cannotCreate : .wrongData
        case let error as DataFileError: self = error.place.isEmpty ? .noInput : .wrongData
        case let error as Failure:
            guard let status = error.status else { return nil }
            self = status
        case _: return nil
        }
    }
}
