import Records
import Testing
import Units

private let hash = Digest256(words: (0x0123_4567_89AB_CDEF, 0, .max, 0xFEDC_BA98_7654_3210))
private let largest = CanonicalJSON.integerMaximum

private func envelope(
    boot: UInt32 = 3, mono: Int64 = 5, wall: WallReading? = nil, kind: String = "door",
    box: UInt64 = 0xA1, sequence: Int64 = 9, version: Int64 = 1
) -> Envelope {
    Envelope(
        version: version, id: RecordID(box: BoxID(box), epoch: .max, sequence: sequence),
        stamp: Stamp(boot: boot, mono: BootTime(milliseconds: mono), wall: wall), kind: kind,
        bodyHash: hash, previous: .zero)
}

private let envelopes: [Envelope] =
    [
        envelope(), envelope(boot: 0, mono: 0), envelope(boot: .max, mono: largest),
        envelope(mono: -largest), envelope(box: 0), envelope(box: .max),
        envelope(sequence: 1), envelope(sequence: largest - 1), envelope(sequence: largest),
        envelope(version: 2), envelope(kind: ""), envelope(kind: "é\"\\\n\u{1}\u{1F697}"),
    ]
    + WallQuality.allCases.map {
        envelope(
            wall: WallReading(
                time: WallTime(milliseconds: -1), error: Milliseconds(2500), quality: $0))
    }

/// Changes that leave JSON an envelope can still be read from, or not.
private let changes: [(find: String, put: String)] = [
    ("\"seq\":9", "\"seq\":0"), ("\"seq\":9", "\"seq\":-9"), ("\"seq\":9", "\"seq\":09"),
    ("\"seq\":9", "\"seq\":9007199254740992"), ("\"seq\":9", "\"seq\":9.0"),
    ("\"mono\":5", "\"mono\":-0"), ("\"mono\":5", "\"mono\": 5"), ("\"boot\":3,", ""),
    ("\"boot\":3", "\"boot\":4294967296"), ("\"epoch\":4294967295", "\"epoch\":-1"),
    ("89abcdef", "89ABCDEF"), ("89abcdef", "89abcdeg"), ("89abcdef", "89abcde"),
    ("\"unset\"", "\"server\""), ("\"unset\"", "\"never\""), ("\"unset\"}", "\"unset\""),
    ("\"unset\"}", "\"unset\"} "), ("\"unset\"}", "\"unset\",\"x\":1}"),
    ("\"v\":1", "\"v\":1,\"wall\":7"), ("\"door\"", "\"do\\u006fr\""), ("{", "{\"a\":1,"),
]

@Suite("Direct bytes of an envelope")
struct EnvelopeBytesTests {
    @Test(arguments: envelopes)
    func `they are the canonical bytes of its JSON`(_ envelope: Envelope) {
        #expect(envelope.bytes == envelope.json.bytes)
    }

    @Test(arguments: envelopes)
    func `a stored envelope opens as what was written`(_ envelope: Envelope) throws {
        #expect(try StoredRecord(envelope: envelope.bytes, body: nil).opened() == envelope)
    }

    @Test(arguments: changes)
    func `changed bytes open as their JSON says`(_ change: (find: String, put: String)) {
        let text = String(decoding: envelope().bytes, as: UTF8.self)
        let bytes = Array(text.replacing(change.find, with: change.put, maxReplacements: 1).utf8)
        #expect(bytes != envelope().bytes)
        let opened = try? StoredRecord(envelope: bytes, body: nil).opened()
        let read = (try? CanonicalJSON(parsing: bytes)).flatMap { try? Envelope(json: $0) }
        #expect(opened == read)
    }

    @Test
    func `every shortened envelope is refused`() {
        let whole = envelope().bytes
        for count in 0..<whole.count {
            #expect(throws: RecordError.self) {
                try StoredRecord(envelope: Array(whole[..<count]), body: nil).opened()
            }
        }
    }
}

@Suite("Digests in hexadecimal")
struct DigestTextTests {
    @Test
    func `digits of either case and of exactly the right count are read`() {
        #expect(Digest256(hex: hash.hex) == hash)
        #expect(Digest256(hex: hash.hex.uppercased()) == hash)
        #expect(Digest256(hex: hash.hex.dropLast()) == nil)
        #expect(Digest256(hex: hash.hex + "0") == nil)
        #expect(Digest256(bytes: hash.bytes) == hash)
        #expect(Digest256(bytes: hash.bytes.dropLast()) == nil)
        #expect(Digest256(bytes: hash.bytes + [0]) == nil)
    }

    @Test
    func `only the twenty-two digits are digits`() {
        let digits = Array("0123456789abcdefABCDEF".utf8)
        for character in UInt8.min...(.max) {
            let isDigit = digits.contains(character)
            let text = [character] + hash.hex.utf8.dropFirst()
            #expect((Digest256(hexDigits: text) != nil) == isDigit)
        }
    }

    @Test
    func `bytes and hexadecimal text are each other's`() {
        let bytes = Array(UInt8.min...(.max))
        #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        #expect(Hex.encode([0x0F, 0xA9]) == "0fa9")
        #expect(Hex.decode("0fa") == nil)
        #expect(Hex.decode("")?.isEmpty == true)
    }
}
