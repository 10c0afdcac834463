public import Units

/// What one trip costs, in the parts that its invoice lists: every part is a count times a price.
public struct TripPrice: Hashable, Sendable {
    /// How many day prices are charged.
    public let days: Int64
    /// How many hour prices are charged, for the time that the days do not cover.
    public let hours: Int64
    /// The whole distance.
    public let distance: Metres
    /// How much of it the day prices bring with them.
    public let included: Metres
    /// How many hours carry the late surcharge.
    public let lateHours: Int64
    /// The exact price.
    public let amount: Millicents

    /// The longest time that is priced: 400 days.
    public static let durationMaximum: Int64 = 400 * 86_400
    /// The greatest distance that is priced: 100,000 km.
    public static let distanceMaximum = Metres.kilometres(100_000)

    /// The price of `duration` seconds, `distance` and a return `late` seconds after the agreed
    /// end.
    ///
    /// Traps when one is negative, or beyond ``durationMaximum`` or ``distanceMaximum``.
    public init(seconds duration: Int64, distance: Metres, late: Int64 = 0, tariff: Tariff) {
        precondition(
            duration >= 0 && duration <= Self.durationMaximum && late >= 0
                && late <= Self.durationMaximum,
            "a trip's time is between 0 and 400 days")
        precondition(
            distance >= .zero && distance <= Self.distanceMaximum,
            "a trip's distance is between 0 and 100,000 km")
        let days = Self.cheapestDays(duration, distance, tariff)
        self.days = days
        self.distance = distance
        hours = Self.hours(duration, besides: days)
        included = Self.included(days, distance, tariff)
        lateHours = Self.lateHours(late, tariff.lateFee)
        amount =
            Self.amount(days: days, duration, distance, tariff)
            + tariff.lateHourPrice * lateHours
    }

    /// The number of day prices with which the trip costs least; the fewest of equal ones.
    ///
    /// One more than the days begun never helps, because a day's kilometres are worth at most it.
    private static func cheapestDays(
        _ duration: Int64, _ distance: Metres, _ tariff: Tariff
    ) -> Int64 {
        let begun = (duration + 86_399) / 86_400
        var best: Int64 = 0
        var least = amount(days: 0, duration, distance, tariff)
        for days in 0...begun {
            let candidate = amount(days: days, duration, distance, tariff)
            if candidate < least { (best, least) = (days, candidate) }
        }
        return best
    }

    private static func amount(
        days: Int64, _ duration: Int64, _ distance: Metres, _ tariff: Tariff
    ) -> Millicents {
        let charged = distance - included(days, distance, tariff)
        return Millicents(tariff.perDay * days + tariff.perHour * hours(duration, besides: days))
            + tariff.price(of: charged)
    }

    private static func hours(_ duration: Int64, besides days: Int64) -> Int64 {
        (max(0, duration - days * 86_400) + 3599) / 3600
    }

    private static func included(_ days: Int64, _ distance: Metres, _ tariff: Tariff) -> Metres {
        min(distance, tariff.includedPerDay * days)
    }

    private static func lateHours(_ late: Int64, _ fee: LateFee?) -> Int64 {
        guard let fee, Milliseconds.seconds(late) > fee.grace else { return 0 }
        return min((late + 3599) / 3600, fee.hoursMaximum)
    }
}

extension Tariff {
    /// The exact price of `distance`, included or not.
    public func price(of distance: Metres) -> Millicents {
        // Cents per 1000 m times metres are thousandths of a cent.
        Millicents(perKilometre.count * distance.count)
    }

    /// The exact surcharge of one late hour; nothing where the owner asks for none.
    public var lateHourPrice: Millicents {
        Millicents(perHour.count * (lateFee?.surcharge.count ?? 0))
    }
}
