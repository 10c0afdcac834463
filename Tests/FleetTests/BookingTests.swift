import AccessCode
import Fleet
import KeyStore
import Testing
import Units

let box = BoxID(0x0011_2233_4455_6677)
let midnight = CivilTime.utc(2026, 5, 12)

/// Hours and minutes of the day that the tests play in, and of those behind it.
func at(_ hours: Int64, _ minutes: Int64 = 0) -> WallTime {
    midnight + .hours(hours) + .minutes(minutes)
}

extension Result where Failure == BookingRefusal {
    var refusal: BookingRefusal? {
        guard case .failure(let refusal) = self else { return nil }
        return refusal
    }
}

@Suite struct `The booking book` {
    @Test func `a window goes to the grid, the start down and the end kept`() throws {
        var book = BookingBook(box: box)
        let rental = try book.book(at(10, 7)..<at(12), at: midnight).get()
        #expect(rental.start.start == at(10))
        #expect(rental.end == at(12))
        #expect(rental.generation == 0)
        #expect(book.booking(1)?.window == at(10, 7)..<at(12))
    }

    @Test func `a window that is none is refused`() {
        var book = BookingBook(box: box)
        #expect(book.book(at(10)..<at(10), at: midnight).refusal == .noWindow)
        let early = WallTime(milliseconds: 0)..<at(10)
        #expect(book.book(early, at: midnight).refusal == .noWindow)
        #expect(book.book(at(10)..<at(12), at: at(12)).refusal == .past)
        #expect(book.book(at(10)..<(at(754) + .seconds(1)), at: midnight).refusal == .tooLong)
        #expect(book.bookings.isEmpty)
        #expect(book.book(at(10)..<at(754), at: at(11)).refusal == nil)
    }

    @Test func `a window that began a week ago is refused, like the box refuses its code`() {
        var book = BookingBook(box: box)
        let window = at(10)..<at(500)
        #expect(book.book(window, at: at(10) + .days(7)).refusal == .past)
        #expect(book.book(window, at: at(10) + .days(7) - .seconds(1)).refusal == nil)
    }

    @Test func `an extension that may not have been typed raises no floor`() throws {
        var book = BookingBook(box: box)
        let first = try book.book(at(10)..<at(12), at: midnight).get()
        let later = try book.extend(1, by: .hours(2), at: at(11)).get()
        _ = try book.noteReturned(first, at: at(12)).get()
        for generation: UInt16 in 1...3 {
            let rental = try book.book(at(13)..<at(14), at: at(12)).get()
            #expect(rental.generation == generation)
            _ = try book.cancel(book.bookings.count).get()
        }
        #expect(
            book.book(at(13)..<at(14), at: at(12)).refusal
                == .tooManyCodes(generation: 4, lowest: 0))
        _ = try book.noteExtended(first, to: later.duration, counter: 1).get()
        #expect(try book.book(at(13)..<at(14), at: at(12)).get().generation == 4)
    }

    @Test func `two bookings never have the car at once`() throws {
        var book = BookingBook(box: box)
        _ = try book.book(at(10)..<at(12), at: midnight).get()
        let taken = BookingRefusal.taken(by: 1, at(10)..<at(12))
        #expect(book.book(at(11)..<at(13), at: midnight).refusal == taken)
        #expect(book.book(at(9)..<(at(10) + .seconds(1)), at: midnight).refusal == taken)
        #expect(book.book((at(12) - .seconds(1))..<at(13), at: midnight).refusal == taken)
        #expect(book.bookings.count == 1)
        #expect(book.book(at(12)..<at(13), at: midnight).refusal == nil)
        #expect(book.book(at(9)..<at(10), at: midnight).refusal == nil)
    }

    @Test func `a proposal discloses nothing until it is issued`() throws {
        var book = BookingBook(box: box)
        let first = try book.propose(at(10)..<at(12), at: midnight).get()
        #expect(first.rental == nil)
        _ = try book.cancel(first.number).get()
        let rental = try book.book(at(10)..<at(12), at: midnight).get()
        #expect(rental.generation == 0)
        #expect(book.issue(first.number).refusal == .state(.cancelled))
        #expect(book.issue(2).refusal == .state(.issued))
        #expect(book.issue(9).refusal == .unknown(9))
        #expect(book.issue(0).refusal == .unknown(0))
    }

    /// What was disclosed before, as hours from and to, each cancelled, and the generation of the
    /// next code from 10 to 12.
    static let histories: [([(Int64, Int64)], UInt16)] = [
        ([], 0), ([(8, 10)], 0), ([(12, 14)], 0), ([(11, 14)], 1), ([(10, 12)], 1),
        ([(8, 11), (11, 14)], 1), ([(8, 11), (9, 14)], 2), ([(8, 14), (8, 14), (13, 14)], 2),
        // The middle one does not touch the next, but raised the third.
        ([(12, 16), (12, 16), (11, 13)], 3),
    ]

    @Test(arguments: histories)
    func `a generation is above every code whose window it overlaps`(
        history: [(Int64, Int64)], generation: UInt16
    ) throws {
        var book = BookingBook(box: box)
        for (from, to) in history {
            _ = try book.book(at(from)..<at(to), at: midnight).get()
            _ = try book.cancel(book.bookings.count).get()
        }
        #expect(try book.book(at(10)..<at(12), at: midnight).get().generation == generation)
    }

    @Test func `a fifth code that the box might not find is refused, and found again once known`()
        throws
    {
        var book = BookingBook(box: box)
        var last: RentalID?
        for generation: UInt16 in 0...3 {
            let rental = try book.book(at(10)..<at(12), at: midnight).get()
            #expect(rental.generation == generation)
            if generation < 3 { _ = try book.cancel(book.bookings.count).get() }
            last = rental
        }
        let fourth = try #require(last)
        _ = try book.cancel(4).get()
        let refusal = BookingRefusal.tooManyCodes(generation: 4, lowest: 0)
        #expect(book.book(at(10)..<at(12), at: midnight).refusal == refusal)
        #expect(book.bookings.count == 4)
        // The log shows that the driver had opened the car before it was called off.
        _ = try book.noteReturned(fourth, at: at(10, 30)).get()
        #expect(try book.book(at(11)..<at(12), at: midnight).get().generation == 4)
    }

    @Test func `an early return frees the rest, and the next code is above`() throws {
        var book = BookingBook(box: box)
        let first = try book.book(at(10)..<at(18), at: midnight).get()
        _ = try book.noteReturned(first, at: at(12)).get()
        #expect(
            book.book(at(11)..<at(14), at: at(12)).refusal == .taken(by: 1, at(10)..<at(12)))
        #expect(try book.book(at(12)..<at(14), at: at(12)).get().generation == 1)
        #expect(book.cancel(1).refusal == .state(.returned))
    }

    @Test func `a redeemed booking is not cancelled`() throws {
        var book = BookingBook(box: box)
        let rental = try book.book(at(10)..<at(12), at: midnight).get()
        _ = try book.noteRedeemed(rental).get()
        #expect(book.cancel(1).refusal == .redeemed)
        let stranger = RentalID(start: Slot(1), duration: .minimum, generation: 0)
        #expect(book.noteRedeemed(stranger).refusal == .unknownRental(stranger))
    }

    @Test func `an extension says more than the last and counts`() throws {
        var book = BookingBook(box: box)
        let rental = try book.book(at(10)..<at(12), at: midnight).get()
        let first = try book.extend(1, by: .minutes(10), at: at(11)).get()
        #expect(first.rental == rental)
        #expect(first.duration.length == .minutes(150))
        #expect(first.counter == 1)
        #expect(first.until == at(12, 10))
        let second = try book.extend(1, by: .minutes(10), at: at(11)).get()
        #expect(second.duration.length == .minutes(180))
        #expect(second.counter == 2)
        #expect(book.extend(1, by: .minutes(10), at: at(11)).refusal == .tooManyExtensions)
        _ = try book.noteExtended(rental, to: first.duration, counter: 1).get()
        #expect(try book.extend(1, by: .minutes(10), at: at(11)).get().counter == 3)
    }

    @Test func `an extension keeps to the box's limits and to other bookings`() throws {
        var book = BookingBook(box: box)
        _ = try book.book(at(10)..<at(12), at: midnight).get()
        let week = Milliseconds.days(7)
        #expect(
            book.extend(1, by: week + .seconds(1), at: at(11)).refusal == .extensionTooLong)
        #expect(book.extend(1, by: .zero, at: at(11)).refusal == .noWindow)
        #expect(book.extend(1, by: .hours(1), at: at(14)).refusal == .extensionTooLate)
        var other = book
        #expect(other.extend(1, by: week, at: at(14) - .seconds(1)).refusal == nil)
        _ = try book.book(at(13)..<at(15), at: midnight).get()
        #expect(
            book.extend(1, by: .minutes(61), at: at(11)).refusal
                == .taken(by: 2, at(13)..<at(15)))
        #expect(book.extend(1, by: .minutes(60), at: at(11)).refusal == nil)
    }

    @Test func `a code for time that an extension reached is above it`() throws {
        var book = BookingBook(box: box)
        let rental = try book.book(at(10)..<at(12), at: midnight).get()
        _ = try book.extend(1, by: .hours(2), at: at(11)).get()
        _ = try book.noteReturned(rental, at: at(12)).get()
        #expect(try book.book(at(13)..<at(15), at: at(12)).get().generation == 1)
    }

    @Test func `every refusal names a way out`() {
        let all: [BookingRefusal] = [
            .unknown(1),
            .unknownRental(RentalID(start: Slot(1), duration: .minimum, generation: 0)),
            .noWindow, .tooLong, .past, .taken(by: 1, at(1)..<at(2)),
            .tooManyCodes(generation: 4, lowest: 0), .state(.returned), .redeemed,
            .extensionTooLong, .tooManyExtensions, .extensionTooLate,
        ]
        for refusal in all { #expect(refusal.description.contains("; "), "\(refusal)") }
    }
}

@Suite struct `Book and box` {
    let keys = SoftwareCodeKeys()
    let issuer = CodeIssuer(box: box, keyEpoch: KeyEpoch(0))

    init() {
        keys.install(SecretBytes((0..<32).map { UInt8($0) }), as: .epoch(KeyEpoch(0)))
    }

    func verdict(_ code: CodeText, _ memory: CodeBook, at now: WallTime) throws -> CodeVerdict {
        let check = CodeCheck(
            entry: try #require(CodeEntry(digits: code.digits)), book: memory,
            interval: now...now, floor: now)
        return check.judge(try check.run(with: keys), moving: false)
    }

    /// Random lives of a car whose fleet learns of redemptions late or never.
    @Test(arguments: UInt64(1)...8)
    func `the box takes every newest code that the book disclosed`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var book = BookingBook(box: box)
        var memory = CodeBook(box: box, keyEpoch: KeyEpoch(0), hasColdSpare: false)
        var now = at(0)
        var opened = 0
        for _ in 0..<40 {
            now = now + .minutes(Int64(random.next(below: 240)))
            let from = now + .minutes(Int64(random.next(below: 60)))
            let to = from + .minutes(Int64(random.next(below: 2000)) + 30)
            guard case .success(let rental) = book.book(from..<to, at: now) else { continue }
            let number = book.bookings.count
            if random.flip() {
                _ = try book.cancel(number).get()
                continue
            }
            let code = try issuer.rental(rental, with: keys)
            #expect(try verdict(code, memory, at: from) == .granted(.opened(rental)))
            memory.redeem(rental, keyEpoch: KeyEpoch(0))
            opened += 1
            if random.flip() {
                let more = try book.extend(number, by: .hours(3), at: from).get()
                let text = try issuer.extend(
                    more.rental, to: more.duration, counter: more.counter, with: keys)
                #expect(
                    try verdict(text, memory, at: from)
                        == .granted(.extended(rental, more.duration, counter: more.counter)))
                memory.extend(rental, to: more.duration, counter: more.counter)
                if random.flip() {
                    _ = try book.noteExtended(rental, to: more.duration, counter: more.counter)
                        .get()
                }
            }
            memory.end()
            now = from + .minutes(Int64(random.next(below: 60)))
            _ = try book.noteReturned(rental, at: now).get()
        }
        #expect(opened > 5)
    }
}
