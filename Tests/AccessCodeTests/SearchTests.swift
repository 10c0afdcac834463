import AccessCode
import KeyStore
import Testing
import Units

/// The codes that a box recognises: `run` finds each of them, and nothing else.
@Suite struct `Search for codes` {
    /// One duration of each start grid and the window's corners.
    static let durations: [Int64] = [1, 47, 48, 49, 143, 144, 145, 335, 336, 337, 1488]

    @Test(arguments: durations)
    func `a start is found within twelve hours of its window, on its grid`(count: Int64) throws {
        let box = TestBox()
        let duration = halfHours(count)
        let step = Int64(StartGrid.step(for: duration)) * 15
        let reach = min(duration.length, CodeBook.activation).count / 60_000 + 12 * 60
        let first = -reach / step * step
        for minutes in [first - step, first, first + step, 0, 720 - step, 720, 720 + step] {
            let rental = RentalID(start: slot(minutes), duration: duration, generation: 0)
            let entry = try box.entry(box.issuer.rental(rental, with: box.keys))
            let found = try box.check(entry, noon...noon).run(with: box.keys)
            let inside = (-reach...720).contains(minutes)
            #expect(found == (inside ? .rental(rental) : .none), "\(minutes) min")
        }
        guard step > 15 else { return }
        let off = RentalID(start: slot(15), duration: duration, generation: 0)
        let entry = try box.entry(box.issuer.rental(off, with: box.keys))
        #expect(try box.check(entry, noon...noon).run(with: box.keys) == .none)
    }

    @Test func `the window lies around the middle of the clock's interval`() throws {
        let box = TestBox()
        for minutes: Int64 in [-20 * 60, 12 * 60] {
            let rental = RentalID(start: slot(minutes), duration: halfHours(16), generation: 0)
            let entry = try box.entry(box.issuer.rental(rental, with: box.keys))
            let found = try box.check(entry, noon - .minutes(30)...noon + .minutes(30)).run(
                with: box.keys)
            #expect(found == .rental(rental), "\(minutes) min")
        }
    }

    @Test(arguments: 0..<30)
    func `a tag that is off by one bit is another tag`(bit: UInt32) throws {
        let box = TestBox()
        let rental = rental(hours: 8)
        let entry = try box.entry(box.issuer.rental(rental, with: box.keys))
        guard case .rental(let duration, let tag) = entry else { return #expect(Bool(false)) }
        let other = CodeEntry.rental(duration, tag: tag ^ 1 << bit)
        #expect(try box.check(other, noon...noon).run(with: box.keys) == .none)
    }

    @Test func `the whole search is done for every entry`() throws {
        let box = TestBox()
        let good = try box.entry(box.issuer.rental(rental(hours: 8), with: box.keys))
        let keys = CountingKeys(keys: box.keys)
        _ = try box.check(good, noon...noon).run(with: keys)
        let found = (keys.days, keys.tags)
        (keys.days, keys.tags) = (0, 0)
        _ = try box.check(.rental(halfHours(16), tag: 7), noon...noon).run(with: keys)
        #expect(found == (keys.days, keys.tags))
        #expect(keys.tags == box.check(good, noon...noon).candidateCount)
        #expect(keys.days == 3)
    }

    @Test func `the long-term key is used once a day of the window`() throws {
        let box = TestBox()
        let keys = CountingKeys(keys: box.keys)
        _ = try box.check(.rental(halfHours(336), tag: 7), noon...noon).run(with: keys)
        #expect(keys.days == 9)
    }

    @Test func `a key that does not answer is a failure, not a wrong code`() throws {
        let box = TestBox()
        box.keys.remove(.epoch(KeyEpoch(0)))
        let check = box.check(.rental(halfHours(16), tag: 7), noon...noon)
        #expect(throws: CodeKeyFailure.self) { try check.run(with: box.keys) }
        let failure = CodeKeyFailure(key: .owner, reason: "it is not there")
        #expect(failure.description == "the key owner did not answer: it is not there")
        box.keys.remove(.owner)
        let owner = box.check(.owner(password: 1), noon...noon)
        #expect(throws: CodeKeyFailure.self) { try owner.run(with: box.keys) }
    }

    @Test(arguments: [-1, 0, 1] as [Int64])
    func `time before the origin finds nothing and does not trap`(days: Int64) throws {
        let box = TestBox()
        let time = Slot.origin + .days(days)
        for digits in ["015 000000001", "985 000000001", "00000001"] {
            let entry = try box.entry(#require(CodeText(digits)))
            let check = box.check(entry, time...time)
            #expect(try check.run(with: box.keys) == .none)
        }
    }
}

/// Real keys that count their uses.
private final class CountingKeys: CodeKeys {
    let keys: SoftwareCodeKeys
    var days = 0
    var tags = 0

    init(keys: SoftwareCodeKeys) {
        self.keys = keys
    }

    func authenticate(
        _ message: [UInt8], with key: CodeKeyName
    ) throws(CodeKeyFailure) -> Digest256 {
        days += 1
        return try keys.authenticate(message, with: key)
    }

    func leadingBits(
        of messages: [UInt8], each length: Int, under dayKey: Digest256
    ) -> [UInt128] {
        tags += messages.count / length
        return keys.leadingBits(of: messages, each: length, under: dayKey)
    }
}

@Suite struct `Typed digits` {
    static let entries: [(String, CodeEntry?)] = [
        ("", nil), ("0000000", nil), ("0000 0007", .owner(password: 7)), ("000000007", nil),
        ("99999999", .owner(password: 99_999_999)), ("00000000000", nil),
        ("0154 4525 0229", .rental(halfHours(16), tag: 445_250_229)),
        ("000000000000", .rental(.minimum, tag: 0)),
        ("983999999999", .rental(.maximum, tag: 999_999_999)),
        ("984000000001", .extend(tag: 1)), ("985000000002", .revoke(tag: 2)),
        ("986000000003", .keySwitch(tag: 3)), ("987000000004", nil), ("988000000005", nil),
        ("999999999999", nil), ("0000000000000", nil), ("98700000000000000", nil),
        ("987 0000001 00000002", .time(count: 1, tag: 2)),
        ("987 9999999 99999999", .time(count: 9_999_999, tag: 99_999_999)),
        ("986 0000001 00000002", nil), ("9870000000000000000", nil),
    ]

    @Test(arguments: entries)
    func `digits have the form of one code or of none`(text: String, entry: CodeEntry?) throws {
        let code = try #require(CodeText(text))
        #expect(CodeEntry(digits: code.digits) == entry)
        if let entry {
            #expect(entry.isOwners == (code.digits.count == 8))
        }
    }

    @Test func `what is no digit is no code`() {
        #expect(CodeEntry(digits: [0, 0, 0, 0, 0, 0, 0, 10]) == nil)
        #expect(CodeText("0154x4525") == nil)
        #expect(CodeText("0154/4525") == nil)
        #expect(CodeText("0154:4525") == nil)
        #expect(CodeText("0154-4525 0229")?.compact == "015445250229")
    }

    @Test(arguments: [
        ("00000001", "0000 0001"), ("015445250229", "0154 4525 0229"),
        ("987000000100000002", "987000 000100 000002"), ("0123456789", "0123 4567 89"),
    ])
    func `codes are printed in groups`(compact: String, printed: String) throws {
        let code = try #require(CodeText(compact))
        #expect(code.description == printed)
        #expect(code.compact == compact)
    }
}

@Suite struct `Start grid` {
    static let steps: [(Int64, UInt32)] = [
        (1, 1), (48, 1), (49, 2), (144, 2), (145, 4), (480, 4), (1488, 4),
    ]

    @Test(arguments: steps)
    func `longer rentals start on a coarser grid`(count: Int64, step: UInt32) {
        #expect(StartGrid.step(for: halfHours(count)) == step)
    }

    struct Window: CustomTestStringConvertible {
        let from: Int64
        let until: Int64
        let start: Int64
        let halfHours: Int64
        var testDescription: String { "\(from)..<\(until) min" }
    }

    static let windows = [
        Window(from: 0, until: 1, start: 0, halfHours: 1),
        Window(from: 14, until: 30, start: 0, halfHours: 1),
        Window(from: 15, until: 46, start: 15, halfHours: 2),
        Window(from: 15, until: 1_455, start: 15, halfHours: 48),
        Window(from: 15, until: 1_456, start: 0, halfHours: 49),
        Window(from: 30, until: 4_350, start: 30, halfHours: 144),
        Window(from: 30, until: 4_351, start: 0, halfHours: 146),
        Window(from: 45, until: 4_350, start: 30, halfHours: 144),
        Window(from: 0, until: 44_640, start: 0, halfHours: 1488),
    ]

    @Test(arguments: windows)
    func `a window is covered by one start and one duration of the grid`(row: Window) throws {
        let window = noon + .minutes(row.from)..<noon + .minutes(row.until)
        let (start, duration) = try #require(StartGrid.covering(window))
        #expect(start == slot(row.start))
        #expect(duration == halfHours(row.halfHours))
        #expect(start.number.isMultiple(of: StartGrid.step(for: duration)))
        #expect(
            start.start <= window.lowerBound && window.upperBound <= start.start + duration.length)
    }

    @Test func `what cannot be covered is nothing`() {
        #expect(StartGrid.covering(noon..<noon) == nil)
        #expect(StartGrid.covering(noon + .minutes(7)..<noon + .minutes(7)) == nil)
        #expect(StartGrid.covering(noon..<noon + .minutes(44_641)) == nil)
        #expect(StartGrid.covering(noon + .minutes(15)..<noon + .minutes(44_655)) == nil)
        let before = Slot.origin - Milliseconds(1)
        #expect(StartGrid.covering(before..<before + .hours(1)) == nil)
    }

    @Test func `a receipt counts minutes since 2012`() {
        #expect(ReturnedRental.minute(of: Slot.origin - .minutes(1)) == 0)
        #expect(ReturnedRental.minute(of: Slot.origin + Milliseconds(59_999)) == 0)
        #expect(ReturnedRental.minute(of: Slot.origin + Milliseconds(60_000)) == 1)
    }
}

@Suite struct `Code book` {
    @Test func `what is forgotten cannot open again`() {
        var book = CodeBook(box: TestBox.id, keyEpoch: KeyEpoch(0), hasColdSpare: false)
        book.redeem(eight, keyEpoch: KeyEpoch(0))
        let limit = noon + .hours(8) + CodeBook.memory
        book.forget(before: limit + Milliseconds(1))
        #expect(book.redemptions.count == 1, "the active one is never forgotten")
        book.end()
        book.forget(before: limit)
        #expect(book.redemptions.count == 1)
        book.forget(before: limit + Milliseconds(1))
        #expect(book.redemptions.isEmpty)
        let check = CodeCheck(
            entry: .rental(eight.duration, tag: 0), book: book,
            interval: (limit + Milliseconds(1))...(limit + Milliseconds(2)), floor: limit)
        #expect(check.judge(.rental(eight), moving: false) == .refused(.expired))
    }

    @Test func `matches that the book no longer bears are refused`() {
        let book = CodeBook(box: TestBox.id, keyEpoch: KeyEpoch(0), hasColdSpare: false)
        let check = CodeCheck(
            entry: .extend(tag: 0), book: book, interval: noon...noon, floor: noon)
        let extend = CodeCheck.Match.extend(eight.duration, counter: 1)
        #expect(check.judge(extend, moving: false) == .refused(.noRental))
        let lost = CodeCheck(
            entry: .rental(eight.duration, tag: 0), book: book, interval: nil, floor: noon)
        #expect(lost.judge(.rental(eight), moving: false) == .refused(.clockLost))
    }
}
