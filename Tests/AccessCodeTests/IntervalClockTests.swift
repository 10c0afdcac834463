import AccessCode
import Testing
import Units

private let set = BootTime(milliseconds: 50_000)

private func clock(
    error: Milliseconds = .seconds(2), drift: Int64 = IntervalClock.driftOfRTC
) -> IntervalClock {
    var clock = IntervalClock(floor: noon - .days(1), drift: drift)
    let outcome1 = clock.set(noon, error: error, at: set)
    #expect(outcome1)
    return clock
}

@Suite struct `Interval clock` {
    struct Growth: CustomTestStringConvertible {
        let days: Int64
        let drift: Int64
        let error: Milliseconds
        let degraded: Bool
        var testDescription: String { "\(days) d at \(drift) ppb" }
    }

    static let growth = [
        Growth(days: 0, drift: 3_500, error: .seconds(2), degraded: false),
        Growth(days: 1, drift: 3_500, error: Milliseconds(2_302), degraded: false),
        Growth(days: 365, drift: 3_500, error: Milliseconds(112_376), degraded: false),
        Growth(days: 365, drift: 20_000, error: Milliseconds(632_720), degraded: false),
        // 1798 s at 20 ppm: 1040.5 days.
        Growth(days: 1040, drift: 20_000, error: Milliseconds(1_799_120), degraded: false),
        Growth(days: 1041, drift: 20_000, error: .minutes(30), degraded: true),
        Growth(days: 9000, drift: 20_000, error: .minutes(30), degraded: true),
        Growth(days: 9000, drift: 3_500, error: .minutes(30), degraded: true),
    ]

    @Test(arguments: growth)
    func `the error is two seconds and drift since the setting, capped`(row: Growth) throws {
        let clock = clock(drift: row.drift)
        let now = set + .days(row.days)
        let reading = try #require(clock.reading(at: now))
        #expect(reading.time == noon + .days(row.days))
        #expect(reading.error == row.error)
        #expect(clock.isDegraded(at: now) == row.degraded)
    }

    @Test func `the error is never under two seconds, whatever the source claims`() throws {
        let clock = clock(error: .zero)
        #expect(try #require(clock.reading(at: set)).error == .seconds(2))
        #expect(clock.floor == noon - .seconds(2))
    }

    @Test func `a clock that was never set knows only the floor`() {
        var clock = IntervalClock(floor: noon)
        #expect(clock.state == .lost(.unset))
        #expect(clock.interval(at: set) == nil)
        #expect(clock.reading(at: set) == nil)
        #expect(!clock.isDegraded(at: set))
        #expect(clock.earliest(at: set) == noon)
        let outcome2 = clock.raiseFloor(at: set)
        #expect(outcome2 == noon)
        let hinted = clock.hint(noon + .seconds(1), at: set)
        #expect(!hinted)
        let outcome3 = clock.check(rtc: nil, at: set)
        #expect(outcome3 == nil)
        #expect(clock.state == .lost(.unset))
    }

    struct Start: CustomTestStringConvertible {
        let testDescription: String
        let rtc: RTCReading?
        var trusted: WallTime? = noon - .days(10) - .seconds(1)
        let loss: ClockLoss?
    }

    static let starts = [
        Start(testDescription: "no clock", rtc: nil, loss: .rtcMissing),
        Start(
            testDescription: "stopped", rtc: RTCReading(time: noon, stopped: true),
            loss: .oscillatorStopped),
        Start(
            testDescription: "its second 1 ms below the floor",
            rtc: RTCReading(time: noon - Milliseconds(1_001), stopped: false), loss: .belowFloor),
        Start(
            testDescription: "its second up to the floor",
            rtc: RTCReading(time: noon - Milliseconds(1_000), stopped: false), loss: .belowFloor),
        Start(
            testDescription: "the floor in its second",
            rtc: RTCReading(time: noon - Milliseconds(999), stopped: false), loss: nil),
        Start(
            testDescription: "at the floor",
            rtc: RTCReading(time: noon, stopped: false), loss: nil),
        Start(
            testDescription: "never set", rtc: RTCReading(time: noon, stopped: false),
            trusted: nil, loss: .unset),
    ]

    @Test(arguments: starts)
    func `a start trusts a running clock above the floor`(row: Start) throws {
        var clock = IntervalClock(floor: noon)
        let loss = clock.start(
            rtc: row.rtc, trusted: row.trusted, trustedError: .seconds(2), at: set)
        #expect(loss == row.loss)
        if let loss {
            #expect(clock.state == .lost(loss))
        } else {
            // Ten days at 3.5 ppm; what lies below the floor has passed.
            let interval = try #require(clock.interval(at: set))
            #expect(interval.lowerBound == noon)
            #expect(interval.upperBound == (try #require(row.rtc)).time + Milliseconds(5_024))
        }
    }

    @Test func `every loss is reached`() {
        let losses = Self.starts.compactMap(\.loss) + Self.checks.compactMap(\.loss)
        #expect(Set(losses) == Set(ClockLoss.allCases))
    }

    struct Check: CustomTestStringConvertible {
        let testDescription: String
        let rtc: RTCReading?
        let loss: ClockLoss?
    }

    static let checks = [
        Check(testDescription: "no answer", rtc: nil, loss: nil),
        Check(
            testDescription: "equal", rtc: RTCReading(time: noon + .hours(1), stopped: false),
            loss: nil),
        Check(
            testDescription: "behind by the error",
            rtc: RTCReading(time: noon + .hours(1) - Milliseconds(2_012), stopped: false),
            loss: nil),
        Check(
            testDescription: "behind by more",
            rtc: RTCReading(time: noon + .hours(1) - Milliseconds(9_000), stopped: false),
            loss: .jump),
        Check(
            testDescription: "ahead by the error",
            rtc: RTCReading(time: noon + .hours(1) + Milliseconds(2_012), stopped: false),
            loss: nil),
        Check(
            testDescription: "ahead by more",
            rtc: RTCReading(time: noon + .hours(1) + Milliseconds(9_000), stopped: false),
            loss: .jump),
        Check(
            testDescription: "below the floor",
            rtc: RTCReading(time: noon - Milliseconds(3_000), stopped: false),
            loss: .belowFloor),
        Check(
            testDescription: "stopped",
            rtc: RTCReading(time: noon + .hours(1), stopped: true), loss: .oscillatorStopped),
    ]

    @Test(arguments: checks)
    func `a check finds what drift cannot explain`(row: Check) {
        var clock = clock()
        let now = set + .hours(1)
        let outcome4 = clock.check(rtc: row.rtc, at: now)
        #expect(outcome4 == row.loss)
        #expect((clock.interval(at: now) == nil) == (row.loss != nil))
    }

    @Test func `a boot clock that drifts faster follows the battery-backed one`() throws {
        var clock = clock()
        // The boot clock runs 50 ppm slow for a year; the battery-backed clock is right.
        for tenMinutes in 1...(6 * 24 * 365) as ClosedRange<Int64> {
            let passed = Milliseconds.minutes(10 * tenMinutes)
            let now = set + Milliseconds(passed.count - passed.count / 20_000)
            let whole = (noon + passed).milliseconds / 1000 * 1000
            let rtc = RTCReading(time: WallTime(milliseconds: whole), stopped: false)
            let loss = clock.check(rtc: rtc, at: now)
            try #require(loss == nil)
            try #require(try #require(clock.interval(at: now)).contains(noon + passed))
        }
    }

    @Test func `the interval never reaches below the floor`() throws {
        var clock = IntervalClock(floor: noon)
        let outcome5 = clock.set(noon - .minutes(4), error: .minutes(5), at: set)
        #expect(outcome5)
        let interval = try #require(clock.interval(at: set))
        #expect(interval.lowerBound == noon)
        #expect(interval.contains(noon + .minutes(1)))
        #expect(clock.earliest(at: set) == noon)
        clock.raiseFloor(to: noon + .hours(1))
        #expect(clock.interval(at: set) == (noon + .hours(1))...(noon + .hours(1)))
    }

    @Test(arguments: [(-1, false), (0, true), (1, true)] as [(Int64, Bool)])
    func `a setting that is certainly below the floor is refused`(past: Int64, done: Bool) {
        var clock = IntervalClock(floor: noon)
        let before = clock
        let time = noon - .seconds(5) + Milliseconds(past)
        let outcome6 = clock.set(time, error: .seconds(5), at: set)
        #expect(outcome6 == done)
        #expect((clock == before) == !done)
    }

    @Test func `the floor only rises`() {
        var clock = clock()
        let first = clock.raiseFloor(at: set + .hours(1))
        #expect(first == noon + .hours(1) - Milliseconds(2_012))
        clock.raiseFloor(to: noon)
        #expect(clock.floor == first)
        let outcome7 = clock.raiseFloor(at: set)
        #expect(outcome7 == first)
    }

    struct Hint: CustomTestStringConvertible {
        let ahead: Milliseconds
        let taken: Bool
        var testDescription: String { ahead.description }
    }

    static let hints = [
        Hint(ahead: Milliseconds(-2_001), taken: false),
        Hint(ahead: Milliseconds(-1), taken: false),
        Hint(ahead: Milliseconds(0), taken: false),
        Hint(ahead: Milliseconds(1), taken: true),
        Hint(ahead: Milliseconds(1_999), taken: true),
        Hint(ahead: Milliseconds(2_000), taken: true),
        Hint(ahead: Milliseconds(2_001), taken: false),
        Hint(ahead: .hours(1), taken: false),
    ]

    @Test(arguments: hints)
    func `a hint moves the reading forward within the error`(row: Hint) throws {
        var clock = clock()
        let outcome8 = clock.hint(noon + row.ahead, at: set)
        #expect(outcome8 == row.taken)
        let reading = try #require(clock.reading(at: set))
        #expect(reading.time == (row.taken ? noon + row.ahead : noon))
        #expect(reading.error == (row.taken ? .seconds(2) + row.ahead : .seconds(2)))
    }

    @Test func `hints one after the other walk no further than the error`() throws {
        var clock = clock()
        let before = clock.interval(at: set)
        for second in 1...100 as ClosedRange<Int64> {
            _ = clock.hint(noon + .seconds(second), at: set)
        }
        #expect(clock.interval(at: set) == before)
        #expect(try #require(clock.reading(at: set)).time == noon + .seconds(2))
    }

    @Test func `a setting forgets the hint`() throws {
        var clock = clock()
        let outcome9 = clock.hint(noon + .seconds(1), at: set)
        #expect(outcome9)
        let outcome10 = clock.set(noon + .hours(1), error: .seconds(2), at: set)
        #expect(outcome10)
        #expect(try #require(clock.reading(at: set)).time == noon + .hours(1))
    }
}
