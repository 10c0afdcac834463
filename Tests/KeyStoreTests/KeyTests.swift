import AccessCode
import KeyStore
import Testing
import Units

@Suite struct `Secret bytes` {
    @Test func `the description tells keys apart and shows no byte of them`() {
        let bytes = (0..<32).map { UInt8($0 * 37 % 256) }
        let secret = SecretBytes(bytes)
        let text = "\(secret)"
        #expect(text.hasPrefix("Key(…"))
        #expect(text.count == 10)
        #expect(text == "\(SecretBytes(bytes))")
        #expect(text != "\(SecretBytes(bytes.reversed()))")
        let digits = String(text.dropFirst(5).dropLast())
        #expect(Hex.decode(digits) != nil)
        #expect(!Hex.encode(bytes).contains(digits))
        #expect(OpenSSLHashing().sha256(bytes).hex.hasSuffix(digits))
    }

    @Test func `more keys than locked memory has room for leave OpenSSL room for its own`() throws {
        let many = (0..<40_000).map { SecretBytes([UInt8](repeating: UInt8($0 & 255), count: 32)) }
        let key = try SigningKey()
        let verifying = try VerifyingKey(pem: key.publicKeyPEM)
        #expect(try verifying.payload(ofJWS: key.jws([1])) == [1])
        #expect("\(many[39_999])" == "\(SecretBytes([UInt8](repeating: 63, count: 32)))")
    }

    @Test func `no key at all is a key of no bytes`() {
        #expect(SecretBytes([]).count == 0)
        #expect("\(SecretBytes([]))" == "Key(…b855)")
        #expect(SecretBytes([1, 2, 3]).count == 3)
    }
}

@Suite struct `Fleet master` {
    private static func secret(_ count: Int, _ seed: UInt8 = 3) -> SecretBytes {
        SecretBytes([UInt8](repeating: seed, count: count))
    }

    @Test(arguments: [
        (31, 32, "hot"), (33, 32, "hot"), (32, 31, "cold"), (32, 33, "cold"), (0, 0, "hot"),
    ])
    func `a master of another length is refused`(hot: Int, cold: Int, name: String) {
        let error = #expect(throws: KeyError.self) {
            try FleetMaster(hot: Self.secret(hot), cold: Self.secret(cold))
        }
        #expect(error?.operation == "use the \(name) master key")
        #expect(error?.reason.contains("needs 32") == true)
    }

    @Test func `a box holds the hot key of its epoch and the spare of the next`() throws {
        let master = try FleetMaster(hot: Self.secret(32), cold: Self.secret(32, 4))
        let keys = master.codeKeys(for: BoxID(7), keyEpoch: KeyEpoch(2))
        #expect(keys.holds(.epoch(KeyEpoch(2))))
        #expect(keys.holds(.coldSpare(KeyEpoch(3))))
        #expect(!keys.holds(.epoch(KeyEpoch(3))))
        #expect(!keys.holds(.coldSpare(KeyEpoch(2))))
        #expect(!keys.holds(.owner))
    }

    @Test func `boxes and epochs have keys of their own`() throws {
        let master = try FleetMaster(hot: Self.secret(32), cold: Self.secret(32, 4))
        var macs: Set<Digest256> = []
        for box in 1...3 as ClosedRange<UInt64> {
            for epoch in 0...2 as ClosedRange<UInt16> {
                let keys = master.codeKeys(for: BoxID(box), keyEpoch: KeyEpoch(epoch))
                macs.insert(try keys.authenticate([1], with: .epoch(KeyEpoch(epoch))))
                macs.insert(try keys.authenticate([1], with: .coldSpare(KeyEpoch(epoch + 1))))
            }
        }
        #expect(macs.count == 18)
    }

    @Test func `after KEYSWITCH the cold master is the hot one`() throws {
        let master = try FleetMaster(hot: Self.secret(32), cold: Self.secret(32, 4))
        let box = master.codeKeys(for: BoxID(7), keyEpoch: KeyEpoch(0))
        box.remove(.epoch(KeyEpoch(0)))
        let next = try FleetMaster(hot: Self.secret(32, 4), cold: Self.secret(32, 5))
        let fleet = next.codeKeys(for: BoxID(7), keyEpoch: KeyEpoch(1))
        let epoch = CodeKeyName.epoch(KeyEpoch(1))
        #expect(try box.authenticate([1], with: epoch) == fleet.authenticate([1], with: epoch))
    }
}

@Suite struct `Software code keys` {
    @Test(arguments: [CodeKeyName.owner, .epoch(KeyEpoch(1)), .coldSpare(KeyEpoch(1))])
    func `a key that is not there does not answer`(name: CodeKeyName) throws {
        let keys = SoftwareCodeKeys()
        let error = #expect(throws: CodeKeyFailure.self) {
            try keys.authenticate([1], with: name)
        }
        #expect(error?.key == name)
        keys.install(SecretBytes([1]), as: name)
        #expect(keys.holds(name))
        #expect(throws: Never.self) { try keys.authenticate([1], with: name) }
        keys.remove(name)
        #expect(!keys.holds(name))
        #expect(throws: CodeKeyFailure.self) { try keys.authenticate([1], with: name) }
    }

    @Test func `no messages have no tags`() {
        #expect(SoftwareCodeKeys().leadingBits(of: [], each: 23, under: .zero).isEmpty)
    }
}

@Suite struct `System randomness` {
    @Test(arguments: [0, 1, 32, 1000])
    func `as many bytes as were asked for`(count: Int) throws {
        #expect(try SystemRandom.bytes(count).count == count)
    }

    @Test func `two draws differ`() throws {
        #expect(try SystemRandom.bytes(32) != SystemRandom.bytes(32))
    }
}

@Suite struct `SHA-256` {
    /// FIPS 180-4's examples, as NIST publishes them.
    static let digests = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ]

    @Test(arguments: digests)
    func `digests are the published ones`(text: String, hex: String) {
        #expect(OpenSSLHashing().sha256(Array(text.utf8)).hex == hex)
    }
}

@Suite struct `Base64url` {
    /// RFC 4648 section 10, without the padding; and the two characters that differ.
    static let vectors = [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
        ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"), ("~~~", "fn5-"), ("???", "Pz8_"),
    ]

    @Test(arguments: vectors)
    func `texts are the published ones`(text: String, encoded: String) {
        #expect(Base64URL.encode(Array(text.utf8)) == encoded)
        #expect(Base64URL.decode(encoded) == Array(text.utf8))
    }

    @Test func `bytes of every length come back`() {
        for count in 0...100 {
            let bytes = (0..<count).map { UInt8($0 * 151 % 256) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }

    @Test(arguments: ["Z", "Zh", "Zm9", "Zg==", "Zm9v\n", "Pz8/", "fn5+", "Zm9vYg Zg", "ZmÉ"])
    func `anything else is refused`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }
}
