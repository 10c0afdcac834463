import FoundationEssentials
import KeyStore
import Units

/// The fleet's certificate authority.
enum Authority {
    /// How long its certificate holds.
    static let validity = Milliseconds.days(30 * 365)
    /// How long the certificate of a box holds.
    static let boxValidity = Milliseconds.days(10 * 365)
    /// How long a bundle is taken.
    static let bundleValidity = Milliseconds.days(7)
    /// How much earlier than now certificates begin, for clocks that are slow.
    static let slack = Milliseconds.days(1)

    /// Makes the authority, unless an attempt before did.
    static func make(in folder: FleetFolder, at now: WallTime) throws -> CertificateAuthority {
        let file = CertificateAuthorityFile(path: folder.authority)
        guard !FileManager.default.fileExists(atPath: folder.authority) else {
            return try file.load()
        }
        let authority = try CertificateAuthority(
            name: "CityzenBox fleet", from: now - slack, until: now + validity)
        try file.create(authority)
        return authority
    }
}
