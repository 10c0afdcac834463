import AccessCode
import Fleet
import KeyStore
import Testing
import Units

/// A car with a book and a box, and drivers who keep every code that they ever got.
struct CarLife {
    let keys = SoftwareCodeKeys()
    let issuer = CodeIssuer(box: box, keyEpoch: KeyEpoch(0))
    var random: SplitMix64
    var book = BookingBook(box: box)
    var memory = CodeBook(box: box, keyEpoch: KeyEpoch(0), hasColdSpare: false)
    var now = at(0)
    /// Every rental that was disclosed, cancelled ones as well.
    var disclosed: [RentalID] = []
    /// What the box took, in order, each with its window as it is now.
    var opened: [RentalID] = []
    var refused = 0
    var superseded = 0

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        keys.install(SecretBytes((0..<32).map { UInt8($0) }), as: .epoch(KeyEpoch(0)))
    }

    /// The fleet books, replaces, extends, or hears of the box, by chance.
    mutating func actAtFleet() throws {
        let number = Int(random.next(below: UInt64(max(1, book.bookings.count)))) + 1
        switch random.next(below: 6) {
        case 0...2:
            let from = now + .minutes(Int64(random.next(below: 120)) - 60)
            let to = from + .minutes(Int64(random.next(below: 300)) + 30)
            guard case .success(let rental) = book.book(from..<to, at: now) else {
                refused += 1
                return
            }
            disclosed.append(rental)
        case 3...4: _ = book.cancel(number)
        case _:
            guard let last = opened.last, random.flip() else { return }
            memory.end()
            _ = book.noteReturned(last, at: now)
        }
    }

    /// Somebody types a code of any time at the car.
    mutating func actAtCar() throws {
        guard let rental = random.flip() ? disclosed.last : any(disclosed) else { return }
        let code = try issuer.rental(rental, with: keys)
        let check = CodeCheck(
            entry: try #require(CodeEntry(digits: code.digits)), book: memory,
            interval: now...now, floor: now)
        switch check.judge(try check.run(with: keys), moving: false) {
        case .granted(.opened(let taken)):
            #expect(taken == rental)
            #expect(!opened.contains(taken), "no code opens twice")
            let window = taken.start.start..<taken.end
            for older in opened where window.overlaps(older.start.start..<older.end) {
                #expect(older.generation < taken.generation, "\(taken) after \(older)")
            }
            opened.append(taken)
            memory.redeem(taken, keyEpoch: KeyEpoch(0))
        case .granted(.reopened(let taken)):
            #expect(taken == opened.last, "only the rental that is active opens again")
        case .granted(let other): Issue.record("\(other)")
        case .refused(let refusal):
            if refusal == .superseded { superseded += 1 }
        }
        // What a newer code has killed stays shut for ever.
        for (index, older) in opened.enumerated() where index < opened.count - 1 {
            #expect(memory.active?.rental != older)
        }
    }

    private mutating func any(_ rentals: [RentalID]) -> RentalID? {
        guard !rentals.isEmpty else { return nil }
        return rentals[Int(random.next(below: UInt64(rentals.count)))]
    }
}

@Suite struct `Generations over random histories` {
    @Test(arguments: UInt64(1)...24)
    func `of two codes whose times overlap the newer kills the older`(seed: UInt64) throws {
        var life = CarLife(seed: seed)
        for _ in 0..<150 {
            life.now = life.now + .minutes(Int64(life.random.next(below: 25)))
            if life.random.flip() { try life.actAtFleet() } else { try life.actAtCar() }
            // What was disclosed never repeats a generation in times that overlap.
            if let newest = life.disclosed.last {
                let window = newest.start.start..<newest.end
                for older in life.disclosed.dropLast()
                where window.overlaps(older.start.start..<older.end) {
                    #expect(older.generation < newest.generation, "seed \(seed)")
                }
            }
        }
        #expect(life.opened.count > 3, "seed \(seed)")
    }

    @Test func `drivers do come with codes that were killed, and the fleet does run out`() throws {
        var (superseded, refused) = (0, 0)
        for seed in UInt64(1)...24 {
            var life = CarLife(seed: seed)
            for _ in 0..<150 {
                life.now = life.now + .minutes(Int64(life.random.next(below: 25)))
                if life.random.flip() { try life.actAtFleet() } else { try life.actAtCar() }
            }
            superseded += life.superseded
            refused += life.refused
        }
        #expect(superseded > 0 && refused > 10)
    }
}

@Suite struct `A revocation in the book` {
    @Test func `it calls off what it closes, and nothing so early is disclosed any more`() throws {
        var book = BookingBook(box: box)
        _ = try book.book(at(10)..<at(12), at: midnight).get()
        _ = try book.book(at(12)..<at(14), at: midnight).get()
        let redeemed = try book.book(at(8)..<at(10), at: midnight).get()
        _ = try book.noteRedeemed(redeemed).get()
        let target = try #require(Slot(containing: at(10)))
        #expect(book.revoke(through: target) == [1])
        #expect(book.bookings.map(\.state) == [.cancelled, .issued, .issued])
        let refusal = BookingRefusal.revoked(through: target)
        #expect(book.book(at(10)..<at(11), at: midnight).refusal == refusal)
        #expect(book.book(at(10, 14)..<at(11), at: midnight).refusal == refusal)
        #expect(book.book(at(10, 15)..<at(11), at: midnight).refusal == nil)
        // An earlier one takes nothing back.
        #expect(book.revoke(through: Slot(target.number - 4)) == [])
        #expect(book.revokedThrough == target)
        #expect(refusal.description.contains("; "))
    }

    @Test func `what was proposed before is not issued after`() throws {
        var book = BookingBook(box: box)
        _ = try book.propose(at(10)..<at(12), at: midnight).get()
        let target = try #require(Slot(containing: at(10)))
        _ = book.revoke(through: target)
        #expect(book.issue(1).refusal == .revoked(through: target))
    }

    @Test(arguments: [-23, 0, 719])
    func `the box finds every target that the fleet names`(hours: Int64) throws {
        let keys = SoftwareCodeKeys()
        keys.install(SecretBytes((0..<32).map { UInt8($0) }), as: .epoch(KeyEpoch(0)))
        let target = try #require(Slot(containing: at(10) + .hours(hours)))
        let code = try CodeIssuer(box: box, keyEpoch: KeyEpoch(0)).revoke(
            through: target, with: keys)
        // The clock of the car is up to an hour off.
        for now in [at(10), at(10) + .hours(1) - .minutes(1)] {
            let check = CodeCheck(
                entry: try #require(CodeEntry(digits: code.digits)),
                book: CodeBook(box: box, keyEpoch: KeyEpoch(0), hasColdSpare: false),
                interval: now...now, floor: now)
            #expect(
                check.judge(try check.run(with: keys), moving: false)
                    == .granted(.revoked(through: target)))
        }
    }
}
