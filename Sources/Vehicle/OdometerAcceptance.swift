internal import CAN
internal import Units

/// Decides which readings of the odometer are believed.
///
/// A reading is believed when all of this holds:
/// 1. The frame is long enough, its gates are open, the value is a measurement, the unit is known
///    and the one that was pinned.
/// 2. It is what was believed before; or it ends a run of at least three readings over at least
///    two seconds, each equal to the one before or plausibly above it.
/// 3. It is not below what was believed, unless a declared modulus was passed within its top and
///    bottom hundredth.
/// 4. It is no further above than the car can have driven: at top speed while the bus was awake,
///    at the gap speed while it was not, and one count more.
/// 5. In the first ten seconds after the bus woke it can confirm what was believed; else it waits.
struct OdometerAcceptance: Hashable, Sendable {
    /// Readings in a run before it is believed.
    static let runSamples = 3
    /// The time from the first to the last of them.
    static let runLength = Milliseconds.seconds(2)
    /// How long after waking a reading can only confirm.
    static let settling = Milliseconds.seconds(10)
    /// How long the same wrong reading stands before it is called a step.
    static let stepAfter = Milliseconds.minutes(1)
    /// The longest time since the last reading in which a jump is bounded by `maxJump`.
    static let jumpWindow = Milliseconds.minutes(1)
    /// The time without the box that is assumed where it is not known.
    static let unknownGap = Milliseconds.hours(24)

    /// What came of a reading.
    enum Verdict: Hashable {
        /// Not valid by the car's own word; nothing to report.
        case ignored
        /// Waits for more readings.
        case held
        /// What was believed before.
        case confirmed
        /// Believed: the first, or above the one before.
        case accepted
        /// Not believed.
        case rejected(OdometerAnomaly.Kind, raw: Int64, reading: Millimetres?)
        /// Not believed, as the one before, which was reported.
        case rejectedAgain
    }

    /// Readings of which each is equal to or plausibly above the one before.
    private struct Run: Hashable {
        var first: BootTime
        var last: BootTime
        var value: Millimetres
        var samples: Int
        var isReported = false

        mutating func extend(
            _ reading: Millimetres, at now: BootTime, speed: MillimetresPerSecond,
            count: Millimetres
        ) {
            let highest = value + travelled(speed, now - last) + count
            if reading >= value && reading <= highest {
                samples += 1
                last = now
                value = reading
            } else {
                self = Run(first: now, last: now, value: reading, samples: 1)
            }
        }
    }

    let signal: OdometerSignal
    private let plausibility: Plausibility
    /// The believed reading, counted on where the modulus was passed.
    private(set) var believed: Millimetres?
    /// The pinned length of a count.
    private(set) var perCount: Millimetres?
    /// When the believed reading was last heard, on this boot's clock.
    private(set) var heardAt: BootTime?
    private var run: Run?
    private var rejects: Run?

    init(signal: OdometerSignal, plausibility: Plausibility) {
        self.signal = signal
        self.plausibility = plausibility
    }

    /// Goes on from what was believed before a restart.
    ///
    /// `heardAt` is before boot, hence negative, where it was another boot; `nil` if not known.
    mutating func restore(_ last: OdometerEstimate, heardAt: BootTime?) {
        self.heardAt = heardAt ?? .boot - Self.unknownGap
        let display = last.display.inMillimetres
        believed = display
        for count in signal.unit.counts where count.raisedToMetres == last.resolution {
            perCount = count
            // The display is cut to metres; the reading it came of is the next whole count.
            let counts = (display.count + count.count - 1) / count.count
            let reading = count * counts
            if reading.flooredToMetres == last.display { believed = reading }
            return
        }
    }

    /// Forgets what was believed: the next steady reading is taken as it is.
    mutating func forget() {
        believed = nil
        perCount = nil
        heardAt = nil
        run = nil
        rejects = nil
    }

    /// Judges the reading in `frame`; the bus is awake since `awakeSince`.
    mutating func judge(
        _ frame: CANFrame, at now: BootTime, awakeSince: BootTime
    ) -> Verdict {
        if let last = run?.last, last < awakeSince { run = nil }
        switch sample(of: frame) {
        case .gated:
            return .ignored
        case .value(let reading, let raw, let count):
            return judge(reading, raw, count, at: now, awakeSince: awakeSince)
        case .initial(let raw): return refuse(.initial, raw)
        case .error(let raw): return refuse(.error, raw)
        case .notAvailable(let raw): return refuse(.notAvailable, raw)
        case .reserved(let raw): return refuse(.reserved, raw)
        case .unitUnknown(let raw): return refuse(.unitUnknown, raw)
        case .short(let length): return refuse(.short, Int64(length))
        }
    }

    /// Takes the reading that was called a step for the truth; `false` where none is.
    mutating func acceptStep() -> Bool {
        guard let step, let rejects else { return false }
        believed = step
        heardAt = rejects.last
        run = rejects
        self.rejects = nil
        return true
    }

    /// The reading that was called a step, as it was heard last.
    var step: Millimetres? {
        rejects.flatMap { $0.isReported ? $0.value : nil }
    }

    /// What the frame says. Zero is a reading where the modulus is being passed.
    @inline(__always)
    private func sample(of frame: CANFrame) -> OdometerSample {
        let sample = signal.sample(of: frame)
        guard case .initial(raw: 0) = sample, isNearTop || isAtTurn else { return sample }
        return signal.reading(0, in: frame)
    }

    private mutating func refuse(_ kind: OdometerAnomaly.Kind, _ raw: Int64) -> Verdict {
        run = nil
        return .rejected(kind, raw: raw, reading: nil)
    }

    private mutating func judge(
        _ plain: Millimetres, _ raw: Int64, _ count: Millimetres, at now: BootTime,
        awakeSince: BootTime
    ) -> Verdict {
        if let perCount, perCount != count {
            run = nil
            return .rejected(.unitChanged, raw: raw, reading: plain)
        }
        let reading = unwrapped(raw, count)
        if reading == believed { return confirm(reading, count, at: now) }
        extendRun(reading, count, at: now)
        if now - awakeSince < Self.settling { return .held }
        if let kind = implausible(reading, count, at: now, awakeSince: awakeSince) {
            return reject(kind, raw, reading, count, at: now)
        }
        guard let run, run.samples >= Self.runSamples, run.last - run.first >= Self.runLength
        else { return .held }
        believed = reading
        perCount = count
        heardAt = now
        rejects = nil
        return .accepted
    }

    private mutating func confirm(
        _ reading: Millimetres, _ count: Millimetres, at now: BootTime
    ) -> Verdict {
        extendRun(reading, count, at: now)
        perCount = count
        heardAt = now
        rejects = nil
        return .confirmed
    }

    private mutating func extendRun(
        _ reading: Millimetres, _ count: Millimetres, at now: BootTime
    ) {
        let fresh = Run(first: now, last: now, value: reading, samples: 0)
        var extended = run ?? fresh
        extended.extend(reading, at: now, speed: plausibility.maxSpeed, count: count)
        run = extended
    }

    /// Why the car cannot have driven from what is believed to `reading`; `nil` if it can.
    private func implausible(
        _ reading: Millimetres, _ count: Millimetres, at now: BootTime, awakeSince: BootTime
    ) -> OdometerAnomaly.Kind? {
        guard let believed, let heardAt else { return nil }
        if reading < believed { return .back }
        let asleep = max(.zero, awakeSince - heardAt)
        let awake = now - max(awakeSince, heardAt)
        let highest =
            travelled(plausibility.gapSpeed, asleep) + travelled(plausibility.maxSpeed, awake)
            + count
        let rise = reading - believed
        if rise > highest { return .jump }
        let jumpIsBounded = asleep == .zero && awake <= Self.jumpWindow
        if jumpIsBounded && rise > max(plausibility.maxJump.inMillimetres, count) { return .jump }
        return nil
    }

    private mutating func reject(
        _ kind: OdometerAnomaly.Kind, _ raw: Int64, _ reading: Millimetres, _ count: Millimetres,
        at now: BootTime
    ) -> Verdict {
        run = nil
        let fresh = Run(first: now, last: now, value: reading, samples: 0)
        var extended = rejects ?? fresh
        extended.extend(reading, at: now, speed: plausibility.maxSpeed, count: count)
        let isStep =
            extended.samples >= Self.runSamples && extended.last - extended.first >= Self.stepAfter
        let reportsStep = isStep && !extended.isReported
        if reportsStep { extended.isReported = true }
        rejects = extended
        if reportsStep { return .rejected(.step, raw: raw, reading: reading) }
        return extended.samples == 1
            ? .rejected(kind, raw: raw, reading: reading) : .rejectedAgain
    }

    /// Whether what is believed stands in the top hundredth before the modulus.
    private var isNearTop: Bool {
        guard let modulus = signal.modulus, let believed, let perCount else { return false }
        let turn = modulus * perCount.count
        return believed.count % turn >= turn - turn / 100
    }

    /// Whether what is believed is a zero, reached by passing the modulus.
    private var isAtTurn: Bool {
        guard let modulus = signal.modulus, let believed, let perCount else { return false }
        return believed > .zero && believed.count % (modulus * perCount.count) == 0
    }

    /// The reading, with the turns added that the odometer has made before.
    private func unwrapped(_ raw: Int64, _ count: Millimetres) -> Millimetres {
        guard let modulus = signal.modulus, let believed else { return count * raw }
        let turn = modulus * count.count
        let turns = believed.count / turn
        let reading = Millimetres(turns * turn + raw * count.count)
        if reading < believed && isNearTop && raw <= modulus / 100 {
            return reading + Millimetres(turn)
        }
        return reading
    }
}

/// How far one comes at `speed` in `time`, rounded up; nothing for a negative time.
func travelled(_ speed: MillimetresPerSecond, _ time: Milliseconds) -> Millimetres {
    guard time > .zero else { return .zero }
    let (product, overflow) = speed.count.multipliedReportingOverflow(by: time.count)
    return overflow ? Millimetres(.max / 4) : Millimetres((product + 999) / 1000)
}
