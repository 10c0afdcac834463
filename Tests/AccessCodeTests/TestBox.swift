import AccessCode
import KeyStore
import Testing
import Units

/// Monday noon: a full hour, so that every start grid has a start on it.
let noon = CivilTime.utc(2026, 3, 2, 12)

/// The hour of ``noon`` moved by `minutes`, as a slot.
func slot(_ minutes: Int64 = 0) -> Slot {
    guard let slot = Slot(containing: noon + .minutes(minutes)) else {
        preconditionFailure("the tests stay after 2012")
    }
    return slot
}

/// The duration of so many half hours.
func halfHours(_ count: Int64) -> DurationIndex {
    guard let duration = DurationIndex(covering: .minutes(30) * count) else {
        preconditionFailure("the tests use durations of up to 31 days")
    }
    return duration
}

/// A rental from ``noon`` moved by `minutes`.
func rental(_ minutes: Int64 = 0, hours: Int64 = 8, generation: UInt16 = 0) -> RentalID {
    RentalID(start: slot(minutes), duration: halfHours(2 * hours), generation: generation)
}

/// A box with real keys: what is typed goes through the whole search and the whole judgement.
struct TestBox {
    static let id = BoxID(0x0123_4567_89AB_CDEF)
    static let owner = SecretBytes((0..<20).map { UInt8($0 + 7) })

    var book: CodeBook
    var keys = SoftwareCodeKeys()
    var floor = noon - .days(400)
    var earlierPassword: UInt32?

    init(spare: Bool = true, id: BoxID = TestBox.id) {
        book = CodeBook(box: id, keyEpoch: KeyEpoch(0), hasColdSpare: spare)
        keys.install(SecretBytes((0..<32).map { UInt8($0 + 1) }), as: .epoch(KeyEpoch(0)))
        keys.install(SecretBytes((0..<32).map { UInt8(200 - $0) }), as: .coldSpare(KeyEpoch(1)))
        keys.install(Self.owner, as: .owner)
    }

    /// The fleet's side, for the epoch that is enabled.
    var issuer: CodeIssuer { CodeIssuer(box: book.box, keyEpoch: book.keyEpoch) }

    func entry(_ code: CodeText) throws -> CodeEntry {
        try #require(CodeEntry(digits: code.digits))
    }

    func check(_ entry: CodeEntry, _ interval: ClosedRange<WallTime>?) -> CodeCheck {
        CodeCheck(
            entry: entry, book: book, interval: interval, floor: floor,
            earlierPassword: earlierPassword)
    }

    /// What becomes of `code` at `time` ± `error`; with `time` nil, while the clock is lost.
    func type(
        _ code: CodeText, at time: WallTime?, error: Milliseconds = .zero, moving: Bool = false
    ) throws -> CodeVerdict {
        let interval = time.map { ($0 - error)...($0 + error) }
        let check = check(try entry(code), interval)
        return check.judge(try check.run(with: keys), moving: moving)
    }

    func type(
        _ rental: RentalID, at time: WallTime?, error: Milliseconds = .zero
    ) throws -> CodeVerdict {
        try type(issuer.rental(rental, with: keys), at: time, error: error)
    }

    /// What the Box does on a KEYSWITCH.
    mutating func switchKeys() {
        book.keyEpoch = book.keyEpoch.next
        book.hasColdSpare = false
    }
}

/// A small generator with a seed: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int64) -> Int64 { Int64(next() % UInt64(bound)) }

    /// True in `share` of a thousand draws.
    mutating func chance(_ share: Int64) -> Bool { below(1000) < share }
}
