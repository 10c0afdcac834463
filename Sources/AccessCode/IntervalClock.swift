public import Units

/// What the battery-backed clock answered.
public struct RTCReading: Hashable, Sendable {
    /// The time it shows.
    public var time: WallTime
    /// Whether it says that its oscillator stopped (voltage low) since it was set.
    public var stopped: Bool

    /// It shows `time`, and says whether it `stopped` since it was set.
    public init(time: WallTime, stopped: Bool) {
        self.time = time
        self.stopped = stopped
    }
}

/// Why the box does not know the time.
public enum ClockLoss: String, CaseIterable, Sendable {
    /// It was never set.
    case unset
    /// There is no battery-backed clock, or it did not answer.
    case rtcMissing
    /// Its oscillator stopped.
    case oscillatorStopped
    /// It stands before a time that has certainly passed.
    case belowFloor
    /// It jumped by more than it can drift.
    case jump
}

/// UTC as an interval that contains the truth: `[now − u, now + u]`, carried on the boot clock.
///
/// u = 2 s + drift × time since the last trusted setting. Nothing here reads a clock.
public struct IntervalClock: Hashable, Sendable {
    /// What u is right after a trusted setting.
    public static let settingError = Milliseconds.seconds(2)
    /// Where u is capped: beyond it the clock is degraded.
    public static let errorMaximum = Milliseconds.minutes(30)
    /// The longest that a box was without power, as far as its clock is believed: three years.
    public static let absenceMaximum = Milliseconds.days(1100)
    /// Drift of a temperature-compensated clock such as a DS3231, in parts per billion.
    public static let driftOfRTC: Int64 = 3_500
    /// Drift of a bare crystal, in parts per billion.
    public static let driftOfCrystal: Int64 = 20_000
    /// What the boot clock's crystal may drift between two looks at the battery-backed clock, in
    /// parts per billion.
    static let driftOfBootClock: Int64 = 100_000
    /// How finely a battery-backed clock shows its time.
    static let resolutionOfRTC = Milliseconds.seconds(1)

    /// What is known.
    public enum State: Hashable, Sendable {
        /// UTC was `time` ± `error` at `at`, and `error` grows since `trusted`.
        case known(Setting)
        /// Nothing.
        case lost(ClockLoss)
    }

    /// A point at which UTC was known.
    public struct Setting: Hashable, Sendable {
        /// The middle of the interval at `at`.
        public var time: WallTime
        /// The boot clock then.
        public var at: BootTime
        /// UTC at the last trusted setting: drift counts from here.
        public var trusted: WallTime
        /// What u was at the last trusted setting.
        public var trustedError: Milliseconds
        /// The time and the boot clock at the start or the last setting: following the
        /// battery-backed clock step by step leads no further from here than both clocks can drift.
        public var anchor: WallTime
        /// The boot clock then.
        public var anchoredAt: BootTime
        /// How far hints moved the reading ahead of the middle; they never move the interval.
        public var hinted = Milliseconds.zero
    }

    /// What is known now.
    public private(set) var state: State
    /// UTC that has certainly passed: nothing sets the clock below it.
    public private(set) var floor: WallTime
    /// Drift of the clock in parts per billion.
    public let drift: Int64

    /// A clock that knows nothing but that `floor` has passed.
    public init(floor: WallTime, drift: Int64 = IntervalClock.driftOfRTC) {
        state = .lost(.unset)
        self.floor = floor
        self.drift = drift
    }

    /// The interval that contains UTC at `now`, cut off at the floor; `nil` while the clock is
    /// lost.
    public func interval(at now: BootTime) -> ClosedRange<WallTime>? {
        guard case .known(let setting) = state else { return nil }
        let time = setting.time + (now - setting.at)
        let error = min(rawError(setting, time: time), Self.errorMaximum)
        let lower = max(time - error, floor)
        return lower...max(time + error, lower)
    }

    /// The best guess within the interval, and how wrong it can be; `nil` while the clock is lost.
    ///
    /// The guess is the middle, or ahead of it where a hint moved it.
    public func reading(at now: BootTime) -> (time: WallTime, error: Milliseconds)? {
        guard case .known(let setting) = state, let interval = interval(at: now) else { return nil }
        let guess = setting.time + (now - setting.at) + setting.hinted
        let time = min(max(guess, interval.lowerBound), interval.upperBound)
        return (time, max(time - interval.lowerBound, interval.upperBound - time))
    }

    /// Whether u has grown to its cap: codes still open, and the box asks to be set.
    public func isDegraded(at now: BootTime) -> Bool {
        guard case .known(let setting) = state else { return false }
        return rawError(setting, time: setting.time + (now - setting.at)) >= Self.errorMaximum
    }

    /// The earliest that it can be at `now`, also while the clock is lost.
    public func earliest(at now: BootTime) -> WallTime {
        max(floor, interval(at: now)?.lowerBound ?? floor)
    }

    /// Starts from the battery-backed clock at boot.
    ///
    /// - Returns: why the clock is lost, or `nil` when it is known.
    public mutating func start(
        rtc: RTCReading?, trusted: WallTime?, trustedError: Milliseconds, at now: BootTime
    ) -> ClockLoss? {
        guard let rtc else { return lose(.rtcMissing) }
        guard !rtc.stopped else { return lose(.oscillatorStopped) }
        guard isAboveFloor(rtc) else { return lose(.belowFloor) }
        guard let trusted else { return lose(.unset) }
        // Nobody keeps a box for years without power; a clock that says so would poison the floor.
        guard rtc.time - max(trusted, floor) <= Self.absenceMaximum else { return lose(.jump) }
        state = .known(
            Setting(
                time: rtc.time, at: now, trusted: trusted, trustedError: trustedError,
                anchor: rtc.time, anchoredAt: now))
        return nil
    }

    /// Compares with the battery-backed clock while running, and follows it: the drift that the
    /// interval allows for is that clock's, and the boot clock's crystal may be much worse.
    ///
    /// - Returns: why the clock is now lost, or `nil` when all is well or it was lost before.
    public mutating func check(rtc: RTCReading?, at now: BootTime) -> ClockLoss? {
        // A reading taken before the clock was set in this very moment says nothing about it.
        guard case .known(var setting) = state, let rtc, setting.anchoredAt < now else {
            return nil
        }
        guard !rtc.stopped else { return lose(.oscillatorStopped) }
        guard isAboveFloor(rtc) else { return lose(.belowFloor) }
        let carried = setting.time + (now - setting.at)
        let bound =
            min(rawError(setting, time: carried), Self.errorMaximum)
            + Self.drift(Self.driftOfBootClock, over: now - setting.at)
        guard (rtc.time - carried).magnitude <= bound, isNearAnchor(rtc, setting, at: now) else {
            return lose(.jump)
        }
        // It shows whole seconds, cut off: anywhere within this one is as good as what it shows.
        setting.time = min(max(carried, rtc.time), rtc.time + Self.resolutionOfRTC)
        setting.at = now
        state = .known(setting)
        return nil
    }

    /// Sets the clock from a trusted source: the fleet, a TIME code, a technician.
    ///
    /// An `error` under ``settingError`` counts as that.
    ///
    /// - Returns: `false`, and nothing changes, when it would go below the floor.
    public mutating func set(
        _ time: WallTime, error: Milliseconds, at now: BootTime
    ) -> Bool {
        let error = max(error, Self.settingError)
        guard time + error >= floor else { return false }
        // What has certainly passed bounds the interval from below.
        state = .known(
            Setting(
                time: max(time, floor), at: now, trusted: time, trustedError: error,
                anchor: max(time, floor), anchoredAt: now))
        raiseFloor(to: time - error)
        return true
    }

    /// Takes a hint of an untrusted source: forward only, and only within the interval.
    ///
    /// It moves the reading, never the interval, so that no row of hints walks the clock away. The
    /// battery-backed clock is not set to it, for the same reason.
    ///
    /// - Returns: whether the hint moved the reading.
    public mutating func hint(_ time: WallTime, at now: BootTime) -> Bool {
        guard case .known(var setting) = state, let interval = interval(at: now),
            interval.contains(time)
        else { return false }
        let ahead = time - (setting.time + (now - setting.at))
        guard ahead > setting.hinted else { return false }
        setting.hinted = ahead
        state = .known(setting)
        return true
    }

    /// Raises the floor to the lower edge of the interval at `now`, before it is stored.
    public mutating func raiseFloor(at now: BootTime) -> WallTime {
        if let interval = interval(at: now) { raiseFloor(to: interval.lowerBound) }
        return floor
    }

    /// Raises the floor to `time`, if that is later.
    public mutating func raiseFloor(to time: WallTime) {
        floor = max(floor, time)
    }

    /// Whether `rtc` is no further from a straight line through the anchor than both clocks can
    /// drift: a clock that runs wrong is not followed one small step after the other.
    private func isNearAnchor(_ rtc: RTCReading, _ setting: Setting, at now: BootTime) -> Bool {
        let elapsed = now - setting.anchoredAt
        let bound =
            setting.trustedError + Self.resolutionOfRTC
            + Self.drift(drift + Self.driftOfBootClock, over: elapsed)
        return (rtc.time - (setting.anchor + elapsed)).magnitude <= bound
    }

    /// Whether the second that `rtc` shows reaches above the floor.
    private func isAboveFloor(_ rtc: RTCReading) -> Bool {
        rtc.time + Self.resolutionOfRTC > floor
    }

    private mutating func lose(_ loss: ClockLoss) -> ClockLoss {
        state = .lost(loss)
        return loss
    }

    private func rawError(_ setting: Setting, time: WallTime) -> Milliseconds {
        setting.trustedError + Self.drift(drift, over: time - setting.trusted)
    }

    /// What a clock of so many parts per billion is off by after `elapsed`; none for less than
    /// none.
    private static func drift(
        _ partsPerBillion: Int64, over elapsed: Milliseconds
    ) -> Milliseconds {
        // Seconds first: years of milliseconds times parts per billion would overflow.
        Milliseconds(max(0, elapsed.count) / 1000 * partsPerBillion / 1_000_000)
    }
}
