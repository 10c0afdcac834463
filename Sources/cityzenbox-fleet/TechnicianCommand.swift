import AccessCode
import ArgumentParser
import FleetStore
import KeyStore
import Records
import Units

/// `cityzenbox-fleet technician`: who installs and mends boxes.
struct TechnicianCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "technician",
        abstract: "Who may log in on boxes, with which key and PIN.",
        discussion: """
            A technician has a key on each box, which comes of the master of technicians, and a \
            PIN. A box that was enrolled keeps those whom its bundle named.
            """,
        subcommands: [Add.self, List.self, Remove.self, Key.self, Reply.self])

    /// `cityzenbox-fleet technician add`
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a technician, or give one another PIN or name.",
            discussion: "The PIN, 4 to 12 digits, is asked for on the terminal.")

        @OptionGroup var options: FleetOptions
        @OptionGroup var pin: PINOptions

        @Argument(help: "The number, 1 to 999999: all that boxes and logs know.")
        var number: Int64

        @Option(help: "Who it is, for people.")
        var name: String

        func run() throws {
            let id = try Given.technician(number)
            let database = try options.folder.opened()
            let pin = try self.pin.chosen()
            let action = try database.begin()
            let known = try action.technicians().first { $0.id == id }
            let now = try options.time
            try action.put(
                FleetTechnician(
                    id: id, name: name, pinHash: PINOptions.hash(pin),
                    added: known.flatMap { $0.removed == nil ? $0.added : nil } ?? now))
            try action.commit()
            var answer = Answer()
            answer.say(
                "technician \(id), \(name), \(known == nil ? "is added" : "is changed"): boxes "
                    + "that are enrolled from now on let them in")
            answer.put("technician", .integer(number))
            answer.put("name", .string(name))
            answer.put("isNew", .bool(known == nil))
            answer.show(asJSON: options.json)
        }
    }

    /// `cityzenbox-fleet technician list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the technicians.")

        @OptionGroup var options: FleetOptions

        func run() throws {
            let action = try options.folder.opened().begin(writes: false)
            let technicians = try action.technicians()
            var answer = Answer()
            var rows: [[String]] = [["number", "name", "since", "until"]]
            for technician in technicians {
                rows.append([
                    "\(technician.id)", technician.name, technician.added.iso,
                    technician.removed?.iso ?? "-",
                ])
            }
            for line in TableText.lines(rows) { answer.say(line) }
            answer.put(
                "technicians",
                .array(
                    technicians.map { technician in
                        .object([
                            "technician": .integer(Int64(technician.id.number)),
                            "name": .string(technician.name), "added": .time(technician.added),
                            "removed": .time(technician.removed),
                        ])
                    }))
            answer.show(asJSON: options.json)
        }
    }

    /// `cityzenbox-fleet technician remove`
    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a technician from the bundles that are made from now on.",
            discussion: """
                A box that has let them in does so until it is enrolled again. Their number is \
                kept, for the logs of boxes have it.
                """)

        @OptionGroup var options: FleetOptions

        @Argument(help: "The number.")
        var number: Int64

        func run() throws {
            let id = try Given.technician(number)
            let database = try options.folder.opened()
            let action = try database.begin()
            var technician = try action.technician(id)
            technician.removed = try options.time
            try action.put(technician)
            try action.commit()
            var answer = Answer()
            answer.say(
                "technician \(id), \(technician.name), is removed: boxes that know them let them "
                    + "in until they are enrolled again")
            answer.put("technician", .integer(number))
            answer.show(asJSON: options.json)
        }
    }

    /// `cityzenbox-fleet technician key`
    struct Key: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the key of a technician on one box, to claim it by hand.",
            discussion: "It is a secret: with the PIN it lets in on this box, and on no other.")

        @OptionGroup var options: FleetOptions

        @Argument(help: "The number.")
        var number: Int64

        @Option(help: "The box: 16 hexadecimal digits.")
        var box: String

        func run() throws {
            let (id, box) = (try Given.technician(number), try Given.box(self.box))
            let folder = try options.folder
            _ = try folder.opened().begin(writes: false).technician(id)
            let key = SoftwareTechnicianKeys.key(
                of: id, on: box, master: try folder.technicians.load())
            var answer = Answer()
            answer.say(key.revealedHex())
            answer.put("technician", .integer(number))
            answer.put("box", .string("\(box)"))
            answer.put("key", .string(key.revealedHex()))
            answer.show(asJSON: options.json)
        }
    }

    /// `cityzenbox-fleet technician answer`
    struct Reply: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "answer",
            abstract: "Print the answer to the challenge that a box shows at `login`.",
            discussion: "The PIN is asked for on the terminal.")

        @OptionGroup var options: FleetOptions
        @OptionGroup var pin: PINOptions

        @Argument(help: "The eight digits that the box shows.")
        var challenge: String

        @Option(help: "The technician's number.")
        var technician: Int64

        @Option(help: "The box: 16 hexadecimal digits.")
        var box: String

        func run() throws {
            let (id, box) = (try Given.technician(technician), try Given.box(self.box))
            guard let challenge = CodeText(self.challenge)?.compact,
                challenge.utf8.count == TechnicianLogin.digits
            else {
                throw Failure(
                    "the challenge \"\(self.challenge)\": not eight digits; type what the box "
                        + "shows",
                    status: .wrongData)
            }
            let folder = try options.folder
            let known = try folder.opened().begin(writes: false).technician(id)
            let keys = try TechnicianKeyring(known, try pin.known(), on: box, in: folder)
            let reply = try keys.answer(challenge)
            var answer = Answer()
            answer.say("\(reply.prefix(4)) \(reply.suffix(4))")
            answer.put("technician", .integer(technician))
            answer.put("box", .string("\(box)"))
            answer.put("answer", .string(reply))
            answer.show(asJSON: options.json)
        }
    }
}

/// Where a PIN comes from: never from the command line, which others can read.
struct PINOptions: ParsableArguments {
    @Option(help: "A file with the PIN, in place of asking for it.")
    var pinFile: String?

    /// A PIN that is chosen: typed twice.
    func chosen() throws -> String {
        let pin = try known()
        guard pinFile == nil else { return pin }
        guard Terminal.askHidden("once more: ") == pin else {
            throw Failure("the PIN: it was not the same twice; choose it again")
        }
        return pin
    }

    /// A PIN that was chosen before.
    func known() throws -> String {
        if let pinFile {
            let text = try Given.file(pinFile)
            return try Given.pin(
                text.last == "\n" ? String(text.dropLast()) : text, from: "in \(pinFile)")
        }
        guard Terminal.isThere, let pin = Terminal.askHidden("PIN, not shown: ") else {
            throw Failure(
                "the PIN: there is no terminal to ask for it; run this in one, or give --pin-file",
                status: .noInput)
        }
        return try Given.pin(pin, from: "that was typed")
    }

    /// SHA-1 of `pin`, as RFC 6287 has it.
    static func hash(_ pin: String) -> [UInt8] {
        let hash = SoftwareTechnicianKeys.pinHash(of: pin)
        return unsafe hash.withBytes { unsafe Array($0) }
    }

    /// Whether `pin` is that of `technician`.
    static func isPIN(_ pin: String, of technician: FleetTechnician) -> Bool {
        hash(pin) == technician.pinHash
    }
}

/// What a technician answers a box with.
struct TechnicianKeyring {
    let technician: TechnicianID
    let pin: String
    /// The key on the box.
    let key: SecretBytes
    private let keys = SoftwareTechnicianKeys()

    /// Refuses a wrong PIN here, so that it costs no try at the box.
    init(
        _ technician: FleetTechnician, _ pin: String, on box: BoxID, in folder: FleetFolder
    ) throws {
        guard PINOptions.isPIN(pin, of: technician) else {
            throw Failure("the PIN: it is not that of technician \(technician.id); try again")
        }
        self.technician = technician.id
        self.pin = pin
        key = SoftwareTechnicianKeys.key(
            of: technician.id, on: box, master: try folder.technicians.load())
        keys.install(key, pin: pin, for: technician.id)
    }

    /// The eight digits that answer `challenge`.
    func answer(_ challenge: String) throws -> String {
        guard let answer = try TechnicianLogin.answer(to: challenge, by: technician, with: keys)
        else {
            throw Failure(
                "the challenge \"\(challenge)\": not eight digits; type what the box shows",
                status: .wrongData)
        }
        return answer
    }
}

extension FleetTransaction {
    /// The technician `id`, who is still one.
    func technician(_ id: TechnicianID) throws -> FleetTechnician {
        guard let technician = try technicians().first(where: { $0.id == id }),
            technician.removed == nil
        else {
            throw Failure(
                "the technician \(id): the fleet has none of this number; look in technician list",
                status: .wrongData)
        }
        return technician
    }
}
