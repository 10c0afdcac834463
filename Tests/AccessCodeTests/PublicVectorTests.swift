import AccessCode
import KeyStore
import Testing
import Units

/// HMAC-SHA-256 of RFC 4231 section 4, through the key store that codes are checked with.
@Suite struct `Public vectors` {
    struct MAC: CustomTestStringConvertible {
        let testDescription: String
        let key: [UInt8]
        let data: [UInt8]
        let mac: String
    }

    static let macs = [
        MAC(
            testDescription: "case 1", key: [UInt8](repeating: 0x0B, count: 20),
            data: Array("Hi There".utf8),
            mac: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        MAC(
            testDescription: "case 2", key: Array("Jefe".utf8),
            data: Array("what do ya want for nothing?".utf8),
            mac: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        MAC(
            testDescription: "case 3", key: [UInt8](repeating: 0xAA, count: 20),
            data: [UInt8](repeating: 0xDD, count: 50),
            mac: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        MAC(
            testDescription: "case 4", key: Array(1...25),
            data: [UInt8](repeating: 0xCD, count: 50),
            mac: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        // Published truncated to 128 bits.
        MAC(
            testDescription: "case 5", key: [UInt8](repeating: 0x0C, count: 20),
            data: Array("Test With Truncation".utf8), mac: "a3b6167473100ee06e0c796c2955552b"),
        MAC(
            testDescription: "case 6", key: [UInt8](repeating: 0xAA, count: 131),
            data: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            mac: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        MAC(
            testDescription: "case 7", key: [UInt8](repeating: 0xAA, count: 131),
            data: Array(
                ("This is a test using a larger than block-size key and a larger than "
                    + "block-size data. The key needs to be hashed before being used by the "
                    + "HMAC algorithm.").utf8),
            mac: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ]

    @Test(arguments: macs)
    func `HMAC-SHA-256 is that of RFC 4231`(row: MAC) throws {
        let keys = SoftwareCodeKeys()
        keys.install(SecretBytes(row.key), as: .owner)
        #expect(try keys.authenticate(row.data, with: .owner).hex.hasPrefix(row.mac))
    }

    @Test func `leading bits are the first half of the HMAC`() throws {
        let keys = SoftwareCodeKeys()
        let day = try #require(Digest256(bytes: (0..<32).map { UInt8($0) }))
        keys.install(SecretBytes(day.bytes), as: .owner)
        let bits = keys.leadingBits(of: Array(0..<46), each: 23, under: day)
        for (index, bits) in bits.enumerated() {
            let one = Array((0..<46)[index * 23..<index * 23 + 23]).map { UInt8($0) }
            let mac = try keys.authenticate(one, with: .owner)
            #expect(UInt64(truncatingIfNeeded: bits >> 64) == mac.words.0)
            #expect(UInt64(truncatingIfNeeded: bits) == mac.words.1)
        }
        #expect(bits.count == 2)
    }

    /// RFC 4226 Appendix D: the intermediate HMAC-SHA-1 values and the passwords of six digits.
    static let truncations = [
        ("cc93cf18508d94934c64b65d8ba7667fb7cde4b0", 755_224),
        ("75a48a19d4cbe100644e8ac1397eea747a2d33ab", 287_082),
        ("0bacb7fa082fef30782211938bc1c5e70416ff44", 359_152),
        ("66c28227d03a2d5529262ff016a1e6ef76557ece", 969_429),
        ("a904c900a64b35909874b33e61c5938a8e15ed1c", 338_314),
        ("a37e783d7b7233c083d4f62926c7a25f238d0316", 254_676),
        ("bc9cd28561042c83f219324d3c607256c03272ae", 287_922),
        ("a4fb960c0bc06e1eabb804e5b397cdc4b45596fa", 162_583),
        ("1b3c89f65e6c9e883012052823443f048b4332db", 399_871),
        ("1637409809a679dc698207310c8c7fc07290d9e5", 520_489),
    ]

    @Test(arguments: truncations)
    func `truncation is that of RFC 4226`(mac: String, password: Int) throws {
        let bytes = try #require(Hex.decode(mac))
        #expect(OneTimePassword.truncate(bytes, digits: 6) == UInt32(password))
    }

    /// RFC 6238 Appendix B, the SHA-256 rows.
    static let passwords: [(seconds: Int64, digits: String)] = [
        (59, "4611 9246"), (1_111_111_109, "6808 4774"), (1_111_111_111, "6706 2674"),
        (1_234_567_890, "9181 9424"), (2_000_000_000, "9069 8825"), (20_000_000_000, "7773 7706"),
    ]

    @Test(arguments: passwords)
    func `the owner's password is that of RFC 6238`(row: (seconds: Int64, digits: String)) throws {
        let keys = SoftwareCodeKeys()
        keys.install(SecretBytes("12345678901234567890123456789012".utf8), as: .owner)
        let step = OneTimePassword.step(at: WallTime(milliseconds: row.seconds * 1000))
        #expect(try OneTimePassword.text(step: step, with: keys).description == row.digits)
    }
}
