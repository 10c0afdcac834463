import AccessCode
import Testing
import Units

/// Counts of codes, measured on the rules themselves.
enum CodeFigures {
    static let noon = WallTime(milliseconds: 1_795_262_400_000)
    static let error = IntervalClock.errorMaximum
    static let box = BoxID(0x0011_2233_4455_6677)

    static func check(_ entry: CodeEntry, _ book: CodeBook, error: Milliseconds) -> CodeCheck {
        CodeCheck(
            entry: entry, book: book, interval: (noon - error)...(noon + error),
            floor: noon - error)
    }

    static var emptyBook: CodeBook { CodeBook(box: box, keyEpoch: KeyEpoch(0), hasColdSpare: true) }

    /// Every duration there is.
    static let durations = (0...Int(DurationIndex.maximum.value)).compactMap { DurationIndex($0) }

    /// The largest search for a code of this form; for rentals, of any duration.
    static func searched(_ entry: CodeEntry) -> Int {
        var book = emptyBook
        switch entry {
        case .rental: return emptySearch
        case .extend:
            guard let slot = Slot(containing: noon - .hours(1)) else { return 0 }
            book.redeem(
                RentalID(start: slot, duration: .minimum, generation: 0), keyEpoch: KeyEpoch(0))
        case .revoke, .keySwitch, .time, .owner: break
        }
        return check(entry, book, error: error).candidateCount
    }

    /// The largest search of any duration with nothing remembered.
    static let emptySearch = largestSearch(emptyBook)

    private static func largestSearch(_ book: CodeBook) -> Int {
        // The longest is left out: it is the one that the busy book remembers.
        durations.dropLast()
            .map { check(.rental($0, tag: 0), book, error: .zero).candidateCount }.max() ?? 0
    }

    /// A rental of the longest kind in its third generation around everything that is searched, so
    /// that older generations of every start are searched too.
    static var busyBook: CodeBook {
        var book = emptyBook
        if let start = Slot(containing: noon - .days(15)) {
            book.redeem(
                RentalID(start: start, duration: .maximum, generation: 2), keyEpoch: KeyEpoch(0))
            book.end()
        }
        return book
    }

    /// The most codes of one duration that open the car at one instant, as far as its clock knows.
    static let mostOpening = durations.map(opening).max() ?? 0

    private static func opening(_ duration: DurationIndex) -> Int {
        let check = check(.rental(duration, tag: 0), emptyBook, error: error)
        let reach = min(duration.length, CodeBook.activation) + .hours(2)
        guard let first = Slot(containing: noon - reach),
            let last = Slot(containing: noon + .hours(2))
        else { return 0 }
        let step = StartGrid.step(for: duration)
        var count = 0
        for number in stride(from: first.number / step * step, through: last.number, by: Int(step))
        {
            for generation in 0..<CodeBook.generations {
                let rental = RentalID(
                    start: Slot(number), duration: duration, generation: generation)
                if case .granted(.opened) = check.judge(.rental(rental), moving: false) {
                    count += 1
                }
            }
        }
        return count
    }

    /// How often somebody can try who types whenever an entry is looked at.
    static func tries(within time: Milliseconds) -> Int {
        var lane = Lockout()
        var now = BootTime.boot
        var tries = 0
        while now < .boot + time {
            switch lane.state(at: now) {
            case .open:
                tries += 1
                lane.fail(at: now)
            case .waiting(let rest): now = now + rest
            case .stopped: return tries
            }
        }
        return tries
    }

    static var table: [String] {
        let opening = mostOpening
        let day = tries(within: .days(1))
        let all = tries(within: .days(60))
        return Table.lines(
            ["figure", "measured"],
            [
                ["codes of one duration that open at one instant, at most", "\(opening)"],
                ["chance of one guess at the best duration", chance(opening)],
                ["tries on the first day", "\(day)"],
                ["chance of a first day of guesses", chance(day * opening)],
                ["tries until the lane stops", "\(all)"],
                ["chance of all of them together", chance(all * opening)],
                ["codes compared, nothing remembered, at most", "\(emptySearch)"],
                [
                    "codes compared where older generations of every start are searched",
                    "\(largestSearch(busyBook)), and one more for each remembered rental of the "
                        + "duration",
                ],
            ])
    }

    /// So many of 10⁹: `6.8e-7` for 680. Rounded up: a bound must not look smaller than it is.
    static func chance(_ count: Int) -> String {
        var digits = count
        var power = -8
        while digits >= 100 {
            digits = (digits + 9) / 10
            power += 1
        }
        if digits < 10 {
            digits *= 10
            power -= 1
        }
        return "\(digits / 10).\(digits % 10)e\(power)"
    }
}

@Suite struct `Figures of the code` {
    @Test func `they are the measured ones`() {
        #expect(CodeFigures.mostOpening == 680)
        #expect(CodeFigures.emptySearch == 772)
        #expect(CodeFigures.tries(within: .days(1)) == 33)
        #expect(CodeFigures.tries(within: .days(60)) == Lockout.stop)
    }

    @Test(arguments: [
        (680, "6.8e-7"), (681, "6.9e-7"), (776, "7.8e-7"), (22_440, "2.3e-5"), (999, "1.0e-6"),
        (1, "1.0e-9"), (12, "1.2e-8"), (68_000, "6.8e-5"),
    ])
    func `a chance is rounded up to two digits`(count: Int, text: String) {
        #expect(CodeFigures.chance(count) == text)
    }
}
