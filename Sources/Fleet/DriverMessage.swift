public import AccessCode
public import Units

/// What the fleet writes to a driver: at most two text messages, in seven-bit characters.
///
/// Times are those of clocks in France; in the hour that autumn shows twice, the zone stands
/// behind them. A place too long for the message is cut, nothing else ever is.
public enum DriverMessage: Hashable, Sendable {
    /// The booking stands, and this code opens the car.
    case code(CodeText, car: CarLabel, window: Range<WallTime>)
    /// The rental lasts longer once this code is typed.
    case extended(CodeText, car: CarLabel, until: WallTime)
    /// The booking was called off.
    case cancelled(car: CarLabel, window: Range<WallTime>)

    /// The most text messages that one of these is sent as.
    public static let partsMaximum = 2

    /// The message in `language`.
    public func text(in language: Language) -> SMSText {
        switch self {
        case .code(let code, let car, let window):
            Self.code(code, car, window, language)
        case .extended(let code, let car, let until):
            Self.extended(code, car, until, language)
        case .cancelled(let car, let window):
            Self.cancelled(car, window, language)
        }
    }

    private static func code(
        _ code: CodeText, _ car: CarLabel, _ window: Range<WallTime>, _ language: Language
    ) -> SMSText {
        let from = time(window.lowerBound, language)
        let until = time(window.upperBound, language)
        return fit(car.place) { place in
            switch language {
            case .english:
                """
                Car \(car.plate): \(place)
                Code \(code)#
                \(from) until \(until), Paris time.
                "Too early" means wait: the code keeps. Doors open up to 30 min early if the \
                car is free.
                To end: park, ignition off, doors shut, 363# (END).
                """
            case .french:
                """
                Voiture \(car.plate) : \(place)
                Code \(code)#
                Du \(from) au \(until), heure de Paris.
                "Trop tôt" : attendez, le code reste bon. Ouverture jusqu'à 30 min avant si la \
                voiture est libre.
                Pour finir : garez, contact coupé, portes fermées, 363# (END).
                """
            }
        }
    }

    private static func extended(
        _ code: CodeText, _ car: CarLabel, _ until: WallTime, _ language: Language
    ) -> SMSText {
        let until = time(until, language)
        return switch language {
        case .english:
            SMSText(
                """
                Car \(car.plate) is yours until \(until), Paris time, once you type this at the \
                car: \(code)#
                Type it before the old end, or at most 2 h after.
                """)
        case .french:
            SMSText(
                """
                Voiture \(car.plate) : à vous jusqu'au \(until), heure de Paris, dès que vous \
                tapez sur la voiture : \(code)#
                À taper avant l'ancienne fin, au plus tard 2 h après.
                """)
        }
    }

    private static func cancelled(
        _ car: CarLabel, _ window: Range<WallTime>, _ language: Language
    ) -> SMSText {
        let from = time(window.lowerBound, language)
        let until = time(window.upperBound, language)
        return switch language {
        case .english:
            SMSText(
                """
                Car \(car.plate), \(from) until \(until), Paris time: the booking is cancelled. \
                Do not use its code any more.
                """)
        case .french:
            SMSText(
                """
                Voiture \(car.plate), du \(from) au \(until), heure de Paris : réservation \
                annulée. N'utilisez plus son code.
                """)
        }
    }

    /// The message with as much of `place` as two text messages hold.
    private static func fit(_ place: String, _ message: (String) -> String) -> SMSText {
        let place = SMSText(place)
        let whole = SMSText(message(place.text))
        guard whole.parts > partsMaximum else { return whole }
        // 306 septets fill two parts; one may stay empty before a two-septet character.
        let rest = whole.septets - place.septets
        return SMSText(message(place.cut(to: max(3, 305 - rest)).text))
    }

    private static func time(_ time: WallTime, _ language: Language) -> String {
        let local = ParisTime(time)
        let zone = local.isAmbiguous ? " \(local.zone)" : ""
        let clock = "\(two(local.civil.hour)):\(two(local.civil.minute))"
        return switch language {
        case .english:
            "\(englishDays[local.weekday]) \(local.civil.day) "
                + "\(englishMonths[Int(local.civil.month) - 1]) \(clock)\(zone)"
        case .french:
            "\(frenchDays[local.weekday]) \(two(local.civil.day))/\(two(local.civil.month)) "
                + "\(clock)\(zone)"
        }
    }

    private static func two(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    private static let englishDays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let frenchDays = ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."]
    private static let englishMonths = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

/// How a driver finds the car.
public struct CarLabel: Hashable, Sendable {
    /// The number plate; at most ``plateMaximum`` characters, longer ones are cut.
    public let plate: String
    /// Where it stands, in words.
    public let place: String

    /// The longest plate that is written out.
    public static let plateMaximum = 16

    /// The car with this plate at this place.
    public init(plate: String, place: String) {
        self.plate = String(plate.prefix(Self.plateMaximum))
        self.place = place
    }
}
