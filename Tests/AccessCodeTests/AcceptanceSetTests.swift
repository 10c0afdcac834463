import AccessCode
import KeyStore
import Testing
import Units

/// How many codes of one duration open the car at one instant.
private struct AcceptanceSet {
    /// First openings.
    var opened = 0
    /// Openings of the active rental.
    var reopened = 0
    var all: Int { opened + reopened }

    /// Counts by judging every rental on the start grid around `middle`, in all generations that
    /// could matter. `judge` alone decides here; that the search adds nothing and, beyond the four
    /// generations, finds nothing, is proven by `Search for codes`.
    init(
        _ duration: DurationIndex, book: CodeBook, middle: WallTime, error: Milliseconds
    ) {
        let check = CodeCheck(
            entry: .rental(duration, tag: 0), book: book,
            interval: (middle - error)...(middle + error), floor: middle - error)
        let reach = min(duration.length, .days(7)) + .hours(2)
        let step = StartGrid.step(for: duration)
        guard let first = Slot(containing: middle - reach),
            let last = Slot(containing: middle + .hours(2))
        else { return }
        for number in stride(from: first.number / step * step, through: last.number, by: Int(step))
        {
            let start = Slot(number)
            let lowest = book.lowestGeneration(for: start.start..<start.start + duration.length)
            for offset in 0..<CodeBook.generations {
                let rental = RentalID(
                    start: start, duration: duration, generation: lowest + offset)
                switch check.judge(.rental(rental), moving: false) {
                case .granted(.opened): opened += 1
                case .granted(.reopened): reopened += 1
                case .granted, .refused: break
                }
            }
        }
        for redemption in book.redemptions where redemption.rental.duration == duration {
            if case .granted(.reopened) = check.judge(.rental(redemption.rental), moving: false) {
                reopened += 1
            }
        }
    }
}

/// The worst of many acceptance sets, for the log.
private struct Worst: CustomStringConvertible {
    var accepted = 0
    var duration = DurationIndex.minimum
    var searched = 0

    mutating func take(_ accepted: Int, _ duration: DurationIndex) {
        if accepted > self.accepted { (self.accepted, self.duration) = (accepted, duration) }
    }

    mutating func search(
        _ book: CodeBook, _ duration: DurationIndex, _ middle: WallTime, _ error: Milliseconds
    ) {
        let check = CodeCheck(
            entry: .rental(duration, tag: 0), book: book,
            interval: (middle - error)...(middle + error), floor: middle - error)
        searched = max(searched, check.candidateCount)
    }

    var description: String {
        "accepted \(accepted) of 1e9 for \(duration), searched \(searched)"
    }
}

@Suite struct `Acceptance set` {
    static let errors: [Milliseconds] = [.zero, .seconds(2), .seconds(110), .minutes(30)]
    /// The design's bound: p = 776 / 1,000,000,000 per guess.
    static let bound = 776

    /// The instants at which a start just came into the window, and at which one is about to
    /// leave it: no other instant has more starts in it.
    static func instants(_ duration: DurationIndex, _ error: Milliseconds) -> [WallTime] {
        let reach = min(duration.length, CodeBook.activation)
        return [
            noon - CodeBook.early - error, noon + reach + error - Milliseconds(1), noon,
            noon + .minutes(15),
        ]
    }

    @Test(arguments: errors)
    func `no duration opens to more than 776 codes`(error: Milliseconds) throws {
        let empty = CodeBook(box: TestBox.id, keyEpoch: KeyEpoch(0), hasColdSpare: false)
        var worst = Worst()
        for value in 0...983 {
            let duration = try #require(DurationIndex(value))
            for instant in Self.instants(duration, error) {
                let set = AcceptanceSet(duration, book: empty, middle: instant, error: error)
                worst.take(set.all, duration)
            }
            worst.search(empty, duration, noon, error)
        }
        Self.expect(worst, "empty book", error)
        #expect(worst.searched <= Self.bound)
    }

    /// Books that an honest past can leave: gaps, overlaps, extensions, an active rental.
    static func books(seed: UInt64, around duration: DurationIndex) -> [CodeBook] {
        var draw = SeededGenerator(seed: seed)
        return (0..<3).map { round in
            var book = CodeBook(box: TestBox.id, keyEpoch: KeyEpoch(0), hasColdSpare: false)
            var generation: UInt16 = 0
            var start = slot(-7 * 24 * 60)
            for index in 0..<6 {
                let same = index % 2 == 0
                let rental = RentalID(
                    start: start, duration: same ? duration : halfHours(1 + draw.below(200)),
                    generation: generation)
                book.redeem(rental, keyEpoch: KeyEpoch(0))
                generation += UInt16(draw.below(3)) + (same ? 1 : 0)
                start = Slot(start.number + 4 * UInt32(draw.below(30)))
            }
            if round == 0 { book.end() }
            return book
        }
    }

    @Test(arguments: errors)
    func `redeemed rentals open to no more codes`(error: Milliseconds) throws {
        var worst = Worst()
        let values = Array(stride(from: 0, through: 983, by: 41)) + [47, 143, 335, 336, 983]
        for value in values {
            let duration = try #require(DurationIndex(value))
            for book in Self.books(seed: UInt64(value), around: duration) {
                for instant in Self.instants(duration, error) {
                    let set = AcceptanceSet(duration, book: book, middle: instant, error: error)
                    worst.take(set.all, duration)
                }
                worst.search(book, duration, noon, error)
            }
        }
        Self.expect(worst, "redeemed rentals", error)
        // Two older generations of each start, and the redeemed rentals themselves.
        #expect(worst.searched <= Self.bound / 4 * 6 + 6)
    }

    /// The search compares with more codes than those that open: the others are told apart from a
    /// wrong code, and grant nothing.
    private static func expect(_ worst: Worst, _ name: String, _ error: Milliseconds) {
        print("Acceptance set, \(name), u = \(error.wholeSeconds) s: \(worst)")
        #expect(worst.accepted > 600)
        #expect(worst.accepted <= bound)
    }

    struct Other: CustomTestStringConvertible {
        let testDescription: String
        let typed: String
        let bound: Int
    }

    static let others = [
        Other(testDescription: "EXTEND", typed: "984 000000000", bound: 2 * 336),
        Other(testDescription: "REVOKE", typed: "985 000000000", bound: 744),
        Other(testDescription: "KEYSWITCH", typed: "986 000000000", bound: 1),
        Other(testDescription: "TIME", typed: "987 0000000 00000000", bound: 1),
        Other(testDescription: "OWNER", typed: "00000000", bound: 21),
    ]

    @Test(arguments: others)
    func `the other codes are as hard to guess`(row: Other) throws {
        var box = TestBox()
        box.book.redeem(rental(hours: 1), keyEpoch: KeyEpoch(0))
        let entry = try box.entry(#require(CodeText(row.typed)))
        let check = box.check(entry, (noon - .minutes(30))...(noon + .minutes(30)))
        #expect(check.candidateCount == row.bound)
        #expect(row.bound <= Self.bound)
    }
}
