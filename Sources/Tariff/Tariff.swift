public import Units

/// What an owner asks for the car.
///
/// The rule, in full:
/// - **Time** is the trip's `durS`, seconds of elapsed time from the opening of the car to the end
///   of the rental, so summer time, time zones and a wrong clock change nothing. Every hour that
///   was begun costs the hour price. Every 24 hours, counted from the opening, cost at most the
///   day price: what is charged is the cheapest mix of day prices and hours that covers the time.
/// - **Distance** is the trip's `distM`, to the metre. Where kilometres are included, each day
///   price that is charged brings them; hours bring none. They are never worth more than the day,
///   so keeping the car longer or driving further never makes a trip cheaper.
/// - **A late return** costs a surcharge, if the owner asks for one: see ``LateFee``.
/// - **One rounding**, once, of the invoice's total: to a cent, half a cent away from zero. All
///   amounts before that are exact, in thousandths of a cent.
public struct Tariff: Hashable, Sendable {
    /// The name, for people.
    public let name: String
    /// ISO 4217, such as `EUR`; its minor unit is the hundredth.
    public let currency: String
    /// The price of an hour begun, at most ``hourMaximum``.
    public let perHour: Cents
    /// The most that 24 hours cost; at least an hour and at most 24 of them.
    public let perDay: Cents
    /// The price of a kilometre, charged by the metre; at most ``kilometreMaximum``.
    public let perKilometre: Cents
    /// The distance that each day price brings with it; zero for none.
    public let includedPerDay: Metres
    /// The surcharge for a late return, where there is one.
    public let lateFee: LateFee?

    /// The greatest hour price: 1000.00.
    public static let hourMaximum = Cents(100_000)
    /// The greatest price of a kilometre: 100.00.
    public static let kilometreMaximum = Cents(10_000)

    /// A tariff of these prices.
    ///
    /// - Throws: ``TariffFault`` naming the price that cannot be meant.
    public init(
        name: String, currency: String = "EUR", perHour: Cents, perDay: Cents,
        perKilometre: Cents, includedPerDay: Metres = .zero, lateFee: LateFee? = nil
    ) throws(TariffFault) {
        guard currency.utf8.count == 3, currency.utf8.allSatisfy({ $0 >= 0x41 && $0 <= 0x5A })
        else { throw .currency(currency) }
        guard perHour > .zero, perHour <= Self.hourMaximum else { throw .hour(perHour) }
        guard perDay >= perHour, perDay <= perHour * 24 else { throw .day(perDay) }
        guard perKilometre >= .zero, perKilometre <= Self.kilometreMaximum else {
            throw .kilometre(perKilometre)
        }
        guard includedPerDay >= .zero, includedPerDay <= .kilometres(100_000),
            includedPerDay.count * perKilometre.count <= perDay.count * 1000
        else { throw .included(includedPerDay) }
        self.init(
            stating: name, currency, perHour, perDay, perKilometre, includedPerDay, lateFee)
    }

    init(
        stating name: String, _ currency: String, _ perHour: Cents, _ perDay: Cents,
        _ perKilometre: Cents, _ includedPerDay: Metres = .zero, _ lateFee: LateFee? = nil
    ) {
        self.name = name
        self.currency = currency
        self.perHour = perHour
        self.perDay = perDay
        self.perKilometre = perKilometre
        self.includedPerDay = includedPerDay
        self.lateFee = lateFee
    }
}

/// What a late return costs, on top of the time itself, which is charged as any other.
///
/// A return is late when the box says so (`lateClose`) and the end, `openWall` + `durS`, lies more
/// than the grace behind the agreed end with its extensions. Then every hour begun since the agreed
/// end costs ``surcharge`` of the hour price. A box that did not know the time charges none.
public struct LateFee: Hashable, Sendable {
    /// How late is not yet late; at most a day.
    public let grace: Milliseconds
    /// The share of the hour price that is added, at most 9000 ‰: 500 ‰ makes one and a half.
    public let surcharge: PerMille
    /// The most hours that are surcharged in one trip, 1...744.
    public let hoursMaximum: Int64

    /// A surcharge after `grace`, by default a quarter of an hour, on at most `hoursMaximum` hours.
    ///
    /// - Throws: ``TariffFault/lateFee`` when a number is out of its range.
    public init(
        surcharge: PerMille, grace: Milliseconds = .minutes(15), hoursMaximum: Int64 = 24
    ) throws(TariffFault) {
        guard surcharge > .zero, surcharge <= PerMille(9000), grace >= .zero, grace <= .days(1),
            hoursMaximum >= 1, hoursMaximum <= 744
        else { throw .lateFee }
        self.surcharge = surcharge
        self.grace = grace
        self.hoursMaximum = hoursMaximum
    }
}

/// Why numbers make no tariff.
public enum TariffFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The currency is not three capital letters.
    case currency(String)
    /// The hour is free, negative or dearer than ``Tariff/hourMaximum``.
    case hour(Cents)
    /// The day is cheaper than an hour or dearer than 24 of them.
    case day(Cents)
    /// The kilometre is negative or dearer than ``Tariff/kilometreMaximum``.
    case kilometre(Cents)
    /// The included distance is negative or worth more than the day.
    case included(Metres)
    /// The late fee's surcharge, grace or limit is out of range.
    case lateFee
    /// This member of its JSON is missing or of another type.
    case member(String)

    /// One line for people: what is wrong and what would be right.
    public var description: String {
        switch self {
        case .currency(let text):
            "the currency \"\(text)\" is not a code of three capital letters, such as EUR"
        case .hour(let price):
            "the hour price of \(price) is not between 1 and \(Tariff.hourMaximum)"
        case .day(let price):
            "the day price of \(price) is not between one hour price and 24 of them"
        case .kilometre(let price):
            "the price of \(price) a kilometre is not between 0 and \(Tariff.kilometreMaximum)"
        case .included(let distance):
            "\(distance) included a day are negative or worth more than the day price"
        case .lateFee:
            "the late fee needs a surcharge of 1 to 9000 per mille, a grace of at most a day "
                + "and 1 to 744 hours"
        case .member(let name): "the member \"\(name)\" is missing or of another type"
        }
    }
}

extension Tariff {
    /// Tariffs as owners set them, by the day, the hour and the kilometre in EUR.
    public static let owners: [Tariff] = [
        Tariff(stating: "43 / 5.50 / 0.25", "EUR", Cents(550), Cents(4300), Cents(25)),
        Tariff(stating: "30 / 5.00 / 0.50", "EUR", Cents(500), Cents(3000), Cents(50)),
        Tariff(stating: "35 / 4.40 / 0.13", "EUR", Cents(440), Cents(3500), Cents(13)),
        Tariff(stating: "38 / 4.75 / 0.19", "EUR", Cents(475), Cents(3800), Cents(19)),
        Tariff(stating: "60 / 7.50 / 0.21", "EUR", Cents(750), Cents(6000), Cents(21)),
        Tariff(stating: "30 / 3.50 / 0.26", "EUR", Cents(350), Cents(3000), Cents(26)),
    ]
}
