import DataFiles
import FoundationEssentials
import Testing
import Units
import Vehicle

extension Refusal {
    /// What is no profile by its form.
    static let forms = [
        Refusal("odomter: []", at: "", "there is no key 'odomter' here; did you mean 'odometer'?"),
        Refusal("colour: 1", at: "", "known are profile, version, describes, cars"),
        Refusal(
            #"odometer: [{ message: 256, signal: "ODOMETER", invalid: [1] }]"#, at: "odometer[0]",
            "there is no key 'invalid' here"),
        Refusal(
            #"odometer: [{ message: 256, signal: "ODOMETER", modulo: 5 }]"#, at: "odometer[0]",
            "did you mean 'modulus'?"),
        Refusal(
            #"odometer: [{ message: 256, signal: "ODOMETER", signal: "BARE" }]"#,
            at: "odometer[0].signal", "stands here twice"),
        Refusal("odometer: 7", at: "odometer", "is a whole number, not an object"),
        Refusal("speed: [7.5]", at: "speed[0]", "is a number, not an object"),
        Refusal(#"speed: { signal: "SPEED" }"#, at: "speed.message", "is missing"),
        Refusal("speed: { message: 256 }", at: "speed.signal", "is missing"),
        Refusal(
            "speed: { message: '256', signal: 'SPEED' }", at: "speed.message",
            "is a text, not a whole number"),
        Refusal(
            "speed: { message: 0x20000000, signal: 'SPEED' }", at: "speed.message",
            "is not 0 to 536870911"),
        Refusal(
            "speed: { message: 256, signal: 'SPEED', error: 1 }", at: "speed.error",
            "not a list of raw values"),
        Refusal(
            "speed: { message: 256, signal: 'SPEED', error: ['x'] }", at: "speed.error",
            "not a list of raw values"),
        Refusal(
            "speed: { message: 256, signal: 'SPEED', coding: 'bcd' }", at: "speed.coding",
            "known are plain, j1939"),
        Refusal(
            "speed: { message: 256, signal: 'SPEED', max_age_s: 0 }", at: "speed.max_age_s",
            "is not 0.001 to 86400"),
        Refusal(
            "speed: { message: 256, signal: 'SPEED', valid_if: 1 }", at: "speed.valid_if",
            "not an object"),
        Refusal(
            "odometer: { message: 256, signal: 'ODOMETER', role: 'trip' }", at: "odometer.role",
            "known are dash, delta"),
        Refusal(
            "odometer: { message: 256, signal: 'ODOMETER', unit: 'km' }", at: "odometer.unit",
            "is a text, not an object"),
        Refusal(
            "odometer: { message: 256, signal: 'BARE', unit: { signal: 'WHICH' } }",
            at: "odometer.unit.map", "is missing"),
        Refusal(
            "ignition: { message: 257, seen_within_ms: 0 }", at: "ignition.seen_within_ms",
            "0 is not 1 to 60000"),
        Refusal(
            "ignition: { message: 257, seen_within_ms: 60001 }", at: "ignition.seen_within_ms",
            "60001 is not 1 to 60000"),
        Refusal(
            "ignition: { message: 257, signal: 'BIT', debounce_ms: 60001 }",
            at: "ignition.debounce_ms", "60001 is not 0 to 60000"),
        Refusal("doors: [1]", at: "doors", "write a name for each door"),
        Refusal(
            "doors: { a: { message: 257, signal: 'BIT' }, a: { message: 257, signal: 'BIT' } }",
            at: "doors.a", "stands here twice"),
        Refusal(
            "distance: { input: 'gears', metres_per_count: 1 }", at: "distance.input", "pulses"),
        Refusal(
            "distance: { input: 'pulses', metres_per_count: 1, modulus: 5 }",
            at: "distance.modulus", "leave it out"),
        Refusal("distance: { input: 'pulses' }", at: "distance.metres_per_count", "is missing"),
        Refusal(
            "distance: { input: 'pulses', metres_per_count: 100.1 }",
            at: "distance.metres_per_count", "100.1 is not"),
        Refusal(
            "distance: { message: 257, signal: 'BIT', metres_per_count: 1 }",
            at: "distance.max_silence_ms", "is missing"),
        Refusal(
            "plausibility: { max_speed_kmh: 0 }", at: "plausibility.max_speed_kmh", "0 is not 1"),
        Refusal(
            "plausibility: { max_jump_km: 1001 }", at: "plausibility.max_jump_km", "1001 is not 1"),
    ]

    /// Changes to the lines before the third.
    static let heads: [(part: String, other: String, place: String, reason: String)] = [
        ("version: 1", "version: 2", "1:28 version", "2 is not known; known is 1"),
        ("profile: \"car\"", "profile: \"bus\"", "1:12 profile", "says 'bus'"),
        ("profile: \"car\", ", "", "1:1 profile", "is missing; write a text"),
        ("cars: [\"a\"]", "cars: []", "1:57 cars", "is a list, not a list of texts"),
        ("verified: \"never\"", "verified: true", "1:74 verified", "is true or false, not a text"),
        ("car.dbc", "bus.dbc", "2:6 dbc", "is neither beside the profile nor"),
        ("dbc: \"car.dbc\"", "", "", "names no DBC file"),
        ("bitrate: 500000", "bitrate: 9999", "", "9999 is not 10000 to 1000000"),
        ("bitrate: 500000", "bitrate: 1000001", "", "1000001 is not 10000 to 1000000"),
        ("listen_only: false", "", "buses[0].listen_only", "is missing"),
        ("name: \"b\"", "title: \"b\"", "", "there is no key 'title' here"),
    ]
}

@Suite struct `Profiles that are refused` {
    private func refuse(_ profile: String, dbc: String = TestProfiles.dbc) -> DataFileError? {
        #expect(throws: DataFileError.self) {
            try TestProfiles.compile(profile: profile, dbc: dbc)
        }
    }

    private func expect(_ refusal: Refusal) {
        let profile = TestProfiles.text(refusal.body, isListenOnly: refusal.isListenOnly)
        guard let error = refuse(profile) else { return }
        #expect(error.others.isEmpty, "\(error)")
        // The line and the column, and the way.
        #expect(error.place.hasPrefix("3:") || error.place.hasPrefix("4:"), "\(error)")
        let way = error.place.split(separator: " ").dropFirst().joined(separator: " ")
        #expect(way == refusal.place, "\(error)")
        #expect(error.description.contains(refusal.reason), "\(error)")
        #expect(!error.remedy.isEmpty)
        #expect(!error.description.contains("\n"))
        #expect(error.file.hasSuffix("/car.json5"))
    }

    @Test(arguments: Refusal.signals)
    func `signals that do not fit the DBC file`(refusal: Refusal) { expect(refusal) }

    @Test(arguments: Refusal.questions)
    func `questions that may not be asked`(refusal: Refusal) { expect(refusal) }

    @Test(arguments: Refusal.forms)
    func `keys and values of another form`(refusal: Refusal) { expect(refusal) }

    @Test(arguments: Refusal.heads)
    func `heads of another form`(part: String, other: String, place: String, reason: String) {
        let body = #"speed: { message: 256, signal: "SPEED" }"#
        let text = TestProfiles.text(body).replacing(part, with: other)
            .replacing(", ,", with: ",").replacing("\n,", with: "\n")
            .replacing(",  }", with: " }")
        guard let error = refuse(text) else { return }
        #expect(error.place.hasSuffix(place) || place.isEmpty, "\(error)")
        #expect(error.description.contains(reason), "\(error)")
    }

    @Test(arguments: ["[1]", "7", "'x'"]) func `what is no object`(text: String) {
        #expect(refuse(text)?.place == "1:1")
    }

    @Test func `everything that is wrong is told at once, in the order of the file`() {
        let body = #"""
            odometer: [
              { message: 256, signal: "NONE", valid_if: { signal: "GONE", equals: 1 } },
              { request: 0x7df, service: 0x2e, identifier: 1, every_s: 1, bytes: 4, scale: 1,
                unit: "km" },
            ],
            sped: {},
            fuel: { message: 256, signal: "BARE" },
            doors: { boot: { message: 999, signal: "X" }, front: { message: 998, signal: "X" } },
            """#
        let error = refuse(TestProfiles.text(body))
        let all = [error].compactMap(\.self) + (error?.others ?? [])
        #expect(
            all.map(\.place) == [
                "4:27 odometer[0].signal", "4:55 odometer[0].valid_if.signal",
                "5:30 odometer[1].service", "5:60 odometer[1].every_s", "8:1", "9:7 fuel",
                "10:27 doors.boot.message", "10:65 doors.front.message",
            ])
        let lines = error?.description.split(separator: "\n") ?? []
        #expect(lines.count == all.count)
        #expect(lines.allSatisfy { $0.contains("car.json5: ") })
    }

    @Test func `a file with hundreds of mistakes tells fifty`() {
        let keys = (0..<300).map { "key\($0): 1" }.joined(separator: ", ")
        #expect(refuse(TestProfiles.text(keys))?.others.count == 49)
    }

    @Test func `more doors than a car has are refused`() throws {
        func doors(_ count: Int) -> String {
            let doors = (0..<count).map { "d\($0): { message: 257, signal: 'BIT' }" }
            return TestProfiles.text("doors: { \(doors.joined(separator: ", ")) }")
        }
        let most = try TestProfiles.compile(profile: doors(64), dbc: TestProfiles.dbc)
        #expect(most.vehicle.doors.count == 64)
        #expect(refuse(doors(65))?.reason == "are more than 64")
    }

    @Test(arguments: [
        ("{\n  profile: 'car',\n  version: ]\n}", "3:12", "expected a value"),
        ("{ a: 1", "1:7", "expected ',' or '}'"), ("", "1:1", "expected a value"),
        ("{\n a: 'x\n}", "2:5", "this text has no end on its line"),
        ("{ a: 1 } 2", "1:10", "nothing may follow the value"),
        ("{ a 1 }", "1:5", "expected ':'"), ("{ : 1 }", "1:3", "expected a key"),
        ("[1 2]", "1:4", "expected ',' or ']'"), ("/* x", "1:1", "this comment has no end"),
        ("{ a: 0x }", "1:6", "expected a value"), ("'\\", "1:1", "this text has no end"),
        ("{ a: 1p3 }", "1:6", "expected a value"), ("{ a: 1e }", "1:6", "expected a value"),
        (String(repeating: "[", count: 65), "1:65", "this is nested too deeply"),
    ])
    func `a slip of the pen is shown with line and column`(
        text: String, place: String, reason: String
    ) {
        let error = refuse(text)
        #expect(error?.place == place, "\(error?.description ?? "")")
        #expect(error?.reason.hasPrefix(reason) == true, "\(error?.description ?? "")")
    }
}

@Suite struct `Texts and numbers of a profile` {
    @Test(arguments: [
        (#""a""#, "a"), ("'a'", "a"), (#""\x41\u00e9\"\\""#, "Aé\"\\"),
        (
            #""\n\t\b\f\r\v\0""#,
            "\n\t\u{8}\u{C}\r\u{B}\0"
        ), ("\"a\\\nb\"", "ab"), ("\"a\\\r\nb\"", "ab"),
        (#""\q\'""#, "q'"), (#""\ud800""#, "\u{FFFD}"), (#""\x4""#, "\u{FFFD}"), ("\"é\"", "é"),
    ])
    func `a text is what JSON5 says`(written: String, text: String) throws {
        let profile = TestProfiles.text("").replacing("\"never\"", with: written)
        let compiled = try TestProfiles.compile(profile: profile, dbc: TestProfiles.dbc)
        #expect(compiled.verified == text)
    }

    @Test(arguments: [
        ("250", 250), ("0xfa", 250), ("+250", 250), ("0XFA", 250),
    ])
    func `a whole number may be hexadecimal`(written: String, number: Int64) throws {
        let body = "plausibility: { max_speed_kmh: \(written) }"
        let compiled = try TestProfiles.compile(
            profile: TestProfiles.text(body), dbc: TestProfiles.dbc)
        #expect(
            compiled.vehicle.plausibility.maxSpeed == .kilometresPerHour(number))
    }

    @Test(arguments: [
        ("0.5", 500_000_000), (".5", 500_000_000), ("5e-1", 500_000_000), ("5.", 5_000_000_000),
        ("2", 2_000_000_000), ("0x2", 2_000_000_000),
    ])
    func `a length may have a point`(written: String, nanometres: Int64) throws {
        let body = "distance: { input: 'pulses', metres_per_count: \(written), calibrate: true }"
        let compiled = try TestProfiles.compile(
            profile: TestProfiles.text(body), dbc: TestProfiles.dbc)
        let line = PulseLine(nanometresPerPulse: nanometres, calibrates: true)
        #expect(compiled.vehicle.distance == .line(line))
    }

    @Test(arguments: ["Infinity", "-Infinity", "NaN", "-1"])
    func `a length is a number that can be`(written: String) {
        let body = "distance: { input: 'pulses', metres_per_count: \(written) }"
        #expect(throws: DataFileError.self) {
            try TestProfiles.compile(profile: TestProfiles.text(body), dbc: TestProfiles.dbc)
        }
    }
}
