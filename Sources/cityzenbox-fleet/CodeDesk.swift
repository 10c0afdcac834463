import AccessCode
import Fleet
import FleetStore
import KeyStore
import Records
import Units

/// Where codes are made: one action on the database, one box, its book and its keys.
///
/// A code is made first, then it is made durable that it is disclosed, and only then shown.
struct CodeDesk {
    let action: FleetTransaction
    let folder: FleetFolder
    let now: WallTime
    private let bookAsRead: BookingBook
    var box: FleetBox
    var book: BookingBook

    /// The file of the cold master, where it is not where the fleet has it noted.
    var coldPath: String?

    /// Opens the desk for `id`, and keeps other programs off meanwhile.
    init(_ id: BoxID, _ options: FleetOptions, cold: String? = nil) throws {
        folder = try options.folder
        now = try options.time
        action = try folder.opened().begin()
        box = try action.knownBox(id)
        book = try action.book(of: id)
        bookAsRead = book
        coldPath = cold
    }

    /// Makes codes in the key epoch of the box.
    var issuer: CodeIssuer { CodeIssuer(box: box.id, keyEpoch: box.keyEpoch) }

    /// The keys of the key epoch of the box.
    func keys() throws -> SoftwareCodeKeys {
        let master =
            switch box.master {
            case .hot: try folder.master(folder.hot)
            case .cold: try cold()
            }
        let keys = SoftwareCodeKeys()
        keys.install(
            master.epochKey(of: box.id, in: box.keyEpoch), as: .epoch(box.keyEpoch))
        return keys
    }

    func cold() throws -> MasterKey {
        try folder.coldMaster(coldPath, try action.fleet())
    }

    /// Keeps everything that was done, and that a code is disclosed.
    func disclose(
        _ kind: DisclosedCode.Kind, _ detail: String, booking: Int? = nil
    ) throws {
        try action.put(box)
        try action.put(book, insteadOf: bookAsRead)
        try action.add(
            DisclosedCode(
                box: box.id, booking: booking, kind: kind, keyEpoch: box.keyEpoch,
                detail: detail, disclosed: now))
        try action.commit()
    }

    /// Keeps what was done without a code.
    func keep() throws {
        try action.put(book, insteadOf: bookAsRead)
        try action.commit()
    }

    /// What a driver reads of the car.
    func label() throws -> CarLabel {
        guard !box.plate.isEmpty else {
            throw Failure(
                "the car of box \(box.id): nobody said which one it is; say it with "
                    + "box label \(box.id) --plate PLATE --place PLACE")
        }
        return CarLabel(plate: box.plate, place: box.place)
    }
}

extension Answer {
    /// A message to a driver, ready to be sent.
    mutating func put(_ message: DriverMessage, to booking: Booking) {
        let text = message.text(in: booking.language)
        let parts = text.parts == 1 ? "1 text message" : "\(text.parts) text messages"
        say("to \(booking.driver ?? "nobody"), \(parts):")
        for line in text.text.split(separator: "\n") { say("  \(line)") }
        put("message", .string(text.text))
        put("parts", .integer(Int64(text.parts)))
        put("driver", .text(booking.driver))
    }

    /// A code, as it is typed and as programs have it.
    mutating func put(_ code: CodeText) {
        say("\(code)#")
        put("code", .string(code.compact))
    }
}

extension Booking {
    /// For programs.
    var json: CanonicalJSON {
        .object([
            "booking": .integer(Int64(number)), "state": .string(state.rawValue),
            "from": .time(window.lowerBound), "to": .time(window.upperBound),
            "driver": .text(driver), "language": .string(language.rawValue),
            "generation": rental.map { .integer(Int64($0.generation)) } ?? .null,
            "extensions": .integer(Int64(extensions)), "redeemed": .bool(isRedeemed),
            "returned": .time(returnedAt),
        ])
    }
}
