import CAN
import DataFiles
import FoundationEssentials
import Testing
import Units
import Vehicle

/// The profiles of this package, and files made for one test.
enum TestProfiles {
    static let folder =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Profiles"

    static func load(_ name: String) throws -> VehicleProfile {
        try ProfileFile.load("\(folder)/\(name).json5") { _ in String(repeating: "0", count: 64) }
    }

    /// Loads the files from a folder of their own, which is removed afterwards.
    static func load(profile: String, dbc: String) throws(DataFileError) -> VehicleProfile {
        let files = FileManager.default
        let folder = files.temporaryDirectory.path + "/profile-\(UUID())"
        defer { try? files.removeItem(atPath: folder) }
        do {
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(profile.utf8).write(to: URL(filePath: folder + "/car.json5"))
            try Data(dbc.utf8).write(to: URL(filePath: folder + "/car.dbc"))
        } catch {
            Issue.record("\(error)")
        }
        return try ProfileFile.load(folder + "/car.json5") { bytes in
            String(bytes.count) + String(repeating: "0", count: 60)
        }
    }
}

@Suite struct `Profile files` {
    static let dbc = """
        BO_ 256 CLUSTER: 8 CAR
         SG_ ODOMETER : 0|24@1+ (0.1,0) [0|0] "km" BOX
         SG_ BARE : 0|24@1+ (1,0) [0|0] "" BOX
         SG_ ODD : 0|24@1+ (0.0000001,0) [0|0] "km" BOX
         SG_ WIDE : 0|41@1+ (1,0) [0|0] "km" BOX
         SG_ WHICH M : 56|8@1+ (1,0) [0|0] "" BOX
         SG_ SPEED m3 : 24|16@1+ (0.01,0) [0|0] "km/h" BOX
        BO_ 257 SHORT: 2 CAR
         SG_ LONG : 0|24@1+ (1,0) [0|0] "km" BOX
        """

    private func text(_ odometer: String, rest: String = "") -> String {
        """
        { profile: "car", version: 1, describes: "a car", dbc: "car.dbc",
          odometer: [{ message: 256, signal: "\(odometer)" }], \(rest) }
        """
    }

    @Test func `the profiles of this package load`() throws {
        let names = ProfileFile.names(in: [TestProfiles.folder])
        #expect(names.contains("toyota_611"))
        #expect(names.contains("renault_broadcast"))
        #expect(names.contains("psa_2004"))
        for name in names {
            let profile = try TestProfiles.load(name)
            #expect(profile.name == name)
            #expect(!profile.odometers.isEmpty)
            #expect(profile.speed != nil)
            #expect(profile.ignition != nil)
            #expect(!profile.doors.isEmpty)
        }
    }

    @Test func `scales become whole millimetres`() throws {
        let toyota = try #require(try TestProfiles.load("toyota_611").odometers.first)
        #expect(toyota.unit.counts == [Millimetres(1_000_000), Millimetres(1_609_344)])
        let renault = try TestProfiles.load("renault_broadcast")
        #expect(renault.odometers.first?.unit == .fixed(perCount: Millimetres(10_000)))
        #expect(renault.speed?.nanometresPerSecond == 2_777_778)
        let psa = try TestProfiles.load("psa_2004")
        #expect(psa.odometers.first?.unit == .fixed(perCount: Millimetres(100_000)))
        #expect(psa.distance?.nanometresPerCount == 100_000_000)
        #expect(psa.distance?.modulus == 65_536)
        #expect(psa.speed?.signal.gates.count == 1)
    }

    @Test func `the hash covers both files`() throws {
        let profile = try TestProfiles.load(profile: text("ODOMETER"), dbc: Self.dbc)
        let bytes = text("ODOMETER").utf8.count + Self.dbc.utf8.count
        #expect(profile.hash.hasPrefix("\(bytes)"))
    }

    @Test func `a multiplexed signal counts in its branch only`() throws {
        let speed = #"speed: { message: 256, signal: "SPEED" }"#
        let profile = try TestProfiles.load(
            profile: text("ODOMETER", rest: speed), dbc: Self.dbc)
        let source = try #require(profile.speed?.signal)
        #expect(source.raw(from: try CANFrame("100#0000006400000003")) == 100)
        #expect(source.raw(from: try CANFrame("100#0000006400000002")) == nil)
    }

    @Test(arguments: [
        ("0203640000000001", 100), ("0209640000000001", 100), ("0204640000000001", nil),
        ("0103640000000001", nil), ("0203640000000000", nil),
    ])
    func `a signal behind several multiplexors counts where each chooses it`(
        data: String, raw: Int64?
    ) throws {
        let dbc = """
            BO_ 256 CLUSTER: 8 CAR
             SG_ OUTER M : 0|8@1+ (1,0) [0|0] "" BOX
             SG_ INNER m2M : 8|8@1- (1,0) [0|0] "" BOX
             SG_ ODOMETER m3 : 16|24@1+ (1,0) [0|0] "km" BOX
             SG_ VALID : 56|1@1+ (1,0) [0|0] "" BOX
            SG_MUL_VAL_ 256 INNER OUTER 2-2;
            SG_MUL_VAL_ 256 ODOMETER INNER 3-3, 8-9;
            """
        let valid = #"ODOMETER", valid_if: { signal: "VALID", equals: 1 }, invalid: [0"#
        let profile = text("X").replacing("X\"", with: valid + "]")
        let source = try #require(
            try TestProfiles.load(profile: profile, dbc: dbc).odometers.first?.signal)
        #expect(source.gates.count == 3)
        #expect(source.raw(from: try CANFrame("100#" + data)) == raw)
    }

    @Test func `a multiplexed signal without a multiplexor is refused`() {
        let dbc = """
            BO_ 256 CLUSTER: 8 CAR
             SG_ ODOMETER m3 : 16|24@1+ (1,0) [0|0] "km" BOX
            """
        let error = #expect(throws: DataFileError.self) {
            try TestProfiles.load(profile: text("ODOMETER"), dbc: dbc)
        }
        #expect(error?.description.contains("has no multiplexor") == true)
    }

    @Test(arguments: [
        (#""NONE""#, "odometer[0].signal", "message 0x100 has no signal NONE"),
        (#""BARE""#, "odometer[0]", "an odometer in '' cannot be billed"),
        (#""ODD""#, "odometer[0]", "which is not 1 to 2000000 whole ones"),
        (#""WIDE""#, "odometer[0]", "at most 40 bits"), ("7", "odometer[0].signal", "is no String"),
        (#""ODOMETER", modulo: 5"#, "odometer[0]", "there is no key 'modulo' here"),
        (#""ODOMETER", modulus: 1"#, "odometer[0].modulus", "does not lie within the signal"),
        (#""ODOMETER", modulus: 16777217"#, "odometer[0].modulus", "does not lie"),
        (
            #""ODOMETER", unit: { signal: "NO", map: {} }"#, "odometer[0].unit.signal",
            "no signal NO"
        ),
        (
            #""ODOMETER", unit: { signal: "WHICH", map: { "1": "ft" } }"#,
            "odometer[0].unit.map.1", "an odometer in 'ft'"
        ),
    ])
    func `a profile that cannot be billed by is refused at its place`(
        signal: String, place: String, reason: String
    ) {
        let profile = text("X").replacing("\"X\"", with: signal)
        let error = #expect(throws: DataFileError.self) {
            try TestProfiles.load(profile: profile, dbc: Self.dbc)
        }
        #expect(error?.place == place)
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("\n") == false)
    }

    @Test(arguments: [
        ("message: 256, signal: \"X\"", "message: 257, signal: \"LONG\"", "needs 3 bytes"),
        ("message: 256", "message: 999", "has no message 0x3E7"),
        ("message: 256, ", "", "is missing"), ("version: 1", "version: 2", "2 is not known"),
        ("profile: \"car\"", "profile: \"bus\"", "says 'bus'"),
        ("car.dbc", "bus.dbc", "bus.dbc is neither in"),
    ])
    func `a profile that does not match its files is refused`(
        part: String, other: String, reason: String
    ) {
        let profile = text("X").replacing(part, with: other)
        let error = #expect(throws: DataFileError.self) {
            try TestProfiles.load(profile: profile, dbc: Self.dbc)
        }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        ("{\n  profile: 'car',\n  version: ]\n}", "3:12", "expected a value"),
        ("{ a: 1", "1:7", "expected ',' or '}'"), ("", "1:1", "expected a value"),
        ("{\n a: 'x\n}", "2:5", "this text has no end on its line"),
        ("{ a: 1 } 2", "1:10", "nothing may follow the value"),
        ("{ a 1 }", "1:5", "expected ':'"), ("{ : 1 }", "1:3", "expected a key"),
        ("[1 2]", "1:4", "expected ',' or ']'"), ("/* x", "1:1", "this comment has no end"),
        ("{ a: 0x }", "1:6", "expected a value"), ("'\\", "1:1", "this text has no end"),
        (String(repeating: "[", count: 65), "1:65", "this is nested too deeply"),
    ])
    func `a slip of the pen is shown with line and column`(
        text: String, place: String, reason: String
    ) {
        let error = #expect(throws: DataFileError.self) {
            try TestProfiles.load(profile: text, dbc: "")
        }
        #expect(error?.place == place, "\(error?.description ?? "")")
        #expect(error?.reason.hasPrefix(reason) == true, "\(error?.description ?? "")")
    }

    @Test func `an unknown name lists the known ones`() throws {
        let error = #expect(throws: DataFileError.self) {
            try ProfileFile.find(named: "lada", in: ["/nowhere", TestProfiles.folder])
        }
        let known = "known are psa_2004, renault_broadcast, toyota_611"
        #expect(error?.description.contains(known) == true, "\(error?.description ?? "")")
        let found = try ProfileFile.find(named: "psa_2004", in: ["/nowhere", TestProfiles.folder])
        #expect(found == TestProfiles.folder + "/psa_2004.json5")
    }

    @Test func `a name never leads out of the folders`() {
        #expect(throws: DataFileError.self) {
            try ProfileFile.find(named: "../Profiles/psa_2004", in: [TestProfiles.folder])
        }
    }
}
