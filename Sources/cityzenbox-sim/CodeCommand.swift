import AccessCode
import ArgumentParser
import Fleet
import FoundationEssentials
import KeyStore
import Units

/// `cityzenbox-sim code`: master keys, and the codes that come of them.
struct CodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "code",
        abstract: "Make master keys, issue access codes, and ask what one means.",
        discussion: """
            Times are UTC, as 2026-06-13T08:00Z. A box is written as 16 hexadecimal digits.
              cityzenbox-sim code keys fleet-keys
              cityzenbox-sim code issue --keys fleet-keys --box 0b0c00010000002a \\
                --from 2026-06-13T08:00Z --until 2026-06-13T16:00Z
            """,
        subcommands: [Keys.self, BoxKeys.self, Issue.self, Time.self, Check.self])

    /// `cityzenbox-sim code keys`
    struct Keys: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a hot and a cold master key in a folder; none is ever overwritten.")

        @Argument(help: "The folder, which is made if it is not there.")
        var folder: String

        func run() throws {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true)
            } catch {
                throw Failure(
                    "the folder \(folder): it cannot be made; check the path and its permissions",
                    status: .cannotCreate)
            }
            // Both or none: a new hot key beside an old cold one is no pair.
            for file in [KeyFolder(folder).hot, KeyFolder(folder).cold]
            where FileManager.default.fileExists(atPath: file.path) {
                throw Failure(
                    "the key file \(file.path): it exists already; a key in use must not be "
                        + "replaced, so name another folder",
                    status: .cannotCreate)
            }
            let hot = try KeyFolder(folder).hot.create()
            print("hot master  \(hot) in \(KeyFolder(folder).hot.path)")
            let cold = try KeyFolder(folder).cold.create()
            print("cold master \(cold) in \(KeyFolder(folder).cold.path): keep it elsewhere")
        }
    }

    /// `cityzenbox-sim code box-keys`
    struct BoxKeys: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "box-keys",
            abstract: "Write the keys of one box into a folder, for `cityzenboxd provision`.")

        @OptionGroup var box: BoxOptions

        @Argument(help: "The folder, which is made if it is not there.")
        var folder: String

        func run() throws {
            let (id, master) = try box.masters()
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true)
            } catch {
                throw Failure(
                    "the folder \(folder): it cannot be made; check the path and its permissions",
                    status: .cannotCreate)
            }
            try CodeKeyFolder(folder).create(
                from: master, for: id, keyEpoch: KeyEpoch(box.epoch))
            print("keys of box \(id), key epoch \(box.epoch), in \(folder): carry them to the box")
            print("and destroy this folder: who has it opens that car")
        }
    }

    /// `cityzenbox-sim code time`
    struct Time: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a TIME code, which tells the time to a box whose clock is lost.",
            discussion: "It names the start of five minutes, and is typed within ten more.")

        @OptionGroup var box: BoxOptions

        @Option(help: "When it is typed.")
        var at: String

        func run() throws {
            let (id, keys) = try box.opened()
            let issuer = CodeIssuer(box: id, keyEpoch: KeyEpoch(box.epoch))
            print("\(try issuer.time(try TimeText.parse(at), with: keys))")
        }
    }

    /// `cityzenbox-sim code issue`
    struct Issue: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the code of a rental.")

        @OptionGroup var box: BoxOptions

        @Option(help: "When the rental begins.")
        var from: String

        @Option(help: "When it ends.")
        var until: String

        @Option(help: "One more than any code whose window overlaps.")
        var generation: UInt16 = 0

        func run() throws {
            let (begin, end) = (try TimeText.parse(from), try TimeText.parse(until))
            guard begin < end, let (start, duration) = StartGrid.covering(begin..<end) else {
                throw Failure(
                    "from \(from) until \(until): no code covers this; a rental begins after 2012, "
                        + "ends after its beginning and lasts at most 31 days",
                    status: .wrongData)
            }
            let rental = RentalID(start: start, duration: duration, generation: generation)
            let (id, keys) = try box.opened()
            let issuer = CodeIssuer(box: id, keyEpoch: KeyEpoch(box.epoch))
            print("\(try issuer.rental(rental, with: keys))")
            print("from \(start.start.iso) until \(rental.end.iso), generation \(generation)")
            if start.start != begin || rental.end != end {
                print(
                    "(the start is rounded down to its grid, the end up to a half or a whole hour)")
            }
        }
    }

    /// `cityzenbox-sim code check`
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what a box in which nothing was redeemed yet would make of a code.")

        @OptionGroup var box: BoxOptions

        @Argument(help: "The digits; spaces are skipped.")
        var code: String

        @Option(help: "When it is typed.")
        var at: String

        func run() throws {
            // Text messages write the # that enters a code.
            let typed = code.hasSuffix("#") ? String(code.dropLast()) : code
            guard let text = CodeText(typed), let entry = CodeEntry(digits: text.digits) else {
                throw Failure(
                    "the code \"\(code)\": no code has this form; a rental code has 12 digits, the "
                        + "first three at most 983",
                    status: .wrongData)
            }
            guard !entry.isOwners else {
                throw Failure(
                    "the code \"\(code)\": an owner's password; it needs the owner's secret, "
                        + "which is not among the fleet's keys",
                    status: .wrongData)
            }
            let time = try TimeText.parse(at)
            let (id, keys) = try box.opened()
            let book = CodeBook(box: id, keyEpoch: KeyEpoch(box.epoch), hasColdSpare: true)
            let check = CodeCheck(entry: entry, book: book, interval: time...time, floor: time)
            switch check.judge(try check.run(with: keys), moving: false) {
            case .granted(.opened(let rental)):
                print("granted: opens from \(rental.start.start.iso) until \(rental.end.iso)")
            case .granted(let grant): print("granted: \(grant)")
            case .refused(let refusal): print("refused: \(refusal.rawValue)")
            }
            print("compared with: \(check.candidateCount)")
        }
    }

    /// Whose codes, and from which keys.
    struct BoxOptions: ParsableArguments {
        @Option(help: "The folder of the master keys.")
        var keys: String

        @Option(help: "The box: 16 hexadecimal digits.")
        var box: String

        @Option(help: "The key epoch.")
        var epoch: UInt16 = 0

        func opened() throws -> (BoxID, SoftwareCodeKeys) {
            let (id, master) = try masters()
            return (id, master.codeKeys(for: id, keyEpoch: KeyEpoch(epoch)))
        }

        func masters() throws -> (BoxID, FleetMaster) {
            guard let id = BoxID(box) else {
                throw Failure(
                    "the box \"\(box)\": not 16 hexadecimal digits; write it as the box shows it",
                    status: .wrongData)
            }
            let folder = KeyFolder(keys)
            return (id, try FleetMaster(hot: folder.hot, cold: folder.cold))
        }
    }
}

/// The two files of a fleet's master keys.
struct KeyFolder {
    let hot: KeyFile
    let cold: KeyFile

    init(_ path: String) {
        hot = KeyFile(path: "\(path)/hot.key")
        cold = KeyFile(path: "\(path)/cold.key")
    }
}

/// A time on a command line.
enum TimeText {
    static func parse(_ text: String) throws -> WallTime {
        guard let time = WallTime(iso: text) else {
            throw Failure(
                "the time \"\(text)\": not UTC as 2026-06-13T08:00Z; write date, T, time and Z",
                status: .wrongData)
        }
        return time
    }
}
