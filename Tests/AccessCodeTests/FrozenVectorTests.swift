import AccessCode
import KeyStore
import Testing
import Units

/// A box with the key of the published vectors: bytes 00 to 1f, epoch 0.
struct VectorBox {
    static let id = BoxID(0x0011_2233_4455_6677)
    let keys = SoftwareCodeKeys()
    let issuer = CodeIssuer(box: VectorBox.id, keyEpoch: KeyEpoch(0))

    init() {
        keys.install(SecretBytes((0..<32).map { UInt8($0) }), as: .epoch(KeyEpoch(0)))
    }
}

@Suite struct `Frozen code vectors` {
    struct Row: CustomTestStringConvertible {
        let start: String
        let halfHours: Int64
        let generation: UInt16
        let code: String
        var testDescription: String { code }
    }

    static let rows = [
        Row(start: "2012-05-12T10:00Z", halfHours: 16, generation: 0, code: "0154 4525 0229"),
        Row(start: "2012-05-12T10:00Z", halfHours: 16, generation: 1, code: "0150 2665 6774"),
        Row(start: "2012-05-12T10:00Z", halfHours: 96, generation: 0, code: "0954 1549 3967"),
        Row(start: "2012-12-31T23:00Z", halfHours: 1, generation: 0, code: "0006 8449 1605"),
        Row(start: "2013-02-28T12:00Z", halfHours: 480, generation: 0, code: "4793 0730 6995"),
        Row(start: "2013-03-01T00:00Z", halfHours: 482, generation: 0, code: "4800 5745 6022"),
        Row(start: "2013-03-31T01:00Z", halfHours: 1488, generation: 0, code: "9832 8298 7587"),
    ]

    @Test(arguments: rows)
    func `a rental code is the frozen one`(row: Row) throws {
        let box = VectorBox()
        let time = try #require(WallTime(iso: row.start))
        let start = try #require(Slot(containing: time))
        let duration = try #require(DurationIndex(covering: .minutes(30) * row.halfHours))
        let rental = RentalID(start: start, duration: duration, generation: row.generation)
        #expect(try box.issuer.rental(rental, with: box.keys).description == row.code)
    }

    @Test func `an extension code is the frozen one`() throws {
        let box = VectorBox()
        let eight = try #require(DurationIndex(covering: .hours(8)))
        let twelve = try #require(DurationIndex(covering: .hours(12)))
        let rental = RentalID(start: Slot(12_712), duration: eight, generation: 0)
        let code = try box.issuer.extend(rental, to: twelve, counter: 1, with: box.keys)
        #expect(code.compact == "984821793705")
    }
}
