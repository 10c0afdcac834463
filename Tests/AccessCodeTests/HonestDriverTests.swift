import AccessCode
import Testing
import Units

/// A booking and its code.
private struct Booking {
    let rental: RentalID
    /// The end with extensions.
    var end: WallTime
    var live = true
}

/// One car for a year, never online, with drivers who do what they booked.
///
/// The fleet's side is a slow version of its generation rule, kept apart from the fleet's own. The
/// box's side is `judge` and the generations that the search reaches; no keys are needed, as the
/// search is proven elsewhere to find exactly those.
private struct HonestYear {
    var first = 0
    var again = 0
    var refusedFirst = 0
    var refusedAgain = 0
    /// Early drivers who had to wait for the start.
    var waited = 0

    private var draw: SeededGenerator
    private var bookings: [Booking] = []
    private var book = CodeBook(box: TestBox.id, keyEpoch: KeyEpoch(0), hasColdSpare: false)
    private var now = noon

    init(seed: UInt64) {
        draw = SeededGenerator(seed: seed)
        let end = noon + .days(365)
        while now < end {
            bookAhead()
            guard let next = nextLive() else {
                now = now + .hours(1)
                continue
            }
            drive(next)
        }
    }

    private func nextLive() -> Int? {
        bookings.indices.filter { bookings[$0].live }
            .min { bookings[$0].rental.start < bookings[$1].rental.start }
    }

    /// New bookings where the calendar is free; some are cancelled again before they begin, and
    /// leave their code disclosed.
    private mutating func bookAhead() {
        for _ in 0..<3 {
            let length = draw.chance(50) ? 48 + draw.below(200) : 1 + draw.below(20)
            let from = now + .minutes(30 + 15 * draw.below(4 * 36))
            let window = from..<from + .minutes(30) * length
            guard let (start, duration) = StartGrid.covering(window) else { continue }
            let whole = start.start..<start.start + duration.length
            guard whole.lowerBound >= now, isFree(whole) else { continue }
            let rental = RentalID(
                start: start, duration: duration, generation: generation(for: whole))
            bookings.append(Booking(rental: rental, end: whole.upperBound))
            if draw.chance(80) { bookings[bookings.count - 1].live = false }
        }
    }

    private func isFree(_ window: Range<WallTime>) -> Bool {
        !bookings.contains {
            $0.live && $0.rental.start.start < window.upperBound && window.lowerBound < $0.end
        }
    }

    /// One more than any disclosed code whose window overlaps.
    private func generation(for window: Range<WallTime>) -> UInt16 {
        bookings.filter {
            $0.rental.start.start < window.upperBound && window.lowerBound < $0.end
        }
        .map { $0.rental.generation + 1 }.max() ?? 0
    }

    private mutating func drive(_ index: Int) {
        let rental = bookings[index].rental
        let early = draw.chance(200) ? draw.below(25) : 0
        let delay = early > 0 ? 0 : draw.below(30)
        let arrival = rental.start.start - .minutes(early) + .minutes(delay)
        now = max(now, arrival)
        first += 1
        if opens(rental) == .refused(.tooEarly) {
            // The driver before forgot to end the rental: whoever comes early waits for the start.
            now = max(now, rental.start.start)
            waited += 1
        }
        if book.redemption(of: rental) == nil, opens(rental).refusal != nil {
            refusedFirst += 1
        }
        bookings[index].live = false
        guard book.redemption(of: rental) != nil else { return }
        for _ in 0..<1 + draw.below(3) {
            let rest = bookings[index].end - now
            guard rest > .minutes(2) else { break }
            now = now + Milliseconds(draw.below(rest.count / 2 + 1))
            again += 1
            if opens(rental).refusal != nil { refusedAgain += 1 }
        }
        extend(index)
        bringBack(index)
        // What is too old to overlap anything only costs time here.
        bookings.removeAll { !$0.live && $0.end + .days(9) < now }
    }

    /// A longer rental where the calendar is free behind it.
    private mutating func extend(_ index: Int) {
        let before = bookings[index].end
        let longer = before + .minutes(30) * (1 + draw.below(6))
        guard draw.chance(100), isFree(before..<longer), now < before,
            let active = book.active,
            let duration = DurationIndex(covering: longer - active.rental.start.start)
        else { return }
        book.extend(active.rental, to: duration, counter: active.extensions + 1)
        bookings[index].end = active.rental.start.start + duration.length
    }

    /// Most return in time, some early and some late: these open the car once more at the end.
    private mutating func bringBack(_ index: Int) {
        let rental = bookings[index].rental
        let end = bookings[index].end
        if draw.chance(50) {
            now = max(now, end + .minutes(draw.below(55)))
            again += 1
            if opens(rental).refusal != nil { refusedAgain += 1 }
        } else if draw.chance(700) {
            now = max(now, end - .minutes(draw.below(15)))
        }
        guard draw.chance(980) else { return }
        book.end()
        book.forget(before: now)
    }

    /// Types the code, with a clock that is two minutes unsure; opens the car if it may.
    private mutating func opens(_ rental: RentalID) -> CodeVerdict {
        let error = Milliseconds.minutes(2)
        let interval = (now - error)...(now + error)
        let check = CodeCheck(
            entry: .rental(rental.duration, tag: 0), book: book, interval: interval,
            floor: interval.lowerBound)
        let lowest = book.lowestGeneration(for: rental.start.start..<rental.end)
        let reached =
            rental.generation < lowest + CodeBook.generations
            || book.redemption(of: rental) != nil
        let verdict = check.judge(reached ? .rental(rental) : .none, moving: false)
        if case .granted(.opened) = verdict { book.redeem(rental, keyEpoch: book.keyEpoch) }
        return verdict
    }
}

extension CodeVerdict {
    /// Why it was refused; `nil` when it was granted.
    fileprivate var refusal: CodeRefusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}

@Suite struct `Honest drivers` {
    /// Box-years: enough for tens of thousands of entries, few enough for a debug build.
    static let years = 80

    @Test func `they are refused at most nine times in 56,736 entries`() {
        var first = 0
        var again = 0
        var refusedFirst = 0
        var refusedAgain = 0
        var waited = 0
        for seed in 0..<Self.years {
            let year = HonestYear(seed: UInt64(seed))
            first += year.first
            again += year.again
            refusedFirst += year.refusedFirst
            refusedAgain += year.refusedAgain
            waited += year.waited
        }
        let entries = first + again
        print(
            "Honest drivers: \(refusedFirst) of \(first) first entries and \(refusedAgain) of "
                + "\(again) re-entries refused in \(Self.years) box-years; "
                + "\(waited) early ones waited"
        )
        #expect(entries > 150_000)
        #expect((refusedFirst + refusedAgain) * 56_736 <= 9 * entries)
    }
}
