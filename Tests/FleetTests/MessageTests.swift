import AccessCode
import Fleet
import Testing
import Units

@Suite struct `Clocks in France` {
    // The last Sundays of March and October, from a calendar.
    static let rows: [(String, String, String, Bool)] = [
        ("2026-01-01T00:00Z", "2026-01-01T01:00:00Z", "CET", false),
        ("2026-03-29T00:59:59Z", "2026-03-29T01:59:59Z", "CET", false),
        ("2026-03-29T01:00:00Z", "2026-03-29T03:00:00Z", "CEST", false),
        ("2026-07-14T22:30Z", "2026-07-15T00:30:00Z", "CEST", false),
        ("2026-10-24T23:59:59Z", "2026-10-25T01:59:59Z", "CEST", false),
        ("2026-10-25T00:00Z", "2026-10-25T02:00:00Z", "CEST", true),
        ("2026-10-25T00:59:59Z", "2026-10-25T02:59:59Z", "CEST", true),
        ("2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z", "CET", true),
        ("2026-10-25T01:59:59Z", "2026-10-25T02:59:59Z", "CET", true),
        ("2026-10-25T02:00Z", "2026-10-25T03:00:00Z", "CET", false),
        // A March whose 31st is a Sunday, and an October whose 31st is one.
        ("2024-03-31T00:59:59Z", "2024-03-31T01:59:59Z", "CET", false),
        ("2024-03-31T01:00:00Z", "2024-03-31T03:00:00Z", "CEST", false),
        ("2021-10-31T00:59:59Z", "2021-10-31T02:59:59Z", "CEST", true),
        ("2021-10-31T01:00:00Z", "2021-10-31T02:00:00Z", "CET", true),
        ("2026-12-31T23:30Z", "2027-01-01T00:30:00Z", "CET", false),
    ]

    @Test(arguments: rows)
    func `UTC is shown as the law has it`(row: (String, String, String, Bool)) throws {
        let local = ParisTime(try #require(WallTime(iso: row.0)))
        #expect(local.civil == CivilTime(utc: try #require(WallTime(iso: row.1))))
        #expect(local.zone == row.2)
        #expect(local.isAmbiguous == row.3)
    }

    @Test(arguments: [("2026-11-21T12:00Z", 5), ("2012-01-01T00:00Z", 6), ("1969-12-31T12:00Z", 2)])
    func `the day of the week is right`(row: (String, Int)) throws {
        #expect(ParisTime(try #require(WallTime(iso: row.0))).weekday == row.1)
    }
}

@Suite struct `Text messages to drivers` {
    static let code = CodeText(digits: [0, 1, 5, 4, 4, 5, 2, 5, 0, 2, 2, 9])
    static let car = CarLabel(plate: "AB-123-CD", place: "12 rue des Lilas, level -2, bay 214")
    static let window = CivilTime.utc(2012, 5, 12, 10)..<CivilTime.utc(2012, 5, 12, 18)

    @Test func `English says where, what, from when to when, and how to end`() {
        let message = DriverMessage.code(Self.code, car: Self.car, window: Self.window)
        #expect(
            message.text(in: .english).text == """
                Car AB-123-CD: 12 rue des Lilas, level -2, bay 214
                Code 0154 4525 0229#
                Sat 12 May 12:00 until Sat 12 May 20:00, Paris time.
                "Too early" means wait: the code keeps. Doors open up to 30 min early if the car \
                is free.
                To end: park, ignition off, doors shut, 363# (END).
                """)
    }

    @Test func `French says the same in seven bits`() {
        let message = DriverMessage.code(Self.code, car: Self.car, window: Self.window)
        #expect(
            message.text(in: .french).text == """
                Voiture AB-123-CD : 12 rue des Lilas, level -2, bay 214
                Code 0154 4525 0229#
                Du sam. 12/05 12:00 au sam. 12/05 20:00, heure de Paris.
                "Trop tot" : attendez, le code reste bon. Ouverture jusqu'à 30 min avant si la \
                voiture est libre.
                Pour finir : garez, contact coupé, portes fermées, 363# (END).
                """)
    }

    @Test func `the hour that comes twice is told by its zone`() {
        let window = CivilTime.utc(2026, 10, 25, 0, 30)..<CivilTime.utc(2026, 10, 25, 1, 30)
        let message = DriverMessage.code(Self.code, car: Self.car, window: window)
        for (language, words) in [
            (Language.english, "Sun 25 Oct 02:30 CEST until Sun 25 Oct 02:30 CET"),
            (.french, "Du dim. 25/10 02:30 CEST au dim. 25/10 02:30 CET"),
        ] {
            #expect(message.text(in: language).text.contains(words))
        }
    }

    @Test(
        arguments: Language.allCases,
        [
            "", "x", String(repeating: "Bât. C, 2ᵉ sous-sol ", count: 30),
            String(repeating: "€", count: 200),
        ])
    func `two text messages hold every message, and all of its code`(
        language: Language, place: String
    ) {
        let car = CarLabel(plate: "WWWW-WWWW-WWWW-WWWW-WWWW", place: place)
        // The hour that comes twice makes the longest times.
        let window = CivilTime.utc(2026, 10, 25, 0, 30)..<CivilTime.utc(2026, 10, 25, 1, 30)
        for message in [
            DriverMessage.code(Self.code, car: car, window: window),
            .extended(Self.code, car: car, until: window.upperBound),
        ] {
            let text = message.text(in: language)
            #expect(text.parts <= DriverMessage.partsMaximum)
            #expect(text.text.contains("0154 4525 0229#"))
            #expect(text.text.contains("02:30 CET"))
        }
        let code = DriverMessage.code(Self.code, car: car, window: window).text(in: language)
        #expect(code.text.hasSuffix("363# (END)."))
        if place.count > 100 {
            #expect(code.text.contains("..."))
            #expect(code.septets > 290)
        }
        #expect(DriverMessage.cancelled(car: car, window: window).text(in: language).parts <= 2)
    }

    @Test func `a cancellation says to leave the code alone`() {
        let message = DriverMessage.cancelled(car: Self.car, window: Self.window)
        #expect(message.text(in: .english).text.contains("Do not use its code"))
        #expect(message.text(in: .french).text.contains("N'utilisez plus son code"))
    }

    @Test(arguments: [
        ("abc", "abc", 3), ("é à ç ê", "é à c e", 7), ("€", "€", 2), ("œuvre", "oeuvre", 6),
        ("漢", "?", 1), ("a\r\nb", "a\nb", 3), ("`", "?", 1), ("e\u{301}", "é", 1),
    ])
    func `letters that seven bits lack become their nearest`(row: (String, String, Int)) {
        let text = SMSText(row.0)
        #expect(text.text == row.1)
        #expect(text.septets == row.2)
    }

    @Test(arguments: [
        (0, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4),
    ])
    func `parts are counted as networks count them`(length: Int, parts: Int) {
        #expect(SMSText(String(repeating: "a", count: length)).parts == parts)
    }

    @Test func `a character of two septets is not split`() {
        let head = String(repeating: "a", count: 152)
        let tail = String(repeating: "a", count: 152)
        #expect(SMSText(head + "€" + tail).septets == 306)
        #expect(SMSText(head + "€" + tail).parts == 3)
    }
}
