internal import Records
internal import Units

/// How numbers and facts of an invoice are worded in one language.
struct InvoiceWords {
    let language: Language

    /// The one of two texts that is in this language.
    func pick(_ english: String, _ french: String) -> String {
        switch language {
        case .english: english
        case .french: french
        }
    }

    /// `10.87800`: money to the thousandth of a cent.
    func exact(_ amount: Millicents) -> String { decimal(amount.count, places: 5) }

    /// `10.88`: money to the cent.
    func money(_ amount: Cents) -> String { decimal(amount.count, places: 2) }

    /// A unit price: to the cent where that is exact.
    func price(_ amount: Millicents) -> String {
        amount.count.isMultiple(of: 1000) ? money(amount.roundedToCents) : exact(amount)
    }

    /// `43.512 km`
    func kilometres(_ distance: Metres) -> String { decimal(distance.count, places: 3) + " km" }

    /// `8 h 00 min 12 s`
    func duration(_ seconds: Int64) -> String {
        let parts = [seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(seconds / 3600) h \(parts[0]) min \(parts[1]) s"
    }

    /// `2012-05-12 12:00 CEST`
    func time(_ time: WallTime) -> String {
        let local = ParisTime(time)
        let civil = local.civil
        let two = [civil.month, civil.day, civil.hour, civil.minute]
            .map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(civil.year)-\(two[0])-\(two[1]) \(two[2]):\(two[3]) \(local.zone)"
    }

    func quantity(_ line: InvoiceLine) -> String {
        switch line.kind {
        case .days:
            count(line, pick("day", "jour"), pick(" of 24 h", " de 24 h"))
        case .hours:
            count(
                line, pick("hour", "heure"),
                pick(" begun", line.quantity == 1 ? " entamée" : " entamées"))
        case .distance: kilometres(Metres(line.quantity))
        case .included: kilometres(Metres(line.quantity)) + pick(" included", " inclus")
        case .late:
            count(line, pick("hour", "heure"), pick(" late", " de retard"))
        }
    }

    /// Both languages make the plural of these words with an s.
    private func count(_ line: InvoiceLine, _ word: String, _ rest: String) -> String {
        "\(line.quantity) \(word)\(line.quantity == 1 ? "" : "s")\(rest)"
    }

    func quality(_ quality: DistanceQuality) -> String {
        switch quality {
        case .odometer: pick("the car's odometer", "compteur du véhicule")
        case .odometerAndPulses:
            pick(
                "the car's odometer, wheel counter between",
                "compteur du véhicule, compte-tours de roue entre deux")
        case .odometerAndSpeed:
            pick(
                "the car's odometer, speed between", "compteur du véhicule, vitesse entre deux")
        case .speed: pick("speed alone, a fallback", "vitesse seule, à défaut du compteur")
        case .none: pick("nothing", "rien")
        }
    }

    func note(_ flag: TripFlag) -> String {
        switch flag {
        case .odometerGap:
            pick("the odometer was not read all the way", "compteur non lu sur tout le trajet")
        case .odometerStale:
            pick("the odometer was not read at the end", "compteur non lu à la fin")
        case .odometerUnconfirmed:
            pick("the odometer is not confirmed yet", "compteur pas encore confirmé")
        case .odometerUnit:
            pick("the odometer's unit was uncertain", "unité du compteur incertaine")
        case .odometerJump: pick("the odometer jumped", "saut du compteur")
        case .odometerBack: pick("the odometer went back", "recul du compteur")
        case .clockStep: pick("the clock was set during the trip", "horloge réglée en route")
        case .rebooted: pick("the box restarted", "redémarrage du boîtier")
        case .powerLoss: pick("the box lost its supply", "boîtier privé de courant")
        case .canLost: pick("the car's bus fell silent", "réseau du véhicule muet")
        case .lateClose: pick("back after the agreed end", "retour après la fin convenue")
        case .offline: pick("no network during the trip", "sans réseau pendant le trajet")
        case .doorOpen: pick("a door stood open at the end", "porte ouverte à la fin")
        }
    }

    private func decimal(_ number: Int64, places: Int) -> String {
        let digits = String(number.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return (number < 0 ? "-" : "") + padded.dropLast(places) + pick(".", ",")
            + padded.suffix(places)
    }
}
