import AccessCode
import ArgumentParser
import Fleet
import FleetStore
import Records
import Units

/// `cityzenbox-fleet booking`: who has which car when.
struct BookingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "booking",
        abstract: "Bookings, and the text messages to their drivers.",
        discussion: """
            A booking of a car has a number in the book of its box. Its code has a generation \
            above every code ever disclosed whose time overlaps, so the newer one typed at the car \
            kills the older. The box searches four generations: a fifth is refused.
            """,
        subcommands: [Add.self, List.self, Show.self, Cancel.self])

    /// `cityzenbox-fleet booking add`
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Book a car, and print the text message with its code.")

        @OptionGroup var options: FleetOptions

        @Option(help: "The box: 16 hexadecimal digits.")
        var box: String

        @Option(help: "When it begins.")
        var from: String

        @Option(help: "When it ends.")
        var to: String

        @Option(help: "The driver's telephone number.")
        var driver: String

        @Option(help: "The language of the message: fr or en.")
        var language = "fr"

        func run() throws {
            let (from, to) = (try Given.time(self.from), try Given.time(self.to))
            let language = try Given.language(self.language)
            guard from < to else { throw BookingRefusal.noWindow }
            var desk = try CodeDesk(try Given.box(self.box), options)
            let label = try desk.label()
            let rental = try desk.book.book(
                from..<to, driver: driver, language: language, at: desk.now
            ).get()
            guard let booking = desk.book.booking(of: rental) else {
                preconditionFailure("what was booked is in the book")
            }
            let code = try desk.issuer.rental(rental, with: try desk.keys())
            try desk.disclose(.rental, "\(rental)", booking: booking.number)
            var answer = Answer()
            answer.say(
                "booking \(booking.number) of box \(desk.box.id), generation "
                    + "\(rental.generation): from \(rental.start.start.iso) to \(rental.end.iso)")
            answer.put(.code(code, car: label, window: booking.window), to: booking)
            answer.put("booking", .integer(Int64(booking.number)))
            answer.put("box", .string("\(desk.box.id)"))
            answer.put("code", .string(code.compact))
            answer.put("generation", .integer(Int64(rental.generation)))
            answer.put("from", .time(rental.start.start))
            answer.put("to", .time(rental.end))
            answer.show(asJSON: options.json)
        }
    }

    /// `cityzenbox-fleet booking list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the bookings of a box.")

        @OptionGroup var options: FleetOptions

        @Option(help: "The box: 16 hexadecimal digits.")
        var box: String

        @Flag(help: "Those that are over or cancelled, too.")
        var all = false

        func run() throws {
            let id = try Given.box(self.box)
            let now = try options.time
            let action = try options.folder.opened().begin(writes: false)
            _ = try action.knownBox(id)
            let bookings = try action.book(of: id).bookings.filter { all || $0.isLive(at: now) }
            var answer = Answer()
            var rows = [["booking", "from", "to", "driver", "generation", "state"]]
            for booking in bookings {
                rows.append([
                    "\(booking.number)", booking.window.lowerBound.iso,
                    booking.window.upperBound.iso, booking.driver ?? "-",
                    booking.rental.map { "\($0.generation)" } ?? "-", booking.state.rawValue,
                ])
            }
            for line in TableText.lines(rows) { answer.say(line) }
            answer.put("bookings", .array(bookings.map(\.json)))
            answer.show(asJSON: options.json)
        }
    }

    /// `cityzenbox-fleet booking show`
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a booking.")

        @OptionGroup var options: FleetOptions

        @Option(help: "The box: 16 hexadecimal digits.")
        var box: String

        @Argument(help: "The number of the booking.")
        var booking: Int

        func run() throws {
            let id = try Given.box(self.box)
            let action = try options.folder.opened().begin(writes: false)
            guard let booking = try action.book(of: id).booking(self.booking) else {
                throw BookingRefusal.unknown(self.booking)
            }
            var answer = Answer()
            let rows = [
                ["booking", "\(booking.number)"], ["state", booking.state.rawValue],
                ["from", booking.window.lowerBound.iso], ["to", booking.window.upperBound.iso],
                ["driver", booking.driver ?? "-"], ["language", booking.language.rawValue],
                ["generation", booking.rental.map { "\($0.generation)" } ?? "none"],
                ["extensions", "\(booking.extensions)"],
                ["opened the car", booking.isRedeemed ? "yes" : "not known"],
                ["back", booking.returnedAt?.iso ?? "not known"],
            ]
            for line in TableText.lines(rows) { answer.say(line) }
            answer.put("booking", booking.json)
            answer.show(asJSON: options.json)
        }
    }

    /// `cityzenbox-fleet booking cancel`
    struct Cancel: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Call a booking off, and print the text message that says so.",
            discussion: """
                The code still opens the car until a newer one for that time is typed there, or \
                `code revoke` is. The next code for that time is a newer one.
                """)

        @OptionGroup var options: FleetOptions

        @Option(help: "The box: 16 hexadecimal digits.")
        var box: String

        @Argument(help: "The number of the booking.")
        var booking: Int

        func run() throws {
            var desk = try CodeDesk(try Given.box(self.box), options)
            let label = try desk.label()
            let booking = try desk.book.cancel(self.booking).get()
            try desk.keep()
            var answer = Answer()
            answer.say("booking \(booking.number) is cancelled")
            answer.put(.cancelled(car: label, window: booking.window), to: booking)
            answer.put("booking", booking.json)
            answer.show(asJSON: options.json)
        }
    }
}
