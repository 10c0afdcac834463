import AccessCode
import Box
import DeskScreen
import KeyStore
import Units

/// The phone at the desk: the codes that the fleet disclosed for this box, as text messages.
struct LivePhone {
    private let issuer: CodeIssuer
    private let keys: SoftwareCodeKeys
    private(set) var today: RentalID
    private let later: RentalID
    private let tomorrow: RentalID

    /// How long the first rental lasts.
    static let length = Milliseconds.hours(8)
    /// How long a rental that is booked at the desk lasts.
    static let lengthOfNext = Milliseconds.hours(2)
    /// By how much an extension moves the end.
    static let extensionLength = Milliseconds.hours(2)

    /// A phone with a rental that began ten minutes before `now`, and one of tomorrow.
    init(box: BoxID, keys: SoftwareCodeKeys, at now: WallTime) {
        issuer = CodeIssuer(box: box, keyEpoch: KeyEpoch(0))
        self.keys = keys
        today = Self.rental(from: now - .minutes(10), for: Self.length, generation: 0)
        later = Self.rental(from: today.end, for: Self.lengthOfNext, generation: 0)
        tomorrow = Self.rental(
            from: now - .minutes(10) + .days(1), for: Self.length, generation: 0)
    }

    /// Books the car again from `now`, over whatever was booked.
    mutating func book(at now: WallTime) {
        today = Self.rental(
            from: now, for: Self.lengthOfNext, generation: today.generation + 1)
    }

    /// The code called `name`, as it is at `now`, for a box that remembers `book`.
    func code(
        _ name: LiveScript.PhoneCode, at now: WallTime, _ book: CodeBook?
    ) throws(CodeKeyFailure) -> CodeText {
        switch name {
        case .code: return try issuer.rental(today, with: keys)
        case .later: return try issuer.rental(later, with: keys)
        case .tomorrow: return try issuer.rental(tomorrow, with: keys)
        case .owner:
            return try OneTimePassword.text(step: OneTimePassword.step(at: now), with: keys)
        case .extend:
            let (rental, duration, counter) = extended(book)
            return try issuer.extend(rental, to: duration, counter: counter, with: keys)
        case .time: return try issuer.time(now, with: keys)
        }
    }

    /// What the phone shows at `now`.
    func entries(
        at now: WallTime, _ book: CodeBook?
    ) throws(CodeKeyFailure) -> [LiveState.PhoneEntry] {
        let (rental, duration, _) = extended(book)
        var entries: [LiveState.PhoneEntry] = []
        for name in LiveScript.PhoneCode.allCases {
            let title: String
            let window: String
            switch name {
            case .code: (title, window) = ("your rental", Self.window(today))
            case .later: (title, window) = ("your rental later", Self.window(later))
            case .tomorrow: (title, window) = ("your rental tomorrow", Self.window(tomorrow))
            case .extend:
                title = "EXTEND your rental"
                window = "to \((rental.start.start + duration.length).iso)"
            case .owner:
                let rest =
                    OneTimePassword.period.count - now.milliseconds % OneTimePassword.period.count
                (title, window) = ("owner's password", "for \((rest + 999) / 1000) s more")
            case .time: (title, window) = ("TIME, by the hotline", "where the clock is lost")
            }
            let code = try code(name, at: now, book)
            entries.append(
                LiveState.PhoneEntry(title: title, code: code.description, window: window))
        }
        return entries
    }

    /// What the next extension extends, until when, and its counter.
    private func extended(_ book: CodeBook?) -> (RentalID, DurationIndex, UInt16) {
        let active = book?.active
        let rental = active?.rental ?? today
        let length = (active?.duration ?? rental.duration).length + Self.extensionLength
        let duration = DurationIndex(covering: length) ?? .maximum
        return (rental, duration, (active?.extensions ?? 0) + 1)
    }

    /// The rental from the quarter of an hour that holds `time`.
    private static func rental(
        from time: WallTime, for length: Milliseconds, generation: UInt16
    ) -> RentalID {
        guard let start = Slot(containing: time), let duration = DurationIndex(covering: length)
        else { preconditionFailure("rentals of a day begin after 2012 and have a code") }
        return RentalID(start: start, duration: duration, generation: generation)
    }

    private static func window(_ rental: RentalID) -> String {
        "\(rental.start.start.iso), \(rental.duration)"
    }
}
