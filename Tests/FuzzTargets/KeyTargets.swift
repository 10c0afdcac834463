internal import AccessCode
internal import KeyStore
internal import Ports
internal import Units

extension FuzzTarget {
    /// A bundle as it comes over the console, for a box that was claimed: nothing that was not
    /// signed by its fleet changes anything.
    static let bundle = FuzzTarget("bundle") { bytes in
        let bench = KeyBench()
        let text = String(decoding: bytes, as: UTF8.self)
        switch bench.outcome(of: text) {
        case .installed: preconditionFailure("nobody signed this bundle")
        case .refused:
            precondition(bench.medium.writes == bench.writes, "a refusal changes nothing")
        }
    }

    /// A request for enrolment, as the fleet gets it: what is read is signed by its key.
    static let request = FuzzTarget("request") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let request = try? EnrolmentRequest(pem: text) else { return }
        precondition(request.nonce.count == 16, "a nonce has 16 bytes")
        precondition(
            request.publicKey.hasPrefix("-----BEGIN PUBLIC KEY-----"), "a request has a key")
    }

    /// The files of keys: a key in hexadecimal digits, and the sealed file of a box, which opens
    /// only as it was stored.
    static let keyfile = FuzzTarget("keyfile") { bytes in
        if let key = KeyFile.key(inText: SecretBytes(bytes)) {
            precondition(key.count == 32 && bytes.count == 65, "a key has 32 bytes")
        }
        let bench = KeyBench()
        bench.medium.files["keys"] = bytes
        do throws(KeyStoreFailure) {
            _ = try SealedKeyStore(opening: bench.medium, holder: KeyBench.holder)
            preconditionFailure("nobody sealed this file")
        } catch {
            precondition(
                [.damaged, .otherMachine].contains(error.code), "bytes are no failing medium")
        }
    }
}

/// A box that was claimed by a fleet of which nobody has the key.
private struct KeyBench {
    static var holder: FileKeyHolder {
        FileKeyHolder(MachineFacts(machine: "fuzz", serial: "1"))
    }

    let medium = MemoryKeyMedium()
    let store: SealedKeyStore
    let writes: Int

    init() {
        do throws(KeyStoreFailure) {
            store = try SealedKeyStore(making: medium, holder: Self.holder, box: BoxID(1))
            guard let technician = TechnicianID(1),
                let claim = BoxClaim(
                    technician: technician, key: [UInt8](repeating: 1, count: 32), pin: "1234",
                    fleet: .zero)
            else { preconditionFailure("a claim of the right form") }
            _ = try store.claim(claim)
        } catch { preconditionFailure("a box in memory: \(error)") }
        writes = medium.writes
    }

    func outcome(of text: String) -> BundleOutcome {
        do throws(KeyStoreFailure) { return try store.install(bundle: text, at: nil) } catch {
            preconditionFailure("bytes are no failing medium: \(error)")
        }
    }
}
