import AccessCode
import KeyStore
import Testing
import Units

@Suite struct `Public vectors` {
    /// RFC 4231, test cases 1 to 4, 6 and 7: key, data, HMAC-SHA-256.
    static let macs: [(String, String, String)] = [
        (
            String(repeating: "0b", count: 20), Hex.encode("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Hex.encode("Jefe".utf8), Hex.encode("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            String(repeating: "aa", count: 20), String(repeating: "dd", count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            "0102030405060708090a0b0c0d0e0f10111213141516171819",
            String(repeating: "cd", count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            String(repeating: "aa", count: 131),
            Hex.encode("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            String(repeating: "aa", count: 131),
            Hex.encode(
                ("This is a test using a larger than block-size key and a larger than block-size "
                    + "data. The key needs to be hashed before being used by the HMAC algorithm.")
                    .utf8),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ]

    @Test(arguments: macs)
    func `MACs are those of RFC 4231`(key: String, data: String, mac: String) throws {
        let keys = SoftwareCodeKeys()
        keys.install(SecretBytes(try #require(Hex.decode(key))), as: .owner)
        let message = try #require(Hex.decode(data))
        #expect(try keys.authenticate(message, with: .owner).hex == mac)
        // A TPM takes keys up to the block size.
        guard key.utf8.count <= 128 else { return }
        for backend in Backend.available {
            try backend.withHolders { make in
                let holder = try make()
                let held = try holder.hold(SecretBytes(try #require(Hex.decode(key))))
                #expect(try holder.authenticate(message, with: held).hex == mac)
            }
        }
    }

    private static let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"

    private static func number(_ name: String) throws -> [UInt8] {
        var order = try #require(Hex.decode(Self.order))
        switch name {
        case "n": return order
        case "n-1":
            order[31] -= 1
            return order
        case "max": return [UInt8](repeating: 0xFF, count: 32)
        case _: return [UInt8](repeating: 0, count: 31) + [try #require(UInt8(name))]
        }
    }

    /// No signature has r or s of 0, or of the order and above; these small ones fit no message.
    @Test(arguments: ["0", "1", "n", "n-1", "max"], ["0", "1", "n", "n-1", "max"])
    func `no signature is made up of r and s at their limits`(r: String, s: String) throws {
        let key = try SigningKey()
        let verifying = try VerifyingKey(pem: key.publicKeyPEM)
        let parts = try key.jws([1, 2, 3]).split(separator: ".")
        let signature = try Self.number(r) + Self.number(s)
        #expect(
            verifying.payload(ofJWS: "\(parts[0]).\(parts[1]).\(Base64URL.encode(signature))")
                == nil)
    }

    @Test func `a true r or s does not carry a made-up other`() throws {
        let key = try SigningKey()
        let verifying = try VerifyingKey(pem: key.publicKeyPEM)
        let parts = try key.jws([1, 2, 3]).split(separator: ".")
        let signature = try #require(Base64URL.decode(parts[2]))
        for limit in ["0", "1", "n", "n-1", "max"] {
            let number = try Self.number(limit)
            for forged in [number + Array(signature[32...]), Array(signature[..<32]) + number] {
                let text = "\(parts[0]).\(parts[1]).\(Base64URL.encode(forged))"
                #expect(verifying.payload(ofJWS: text) == nil, "\(limit)")
            }
        }
    }

    @Test(arguments: [0, 1, 32, 63, 65, 66, 72, 128])
    func `a signature has 64 bytes`(count: Int) throws {
        let key = try SigningKey()
        let verifying = try VerifyingKey(pem: key.publicKeyPEM)
        let parts = try key.jws([1, 2, 3]).split(separator: ".")
        var signature = try #require(Base64URL.decode(parts[2]))
        signature = Array((signature + signature).prefix(count))
        let text = "\(parts[0]).\(parts[1]).\(Base64URL.encode(signature))"
        #expect(verifying.payload(ofJWS: text) == nil)
        let padded = try #require(Base64URL.decode(parts[2]))
        let longer = Base64URL.encode([0] + padded)
        #expect(verifying.payload(ofJWS: "\(parts[0]).\(parts[1]).\(longer)") == nil)
    }
}
