import Records
import Tariff
import Testing
import Units

@Suite struct Invoices {
    static func invoice(_ log: [LoggedRecord], _ ids: [Int64], tariff: Tariff) throws -> Invoice {
        let trips = try ids.map { try BilledTrip.find(record($0), in: log).get() }
        return try Invoice.bill(trips, tariff: tariff, reference: "2026-0042").get()
    }

    /// A day and an hour, 143.512 km, an hour and ten minutes after the end of 24 h, in a log.
    static let log = [
        extended(30, toHours: 24),
        logged(41, close(seconds: 90_600, metres: 143_512, flags: [.lateClose, .offline])),
    ]

    @Test func `each line is a quantity times a price and cites its records`() throws {
        let invoice = try Self.invoice(Self.log, [41], tariff: tariffWithAll())
        let lines = try #require(invoice.trips.first).lines
        #expect(lines.map(\.kind) == [.days, .hours, .distance, .included, .late])
        #expect(lines.map(\.quantity) == [1, 2, 143_512, -100_000, 2])
        #expect(
            lines.map(\.amount.count) == [4_300_000, 1_100_000, 3_587_800, -2_500_000, 550_000])
        for line in lines {
            let product = line.unitPrice.count * line.quantity
            let isMetres = line.kind == .distance || line.kind == .included
            #expect(line.amount.count * (isMetres ? 1000 : 1) == product)
            #expect(line.citations.contains(record(41)))
        }
        #expect(lines.last?.citations == [record(41), record(30)])
        #expect(invoice.exact == Millicents(7_037_800))
        #expect(invoice.total == Cents(7038))
    }

    @Test func `the total is rounded once, not trip by trip`() throws {
        // 31 m at 0.13 are 0.403 cents: three of them are 1.209, rounded one by one they are 0.
        let log = (Int64(1)...3).map { logged($0, close(seconds: 0, metres: 31)) }
        let invoice = try Self.invoice(log, [1, 2, 3], tariff: Tariff.owners[2])
        #expect(invoice.exact == Millicents(1209))
        #expect(invoice.total == Cents(1))
    }

    @Test func `a trip without time or distance costs nothing and is still stated`() throws {
        let log = [logged(1, close(seconds: 0, metres: 0))]
        let invoice = try Self.invoice(log, [1], tariff: Tariff.owners[0])
        #expect(invoice.total == .zero)
        #expect(invoice.trips.first?.lines.map(\.kind) == [.distance])
    }

    @Test func `what cannot be billed is refused by name`() throws {
        let tooLong = TripPrice.durationMaximum + 1
        let log = [
            extended(1, toHours: 9), logged(2, close(seconds: -1, metres: 0)),
            logged(3, close(seconds: tooLong, metres: 0)),
            logged(4, close(seconds: 1, metres: -1)),
            logged(5, close(seconds: 1, metres: 100_000_001)),
            logged(6, close(seconds: TripPrice.durationMaximum, metres: 100_000_000)),
        ]
        let reasons: [TripRefusal.Reason?] = (Int64(0)...6).map { number in
            guard case .failure(let refusal) = BilledTrip.find(record(number), in: log) else {
                return nil
            }
            return refusal.reason
        }
        #expect(
            reasons == [
                .missing, .otherKind(.codeAccepted), .duration(-1), .duration(tooLong),
                .distance(Metres(-1)), .distance(Metres(100_000_001)), nil,
            ])
        let trip = try BilledTrip.find(record(6), in: log).get()
        #expect(
            Invoice.bill([trip, trip], tariff: Tariff.owners[0], reference: "")
                == .failure(TripRefusal(record: record(6), reason: .twice)))
    }

    @Test func `lateness needs the box's word and its time`() throws {
        func lateness(_ close: TripCloseBody, _ others: [LoggedRecord] = []) throws -> Int64 {
            try BilledTrip.find(record(9), in: others + [logged(9, close)]).get().lateness
        }
        let late = close(seconds: 9 * 3600, metres: 0, flags: [.lateClose])
        #expect(try lateness(late) == 3600)
        #expect(try lateness(close(seconds: 9 * 3600, metres: 0)) == 0)
        var timeless = late
        timeless.openWall = nil
        #expect(try lateness(timeless) == 0)
        #expect(try lateness(late, [extended(8, toHours: 9)]) == 0)
        #expect(try lateness(late, [extended(8, toHours: 9, of: BoxID(1))]) == 3600)
        // Nobody is later than the trip was long: the opening's clock was wrong then.
        #expect(
            try lateness(
                close(
                    seconds: 60, metres: 0, opened: noon + .days(9), flags: [.lateClose])) == 60)
        var ownersTrip = late
        ownersTrip.open.authority = TripAuthority(kind: .owner, rental: nil, window: nil)
        #expect(try lateness(ownersTrip) == 0)
    }
}

@Suite struct `Invoices computed again` {
    @Test func `the same log gives the same invoice, also from its text`() throws {
        let invoice = try Invoices.invoice(Invoices.log, [41], tariff: tariffWithAll())
        #expect(invoice.verify(against: Invoices.log) == .same)
        let read = try CanonicalJSON(parsing: invoice.json.bytes)
        #expect(read == invoice.json)
        #expect(Invoice.verify(read, against: Invoices.log) == .same)
    }

    @Test func `a log that says otherwise is noticed where it does`() throws {
        let invoice = try Invoices.invoice(Invoices.log, [41], tariff: tariffWithAll())
        let further = [
            Invoices.log[0],
            logged(41, close(seconds: 90_600, metres: 143_513, flags: [.lateClose, .offline])),
        ]
        #expect(invoice.verify(against: further) == .differs(at: "exactMc"))
        #expect(
            invoice.verify(against: [Invoices.log[1]]) == .differs(at: "exactMc"))
        #expect(
            invoice.verify(against: [])
                == .refused(
                    TripRefusal(record: record(41), reason: .missing)))
    }

    /// Every way to change one value inside, with where it is.
    static func changes(_ json: CanonicalJSON) -> [CanonicalJSON] {
        switch json {
        case .null, .bool: return []
        case .integer(let value): return [.integer(value + 1), .string("x")]
        case .string(let value): return [.string(value + "x"), .integer(7)]
        case .array(let values):
            let inside = values.indices.flatMap { index in
                changes(values[index]).map { changed -> CanonicalJSON in
                    var copy = values
                    copy[index] = changed
                    return .array(copy)
                }
            }
            return inside + [.array(values + [.integer(0)]), .null]
        case .object(let members):
            let inside = members.keys.sorted().flatMap { name -> [CanonicalJSON] in
                let changed = members[name].map { changes($0) } ?? []
                var without = members
                without[name] = nil
                return [.object(without)]
                    + changed.map { value in
                        var copy = members
                        copy[name] = value
                        return .object(copy)
                    }
            }
            var more = members
            more["other"] = 1
            return inside + [.object(more)]
        }
    }

    @Test func `no value in an invoice can be changed unnoticed`() throws {
        let invoice = try Invoices.invoice(Invoices.log, [41], tariff: tariffWithAll())
        let changed = Self.changes(invoice.json)
        #expect(changed.count > 100)
        // Nothing follows here from the reference, the tariff's name, its grace and its most late
        // hours: the invoice is the same one with the other word, under the other tariff.
        let free = changed.filter { Invoice.verify($0, against: Invoices.log) == .same }
        #expect(free.count == 4)
        #expect(free.allSatisfy { $0["trips"] == invoice.json["trips"] })
    }

    @Test func `a tariff survives its JSON`() throws {
        for tariff in try Tariff.owners + [tariffWithAll()] {
            #expect(try Tariff(json: tariff.json) == tariff)
        }
    }

    @Test(arguments: ["7-1", "x/1/1", "0011223344556677/1/0", "0011223344556677/1", ""])
    func `a citation that is none is not read`(text: String) {
        #expect(RecordID(citation: text) == nil)
        #expect(RecordID(citation: record(5).description) == record(5))
    }
}

@Suite struct `Invoices on paper` {
    @Test func `the rule says as much in each language`() {
        #expect(Tariff.rule(in: .english).count == Tariff.rule(in: .french).count)
        #expect(Tariff.rule(in: .french) != Tariff.rule(in: .english))
    }

    @Test func `the English page states time, distance, error, odometer and sources`() throws {
        let invoice = try Invoices.invoice(Invoices.log, [41], tariff: tariffWithAll())
        #expect(invoice.text(in: .english) == english)
    }

    @Test func `the French page has French words and numbers`() throws {
        let text = try Invoices.invoice(Invoices.log, [41], tariff: tariffWithAll())
            .text(in: .french)
        for words in [
            "FACTURE 2026-0042", "2 heures entamées x 5,50", "12345,600 km à 12489,112 km",
            "-100,000 km inclus x 0,25", "70,38 EUR", "À noter : retour après la fin convenue",
        ] {
            #expect(text.contains(words), "\(words) in\n\(text)")
        }
    }

    @Test(arguments: Language.allCases)
    func `no line is wider than the page, whatever the names`(language: Language) throws {
        let tariff = try Tariff(
            name: String(repeating: "name\n\u{1B}", count: 60), perHour: Cents(100_000),
            perDay: Cents(2_400_000), perKilometre: Cents(10_000))
        let long = String(repeating: "9", count: 200)
        var body = close(
            seconds: TripPrice.durationMaximum, metres: 100_000_000,
            flags: Set(TripFlag.allCases))
        for quality in DistanceQuality.allCases {
            body.quality = quality
            let trip = try BilledTrip.find(record(.max), in: [logged(.max, body)]).get()
            let invoice = try Invoice.bill([trip], tariff: tariff, reference: long).get()
            let text = invoice.text(in: language)
            for line in text.split(separator: "\n") { #expect(line.count <= Invoice.textWidth) }
            #expect(!text.contains("\u{1B}"))
            #expect(text.hasSuffix("EUR\n"))
        }
    }
}

private let english = """
    INVOICE 2026-0042
    Tariff: all
      5.50 an hour begun, at most 43.00 per 24 h, 0.25 a km
      each day price includes 100.000 km
      late return: 2.75 more an hour begun
    ------------------------------------------------------------------------
    Trip 3-17, box 0011223344556677
    Opened: 2026-05-12 12:00 CEST; lasted 25 h 10 min 00 s
    Odometer: 12345.600 km to 12489.112 km
    Distance: 143.512 km ± 0.100 km, by the car's odometer, speed between
    Note: back after the agreed end
    Note: no network during the trip
      1 day of 24 h x 43.00                                         43.00000
          record 0011223344556677/3/41
      2 hours begun x 5.50                                          11.00000
          record 0011223344556677/3/41
      143.512 km x 0.25                                             35.87800
          record 0011223344556677/3/41
      -100.000 km included x 0.25                                  -25.00000
          record 0011223344556677/3/41
      2 hours late x 2.75                                            5.50000
          record 0011223344556677/3/41
          record 0011223344556677/3/30
    ------------------------------------------------------------------------
    Exact sum                                                       70.37800
    TOTAL, rounded once, here                                      70.38 EUR

    """
