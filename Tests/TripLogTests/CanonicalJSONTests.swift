import Records
import Testing
import Units

/// A text and the one spelling that RFC 8785 gives it.
struct Spelling: Sendable, CustomTestStringConvertible {
    let text: String
    let canonical: String
    var testDescription: String { text }

    init(_ text: String, _ canonical: String) {
        self.text = text
        self.canonical = canonical
    }
}

/// A text that is refused, where, and in which words.
struct Refusal: Sendable, CustomTestStringConvertible {
    let text: String
    let offset: Int
    let reason: String
    var testDescription: String { text }

    init(_ text: String, _ offset: Int, _ reason: String) {
        self.text = text
        self.offset = offset
        self.reason = reason
    }
}

@Suite("Canonical JSON")
struct CanonicalJSONTests {
    @Test(arguments: [
        Spelling("null", "null"), Spelling(" true ", "true"), Spelling("\tfalse\r\n", "false"),
        Spelling("0", "0"), Spelling("-7", "-7"),
        Spelling("9007199254740991", "9007199254740991"),
        Spelling("-9007199254740991", "-9007199254740991"),
        Spelling("[ ]", "[]"), Spelling("{ }", "{}"),
        Spelling("[1, [2 ,3], {}]", "[1,[2,3],{}]"),
        Spelling("{\"b\": 1, \"a\": 2}", "{\"a\":2,\"b\":1}"),
        // By UTF-16 code units: capitals, then small letters, a prefix before the longer name.
        Spelling(
            "{\"aa\":1,\"a\":2,\"B\":3,\"\":4,\"1\":5}", "{\"\":4,\"1\":5,\"B\":3,\"a\":2,\"aa\":1}"
        ),
        // U+1F600 is written D83D DE00 in UTF-16, so it stands before U+FB33 there, not in UTF-8.
        Spelling(
            "{\"\u{FB33}\":1,\"\u{1F600}\":2,\"\u{20AC}\":3}",
            "{\"\u{20AC}\":3,\"\u{1F600}\":2,\"\u{FB33}\":1}"),
        Spelling(#""\u0041\/\u00e9""#, "\"A/\u{E9}\""),
        Spelling(#""\b\t\n\f\r\"\\""#, #""\b\t\n\f\r\"\\""#),
        Spelling(#""\u0008\u0009\u000A\u000c\u000D\u0022\u005c""#, #""\b\t\n\f\r\"\\""#),
        Spelling(#""\u0000\u001F\u001f\u007f""#, "\"\\u0000\\u001f\\u001f\u{7F}\""),
        Spelling(#""\ud83d\ude00""#, "\"\u{1F600}\""),
    ])
    func `has one spelling for each value`(_ spelling: Spelling) throws {
        let value = try CanonicalJSON(parsing: spelling.text.utf8)
        // By bytes: Swift calls strings equal that are spelled differently.
        #expect(value.bytes == Array(spelling.canonical.utf8))
        #expect(try CanonicalJSON(parsing: value.bytes).bytes == value.bytes)
    }

    @Test(arguments: [
        Refusal("", 0, "ends"), Refusal("  ", 2, "ends"), Refusal("[", 1, "ends"),
        Refusal("{", 1, "name"), Refusal("[1", 2, ", or ]"), Refusal("{\"a\"", 4, "expected :"),
        Refusal("{\"a\":", 5, "ends"), Refusal("{\"a\":1", 6, ", or }"),
        Refusal("[1,]", 3, "no JSON value"), Refusal("{\"a\":1,}", 7, "name"),
        Refusal("[1 2]", 3, ", or ]"), Refusal("1 2", 2, "after the value"),
        Refusal("nul", 0, "null"), Refusal("tru", 0, "true"), Refusal("falsy", 0, "false"),
        Refusal("-", 1, "minus"), Refusal("-0", 0, "minus zero"), Refusal("00", 0, "leading"),
        Refusal("-01", 1, "leading"), Refusal("+1", 0, "no JSON value"),
        Refusal("1.0", 1, "fraction"), Refusal("1e3", 1, "fraction"),
        Refusal("9007199254740992", 0, "2^53"), Refusal("-9007199254740992", 0, "2^53"),
        Refusal("99999999999999999999999999", 0, "2^53"),
        Refusal("\"", 1, "closing"), Refusal("\"a", 2, "closing"), Refusal("\"\\", 2, "escape"),
        Refusal("\"\\x\"", 2, "escape"), Refusal("\"\\u12\"", 3, "hexadecimal"),
        Refusal("\"\\u+123\"", 3, "hexadecimal"), Refusal("\"\\ud83d\"", 7, "surrogate"),
        Refusal("\"\\ude00\"", 7, "surrogate"), Refusal("\"\\ud83d\\u0041\"", 13, "surrogate"),
        Refusal("\"a\u{1}\"", 2, "control"), Refusal("\"a\nb\"", 2, "control"),
        Refusal("{\"a\":1,\"a\":2}", 7, "twice"), Refusal("{\"a\":1,\"\\u0061\":2}", 7, "twice"),
        Refusal("{1:2}", 1, "name"), Refusal("'a'", 0, "no JSON value"),
    ])
    func `says where and why a text is refused`(_ refusal: Refusal) {
        do throws(JSONParseError) {
            let value = try CanonicalJSON(parsing: refusal.text.utf8)
            Issue.record("it was read as \(value.text)")
        } catch {
            #expect(error.offset == refusal.offset)
            #expect(error.reason.contains(refusal.reason))
        }
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xE2, 0x82, 0x22],
        ] as [[UInt8]])
    func `refuses a string that is not UTF-8`(_ bytes: [UInt8]) {
        #expect(throws: JSONParseError.self) { try CanonicalJSON(parsing: bytes) }
    }

    @Test(arguments: [(15, true), (16, true), (17, false), (100_000, false)])
    func `bounds how deep values nest`(_ depth: Int, _ isTaken: Bool) {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text =
                String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
            if isTaken {
                #expect(throws: Never.self) { try CanonicalJSON(parsing: text.utf8) }
            } else {
                #expect(throws: JSONParseError.self) { try CanonicalJSON(parsing: text.utf8) }
            }
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `reads back whatever it wrote`(_ seed: UInt64) throws {
        var dice = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let value = randomValue(&dice, depth: 0)
            let bytes = value.bytes
            #expect(try CanonicalJSON(parsing: bytes) == value)
            #expect(try CanonicalJSON(parsing: bytes).bytes == bytes)
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `never traps on outside bytes`(_ seed: UInt64) {
        var dice = SplitMix64(seed: seed)
        let characters = Array("{}[]\":,\\u0aDdE8-1.9 tnf\u{1}".utf8) + [0xFF, 0xC3]
        var read = 0
        for _ in 0..<1500 {
            let bytes = (0..<dice.next(below: 14)).map { _ in
                characters[Int(dice.next(below: UInt64(characters.count)))]
            }
            do throws(JSONParseError) {
                _ = try CanonicalJSON(parsing: bytes)
                read += 1
            } catch { #expect((0...bytes.count).contains(error.offset)) }
        }
        #expect(read > 0)
    }
}

/// A value with all kinds of members, at most three deep.
private func randomValue(_ dice: inout SplitMix64, depth: Int) -> CanonicalJSON {
    switch dice.next(below: depth < 3 ? 6 : 4) {
    case 0: return .null
    case 1: return .bool(dice.flip())
    case 2:
        let magnitude = Int64(dice.next(below: UInt64(CanonicalJSON.integerMaximum) + 1))
        return .integer(dice.flip() ? magnitude : -magnitude)
    case 3: return .string(randomString(&dice))
    case 4:
        return .array((0..<dice.next(below: 4)).map { _ in randomValue(&dice, depth: depth + 1) })
    default:
        var members: [String: CanonicalJSON] = [:]
        for _ in 0..<dice.next(below: 5) {
            members[randomString(&dice)] = randomValue(&dice, depth: depth + 1)
        }
        return .object(members)
    }
}

private func randomString(_ dice: inout SplitMix64) -> String {
    let ranges: [ClosedRange<UInt32>] = [
        0...0x7F, 0x20...0x7E, 0x80...0x7FF, 0x4E00...0x9FFF, 0x1F300...0x1F6FF,
    ]
    let scalars = (0..<dice.next(below: 9)).compactMap { _ in
        let range = ranges[Int(dice.next(below: UInt64(ranges.count)))]
        let value = range.lowerBound + UInt32(dice.next(below: UInt64(range.count)))
        return Unicode.Scalar(value)
    }
    return String(String.UnicodeScalarView(scalars))
}

@Suite("A seeded generator")
struct SplitMix64Tests {
    @Test func `gives the published numbers`() {
        // The first outputs of the reference implementation for the seed 1234567.
        var dice = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<5).map { _ in dice.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test(arguments: [1, 2, 3, 7, 64, 1 << 63, .max] as [UInt64])
    func `stays below its bound`(_ bound: UInt64) {
        var dice = SplitMix64(seed: bound)
        let drawn = (0..<500).map { _ in dice.next(below: bound) }
        #expect(drawn.allSatisfy { $0 < bound })
        #expect(Set(drawn).count >= min(Int(clamping: bound), 400) * 9 / 10)
    }
}
