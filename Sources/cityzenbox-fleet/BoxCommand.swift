import ArgumentParser
import Fleet
import FleetStore
import Records
import Units

/// `cityzenbox-fleet box`: the boxes of the fleet.
struct BoxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "box",
        abstract: "The boxes of the fleet; `enrol` brings new ones in.",
        subcommands: [List.self, Show.self, Label.self, Retire.self])

    /// `cityzenbox-fleet box list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the boxes.")

        @OptionGroup var options: FleetOptions

        func run() throws {
            let boxes = try options.folder.opened().begin(writes: false).boxes()
            var answer = Answer()
            var rows = [["box", "plate", "profile", "key epoch", "log epoch", "state"]]
            for box in boxes {
                rows.append([
                    "\(box.id)", box.plate.isEmpty ? "-" : box.plate, box.profile ?? "-",
                    "\(box.keyEpoch), \(box.master.rawValue)", "\(box.logEpoch)",
                    box.retired == nil ? "in use" : "retired",
                ])
            }
            for line in TableText.lines(rows) { answer.say(line) }
            answer.put("boxes", .array(boxes.map(\.json)))
            answer.show(asJSON: options.json)
        }
    }

    /// `cityzenbox-fleet box show`
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a box, its enrolments and the codes that were disclosed for it.")

        @OptionGroup var options: FleetOptions

        @Argument(help: "The box: 16 hexadecimal digits.")
        var box: String

        func run() throws {
            let id = try Given.box(self.box)
            let action = try options.folder.opened().begin(writes: false)
            guard let box = try action.box(id) else {
                throw Failure(
                    "the box \(id): the fleet does not know it; look it up in box list",
                    status: .wrongData)
            }
            let (enrolments, codes) = (try action.enrolments(of: id), try action.codes(of: id))
            let book = try action.book(of: id)
            var answer = Answer()
            let rows = [
                ["box", "\(id)"], ["car", "\(box.plate.isEmpty ? "-" : box.plate): \(box.place)"],
                ["profile", box.profile ?? "unknown"],
                ["key epoch", "\(box.keyEpoch), of the \(box.master.rawValue) master"],
                ["log epoch", "\(box.logEpoch)"], ["bookings", "\(book.bookings.count)"],
                ["since", box.enrolled.iso], ["retired", box.retired?.iso ?? "no"],
            ]
            for line in TableText.lines(rows) { answer.say(line) }
            answer.say("enrolments")
            for enrolment in enrolments {
                answer.say(
                    "  \(enrolment.issued.iso)  certificate \(enrolment.serial), key epoch "
                        + "\(enrolment.keyEpoch), log epoch \(enrolment.logEpoch), firmware "
                        + "\(enrolment.firmware), keys in \(enrolment.backend)")
            }
            answer.say("codes that were disclosed, never their digits")
            for code in codes {
                let booking = code.booking.map { ", booking \($0)" } ?? ""
                answer.say(
                    "  \(code.disclosed.iso)  \(code.kind.rawValue) \(code.detail), key epoch "
                        + "\(code.keyEpoch)\(booking)")
            }
            answer.put("box", box.json)
            answer.put("enrolments", .array(enrolments.map(\.json)))
            answer.put("codes", .array(codes.map(\.json)))
            answer.show(asJSON: options.json)
        }
    }

    /// `cityzenbox-fleet box label`
    struct Label: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say which car a box is in, and where it stands: drivers read it.")

        @OptionGroup var options: FleetOptions

        @Argument(help: "The box: 16 hexadecimal digits.")
        var box: String

        @Option(help: "The number plate.")
        var plate: String?

        @Option(help: "Where the car stands.")
        var place: String?

        func run() throws {
            let id = try Given.box(self.box)
            let database = try options.folder.opened()
            let action = try database.begin()
            var box = try action.knownBox(id)
            box.plate = plate ?? box.plate
            box.place = place ?? box.place
            try action.put(box)
            try action.commit()
            var answer = Answer()
            answer.say("box \(id) is in \(box.plate): \(box.place)")
            answer.put("box", box.json)
            answer.show(asJSON: options.json)
        }
    }

    /// `cityzenbox-fleet box retire`
    struct Retire: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a box out: no code is issued for it any more.",
            discussion: "Wipe the box itself at its console. Bookings must be over or cancelled.")

        @OptionGroup var options: FleetOptions

        @Argument(help: "The box: 16 hexadecimal digits.")
        var box: String

        func run() throws {
            let id = try Given.box(self.box)
            let now = try options.time
            let database = try options.folder.opened()
            let action = try database.begin()
            var box = try action.knownBox(id)
            let book = try action.book(of: id)
            if let live = book.bookings.first(where: { $0.isLive(at: now) }) {
                throw Failure(
                    "retire box \(id): booking \(live.number) lasts until "
                        + "\(live.window.upperBound.iso); cancel it first, or wait")
            }
            box.retired = now
            try action.put(box)
            try action.commit()
            var answer = Answer()
            answer.say("box \(id) is retired; wipe it at its console")
            answer.put("box", box.json)
            answer.show(asJSON: options.json)
        }
    }
}

extension Booking {
    /// Whether somebody counts on it.
    func isLive(at now: WallTime) -> Bool { state == .issued && window.upperBound > now }
}

extension FleetBox {
    /// For programs.
    var json: CanonicalJSON {
        .object([
            "box": .string("\(id)"), "plate": .string(plate), "place": .string(place),
            "profile": .text(profile), "keyEpoch": .integer(Int64(keyEpoch.number)),
            "master": .string(master.rawValue), "logEpoch": .integer(Int64(logEpoch)),
            "enrolled": .time(enrolled), "retired": .time(retired),
        ])
    }
}

extension Enrolment {
    /// For programs.
    var json: CanonicalJSON {
        .object([
            "issued": .time(issued), "serial": .string(serial),
            "keyEpoch": .integer(Int64(keyEpoch.number)), "logEpoch": .integer(Int64(logEpoch)),
            "firmware": .string(firmware), "backend": .string(backend), "nonce": .string(nonce),
        ])
    }
}

extension DisclosedCode {
    /// For programs.
    var json: CanonicalJSON {
        .object([
            "disclosed": .time(disclosed), "kind": .string(kind.rawValue),
            "detail": .string(detail), "keyEpoch": .integer(Int64(keyEpoch.number)),
            "booking": booking.map { .integer(Int64($0)) } ?? .null,
        ])
    }
}
