import KeyStore
import Units

/// The fleet's certificate authority.
enum Authority {
    static func make(in folder: FleetFolder) throws -> Digest256 { .zero }
}
