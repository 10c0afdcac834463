import AccessCode
import KeyStore
import Testing
import Units

@Suite struct `Guess probability` {
    /// The duration with the most codes, at the instant and with the error that give it the most.
    private static let duration = halfHours(2 * 168)
    private static let error = Milliseconds.minutes(30)
    private static let now = noon - .hours(1)

    /// The nine digits of every code that opens now, by the real issuer and the real judgement.
    private static func acceptable(_ box: TestBox) throws -> [UInt32] {
        let interval = (now - error)...(now + error)
        var tags: Set<UInt32> = []
        for hour in -200...20 as ClosedRange<Int64> {
            for generation in 0..<CodeBook.generations {
                let rental = RentalID(
                    start: slot(60 * hour), duration: duration, generation: generation)
                let entry = try box.entry(box.issuer.rental(rental, with: box.keys))
                guard case .rental(_, let tag) = entry else { continue }
                let verdict = box.check(entry, interval).judge(.rental(rental), moving: false)
                if Outcome(verdict) == .opened { tags.insert(tag) }
            }
        }
        return tags.sorted()
    }

    @Test func `random digits open as rarely as the acceptance set says`() throws {
        let tags = try Self.acceptable(TestBox())
        #expect(tags.count == 680)
        // A bit for each value of the low 20 bits; what it lets through is compared in full.
        var sieve = [Bool](repeating: false, count: 1 << 20)
        for tag in tags { sieve[Int(tag & 0xF_FFFF)] = true }
        let draws = 20_000_000
        var draw = SeededGenerator(seed: 984)
        var hits = 0
        for _ in 0..<draws {
            let tag = UInt32(truncatingIfNeeded: draw.next() % 1_000_000_000)
            if sieve[Int(tag & 0xF_FFFF)], tags.contains(tag) { hits += 1 }
        }
        // Poisson with mean 13.6: outside 2...32 with probability below 3e-5.
        print("Guesses: \(hits) of \(draws) opened, \(draws * tags.count / 1_000_000_000) expected")
        #expect((2...32).contains(hits))
    }

    @Test func `the box opens to each acceptable code and to no other`() throws {
        let box = TestBox()
        let tags = try Self.acceptable(box)
        var draw = SeededGenerator(seed: 985)
        let interval = (Self.now - Self.error)...(Self.now + Self.error)
        for index in 0..<60 {
            let known = index.isMultiple(of: 3)
            let tag =
                known
                ? tags[Int(draw.below(Int64(tags.count)))] : UInt32(draw.below(1_000_000_000))
            let check = box.check(.rental(Self.duration, tag: tag), interval)
            let opened = Outcome(check.judge(try check.run(with: box.keys), moving: false))
            #expect((opened == .opened) == tags.contains(tag))
        }
    }

    /// An attacker who types whenever the box looks at an entry.
    private static func attack(until end: BootTime, restartEvery: Milliseconds?) -> [BootTime] {
        var lockout = Lockout()
        var now = BootTime.boot
        var tries: [BootTime] = []
        var restart = restartEvery.map { now + $0 }
        while now < end {
            if let due = restart, due <= now, let restartEvery {
                lockout.restart(at: now)
                restart = now + restartEvery
            }
            switch lockout.state(at: now) {
            case .open:
                tries.append(now)
                lockout.fail(at: now)
            case .waiting(let time): now = min(now + time, restart ?? now + time)
            case .stopped: return tries
            }
        }
        return tries
    }

    /// p of one guess in the worst case the design allows.
    private static let p = 776e-9

    @Test func `a first day allows 34 tries at most`() {
        let tries = Self.attack(until: .boot + .days(1), restartEvery: nil)
        print("Lockout: \(tries.count) tries on the first day")
        #expect(tries.count <= 34)
        #expect(tries.count >= 30)
        #expect(Double(tries.count) * Self.p <= 2.6e-5)
    }

    @Test(arguments: [1, 30, 63, 65, 600] as [Int64])
    func `pulling the plug wins no try`(minutes: Int64) {
        let plain = Self.attack(until: .boot + .days(2), restartEvery: nil)
        let pulled = Self.attack(until: .boot + .days(2), restartEvery: .minutes(minutes))
        #expect(pulled.count <= plain.count)
    }

    @Test func `a campaign stops at 100 tries`() {
        let tries = Self.attack(until: .boot + .days(365), restartEvery: nil)
        print("Lockout: \(tries.count) tries in a campaign of \(tries.last?.milliseconds ?? 0) ms")
        #expect(tries.count == 100)
        #expect(Double(tries.count) * Self.p <= 7.8e-5)
    }
}
