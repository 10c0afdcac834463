public import AccessCode
internal import COpenSSL
public import Units

/// The keys of technicians in this process's memory, with OpenSSL computing the HMACs.
public final class SoftwareTechnicianKeys: TechnicianKeys {
    private struct Entry {
        let key: SecretBytes
        let pinHash: SecretBytes
    }

    private var entries: [TechnicianID: Entry] = [:]
    private let mac = MACContext()

    /// A store that lets nobody in.
    public init() {}

    /// Lets `technician` in with `key` and `pin`, in place of what was there.
    public func install(_ key: SecretBytes, pin: String, for technician: TechnicianID) {
        entries[technician] = Entry(key: key, pinHash: Self.pinHash(of: pin))
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
        entries[technician].map { entry in
            unsafe entry.pinHash.withBytes { unsafe Array($0) }
        }
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

    /// SHA-1 (FIPS 180-4) of `pin`: RFC 6287 hashes PINs with it, and nothing here rests on its
    /// collisions.
    public static func pinHash(of pin: String) -> SecretBytes {
        let pin = SecretBytes(pin.utf8)
        return unsafe SecretBytes(count: 20) { out in
            unsafe pin.withBytes { pin in
                _ = unsafe SHA1(
                    pin.bindMemory(to: UInt8.self).baseAddress, pin.count,
                    out.bindMemory(to: UInt8.self).baseAddress)
            }
        }
    }
}
