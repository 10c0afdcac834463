import COpenSSL
import KeyStore
import Testing
import Units

@testable import AccessCode

/// HMAC by OpenSSL, with the hash of a suite.
private func hmac(_ hash: OCRASuite.Hash, _ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: 64)
    var length = 0
    _ = unsafe EVP_Q_mac(
        nil, "HMAC", nil, hash.rawValue, nil, key, key.count, message, message.count, &out,
        out.count, &length)
    return Array(out.prefix(length))
}

/// Appendix C of RFC 6287: every row of it.
@Suite struct `Vectors of RFC 6287` {
    struct Row: CustomTestStringConvertible {
        let suite: String
        let challenge: String
        var counter: UInt64?
        let response: String
        var testDescription: String { "\(suite) \(challenge) \(counter ?? 0)" }
    }

    /// `12345678901234567890`, as far as the hash is long.
    private static func key(_ hash: OCRASuite.Hash) -> [UInt8] {
        (0..<hash.length).map { UInt8(ascii: "0") + UInt8(($0 + 1) % 10) }
    }

    /// SHA-1 of `1234`.
    private static let pin = Hex.decode("7110eda4d09e062aa5e4a390b0a572ac0d2c0220")
    /// 2008-03-25T12:06:30Z
    private static let time = WallTime(milliseconds: 1_206_446_790_000)

    private static func same(_ digit: Int) -> String { String(repeating: "\(digit)", count: 8) }

    private static func rows(
        _ suite: String, _ challenge: (Int) -> String, counters: Bool = false,
        _ responses: String
    ) -> [Row] {
        responses.split(separator: " ").enumerated().map { index, response in
            Row(
                suite: suite, challenge: challenge(index),
                counter: counters ? UInt64(index) : nil, response: String(response))
        }
    }

    static let oneWay =
        rows(
            "OCRA-1:HOTP-SHA1-6:QN08", same,
            "237653 243178 653583 740991 608993 388898 816933 224598 750600 294470")
        + rows(
            "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1", { _ in "12345678" }, counters: true,
            "65347737 86775851 78192410 71565254 10104329 65983500 70069104 91771096 75011558 "
                + "08522129")
        + rows(
            "OCRA-1:HOTP-SHA256-8:QN08-PSHA1", same,
            "83238735 01501458 17957585 86776967 86807031")
        + rows(
            "OCRA-1:HOTP-SHA512-8:C-QN08", same, counters: true,
            "07016083 63947962 70123924 25341727 33203315 34205738 44343969 51946085 20403879 "
                + "31409299")
        + rows(
            "OCRA-1:HOTP-SHA512-8:QN08-T1M", same,
            "95209754 55907591 22048402 24218844 36209546")

    static let mutual =
        rows(
            "OCRA-1:HOTP-SHA256-8:QA08", { "CLI2222\($0)SRV1111\($0)" },
            "28247970 01984843 65387857 03351211 83412541")
        + rows(
            "OCRA-1:HOTP-SHA256-8:QA08", { "SRV1111\($0)CLI2222\($0)" },
            "15510767 90175646 33777207 95285278 28934924")
        + rows(
            "OCRA-1:HOTP-SHA512-8:QA08", { "CLI2222\($0)SRV1111\($0)" },
            "79496648 76831980 12250499 90856481 12761449")
        + rows(
            "OCRA-1:HOTP-SHA512-8:QA08-PSHA1", { "SRV1111\($0)CLI2222\($0)" },
            "18806276 70020315 01600026 18951020 32528969")

    static let signatures =
        rows(
            "OCRA-1:HOTP-SHA256-8:QA08", { "SIG1\($0)000" },
            "53095496 04110475 31331128 76028668 46554205")
        + rows(
            "OCRA-1:HOTP-SHA512-8:QA10-T1M", { "SIG1\($0)00000" },
            "77537423 31970405 10235557 95213541 65360607")

    @Test(arguments: oneWay + mutual + signatures)
    func `a response is that of the RFC`(row: Row) throws {
        let suite = try #require(OCRASuite(row.suite))
        let input = OCRAInput(
            challenge: row.challenge, counter: row.counter,
            pinHash: suite.pin == nil ? nil : Self.pin, time: suite.step(at: Self.time))
        let response = suite.response(input) { hmac(suite.hash, Self.key(suite.hash), $0) }
        #expect(response == row.response)
    }

    @Test func `every row is there`() {
        #expect(Self.oneWay.count == 40 && Self.mutual.count == 20 && Self.signatures.count == 10)
    }
}

@Suite struct `OCRA suites` {
    @Test(arguments: [
        "OCRA-1:HOTP-SHA1-4:QN04", "OCRA-1:HOTP-SHA256-9:C-QA64-PSHA512-S512-T48H",
        "OCRA-1:HOTP-SHA512-8:QH40-S-T", "OCRA-1:HOTP-SHA256-8:QN08-PSHA256-S001-T59S",
        "OCRA-1:HOTP-SHA256-8:QN08-T1H", TechnicianLogin.suiteText,
    ])
    func `what RFC 6287 knows is read`(text: String) throws {
        #expect(try #require(OCRASuite(text)).description == text)
    }

    @Test(arguments: [
        "", "OCRA-1", "OCRA-2:HOTP-SHA1-6:QN08", "OCRA-1:TOTP-SHA1-6:QN08",
        "OCRA-1:HOTP-MD5-6:QN08", "OCRA-1:HOTP-SHA1:QN08", "OCRA-1:HOTP-SHA1-3:QN08",
        "OCRA-1:HOTP-SHA1-10:QN08", "OCRA-1:HOTP-SHA1-0:QN08", "OCRA-1:HOTP-SHA1-06:QN08",
        "OCRA-1:HOTP-SHA1-6:", "OCRA-1:HOTP-SHA1-6:C", "OCRA-1:HOTP-SHA1-6:QN8",
        "OCRA-1:HOTP-SHA1-6:QN03", "OCRA-1:HOTP-SHA1-6:QN65", "OCRA-1:HOTP-SHA1-6:QX08",
        "OCRA-1:HOTP-SHA1-6:QN+8", "OCRA-1:HOTP-SHA1-6:ZN08", "OCRA-1:HOTP-SHA1-6:QN08-",
        "OCRA-1:HOTP-SHA1-6:QN08-PMD5", "OCRA-1:HOTP-SHA1-6:QN08-S000",
        "OCRA-1:HOTP-SHA1-6:QN08-S513", "OCRA-1:HOTP-SHA1-6:QN08-S64",
        "OCRA-1:HOTP-SHA1-6:QN08-T0M", "OCRA-1:HOTP-SHA1-6:QN08-T60M",
        "OCRA-1:HOTP-SHA1-6:QN08-T60S", "OCRA-1:HOTP-SHA1-6:QN08-T01M",
        "OCRA-1:HOTP-SHA1-6:QN08-TM", "OCRA-1:HOTP-SHA1-6:QN08-T1D",
        "OCRA-1:HOTP-SHA1-6:QN08-T1M-PSHA1", "OCRA-1:HOTP-SHA1-6:QN08-C",
        "OCRA-1:HOTP-SHA1-6:QN08:QN08", "OCRA-1:HOTP-SHA1-6:QN08-T-T",
        // Erratum 3729.
        "OCRA-1:HOTP-SHA1-6:QN08-T0H", "OCRA-1:HOTP-SHA1-6:QN08-T49H",
    ])
    func `anything else is refused`(text: String) {
        #expect(OCRASuite(text) == nil)
    }

    @Test func `what a suite wants is read off it`() throws {
        let suite = try #require(OCRASuite("OCRA-1:HOTP-SHA256-9:C-QH40-PSHA512-S-T20S"))
        #expect(suite.hash == .sha256 && suite.digits == 9 && suite.hasCounter)
        #expect(suite.alphabet == .hexadecimal && suite.challengeMaximum == 40)
        #expect(suite.pin == .sha512 && suite.sessionLength == 64)
        #expect(suite.timeStep == .seconds(20))
        #expect(suite.step(at: WallTime(milliseconds: 59_999)) == 2)
    }

    private static let full = "OCRA-1:HOTP-SHA1-6:C-QN08-PSHA1-S008-T"
    private static let input = OCRAInput(
        challenge: "12345678", counter: 1, pinHash: [UInt8](repeating: 7, count: 20),
        session: [1, 2, 3], time: 258)

    /// Section 5.1: the suite, a zero, counter, challenge, PIN, session, time.
    @Test func `what is hashed stands in the order of the RFC`() throws {
        let suite = try #require(OCRASuite(Self.full))
        let message = try #require(suite.message(Self.input))
        let expected: [UInt8] =
            Array(Self.full.utf8) + [0] + [0, 0, 0, 0, 0, 0, 0, 1] + [0xBC, 0x61, 0x4E]
            + [UInt8](repeating: 0, count: 125) + [UInt8](repeating: 7, count: 20)
            + [0, 0, 0, 0, 0, 1, 2, 3] + [0, 0, 0, 0, 0, 0, 1, 2]
        #expect(message == expected)
    }

    @Test func `what is missing, too much or of another form is refused`() throws {
        let suite = try #require(OCRASuite(Self.full))
        let changes: [(inout OCRAInput) -> Void] = [
            { $0.counter = nil }, { $0.time = nil }, { $0.session = nil }, { $0.pinHash = nil },
            { $0.pinHash = [1] }, { $0.session = [UInt8](repeating: 1, count: 9) },
            { $0.challenge = "123" }, { $0.challenge = "12345678901234567" },
            { $0.challenge = "1234567a" }, { $0.challenge = "" },
        ]
        for (index, change) in changes.enumerated() {
            var input = Self.input
            change(&input)
            #expect(suite.message(input) == nil, "change \(index)")
            #expect(suite.response(input, hmac: { _ in [] }) == nil)
        }
    }

    @Test(
        arguments: [
            ("QH08", "abc", nil), ("QH08", "abcd", "abcd"), ("QH08", "abcde", "abcde0"),
            ("QH08", "xyza", nil), ("QA08", "a bc", nil), ("QA08", "SIG1", "53494731"),
            ("QN64", "0000", "00"), ("QN64", "0015", "f0"), ("QN64", "0016", "10"),
            ("QN64", "18446744073709551616", "100000000000000000"),
        ] as [(String, String, String?)])
    func `a challenge is hashed from the left`(form: String, challenge: String, hex: String?) throws
    {
        let suite = try #require(OCRASuite("OCRA-1:HOTP-SHA1-6:\(form)"))
        let message = suite.message(OCRAInput(challenge: challenge))
        let text = message.map { Hex.encode($0.dropFirst(suite.description.utf8.count + 1)) }
        let padding = String(repeating: "0", count: max(0, 256 - (hex ?? "").utf8.count))
        #expect(text == hex.map { $0 + padding })
    }
}

@Suite struct `A technician's login` {
    static let box = BoxID(0x0011_2233_4455_6677)

    static func technician(_ number: Int64) throws -> TechnicianID {
        try #require(TechnicianID(number))
    }

    /// The row of RFC 6287 that is in the suite of the console: PIN 1234, challenge 11111111.
    static func keys() throws -> SoftwareTechnicianKeys {
        let keys = SoftwareTechnicianKeys()
        keys.install(
            SecretBytes("12345678901234567890123456789012".utf8), pin: "1234",
            for: try technician(7))
        return keys
    }

    @Test(arguments: [
        ("11111111", "01501458", true), ("11111111", "01501459", false),
        ("11111111", "0150145", false), ("11111111", "015014580", false),
        ("11111111", "", false), ("11111112", "01501458", false), ("1111", "01501458", false),
    ])
    func `one answer is right`(challenge: String, answer: String, isRight: Bool) throws {
        let login = TechnicianLogin(
            technician: try Self.technician(7), challenge: challenge, answer: answer)
        #expect(try login.run(with: Self.keys()) == isRight)
    }

    @Test func `an unknown technician is wrong`() throws {
        let login = TechnicianLogin(
            technician: try Self.technician(8), challenge: "11111111", answer: "01501458")
        #expect(try !login.run(with: Self.keys()))
    }

    @Test func `the PIN counts`() throws {
        let keys = try Self.keys()
        keys.install(
            SecretBytes("12345678901234567890123456789012".utf8), pin: "1235",
            for: try Self.technician(7))
        #expect(
            try TechnicianLogin.answer(
                to: "11111111", by: try Self.technician(7), with: keys) != "01501458")
    }

    @Test func `a key is another one on every box and for every technician`() throws {
        let master = SecretBytes([UInt8](repeating: 9, count: 32))
        var answers: Set<String> = []
        for (box, number) in [(1, 7), (2, 7), (1, 8)] as [(UInt64, Int64)] {
            let who = try Self.technician(number)
            let keys = SoftwareTechnicianKeys()
            keys.install(
                SoftwareTechnicianKeys.key(of: who, on: BoxID(box), master: master), pin: "1234",
                for: who)
            answers.insert(
                try #require(try TechnicianLogin.answer(to: "12345678", by: who, with: keys)))
        }
        #expect(answers.count == 3)
        #expect(
            TechnicianLogin.keyMessage(box: Self.box, technician: try Self.technician(258))
                == Array("CZB1/tech".utf8)
                + [0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0, 0, 1, 2])
    }

    @Test(arguments: [(-1, false), (0, false), (1, true), (999_999, true), (1_000_000, false)])
    func `numbers of technicians have six digits at most`(number: Int64, isOne: Bool) {
        #expect((TechnicianID(number) != nil) == isOne)
    }

    @Test func `who was removed is let in no more`() throws {
        let keys = try Self.keys()
        let seven = try Self.technician(7)
        keys.install(SecretBytes([1]), pin: "0000", for: try Self.technician(3))
        #expect(keys.technicians.map(\.number) == [3, 7])
        keys.remove(seven)
        #expect(keys.pinHash(of: seven) == nil && keys.authenticate([1], as: seven) == nil)
        keys.removeAll()
        #expect(keys.technicians.isEmpty)
    }

    @Test func `a failure says why, and technicians order by number`() throws {
        let failure = TechnicianKeyFailure(reason: "the TPM is gone")
        #expect("\(failure)" == "the technician's key did not answer: the TPM is gone")
        #expect(try Self.technician(3) < Self.technician(7))
        #expect("\(try Self.technician(3))" == "3")
    }
}
