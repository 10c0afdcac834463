internal import Units

/// Where the car stands between two ticks of its odometer.
///
/// **The bound.** The display is the true position rounded down to a count. Hence the truth lies
/// in `[display, display + count + lag]`, `lag` being the way since the odometer was last heard.
/// A tick is seen in the first reading behind it: at that moment the car is past the tick by no
/// more than the way since the reading before. Half of it is added to the position, the other
/// half to the error. From there the fine distance runs; its error is
/// - by counter: one count, and of the way since the tick 1 % where the car states the length of a
///   count, else 5 % to 0.1 %, as well as it is calibrated;
/// - by speed: 3 % of the way, a metre, and the top speed over every hole of more than a second.
///
/// Until a tick has been seen, and without a fine distance, the error is one count and the lag.
/// The position never goes back, and stays below the next tick; what is cut off is in the error.
struct OdometerPosition: Hashable, Sendable {
    private struct Mark: Hashable {
        var counter: CounterTrack.Mark?
        var speed: SpeedIntegral.Mark?
    }

    /// How well the length of a count must be known to be compared by, in thousandths.
    private static let comparable: Int64 = 10

    private let maxSpeed: MillimetresPerSecond
    private var counter: CounterTrack?
    private var speed: SpeedIntegral?
    /// A counter that was heard within this time tells where the car is now.
    private static let current = Milliseconds.seconds(1)

    private var tick = Mark()
    /// Micrometres that the counter was behind at the tick, at most.
    private var tickLag: Int64 = 0
    /// Where the way began that has been watched without a break, and when.
    private var watched = Mark()
    private var watchedSince = BootTime.boot
    private var heard = Mark()
    /// Micrometres past the tick when it was seen, and how far that can be off.
    private var offset: Int64 = 0
    private var offsetError: Int64 = .max / 4
    private var furthest: Int64 = 0
    /// When the car was heard last, by odometer, counter or speed.
    private(set) var now = BootTime.boot
    private var counterCheck: CrossCheck<CounterTrack.Mark>
    private var speedCheck = CrossCheck<SpeedIntegral.Mark>(
        perMille: 30, coarseness: Millimetres(SpeedIntegral.coarseness / 1000))

    init(counter: DistanceInput?, hasSpeed: Bool, maxSpeed: MillimetresPerSecond) {
        self.counter = counter.map(CounterTrack.init)
        counterCheck = CrossCheck(
            perMille: 10, coarseness: self.counter?.oneCount ?? .zero)
        speed = hasSpeed ? SpeedIntegral(maxSpeed: maxSpeed) : nil
        self.maxSpeed = maxSpeed
        tick = here
        heard = here
    }

    /// Metres by the counter since boot.
    var pulses: Metres? {
        counter.map { Metres($0.total / 1_000_000) }
    }

    /// Metres by speed since boot.
    var speedIntegral: Metres? {
        speed.map { Metres($0.mark.distance / 1_000_000) }
    }

    mutating func receive(count raw: Int64, at now: BootTime) {
        self.now = now
        counter?.receive(raw, at: now, standingSince: speed?.standingSince)
        // A car that has stood since its speed was heard is where it was then: the counter, heard
        // only now, may watch the same way.
        if watched.counter?.isHeard == false, let start = watched.speed,
            speed?.wholeWay(since: start, at: now) == 0
        {
            watched.counter = counter?.mark
        }
        watch()
    }

    mutating func receive(speed value: MillimetresPerSecond, at now: BootTime) {
        self.now = now
        speed?.receive(value, at: now)
        watch()
    }

    /// The way since it has been watched without a break, as of the last count, speed or tick.
    private(set) var way: WitnessedWay?

    /// Goes on watching, or begins anew where the way since the last beginning is not known.
    private mutating func watch() {
        var gone = fine(since: watched)
        if gone == nil {
            watched = here
            watchedSince = now
            gone = fine(since: watched)
        }
        way = gone.map {
            let lag = $0.source == .odometerAndPulses ? counterLag : 0
            return WitnessedWay(
                since: watchedSince, distance: Millimetres($0.distance / 1000),
                error: Millimetres(($0.error + lag) / 1000 + 1), heardAt: now)
        }
    }

    /// The odometer stood at `fraction` past its display when the box was last running.
    mutating func restore(fraction: Metres) {
        offset = fraction.inMillimetres.count * 1000
        furthest = offset
    }

    /// The odometer was heard and had not moved.
    mutating func confirm(at now: BootTime) {
        self.now = now
        heard = here
        guard fine(since: tick) == nil else { return }
        // What came before is lost; from here on the way is known again, its start is not.
        markTick()
        offset = furthest
        offsetError = .max / 4
    }

    /// The odometer was heard for the first time: where in its count the car stands is unknown.
    mutating func begin(at now: BootTime) {
        self.now = now
        markTick()
        heard = here
        offset = 0
        offsetError = .max / 4
        furthest = 0
    }

    private mutating func markTick() {
        tick = here
        tickLag = counterLag
    }

    /// The odometer was heard and had moved, to `odometer`.
    mutating func tick(to odometer: Millimetres, count: Millimetres, at now: BootTime) {
        self.now = now
        // Who looks at the tick looks at the way, too: both must be of this moment.
        defer { watch() }
        let since = fine(since: heard)
        begin(at: now)
        guard let since, since.distance + since.error < count.count * 1000 else { return }
        offset = since.distance / 2
        offsetError = since.distance - offset + since.error
        if since.source == .odometerAndPulses { offsetError += counterLag }
        furthest = offset
        counter?.tick(at: odometer, offset: offset, error: offsetError)
    }

    /// Holds the odometer, which has just ticked to `odometer`, against counter and speed: where
    /// those would have it that disagree, once for each disagreement.
    ///
    /// A counter whose count is not known to 1 % yet, one with a break, and a speed with a hole say
    /// nothing.
    mutating func compare(
        _ odometer: Millimetres, count: Millimetres
    ) -> (counter: Millimetres?, speed: Millimetres?) {
        let (now, counter, speed) = (now, counter, speed)
        // Where it was before a silence is no place to compare from.
        if let counter, counter.age(at: now) > Self.current { counterCheck.forget() }
        var byCounter: Millimetres?
        var bySpeed: Millimetres?
        if let counter, counter.age(at: now) <= Self.current {
            byCounter = counterCheck.judge(odometer, count: count, mark: counter.mark) { start in
                guard counter.calibration.errorPerMille <= Self.comparable,
                    !counter.isLost(at: now, standingSince: speed?.standingSince)
                else { return nil }
                return counter.since(start)?.distance
            }
        }
        if let speed {
            bySpeed = speedCheck.judge(odometer, count: count, mark: speed.place(at: now)) {
                speed.wholeWay(since: $0, at: now)
            }
        }
        return (byCounter, bySpeed)
    }

    /// The odometer is another one, or was taken up anew: comparisons begin anew.
    mutating func forgetComparisons() {
        counterCheck.forget()
        speedCheck.forget()
    }

    /// Whether the car has certainly gone further than `distance` since the tick.
    func hasGone(beyond distance: Millimetres) -> Bool {
        guard let gone = fine(since: tick) else { return false }
        // What the counter had not told when the odometer ticked was driven before the tick.
        return gone.distance - gone.error - tickLag > distance.count * 1000
    }

    /// The way past `display`, in micrometres, with its error and what it stands on.
    mutating func past(
        count: Millimetres
    ) -> (distance: Int64, error: Int64, source: OdometerSource) {
        let whole = count.count * 1000
        guard let gone = fine(since: tick) else { return (furthest, whole, .odometer) }
        let lag = fine(since: heard).map { $0.distance + $0.error } ?? 0
        let distance = offset + gone.distance
        furthest = max(furthest, min(distance, whole - 1))
        let moved = abs(distance - furthest)
        let error = min(offsetError + gone.error + moved, whole + lag)
        return (furthest, error, gone.source)
    }

    @inline(__always)
    private var here: Mark { Mark(counter: counter?.mark, speed: speed?.place(at: now)) }

    /// Micrometres that the counter may be behind: it says where the car was when it was heard.
    @inline(__always)
    private var counterLag: Int64 {
        guard let counter else { return 0 }
        // A metre a second more than it last said: a counter is heard many times a second.
        let fastest = speed?.current.map { $0 + MillimetresPerSecond(1000) } ?? maxSpeed
        return travelled(fastest, counter.age(at: now)).count * 1000
    }

    /// Micrometres since `mark`, by the best that has watched all of it.
    ///
    /// Inlined, as the small questions of ``CounterTrack`` are: a call would copy all of this.
    @inline(__always)
    private func fine(
        since mark: Mark
    ) -> (distance: Int64, error: Int64, source: OdometerSource)? {
        if let start = mark.counter, let gone = counter?.since(start),
            counter?.isLost(at: now, standingSince: speed?.standingSince) == false
        {
            return (gone.distance, gone.error, .odometerAndPulses)
        }
        if let start = mark.speed, let gone = speed?.since(start, at: now) {
            return (gone.distance, gone.error, .odometerAndSpeed)
        }
        return nil
    }
}
