import AccessCode
import Units

/// A code as it was disclosed, and what became of it: the slow model's own memory.
private struct Disclosed {
    let rental: RentalID
    let box: BoxID
    var end: WallTime
    var redeemed = false
    var ended = false
    /// How often it was the first to open the car.
    var openings = 0
}

/// What must be true of an opening, told by the true time and by the whole history, not by the
/// book: kept apart from `judge` so that both cannot be wrong in the same way.
///
/// Codes are judged as matches, without keys: that the search finds exactly the codes it is asked
/// for is proven by other tests, and this way a history of months costs no HMAC. Judging every
/// disclosed code is more than the search would find, so what holds here holds for the box.
struct BoxHistory {
    private(set) var problems: [String] = []
    private(set) var opened = 0
    private(set) var reopened = 0
    private(set) var typed = 0

    private var draw: SeededGenerator
    private var truth = noon
    private var boot = BootTime.boot
    private var clock: IntervalClock
    /// How far the battery-backed clock is off, in microseconds, and how it drifts.
    private var rtcError: Int64 = 0
    private var rtcDrift: Int64
    private var bootDrift: Int64
    private var book: CodeBook
    private var durable: CodeBook
    private var codes: [Disclosed] = []
    private var revoked: WallTime?
    private var lost = false
    /// A box with real keys, where codes are typed and searched for, not only judged.
    private let real: TestBox?

    init(seed: UInt64, real: TestBox? = nil) {
        self.real = real
        draw = SeededGenerator(seed: seed)
        rtcDrift = draw.below(7_001) - 3_500
        bootDrift = draw.below(100_001) - 50_000
        clock = IntervalClock(floor: noon - .days(1))
        book = CodeBook(box: TestBox.id, keyEpoch: KeyEpoch(0), hasColdSpare: true)
        durable = book
        _ = clock.set(noon + Milliseconds(draw.below(1_001) - 500), error: .seconds(2), at: boot)
    }

    /// A few weeks of one car.
    mutating func run(steps: Int) {
        for _ in 0..<steps {
            pass(.minutes(1 + draw.below(360)))
            checkClock()
            switch draw.below(20) {
            case 0...2: disclose()
            case 3...13: typeSomething()
            case 14: endRental()
            case 15: extend()
            case 16: revoke()
            case 17: breakClock()
            case 18: settle()
            default: hint()
            }
            checkClock()
        }
    }

    // MARK: The world

    private mutating func pass(_ time: Milliseconds) {
        truth = truth + time
        boot = boot + time + Milliseconds(time.count * bootDrift / 1_000_000_000)
        // Parts per billion of milliseconds are millionths of microseconds.
        rtcError += time.count * rtcDrift / 1_000_000
    }

    private var rtc: RTCReading {
        let time = truth.milliseconds + rtcError / 1000
        return RTCReading(time: WallTime(milliseconds: time / 1000 * 1000), stopped: lost)
    }

    private mutating func checkClock() {
        if let loss = clock.check(rtc: rtc, at: boot), !lost {
            problems.append("the clock was lost without a fault: \(loss)")
        }
        _ = clock.raiseFloor(at: boot)
        if clock.floor > truth { problems.append("the floor passed the truth") }
        if let interval = clock.interval(at: boot), !interval.contains(truth) {
            problems.append("the interval lost the truth")
        }
    }

    /// A power cut of hours, after which the box starts from its battery-backed clock, which may
    /// have stopped or stepped back.
    private mutating func breakClock() {
        book = durable
        boot = .boot
        pass(.minutes(1 + draw.below(600)))
        lost = draw.chance(300)
        let back = draw.chance(100) && !lost
        var reading = rtc
        if back { reading.time = clock.floor - .seconds(1 + draw.below(1_000_000)) }
        guard case .known(let setting) = clock.state else {
            _ = clock.start(rtc: reading, trusted: nil, trustedError: .zero, at: boot)
            return
        }
        let loss = clock.start(
            rtc: reading, trusted: setting.trusted, trustedError: setting.trustedError, at: boot)
        if (loss != nil) != (lost || back) { problems.append("start: \(String(describing: loss))") }
    }

    /// The fleet or a technician sets the clock, with up to half a second of error.
    private mutating func settle() {
        let error = draw.below(1_001) - 500
        guard clock.set(truth + Milliseconds(error), error: .seconds(2), at: boot) else {
            problems.append("a right setting was refused")
            return
        }
        lost = false
        rtcError = error * 1000
    }

    /// A spoofed hint, of any time at all.
    private mutating func hint() {
        for _ in 0..<5 {
            _ = clock.hint(truth + .seconds(draw.below(600) - 100), at: boot)
        }
    }

    // MARK: The fleet

    /// A booking from a day ago to two days ahead, for this box or, seldom, for another.
    private mutating func disclose() {
        let duration = halfHours(draw.chance(100) ? 1 + draw.below(700) : 1 + draw.below(24))
        let from = truth + .minutes(draw.below(3 * 1440) - 1440)
        guard let near = Slot(containing: from) else { return }
        let step = StartGrid.step(for: duration)
        let start = Slot(near.number / step * step)
        let end = start.start + duration.length
        let overlapping = codes.filter { $0.rental.start.start < end && start.start < $0.end }
        let generation = overlapping.map { $0.rental.generation + 1 }.max() ?? 0
        let box = draw.chance(50) ? BoxID(TestBox.id.value + 1) : TestBox.id
        let rental = RentalID(start: start, duration: duration, generation: generation)
        codes.append(Disclosed(rental: rental, box: box, end: end))
    }

    // MARK: The drivers

    private var active: Int? {
        // The one redeemed last ends all before it.
        codes.indices.first { codes[$0].redeemed && !codes[$0].ended }
    }

    /// Anyone types any code that was ever disclosed: cancelled, past, later, of another car.
    private mutating func typeSomething() {
        guard !codes.isEmpty else { return }
        let recent = max(0, codes.count - 12)
        let index =
            draw.chance(700)
            ? recent + Int(draw.below(Int64(codes.count - recent)))
            : Int(draw.below(Int64(codes.count)))
        let code = codes[index]
        typed += 1
        let interval = clock.interval(at: boot)
        let check = CodeCheck(
            entry: .rental(code.rental.duration, tag: 0), book: book, interval: interval,
            floor: clock.earliest(at: boot))
        let verdict = check.judge(match(code, interval), moving: false)
        let expected = allowed(index, interval)
        if Outcome(verdict).opens != expected {
            problems.append(
                "\(code.rental): \(verdict), and the model says \(String(describing: expected))")
        }
        switch verdict {
        case .granted(.opened(let rental)): open(index, rental)
        case .granted(.reopened): reopened += 1
        case .granted, .refused: break
        }
    }

    /// What the keys find: with real ones by the whole search, else the code itself.
    private func match(
        _ code: Disclosed, _ interval: ClosedRange<WallTime>?
    ) -> CodeCheck.Match {
        guard let real else { return code.box == book.box ? .rental(code.rental) : .none }
        do {
            let text = try CodeIssuer(box: code.box, keyEpoch: book.keyEpoch)
                .rental(code.rental, with: real.keys)
            let check = CodeCheck(
                entry: try real.entry(text), book: book, interval: interval,
                floor: clock.earliest(at: boot))
            return try check.run(with: real.keys)
        } catch {
            preconditionFailure("the keys of the tests answer: \(error)")
        }
    }

    /// What the rules allow, told slowly: how the code may open the car now.
    private func allowed(_ index: Int, _ interval: ClosedRange<WallTime>?) -> Outcome? {
        let code = codes[index]
        let rental = code.rental
        guard code.box == TestBox.id else { return nil }
        if let revoked, rental.start.start <= revoked { return nil }
        if code.redeemed {
            guard !code.ended else { return nil }
            let earliest = interval?.lowerBound ?? clock.floor
            return earliest < code.end + .minutes(60) ? .reopened : nil
        }
        guard let interval else { return nil }
        // Some instant of the interval lies in every window that the rules name.
        let from = rental.start.start - (active == nil ? .minutes(30) : .zero)
        let until = min(rental.end, rental.start.start + .days(7))
        guard interval.lowerBound < until, from <= interval.upperBound else { return nil }
        let overlapping = codes.filter {
            $0.redeemed && $0.rental.start.start < rental.end && rental.start.start < $0.end
        }
        let newest = overlapping.map { Int($0.rental.generation) }.max() ?? -1
        guard rental.generation > newest else { return nil }
        // The search reaches four generations; without it, every one is judged.
        return real == nil || Int(rental.generation) <= newest + 4 ? .opened : nil
    }

    private mutating func open(_ index: Int, _ rental: RentalID) {
        let code = codes[index]
        // What no rule of the box can excuse, told by the true time alone.
        let slack = Milliseconds.minutes(4)
        if truth < rental.start.start - .minutes(30) - slack || truth >= rental.end + slack
            || truth >= rental.start.start + .days(7) + slack
        {
            problems.append("\(rental) opened outside its window at \(truth.iso)")
        }
        if code.box != TestBox.id { problems.append("\(rental) opened another box") }
        book.redeem(rental, keyEpoch: book.keyEpoch)
        // A power cut before the write: the door stays shut, and nothing happened.
        guard !draw.chance(100) else {
            book = durable
            return
        }
        durable = book
        for other in codes.indices where codes[other].redeemed { codes[other].ended = true }
        codes[index].redeemed = true
        // A power cut after it: the code has to open as the active rental's own.
        guard !draw.chance(100) else {
            book = durable
            return
        }
        opened += 1
        codes[index].openings += 1
        if codes[index].openings > 1 { problems.append("\(rental) opened twice") }
    }

    private mutating func endRental() {
        guard let active else { return }
        codes[active].ended = true
        book.end()
        forgetAndStore()
    }

    private mutating func extend() {
        guard let index = active, let before = book.active,
            let longer = DurationIndex(before.duration.value + UInt16(1 + draw.below(20)))
        else { return }
        let counter = before.extensions + 1
        let check = CodeCheck(
            entry: .extend(tag: 0), book: book, interval: clock.interval(at: boot),
            floor: clock.earliest(at: boot))
        let verdict = check.judge(.extend(longer, counter: counter), moving: false)
        guard case .granted(.extended(let rental, let duration, let counter)) = verdict else {
            return
        }
        // With the clock lost, the rental goes on until the time is known again.
        if check.interval != nil, truth >= codes[index].end + .hours(2) + .minutes(4) {
            problems.append("\(rental) was extended long after its end")
        }
        book.extend(rental, to: duration, counter: counter)
        codes[index].end = rental.start.start + duration.length
        durable = book
    }

    private mutating func revoke() {
        guard draw.chance(150), let now = Slot(containing: truth) else { return }
        let target = Slot((now.number + UInt32(draw.below(24))) / 4 * 4)
        if let last = book.revokedThrough, target <= last { return }
        book.revokedThrough = target
        revoked = target.start
        durable = book
    }

    private mutating func forgetAndStore() {
        book.forget(before: clock.earliest(at: boot))
        durable = book
    }
}

extension Outcome {
    /// The outcome, where it opens the car.
    var opens: Outcome? { self == .opened || self == .reopened ? self : nil }
}
