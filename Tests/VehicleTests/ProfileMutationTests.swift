import DataFiles
import FoundationEssentials
import Testing
import Units
import Vehicle

@Suite struct `Damaged profiles` {
    /// Changes, removes, doubles or inserts a few bytes.
    private func damaged(_ text: String, _ random: inout SplitMix64) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: at)
            case 2: bytes.insert(bytes[at], at: at)
            case 3: bytes.insert(contentsOf: Array("99999999999".utf8), at: at)
            case _: bytes.removeSubrange(at..<min(at + 20, bytes.count))
            }
            if bytes.isEmpty { bytes = [0x7B] }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One source of everything that a profile may have.
    private static let body = #"""
        odometer: [
          { message: 256, signal: "ODOMETER", modulus: 0x100000, role: "delta", error: [1, 2] },
          { message: 256, signal: "BARE", unit: { signal: "WHICH", map: { "1": "km", "2": "mi" } },
            valid_if: { signal: "WHICH", equals: 3 } },
          { request: 0x743, response: 0x763, service: 0x22, identifier: 0x0207, every_s: 60,
            bytes: 3, scale: 1, unit: "km", max_age_s: 300 },
        ],
        distance: { message: 256, signal: "BARE", metres_per_count: 99.9, max_silence_ms: 100 },
        speed: { message: 256, signal: "SPEED", coding: "j1939" },
        ignition: [{ message: 257, seen_within_ms: 100 }, { message: 257, signal: "BIT" }],
        doors: { boot: { message: 257, signal: "BIT", on_values: [0], debounce_ms: 5 } },
        fuel: { message: 256, signal: "LEVEL" }, charge: { message: 256, signal: "BARE", full: 9 },
        supply: { request: 0x7df, service: 1, identifier: 0x42, every_s: 9, bytes: 2,
          scale: 0.001, offset: 1, unit: "V", first_byte: 2, byte_order: "little" },
        plausibility: { max_speed_kmh: 200, max_jump_km: 5, max_gap_speed_kmh: 100 },
        """#

    @Test func `the whole one compiles`() throws {
        let profile = try TestProfiles.compile(
            profile: TestProfiles.text(Self.body), dbc: TestProfiles.dbc)
        #expect(profile.sources.count == 11)
        #expect(profile.queries.count == 2)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `are read or refused, and never trap`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var refused = 0
        for round in 0..<150 {
            let isDBC = round % 3 == 0
            let text = TestProfiles.text(Self.body)
            let profile = isDBC ? text : damaged(text, &random)
            let dbc = isDBC ? damaged(TestProfiles.dbc, &random) : TestProfiles.dbc
            do {
                _ = try TestProfiles.compile(profile: profile, dbc: dbc)
            } catch {
                refused += 1
                #expect(!error.reason.isEmpty)
                #expect(!error.remedy.isEmpty)
            }
        }
        #expect(refused > 50)
    }

    @Test func `every beginning of a profile is refused`() {
        let text = TestProfiles.text(Self.body)
        for length in stride(from: 0, to: text.count - 1, by: 7) {
            #expect(throws: DataFileError.self) {
                try TestProfiles.compile(
                    profile: String(text.prefix(length)), dbc: TestProfiles.dbc)
            }
        }
    }
}
