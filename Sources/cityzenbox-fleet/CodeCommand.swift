import AccessCode
import ArgumentParser
import Fleet
import FleetStore
import KeyStore
import Records
import Units

/// `cityzenbox-fleet code`: codes of bookings once more, and codes of other kinds.
struct CodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "code",
        abstract: "Codes: issue again, extend, revoke, tell the time, switch keys.",
        discussion: "That a code is disclosed is durable before it is printed.",
        subcommands: [Issue.self, Extend.self, Revoke.self, Time.self, KeySwitch.self])

    /// `cityzenbox-fleet code issue`
    struct Issue: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the message of a booking again, in the key epoch of now.",
            discussion: "After KEYSWITCH, or a new log epoch, the code is another one.")

        @OptionGroup var options: FleetOptions
        @OptionGroup var target: BookingOptions

        func run() throws {
            let desk = try target.desk(options)
            let booking = try target.found(in: desk)
            guard let rental = booking.rental, booking.state == .issued else {
                throw BookingRefusal.state(booking.state)
            }
            let (label, keys) = (try desk.label(), try desk.keys())
            let code = try desk.issuer.rental(rental, with: keys)
            // What was extended needs its extension as well: a code says its own end only.
            let more =
                booking.extensions == 0
                ? nil
                : try desk.issuer.extend(
                    rental, to: booking.duration, counter: booking.extensions, with: keys)
            try desk.disclose(.rental, "\(rental)", booking: booking.number)
            let window =
                booking.window.lowerBound..<min(booking.window.upperBound, rental.end)
            var answer = Answer()
            if let more {
                answer.put(
                    .extended(more, car: label, until: booking.window.upperBound), to: booking)
            }
            answer.put("extension", .text(more?.compact))
            answer.put("extensionMessage", more == nil ? .null : answer.members["message"])
            answer.put(.code(code, car: label, window: window), to: booking)
            answer.put("booking", .integer(Int64(booking.number)))
            answer.put("code", .string(code.compact))
            answer.show(asJSON: options.json)
        }
    }

    /// `cityzenbox-fleet code extend`
    struct Extend: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a booking last longer, and print the text message.",
            discussion: """
                An extension adds at most 7 days, and is typed until 2 hours after the old end. \
                Two may be out that nobody knows to have been typed.
                """)

        @OptionGroup var options: FleetOptions
        @OptionGroup var target: BookingOptions

        @Option(name: .customLong("by"), help: "How much longer: 90m, 2h or 3d.")
        var length: String

        func run() throws {
            let length = try Given.length(self.length)
            var desk = try target.desk(options)
            let label = try desk.label()
            let more = try desk.book.extend(target.booking, by: length, at: desk.now).get()
            let booking = try target.found(in: desk)
            let code = try desk.issuer.extend(
                more.rental, to: more.duration, counter: more.counter, with: try desk.keys())
            try desk.disclose(
                .extend, "\(more.rental) to \(more.duration), counter \(more.counter)",
                booking: booking.number)
            var answer = Answer()
            answer.say("booking \(booking.number) lasts until \(more.until.iso)")
            answer.put(.extended(code, car: label, until: more.until), to: booking)
            answer.put("booking", .integer(Int64(booking.number)))
            answer.put("code", .string(code.compact))
            answer.put("counter", .integer(Int64(more.counter)))
            answer.put("until", .time(more.until))
            answer.show(asJSON: options.json)
        }
    }

    /// `cityzenbox-fleet code revoke`
    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a code that closes every code of a box up to a start.",
            discussion: """
                Whoever is at the car types it. Bookings that start so early, and are not known to \
                have opened the car, are cancelled; no code is issued any more for so early a start.
                """)

        @OptionGroup var options: FleetOptions

        @Option(help: "The box: 16 hexadecimal digits.")
        var box: String

        @Option(help: "Every code that starts then or earlier is closed; rounded up to an hour.")
        var through: String

        func run() throws {
            let time = try Given.time(through)
            var desk = try CodeDesk(try Given.box(self.box), options)
            let target = try RevokeTarget.slot(closing: time, at: desk.now)
            if let before = desk.book.revokedThrough, target < before {
                throw Failure(
                    "revoke codes of box \(desk.box.id) through \(target.start.iso): a code "
                        + "through \(before.start.iso) is disclosed; give that time or a later one")
            }
            let code = try desk.issuer.revoke(through: target, with: try desk.keys())
            let closed = desk.book.revoke(through: target)
            try desk.disclose(.revoke, "through \(target.start.iso)")
            var answer = Answer()
            answer.put(code)
            answer.say("closes every code of box \(desk.box.id) up to \(target.start.iso)")
            if !closed.isEmpty {
                let numbers = closed.map { "\($0)" }.joined(separator: ", ")
                answer.say("cancelled: booking \(numbers); tell the drivers")
            }
            answer.put("through", .time(target.start))
            answer.put("cancelled", .array(closed.map { .integer(Int64($0)) }))
            answer.show(asJSON: options.json)
        }
    }

    /// `cityzenbox-fleet code time`
    struct Time: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a TIME code, for a box whose clock is lost.",
            discussion: """
                It names the start of five minutes, and is typed within ten more. The box takes \
                none that names an earlier time than the last. Give it to somebody who is at the \
                car now: one that is kept sets the clock late.
                """)

        @OptionGroup var options: FleetOptions

        @Option(help: "The box: 16 hexadecimal digits.")
        var box: String

        func run() throws {
            var desk = try CodeDesk(try Given.box(self.box), options)
            if let last = desk.box.lastTime, desk.now < last {
                throw Failure(
                    "a TIME code for box \(desk.box.id): one for \(last.iso) is disclosed, and "
                        + "this machine's clock says \(desk.now.iso); set the clock")
            }
            let code = try desk.issuer.time(desk.now, with: try desk.keys())
            desk.box.lastTime = desk.now
            try desk.disclose(.time, desk.now.iso)
            var answer = Answer()
            answer.put(code)
            answer.say("for box \(desk.box.id), to be typed within ten minutes")
            answer.put("time", .time(desk.now))
            answer.show(asJSON: options.json)
        }
    }

    /// `cityzenbox-fleet code keyswitch`
    struct KeySwitch: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "keyswitch",
            abstract: "Print the code that retires the key epoch of a box; there is no way back.",
            discussion: """
                For when the hot master was copied: once it is typed, no code of the old epoch \
                opens any more; have it typed at once. From then on codes of this box come of the \
                cold master, until the \
                box is enrolled again. Issue the codes of its bookings again.
                """)

        @OptionGroup var options: FleetOptions

        @Option(help: "The box: 16 hexadecimal digits.")
        var box: String

        @Option(help: "The file of the cold master, where it is not in its usual place.")
        var cold: String?

        func run() throws {
            var desk = try CodeDesk(try Given.box(self.box), options, cold: cold)
            // The spare was used: the same code once more, for there is no other.
            let isAgain = desk.box.master == .cold
            let old = isAgain ? KeyEpoch(desk.box.keyEpoch.number - 1) : desk.box.keyEpoch
            guard old.number < UInt16.max else {
                throw Failure("box \(desk.box.id): it is in the last key epoch; enrol another box")
            }
            let keys = SoftwareCodeKeys()
            keys.install(
                try desk.cold().epochKey(of: desk.box.id, in: old.next), as: .coldSpare(old.next))
            let code = try CodeIssuer(box: desk.box.id, keyEpoch: old).keySwitch(with: keys)
            desk.box.keyEpoch = old.next
            desk.box.master = .cold
            try desk.disclose(.keySwitch, "to \(old.next)")
            let live = desk.book.bookings.filter { $0.isLive(at: desk.now) }.map(\.number)
            var answer = Answer()
            answer.put(code)
            answer.say(
                "retires key epoch \(old) of box \(desk.box.id)"
                    + (isAgain ? "; it was disclosed before" : ""))
            if !live.isEmpty {
                let numbers = live.map { "\($0)" }.joined(separator: ", ")
                answer.say("issue the codes of these bookings again: \(numbers)")
            }
            answer.say("codes of this box need the cold master until it is enrolled again")
            answer.put("keyEpoch", .integer(Int64(old.next.number)))
            answer.put("isAgain", .bool(isAgain))
            answer.put("bookings", .array(live.map { .integer(Int64($0)) }))
            answer.show(asJSON: options.json)
        }
    }
}

/// A booking of a box.
struct BookingOptions: ParsableArguments {
    @Option(help: "The box: 16 hexadecimal digits.")
    var box: String

    @Option(help: "The number of the booking.")
    var booking: Int

    @Option(help: "The file of the cold master, where codes come of it after KEYSWITCH.")
    var cold: String?

    func desk(_ options: FleetOptions) throws -> CodeDesk {
        try CodeDesk(try Given.box(box), options, cold: cold)
    }

    func found(in desk: CodeDesk) throws -> Booking {
        guard let found = desk.book.booking(booking) else {
            throw BookingRefusal.unknown(booking)
        }
        return found
    }
}

/// What a REVOKE code can name: full hours, from a day ago to thirty days ahead.
enum RevokeTarget {
    static func slot(closing time: WallTime, at now: WallTime) throws -> Slot {
        let up = time + .minutes(60) - Milliseconds(1)
        guard let slot = Slot(containing: up) else { throw refusal(time) }
        let target = Slot(slot.number / 4 * 4)
        // An hour less than the box searches, for the code is typed later, by another clock.
        guard target.start > now - .hours(23), target.start < now + .hours(719) else {
            throw refusal(time)
        }
        return target
    }

    private static func refusal(_ time: WallTime) -> Failure {
        Failure(
            "revoke codes through \(time.iso): the code can name a time from 23 hours ago to 29 "
                + "days ahead; give one of these", status: .wrongData)
    }
}
