public import Units

extension Tariff {
    /// The rule by which trips are priced, for people: what ``Tariff`` states, to be published
    /// beside the prices. A sentence a line.
    public static func rule(in language: Language) -> [String] {
        switch language {
        case .english:
            [
                "Time counts from the opening of the car to the end of the rental, as the box in "
                    + "the car measured it in seconds.",
                "Every hour begun costs the hour price, and every 24 hours from the opening cost "
                    + "at most the day price.",
                "You pay the cheapest mix of day prices and hours; each day price brings its "
                    + "included kilometres.",
                "Kilometres are charged by the metre, as the car's odometer shows them; the "
                    + "invoice states how exact that is.",
                "Where the owner asks for a late fee, every hour begun since the agreed end costs "
                    + "that much more, once the grace is over.",
                "All amounts are exact; only the total is rounded, once, to the nearest cent, "
                    + "half a cent upwards.",
                "Every line names the records of the box that it rests on, so that anyone with "
                    + "the log can compute it again.",
            ]
        case .french:
            [
                "Le temps court de l'ouverture de la voiture à la fin de la location, mesuré en "
                    + "secondes par le boîtier.",
                "Chaque heure entamée coûte le prix de l'heure, et chaque tranche de 24 heures "
                    + "depuis l'ouverture au plus le prix du jour.",
                "Vous payez la combinaison la moins chère de jours et d'heures ; chaque prix jour "
                    + "apporte ses kilomètres inclus.",
                "Les kilomètres sont comptés au mètre d'après le compteur du véhicule ; la "
                    + "facture en indique la précision.",
                "Si le propriétaire demande un supplément de retard, chaque heure entamée depuis "
                    + "la fin convenue coûte ce supplément, passé le délai de grâce.",
                "Tous les montants sont exacts ; seul le total est arrondi, une fois, au centime "
                    + "le plus proche, le demi-centime vers le haut.",
                "Chaque ligne cite les enregistrements du boîtier sur lesquels elle repose : "
                    + "quiconque a le journal peut la recalculer.",
            ]
        }
    }
}
