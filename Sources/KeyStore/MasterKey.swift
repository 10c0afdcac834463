internal import AccessCode
public import Units

/// One of the fleet's masters: whatever a box or a person holds comes from one, so that nothing of
/// theirs is stored.
public struct MasterKey: Sendable {
    private let secret: SecretBytes

    /// The master `secret`.
    ///
    /// - Throws: ``KeyError`` unless it has 32 bytes.
    public init(_ secret: SecretBytes) throws(KeyError) {
        guard secret.count == FleetMaster.length else {
            throw KeyError(
                operation: "use a master key",
                reason: "it has \(secret.count) bytes and needs \(FleetMaster.length)")
        }
        self.secret = secret
    }

    /// K_epoch of `box`: of the hot master the key of an epoch, of the cold one a spare.
    public func epochKey(of box: BoxID, in keyEpoch: KeyEpoch) -> SecretBytes {
        derive(CodeIssuer(box: box, keyEpoch: keyEpoch).epochKeyMessage)
    }

    /// The secret of the owner's one-time passwords on `box`: HMAC-SHA-256 of
    /// `CZB1/owner | box, 8 bytes | number, 2 bytes`. Another number makes another secret.
    public func ownerKey(of box: BoxID, number: UInt16) -> SecretBytes {
        let box = stride(from: 56, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: box.value >> $0)
        }
        return derive(
            Array("CZB1/owner".utf8) + box
                + [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)])
    }

    private func derive(_ message: [UInt8]) -> SecretBytes {
        let mac = MACContext()
        unsafe secret.withBytes { unsafe mac.setKey($0) }
        return SecretBytes(mac.authenticate(message[...]).bytes)
    }
}
