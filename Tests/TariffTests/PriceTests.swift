import Tariff
import Testing
import Units

@Suite struct `Prices of trips` {
    struct Row: CustomTestStringConvertible {
        let tariff: Int
        let seconds: Int64
        let metres: Int64
        /// Worked out by hand, in thousandths of a cent.
        let price: Int64
        var testDescription: String { "\(Tariff.owners[tariff].name): \(seconds) s, \(metres) m" }

        init(_ tariff: Int, _ seconds: Int64, _ metres: Int64, _ price: Int64) {
            self.tariff = tariff
            self.seconds = seconds
            self.metres = metres
            self.price = price
        }
    }

    static let time = [
        // 43 a day, 5.50 an hour: seven hours are 38.50, the eighth would be 44.
        Row(0, 0, 0, 0), Row(0, 1, 0, 550_000), Row(0, 3599, 0, 550_000),
        Row(0, 3600, 0, 550_000), Row(0, 3601, 0, 1_100_000), Row(0, 25_200, 0, 3_850_000),
        Row(0, 25_201, 0, 4_300_000), Row(0, 86_399, 0, 4_300_000), Row(0, 86_400, 0, 4_300_000),
        Row(0, 86_401, 0, 4_850_000), Row(0, 111_600, 0, 8_150_000),
        Row(0, 111_601, 0, 8_600_000), Row(0, 2_678_399, 0, 133_300_000),
        Row(0, 2_678_400, 0, 133_300_000), Row(0, 2_678_401, 0, 133_850_000),
        // 30 and 5: six hours are the day exactly.
        Row(1, 18_000, 0, 2_500_000), Row(1, 18_001, 0, 3_000_000), Row(1, 21_600, 0, 3_000_000),
        Row(1, 21_601, 0, 3_000_000), Row(1, 86_401, 0, 3_500_000),
        // 35 and 4.40: seven hours 30.80, the eighth would be 35.20.
        Row(2, 25_200, 0, 3_080_000), Row(2, 25_201, 0, 3_500_000), Row(2, 86_401, 0, 3_940_000),
        // 38 and 4.75: eight hours are the day exactly.
        Row(3, 25_200, 0, 3_325_000), Row(3, 28_800, 0, 3_800_000), Row(3, 28_801, 0, 3_800_000),
        // 60 and 7.50: eight hours too.
        Row(4, 25_200, 0, 5_250_000), Row(4, 28_799, 0, 6_000_000), Row(4, 28_801, 0, 6_000_000),
        // 30 and 3.50: eight hours 28, the ninth would be 31.50.
        Row(5, 28_800, 0, 2_800_000), Row(5, 28_801, 0, 3_000_000), Row(5, 90_001, 0, 3_700_000),
    ]

    static let distance = [
        Row(0, 0, 43_512, 1_087_800), Row(1, 0, 1001, 50_050), Row(2, 0, 1, 13),
        Row(2, 0, 99_999, 1_299_987), Row(3, 0, 50_001, 950_019), Row(4, 0, 7, 147),
        Row(5, 0, 12_345, 320_970), Row(0, 3601, 999, 1_124_975),
        Row(0, 2_678_400, 100_000_000, 2_633_300_000),
    ]

    @Test(arguments: time + distance)
    func `a trip costs what a person works out`(row: Row) {
        let price = TripPrice(
            seconds: row.seconds, distance: Metres(row.metres), tariff: Tariff.owners[row.tariff])
        #expect(price.amount == Millicents(row.price))
    }

    struct Included: CustomTestStringConvertible {
        let seconds: Int64
        let metres: Int64
        let days: Int64
        let hours: Int64
        let price: Int64
        var testDescription: String { "\(seconds) s, \(metres) m" }
    }

    // 5.50 an hour, 43 a day with 100 km, 0.25 a km: worked out by hand.
    static let included = [
        Included(seconds: 86_400, metres: 99_999, days: 1, hours: 0, price: 4_300_000),
        Included(seconds: 86_400, metres: 100_000, days: 1, hours: 0, price: 4_300_000),
        Included(seconds: 86_400, metres: 100_001, days: 1, hours: 0, price: 4_300_025),
        // 16.50 + 37.50 is less than 43 + 12.50.
        Included(seconds: 10_800, metres: 150_000, days: 0, hours: 3, price: 5_400_000),
        // 43 + 12.50 is less than 22 + 37.50.
        Included(seconds: 10_801, metres: 150_000, days: 1, hours: 0, price: 5_550_000),
        // A second day's hour: its kilometres stay to be paid.
        Included(seconds: 86_401, metres: 200_000, days: 1, hours: 1, price: 7_350_000),
        // A second day, because its kilometres are worth more than the hours saved.
        Included(seconds: 97_201, metres: 200_000, days: 2, hours: 0, price: 8_600_000),
    ]

    @Test(arguments: included)
    func `the cheapest mix of days and hours is charged`(row: Included) throws {
        let price = TripPrice(
            seconds: row.seconds, distance: Metres(row.metres), tariff: try tariffWithAll())
        #expect(price.days == row.days)
        #expect(price.hours == row.hours)
        #expect(price.amount == Millicents(row.price))
    }

    @Test func `of mixes that cost the same, the one with the fewest days is charged`() {
        let price = TripPrice(seconds: 21_600, distance: .zero, tariff: Tariff.owners[1])
        #expect(price.days == 0)
        #expect(price.hours == 6)
    }

    @Test(arguments: [(0, 0), (900, 0), (901, 1), (3600, 1), (3601, 2), (86_400, 24), (90_001, 24)])
    func `late hours count from the agreed end, once the grace is over`(late: Int, hours: Int)
        throws
    {
        let price = TripPrice(
            seconds: 100_000, distance: .zero, late: Int64(late), tariff: try tariffWithAll())
        let punctual = TripPrice(seconds: 100_000, distance: .zero, tariff: try tariffWithAll())
        #expect(price.lateHours == Int64(hours))
        #expect(price.amount - punctual.amount == Millicents(275_000) * Int64(hours))
    }

    /// Tariffs drawn at random, some with kilometres worth exactly the day.
    static func tariff(_ random: inout SplitMix64) throws -> Tariff {
        let hour = Int64.random(in: 1...2000, using: &random)
        let day = Int64.random(in: hour...(hour * 24), using: &random)
        let kilometre = Int64.random(in: 1...100, using: &random)
        let worth = day * 1000 / kilometre
        return try Tariff(
            name: "drawn", perHour: Cents(hour), perDay: Cents(day), perKilometre: Cents(kilometre),
            includedPerDay: Metres(
                Bool.random(using: &random) ? worth : Int64.random(in: 0...worth, using: &random)),
            lateFee: LateFee(surcharge: PerMille(Int64.random(in: 1...9000, using: &random))))
    }

    @Test func `longer, later or further is never cheaper`() throws {
        var random = SplitMix64(seed: 20_261_121)
        for _ in 0..<2000 {
            let tariff = try Self.tariff(&random)
            let seconds = Int64.random(in: 0...400_000, using: &random)
            let metres = Int64.random(in: 0...2_000_000, using: &random)
            let late = Int64.random(in: 0...seconds, using: &random)
            let longer = seconds + Int64.random(in: 0...90_000, using: &random)
            let further = metres + Int64.random(in: 0...50_000, using: &random)
            func price(_ seconds: Int64, _ metres: Int64, _ late: Int64) -> Millicents {
                TripPrice(seconds: seconds, distance: Metres(metres), late: late, tariff: tariff)
                    .amount
            }
            let least = price(seconds, metres, late)
            #expect(price(longer, metres, late) >= least, "\(tariff) \(seconds) \(longer)")
            #expect(price(seconds, further, late) >= least, "\(tariff) \(metres) \(further)")
            #expect(price(longer, metres, late + longer - seconds) >= least, "\(tariff)")
        }
    }

    @Test(arguments: Tariff.owners)
    func `24 hours never cost more than the day price`(tariff: Tariff) {
        for hours: Int64 in 0...100 {
            let price = TripPrice(seconds: hours * 3600, distance: .zero, tariff: tariff)
            let days = hours / 24
            let rest = min(tariff.perHour * (hours % 24), tariff.perDay)
            #expect(price.amount == Millicents(tariff.perDay * days + rest))
        }
    }

    @Test(arguments: [
        (-1501, -2), (-1500, -2), (-1499, -1), (-501, -1), (-500, -1), (-499, 0), (0, 0),
        (499, 0), (500, 1), (501, 1), (1499, 1), (1500, 2), (1501, 2),
    ])
    func `half a cent goes away from zero`(exact: Int64, cents: Int64) {
        #expect(Millicents(exact).roundedToCents == Cents(cents))
    }
}

@Suite struct `Limits of tariffs` {
    struct Row: CustomTestStringConvertible {
        var hour: Int64 = 500
        var day: Int64 = 3000
        var kilometre: Int64 = 25
        var included: Int64 = 0
        var currency = "EUR"
        let fault: TariffFault?
        var testDescription: String { fault.map { "\($0)" } ?? "\(hour) \(day) \(kilometre)" }
    }

    static let rows = [
        Row(hour: 0, fault: .hour(Cents(0))), Row(hour: 1, day: 24, fault: nil),
        Row(hour: 100_000, day: 100_000, fault: nil),
        Row(hour: 100_001, day: 100_001, fault: .hour(Cents(100_001))),
        Row(day: 499, fault: .day(Cents(499))), Row(day: 500, fault: nil),
        Row(day: 12_000, fault: nil), Row(day: 12_001, fault: .day(Cents(12_001))),
        Row(kilometre: -1, fault: .kilometre(Cents(-1))), Row(kilometre: 0, fault: nil),
        Row(kilometre: 10_000, fault: nil),
        Row(kilometre: 10_001, fault: .kilometre(Cents(10_001))),
        // 120 km at 0.25 are worth the day of 30 exactly.
        Row(included: 120_000, fault: nil),
        Row(included: 120_001, fault: .included(Metres(120_001))),
        Row(included: -1, fault: .included(Metres(-1))),
        Row(currency: "eur", fault: .currency("eur")), Row(currency: "EU", fault: .currency("EU")),
        Row(hour: .max, day: .max, fault: .hour(Cents(.max))),
    ]

    @Test(arguments: rows)
    func `a price out of range is named`(row: Row) {
        var fault: TariffFault?
        do throws(TariffFault) {
            _ = try Tariff(
                name: "row", currency: row.currency, perHour: Cents(row.hour),
                perDay: Cents(row.day), perKilometre: Cents(row.kilometre),
                includedPerDay: Metres(row.included))
        } catch { fault = error }
        #expect(fault == row.fault)
    }

    @Test(arguments: [
        (0, 900_000, 24, false), (1, 0, 1, true), (9000, 86_400_000, 744, true),
        (9001, 900_000, 24, false), (500, -1, 24, false), (500, 86_400_001, 24, false),
        (500, 900_000, 0, false), (500, 900_000, 745, false),
    ])
    func `a late fee keeps to its ranges`(row: (Int64, Int64, Int64, Bool)) {
        let fee = try? LateFee(
            surcharge: PerMille(row.0), grace: Milliseconds(row.1), hoursMaximum: row.2)
        #expect((fee != nil) == row.3)
    }
}
