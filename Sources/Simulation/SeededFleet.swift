public import KeyStore
internal import Units

/// The keys of a simulated fleet come from the seed, so that a run can be replayed. A real fleet
/// draws its own from the system.
public enum SeededFleet {
    /// The masters that `seed` draws.
    ///
    /// - Throws: ``KeyStore/KeyError``.
    public static func master(_ seed: UInt64) throws(KeyError) -> FleetMaster {
        var random = SplitMix64(seed: seed ^ 0x666C_6565_7400_0000)
        func key() -> SecretBytes {
            SecretBytes(
                (0..<FleetMaster.length).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        }
        return try FleetMaster(hot: key(), cold: key())
    }
}
