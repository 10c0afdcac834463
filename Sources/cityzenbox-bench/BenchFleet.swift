import DataFiles
import KeyStore
import Simulation
import Units
import Vehicle

/// The keys, the car profile and the scenario that all figures are measured with.
struct BenchFleet {
    let master: FleetMaster
    let profile: VehicleProfile
    let scenario: Scenario

    /// The box of every figure.
    static let box = BoxID(0x0B0C_BE4C_0000_0001)
    /// When every figure begins: a Monday.
    static let beginning = CivilTime.utc(2026, 6, 1)

    init() throws {
        // A figure must not hang on a key: the same keys at every run.
        var random = SplitMix64(seed: 2026)
        func key() -> SecretBytes {
            SecretBytes(
                (0..<FleetMaster.length).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        }
        master = try FleetMaster(hot: key(), cold: key())
        scenario = try DataFolder.decode(
            Scenario.self, from: DataFolder.scenarios.find("ordinary_week"))
        profile = try Self.profile(scenario.profile)
    }

    /// The profile called `name`.
    static func profile(_ name: String) throws -> VehicleProfile {
        try ProfileFile.load(
            ProfileFile.find(named: name), sha256: { OpenSSLHashing().sha256($0).hex })
    }

    /// The code keys of ``box``.
    var keys: SoftwareCodeKeys { master.codeKeys(for: Self.box, keyEpoch: KeyEpoch(0)) }
}
