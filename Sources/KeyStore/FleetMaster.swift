internal import AccessCode
internal import COpenSSL
public import Units

/// The fleet's master keys, from which every box's code keys come: the fleet stores no box's key.
public struct FleetMaster: Sendable {
    /// How many bytes a master key has.
    public static let length = 32

    /// The master of the hot key epochs.
    public let hot: SecretBytes
    /// The cold master, kept elsewhere: only spares come from it.
    public let cold: SecretBytes

    /// The masters `hot` and `cold`.
    ///
    /// - Throws: ``KeyError`` unless each has 32 bytes.
    public init(hot: SecretBytes, cold: SecretBytes) throws(KeyError) {
        for (name, key) in [("hot", hot), ("cold", cold)] where key.count != Self.length {
            throw KeyError(
                operation: "use the \(name) master key",
                reason: "it has \(key.count) bytes and needs \(Self.length)")
        }
        self.hot = hot
        self.cold = cold
    }

    /// The code keys of `box`: the hot key of `keyEpoch` and the cold spare of the next one.
    public func codeKeys(for box: BoxID, keyEpoch: KeyEpoch) -> SoftwareCodeKeys {
        let keys = SoftwareCodeKeys()
        keys.install(hotKey(of: box, in: keyEpoch), as: .epoch(keyEpoch))
        keys.install(spareKey(of: box, for: keyEpoch.next), as: .coldSpare(keyEpoch.next))
        return keys
    }

    /// The hot key of `box` in `keyEpoch`.
    public func hotKey(of box: BoxID, in keyEpoch: KeyEpoch) -> SecretBytes {
        Self.derive(hot, box, keyEpoch)
    }

    /// The cold spare of `box` that is the key of `keyEpoch` after KEYSWITCH.
    public func spareKey(of box: BoxID, for keyEpoch: KeyEpoch) -> SecretBytes {
        Self.derive(cold, box, keyEpoch)
    }

    private static func derive(
        _ master: SecretBytes, _ box: BoxID, _ keyEpoch: KeyEpoch
    ) -> SecretBytes {
        let mac = MACContext()
        unsafe master.withBytes { unsafe mac.setKey($0) }
        let issuer = CodeIssuer(box: box, keyEpoch: keyEpoch)
        return SecretBytes(mac.authenticate(issuer.epochKeyMessage[...]).bytes)
    }
}

/// Random bytes of the operating system's quality, by OpenSSL.
public enum SystemRandom {
    /// `count` random bytes.
    ///
    /// - Throws: ``KeyError`` when the system has none.
    public static func bytes(_ count: Int) throws(KeyError) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: count)
        guard unsafe RAND_bytes(&out, Int32(count)) == 1 else {
            throw KeyError(operation: "draw random bytes", reason: OpenSSLError.last)
        }
        return out
    }
}
