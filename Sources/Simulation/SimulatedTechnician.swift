public import AccessCode
public import KeyStore
internal import Units

/// The technician of a simulated fleet, with a key for one box that comes from the seed. Nothing
/// about it is a secret.
public struct SimulatedTechnician {
    /// The number.
    public let id: TechnicianID
    /// The key on this box, as it is typed to claim it.
    public let key: [UInt8]
    /// The PIN.
    public let pin = "1234"
    private let laptop = SoftwareTechnicianKeys()

    /// Technician 7, as `seed` draws the key.
    public init(seed: UInt64) {
        guard let id = TechnicianID(7) else { preconditionFailure("7 is a technician's number") }
        self.id = id
        var random = SplitMix64(seed: seed ^ 0x7465_6368_0000_0000)
        key = (0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        laptop.install(SecretBytes(key), pin: pin, for: id)
    }

    /// The answer to `challenge`; `nil` for another technician, or for what is no challenge.
    ///
    /// - Throws: ``AccessCode/TechnicianKeyFailure``.
    public func answer(
        to challenge: String, for technician: TechnicianID
    ) throws(TechnicianKeyFailure) -> String? {
        try TechnicianLogin.answer(to: challenge, by: technician, with: laptop)
    }

    /// Lets the technician in on a box that has `keys`.
    public func install(in keys: SoftwareTechnicianKeys) {
        keys.install(SecretBytes(key), pin: pin, for: id)
    }
}
