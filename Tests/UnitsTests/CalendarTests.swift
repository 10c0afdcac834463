import Foundation
import Testing
import Units

@Suite struct `Civil time` {
    @Test func `every day from 1970 to 2200 is the one after the day before`() {
        let lengths: [Int64] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var day: Int64 = 0
        for year in 1970...2200 as ClosedRange<Int64> {
            let leap =
                year.isMultiple(of: 4) && !year.isMultiple(of: 100)
                || year.isMultiple(of: 400)
            for month in 1...12 as ClosedRange<Int64> {
                let length = lengths[Int(month) - 1] + (month == 2 && leap ? 1 : 0)
                for date in 1...length {
                    let time = CivilTime.utc(year, month, date, 23, 59, 59)
                    let wrong =
                        time.milliseconds != (day * 86_400 + 86_399) * 1000
                        || CivilTime(utc: time).iso != time.iso
                        || WallTime(iso: time.iso) != time
                    if wrong { Issue.record("\(year)-\(month)-\(date): \(time.iso)") }
                    let civil = CivilTime(utc: time)
                    if (civil.year, civil.month, civil.day) != (year, month, date) {
                        Issue.record("\(year)-\(month)-\(date): \(civil)")
                    }
                    day += 1
                }
            }
        }
        #expect(day == 84_371)
    }

    static let points: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
        (-1000, "1969-12-31T23:59:59Z"), (-1001, "1969-12-31T23:59:58Z"),
        (999, "1970-01-01T00:00:00Z"), (1000, "1970-01-01T00:00:01Z"),
        (951_782_400_000, "2000-02-29T00:00:00Z"), (1_325_376_000_000, "2012-01-01T00:00:00Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00Z"), (-62_167_219_200_000, "0000-01-01T00:00:00Z"),
        (253_402_300_799_000, "9999-12-31T23:59:59Z"),
    ]

    @Test(arguments: points)
    func `a point has one text`(milliseconds: Int64, text: String) {
        #expect(WallTime(milliseconds: milliseconds).iso == text)
        if milliseconds.isMultiple(of: 1000) {
            #expect(WallTime(iso: text)?.milliseconds == milliseconds)
        }
    }

    @Test func `fields out of range carry over`() {
        #expect(CivilTime.utc(2026, 2, 30) == CivilTime.utc(2026, 3, 2))
        #expect(CivilTime.utc(2026, 1, 1, 24) == CivilTime.utc(2026, 1, 2))
        #expect(CivilTime.utc(2026, 1, 1, 0, 0, -1).iso == "2025-12-31T23:59:59Z")
    }

    @Test func `seconds may be left out`() {
        #expect(WallTime(iso: "2026-11-21T12:34Z") == CivilTime.utc(2026, 11, 21, 12, 34))
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T12:34", "2026-11-21T12:34:56", "2026-11-21T12:34z",
        "2026-11-21 12:34Z", "2026/11/21T12:34Z", "2026-11-21T12:34:5Z", "2026-11-21T12.34Z",
        "2026-11-21T12:34.56Z", "2026-13-21T12:34Z", "2026-00-21T12:34Z", "2026-11-31T12:34Z",
        "2026-11-00T12:34Z", "2026-02-29T12:34Z", "2100-02-29T12:34Z", "2026-11-21T24:00Z",
        "2026-11-21T12:60Z", "2026-11-21T12:34:60Z", "202a-11-21T12:34Z", "2026-11-21T1a:34Z",
        "+026-11-21T12:34Z", "2026--1-21T12:34Z", "2026-11-21T12:34+01:00Z", "２026-11-21T12:3Z",
    ])
    func `anything else is no time`(text: String) {
        #expect(WallTime(iso: text) == nil)
    }

    @Test func `the system's calendar agrees`() throws {
        let format = ISO8601DateFormatter()
        for hours in stride(from: Int64(-1_000_000), through: 4_000_000, by: 9_973) {
            let time = WallTime(milliseconds: hours * 3_600_000)
            let date = Date(timeIntervalSince1970: Double(hours) * 3600)
            try #require(time.iso == format.string(from: date))
        }
    }
}

@Suite struct `Instants and quantities` {
    @Test func `points and lengths add up`() {
        let start = BootTime.boot + .seconds(90)
        #expect(start.milliseconds == 90_000)
        #expect((start - .minutes(1)).milliseconds == 30_000)
        #expect(start - BootTime.boot == .seconds(90))
        #expect(BootTime.boot - start == -.seconds(90))
        #expect(BootTime.boot < start)
    }

    @Test func `lengths of time`() {
        #expect(Milliseconds.minutes(1) == .seconds(60))
        #expect(Milliseconds.hours(1) == .minutes(60))
        #expect(Milliseconds.days(1) == .hours(24))
        #expect(Milliseconds(1_999).wholeSeconds == 1)
        #expect(Milliseconds(-1_999).wholeSeconds == -1)
    }

    @Test func `arithmetic keeps the unit`() {
        var distance = Metres.kilometres(2)
        distance += Metres(5)
        distance -= Metres(10)
        #expect(distance == Metres(1_995))
        #expect(distance * 2 - Metres(1) + .zero == Metres(3_989))
        #expect((-distance).magnitude == distance)
        #expect(-distance < distance)
        #expect(distance.inMillimetres == Millimetres(1_995_000))
    }

    static let roundings: [(Int64, down: Int64, up: Int64)] = [
        (0, 0, 0), (1, 0, 1), (999, 0, 1), (1000, 1, 1), (1001, 1, 2), (-1, -1, 0), (-999, -1, 0),
        (-1000, -1, -1), (-1001, -2, -1),
    ]

    @Test(arguments: roundings)
    func `metres round down and bounds round up`(row: (Int64, down: Int64, up: Int64)) {
        #expect(Millimetres(row.0).flooredToMetres == Metres(row.down))
        #expect(Millimetres(row.0).raisedToMetres == Metres(row.up))
    }

    @Test func `speeds`() {
        #expect(MillimetresPerSecond.kilometresPerHour(36) == MillimetresPerSecond(10_000))
        #expect(MillimetresPerSecond.kilometresPerHour(1) == MillimetresPerSecond(277))
        #expect(MillimetresPerSecond(10_000).wholeKilometresPerHour == 36)
        #expect(MillimetresPerSecond(9_999).wholeKilometresPerHour == 35)
    }

    @Test func `a quantity says its unit`() {
        let texts = [
            Metres(1610).description, Millimetres(-2).description, Milliseconds(3).description,
            MillimetresPerSecond(4).description, Millivolts(12_600).description,
            MilliampereHours(5).description, PerMille(6).description, Cents(7).description,
        ]
        let symbols = ["1610 m", "-2 mm", "3 ms", "4 mm/s", "12600 mV", "5 mAh", "6 ‰", "7 c"]
        #expect(texts == symbols)
    }
}
