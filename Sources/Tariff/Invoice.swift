internal import Records
public import Units

/// One line of an invoice: a quantity, the price of one, and where the quantity comes from.
public struct InvoiceLine: Hashable, Sendable {
    /// What is charged.
    public enum Kind: String, CaseIterable, Sendable {
        /// Day prices.
        case days
        /// Hours begun.
        case hours
        /// Metres driven; the price is that of a kilometre.
        case distance
        /// Metres included in the day prices, taken off; the price is that of a kilometre.
        case included
        /// Hours begun after the agreed end, surcharged.
        case late
    }

    /// What is charged.
    public let kind: Kind
    /// How many: days, hours or metres. Negative where it is taken off.
    public let quantity: Int64
    /// The price of a day, an hour or a kilometre.
    public let unitPrice: Millicents
    /// The exact amount: quantity times price, of which a thousandth where the quantity is metres.
    public let amount: Millicents
    /// The records that state the quantity.
    public let citations: [RecordID]
}

/// A trip as an invoice states it.
public struct InvoiceTrip: Hashable, Sendable {
    /// The records that it rests on.
    public let trip: BilledTrip
    /// Its lines, in the order of ``InvoiceLine/Kind``; those that charge nothing are left out,
    /// but the distance is always stated.
    public let lines: [InvoiceLine]

    init(_ trip: BilledTrip, tariff: Tariff) {
        let price = TripPrice(
            seconds: trip.close.duration, distance: trip.close.distance, late: trip.lateness,
            tariff: tariff)
        let kilometre = Millicents(tariff.perKilometre)
        let cites = [trip.record]
        func line(
            _ kind: InvoiceLine.Kind, _ quantity: Int64, _ unit: Millicents, _ amount: Millicents,
            citing records: [RecordID]
        ) -> InvoiceLine {
            InvoiceLine(
                kind: kind, quantity: quantity, unitPrice: unit, amount: amount,
                citations: records)
        }
        let day = Millicents(tariff.perDay)
        let hour = Millicents(tariff.perHour)
        let late = tariff.lateHourPrice
        let all = [
            line(.days, price.days, day, day * price.days, citing: cites),
            line(.hours, price.hours, hour, hour * price.hours, citing: cites),
            line(
                .distance, price.distance.count, kilometre, tariff.price(of: price.distance),
                citing: cites),
            line(
                .included, -price.included.count, kilometre, tariff.price(of: -price.included),
                citing: cites),
            line(
                .late, price.lateHours, late, late * price.lateHours,
                citing: cites + trip.extensions.map(\.record)),
        ]
        self.trip = trip
        lines = all.filter { $0.quantity != 0 || $0.kind == .distance }
    }
}

/// An invoice: what trips cost under a tariff, line by line, down to the records it rests on.
///
/// A value of its arguments alone: whoever has the log computes the same one again.
public struct Invoice: Hashable, Sendable {
    /// What the fleet calls it, such as a number.
    public let reference: String
    /// The prices.
    public let tariff: Tariff
    /// The trips, in the order in which they were given.
    public let trips: [InvoiceTrip]
    /// The exact sum of all lines.
    public let exact: Millicents
    /// What is to be paid: ``exact``, rounded once.
    public let total: Cents

    /// The most trips that one invoice lists.
    public static let tripsMaximum = 500

    /// The invoice over `trips`, at most ``tripsMaximum``; more trap.
    ///
    /// Refused when a trip stands there twice or its numbers cannot be.
    public static func bill(
        _ trips: [BilledTrip], tariff: Tariff, reference: String
    ) -> Result<Invoice, TripRefusal> {
        precondition(trips.count <= tripsMaximum, "an invoice lists at most 500 trips")
        var seen: Set<RecordID> = []
        for trip in trips {
            let reason =
                seen.insert(trip.record).inserted
                ? TripRefusal.Reason(trip.close) : TripRefusal.Reason.twice
            if let reason { return .failure(TripRefusal(record: trip.record, reason: reason)) }
        }
        return .success(
            Invoice(
                reference: reference, tariff: tariff,
                trips: trips.map { InvoiceTrip($0, tariff: tariff) }))
    }

    private init(reference: String, tariff: Tariff, trips: [InvoiceTrip]) {
        self.reference = reference
        self.tariff = tariff
        self.trips = trips
        exact = trips.reduce(.zero) { sum, trip in
            trip.lines.reduce(sum) { $0 + $1.amount }
        }
        total = exact.roundedToCents
    }
}
