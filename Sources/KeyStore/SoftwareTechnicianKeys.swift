public import AccessCode
internal import COpenSSL
public import Units

/// The keys of technicians in this process's memory, with OpenSSL computing the HMACs.
public final class SoftwareTechnicianKeys: TechnicianKeys {
    private struct Entry {
        let key: SecretBytes
        let pinHash: [UInt8]
    }

    private var entries: [TechnicianID: Entry] = [:]
    private let mac = MACContext()

    /// A store that lets nobody in.
    public init() {}

    /// Lets `technician` in with `key` and `pin`, in place of what was there.
    public func install(_ key: SecretBytes, pin: String, for technician: TechnicianID) {
        entries[technician] = Entry(key: key, pinHash: Self.sha1(Array(pin.utf8)))
    }

    /// Lets `technician` in no more.
    public func remove(_ technician: TechnicianID) {
        entries[technician] = nil
    }

    /// Lets nobody in any more.
    public func removeAll() {
        entries = [:]
    }

    /// Who is let in, by number.
    public var technicians: [TechnicianID] { entries.keys.sorted() }

    /// HMAC-SHA-256 of `message` under the key of `technician`; `nil` for one who is not let in.
    public func authenticate(_ message: [UInt8], as technician: TechnicianID) -> Digest256? {
        guard let entry = entries[technician] else { return nil }
        unsafe entry.key.withBytes { unsafe mac.setKey($0) }
        return mac.authenticate(message[...])
    }

    /// SHA-1 of the technician's PIN; `nil` for one who is not let in.
    public func pinHash(of technician: TechnicianID) -> [UInt8]? {
        entries[technician]?.pinHash
    }

    /// The key of `technician` on `box`, from the fleet's `master` of technicians.
    public static func key(
        of technician: TechnicianID, on box: BoxID, master: SecretBytes
    ) -> SecretBytes {
        let mac = MACContext()
        unsafe master.withBytes { unsafe mac.setKey($0) }
        let message = TechnicianLogin.keyMessage(box: box, technician: technician)
        return SecretBytes(mac.authenticate(message[...]).bytes)
    }

    /// FIPS 180-4; RFC 6287 hashes PINs with it, and nothing here rests on its collisions.
    private static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: 20)
        unsafe bytes.withUnsafeBufferPointer { bytes in
            _ = unsafe SHA1(bytes.baseAddress, bytes.count, &out)
        }
        return out
    }
}
