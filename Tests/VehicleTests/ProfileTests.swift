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

    static func load(_ name: String) throws -> VehicleProfile { try compile(name).vehicle }

    static func compile(_ name: String) throws -> CompiledProfile {
        try ProfileFile.compile("\(folder)/\(name).json5") { _ in
            String(repeating: "0", count: 64)
        }
    }

    /// Compiles the files from a folder of their own, which is removed afterwards.
    static func compile(profile: String, dbc: String) throws(DataFileError) -> CompiledProfile {
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
        return try ProfileFile.compile(folder + "/car.json5") { bytes in
            String(bytes.count) + String(repeating: "0", count: 60)
        }
    }

    /// A profile of a car that may be asked, with `body`, which begins at line 3, column 1.
    static func text(_ body: String, isListenOnly: Bool = false) -> String {
        """
        { profile: "car", version: 1, describes: "a car", cars: ["a"], verified: "never",
        dbc: "car.dbc", buses: [{ name: "b", bitrate: 500000, listen_only: \(isListenOnly) }],
        \(body) }
        """
    }

    static let dbc = """
        BO_ 256 CLUSTER: 8 CAR
         SG_ ODOMETER : 0|24@1+ (0.1,0) [0|0] "km" BOX
         SG_ BARE : 0|24@1+ (1,0) [0|0] "" BOX
         SG_ ODD : 0|24@1+ (0.0000001,0) [0|0] "km" BOX
         SG_ SHIFTED : 0|24@1+ (1,5) [0|0] "km" BOX
         SG_ SIGNED : 0|24@1- (1,0) [0|0] "km" BOX
         SG_ WIDE : 0|41@1+ (1,0) [0|0] "km" BOX
         SG_ REAL : 0|32@1- (1,0) [0|0] "km" BOX
         SG_ LEVEL : 24|8@1+ (0.5,-5) [0|0] "%" BOX
         SG_ VOLTS : 24|8@1+ (0.1,3) [0|0] "V" BOX
         SG_ FAST : 24|16@1+ (100,0) [0|0] "m/s" BOX
         SG_ WHICH M : 56|8@1+ (1,0) [0|0] "" BOX
         SG_ SPEED m3 : 24|16@1+ (0.01,0) [0|0] "km/h" BOX
        BO_ 257 SHORT: 2 CAR
         SG_ LONG : 0|24@1+ (1,0) [0|0] "km" BOX
         SG_ LOST m1 : 0|8@1+ (1,0) [0|0] "km" BOX
         SG_ BIT : 7|1@1+ (1,0) [0|1] "" BOX
        SIG_VALTYPE_ 256 REAL : 1;
        """
}

@Suite struct `Profile files` {
    private static let odometer = #"odometer: [{ message: 256, signal: "ODOMETER" }],"#

    private func compile(_ body: String) throws -> CompiledProfile {
        try TestProfiles.compile(profile: TestProfiles.text(body), dbc: TestProfiles.dbc)
    }

    @Test func `the profiles of this package say what they are for`() throws {
        let names = ProfileFile.names(in: [TestProfiles.folder])
        #expect(names.count >= 24)
        for name in names {
            let profile = try TestProfiles.compile(name)
            #expect(profile.vehicle.name == name)
            #expect(!profile.describes.isEmpty)
            #expect(!profile.cars.isEmpty)
            #expect(!profile.verified.isEmpty)
            #expect(profile.queries.isEmpty || profile.buses.contains { !$0.isListenOnly })
            // Who asks nothing leaves the bus alone.
            #expect(!profile.queries.isEmpty || profile.buses.allSatisfy(\.isListenOnly))
            let measures = !profile.vehicle.odometers.isEmpty || profile.vehicle.distance != nil
            #expect(measures, "\(name) says nothing about the way")
        }
    }

    @Test func `scales become whole millimetres`() throws {
        let toyota = try #require(try TestProfiles.load("toyota_611").odometers.first)
        #expect(toyota.unit.counts == [Millimetres(1_000_000), Millimetres(1_609_344)])
        let renault = try TestProfiles.load("renault_broadcast")
        #expect(renault.odometers.first?.unit == .fixed(perCount: Millimetres(10_000)))
        #expect(renault.speed.first?.nanometresPerSecond == 2_777_778)
        let opel = try TestProfiles.load("opel_kwp")
        #expect(opel.odometers.first?.unit == .fixed(perCount: Millimetres(15_625)))
        let psa = try TestProfiles.load("psa_2004")
        #expect(psa.odometers.first?.unit == .fixed(perCount: Millimetres(100_000)))
        guard case .counter(let counter) = psa.distance else {
            Issue.record("a counter on the bus")
            return
        }
        #expect(counter.nanometresPerCount == 100_000_000)
        #expect(counter.modulus == 65_536)
        #expect(psa.speed.first?.signal.gates.count == 1)
        #expect(psa.odometerKeys == ["0F6.ODOMETER"])
    }

    @Test func `levels and voltages have the scale of the DBC file`() throws {
        let body = #"""
            fuel: { message: 256, signal: "LEVEL" }, supply: { message: 256, signal: "VOLTS" },
            charge: { message: 256, signal: "BARE", empty: 10, full: 60 }
            """#
        let vehicle = try compile(body).vehicle
        #expect(vehicle.fuel.first?.millionthsPerCount == 5000)
        #expect(vehicle.fuel.first?.offset == PerMille(-50))
        #expect(vehicle.supply.first?.microvoltsPerCount == 100_000)
        #expect(vehicle.supply.first?.offset == Millivolts(3000))
        #expect(vehicle.charge.first?.millionthsPerCount == 20_000)
        #expect(vehicle.charge.first?.offset == PerMille(-200))
    }

    @Test func `a source has the ages, ranges and times of the profile`() throws {
        let body = #"""
            odometer: { message: 256, signal: "ODOMETER", not_available: [1], error: [2],
              initial: [3], coding: "j1939", role: "delta", modulus: 0x1000000, max_age_s: 0.25 },
            ignition: { message: 257, signal: "BIT", debounce_ms: 250, on_values: [0] },
            speed: { message: 256, signal: "SPEED" }
            """#
        let vehicle = try compile(body).vehicle
        let odometer = try #require(vehicle.odometers.first)
        let special = SpecialValues(
            coding: .j1939, initial: [3], notAvailable: [1], error: [2])
        #expect(odometer.special == special)
        #expect(odometer.role == .delta)
        #expect(odometer.modulus == 0x100_0000)
        #expect(odometer.signal.maxAge == Milliseconds(250))
        #expect(vehicle.speed.first?.signal.maxAge == .seconds(5))
        guard case .signal(let flag) = vehicle.ignition.first else {
            Issue.record("a signal")
            return
        }
        #expect(flag.debounce == Milliseconds(250))
        #expect(flag.onValues == [0])
    }

    @Test func `the hash covers both files`() throws {
        let profile = try compile(Self.odometer).vehicle
        let bytes = TestProfiles.text(Self.odometer).utf8.count + TestProfiles.dbc.utf8.count
        #expect(profile.hash.hasPrefix("\(bytes)"))
    }

    @Test func `a multiplexed signal counts in its branch only`() throws {
        let profile = try compile(#"speed: { message: 256, signal: "SPEED" }"#).vehicle
        let source = try #require(profile.speed.first?.signal)
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
        let body = #"""
            odometer: { message: 256, signal: "ODOMETER", valid_if: { signal: "VALID", equals: 1 } }
            """#
        let profile = try TestProfiles.compile(profile: TestProfiles.text(body), dbc: dbc)
        let source = try #require(profile.vehicle.odometers.first?.signal)
        #expect(source.gates.count == 3)
        #expect(source.raw(from: try CANFrame("100#" + data)) == raw)
    }

    @Test func `an unknown name lists the known ones`() throws {
        let error = #expect(throws: DataFileError.self) {
            try ProfileFile.find(named: "lada", in: ["/nowhere", TestProfiles.folder])
        }
        let names = ProfileFile.names(in: [TestProfiles.folder])
        #expect(names == names.sorted())
        let known = "known are \(names.joined(separator: ", "))"
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
