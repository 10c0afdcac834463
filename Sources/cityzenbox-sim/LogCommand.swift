import ArgumentParser
import KeyStore
import Ports
import Records
import TripLog
import Units

/// `cityzenbox-sim log`: looks at a log database without changing it.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Look at a box's log database; it stays as it is.",
        subcommands: [Verify.self, Export.self])

    /// `cityzenbox-sim log verify`
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the chain of every record, and say what the log holds.")

        @Argument(help: "The database, such as log.db of a demo.")
        var file: String

        @Option(
            help: "The box's signed checkpoint, which shows whether records are missing at the end."
        )
        var checkpoint: String?

        @Option(help: "The box's public key, for the checkpoint.")
        var key: String?

        func validate() throws {
            guard (checkpoint == nil) == (key == nil) else {
                throw ValidationError("--checkpoint and --key go together")
            }
        }

        func run() throws {
            let log = try TripLog.inspect(path: file, hashing: OpenSSLHashing())
            let found = try log.verify()
            if let defect = found.defect {
                throw Failure(
                    "\(file): \(defect); the records before it hold, and none behind it can be "
                        + "trusted: compare with the fleet's copy",
                    status: .wrongData)
            }
            print("box \(log.box), epoch \(log.epoch)")
            print(
                "\(found.checked) records from \(found.first) hold together, \(found.erased) erased"
            )
            print("the chain ends at record \(found.last.sequence), \(found.last.hash.hex)")
            if let checkpoint, let key {
                try SignedCheckpoint(checkpoint, key: key).compare(with: log, file)
            } else {
                print(
                    "whether records are missing behind it, only a checkpoint shows: --checkpoint")
            }
            print("the fleet acknowledged up to record \(log.acknowledged.sequence)")
        }
    }

    /// `cityzenbox-sim log export`
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the records, one canonical JSON object a line.")

        @Argument(help: "The database, such as log.db of a demo.")
        var file: String

        @Option(help: "The first record to print.")
        var from: Int64 = 1

        func run() throws {
            guard from > 0 else { throw Failure("--from \(from): records count from 1") }
            let log = try TripLog.inspect(path: file, hashing: OpenSSLHashing())
            try log.export(from: from) { line in
                print(String(decoding: line, as: UTF8.self))
                return true
            }
        }
    }
}
