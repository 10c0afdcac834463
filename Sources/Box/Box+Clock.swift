internal import AccessCode
internal import Records
internal import Units
internal import Vehicle

/// The box's idea of UTC.
extension Box {
    /// Compares the battery-backed clock with what the box believes.
    mutating func checkClock(_ reading: RTCReading?) {
        if case .lost(.rtcMissing) = clock.state { return takeLateClock(reading) }
        let before = clock.reading(at: now)?.time
        if let loss = clock.check(rtc: reading, at: now) { recordLoss(loss, from: before) }
    }

    /// A battery-backed clock that did not answer at the start is taken up when it does: it comes
    /// late, or the wire was disturbed. It is held against the same limits as at a start.
    private mutating func takeLateClock(_ reading: RTCReading?) {
        guard let reading else { return }
        let loss = clock.start(
            rtc: reading, trusted: durable.trusted, trustedError: durable.trustedError, at: now)
        if let loss { recordLoss(loss, from: nil) } else { clockQuality = .rtc }
    }

    mutating func recordLoss(_ loss: ClockLoss, from before: WallTime?) {
        let cause: ClockStepBody.Cause =
            switch loss {
            case .unset: .unset
            case .rtcMissing: .rtcMissing
            case .oscillatorStopped: .oscillatorStopped
            case .belowFloor: .belowFloor
            case .jump: .jump
            }
        record(.clockStep(ClockStepBody(cause: cause, from: before, to: nil)))
    }

    /// While the clock is lost, what has certainly passed still grows with uptime, so that a
    /// rental ends. A millisecond and a ten thousandth less than counted: crystals run fast.
    mutating func passUptime(_ elapsed: Milliseconds) {
        if case .start = waiting { return }
        guard clock.interval(at: now) == nil else { return }
        let certain = elapsed.count - elapsed.count / 10_000 - 1
        clock.raiseFloor(to: clock.floor + Milliseconds(max(0, certain)))
    }

    /// Takes the time that somebody offered at `at`, if it can be one.
    mutating func take(_ offer: TimeOffer, at: BootTime) {
        guard TimeRules.offered.contains(offer.time),
            (.zero...IntervalClock.errorMaximum).contains(offer.error)
        else { return }
        let time = offer.time + (now - at)
        switch offer.source {
        case .gnss: _ = clock.hint(time, at: now)
        case .server, .technician:
            // Never a step inside an open trip: its duration is billed.
            if durable.trip != nil, clock.interval(at: now) != nil {
                self.offer = TimeOfferAt(offer: offer, at: at)
                return
            }
            let trusted: (ClockStepBody.Cause, WallQuality) =
                offer.source == .server ? (.server, .server) : (.technician, .technician)
            guard isWorthSetting(time) else { return }
            setClock(
                to: time, error: offer.error + IntervalClock.settingError + drift(over: now - at),
                cause: trusted.0, quality: trusted.1)
        }
    }

    /// What the boot clock adds to the error of a time that was held for `elapsed`: a ten
    /// thousandth.
    private func drift(over elapsed: Milliseconds) -> Milliseconds {
        Milliseconds(elapsed.count / 10_000)
    }

    /// A setting that changes little is taken once a day: each is a record.
    private func isWorthSetting(_ time: WallTime) -> Bool {
        guard let reading = clock.reading(at: now), let trusted = durable.trusted else {
            return true
        }
        return (reading.time - time).magnitude > .seconds(2) || time - trusted >= .days(1)
    }

    mutating func setClock(
        to time: WallTime, error: Milliseconds, cause: ClockStepBody.Cause, quality: WallQuality
    ) {
        let before = clock.reading(at: now)?.time
        guard clock.set(time, error: error, at: now) else { return }
        clockQuality = quality
        record(.clockStep(ClockStepBody(cause: cause, from: before, to: time)))
        rtcToSet = Aged(time, at: now)
    }

    /// Sets the battery-backed clock once the setting is durable: its error is then known after a
    /// restart, too.
    mutating func setRTC() {
        guard let time = rtcToSet else { return }
        rtcToSet = nil
        effects.append(.setRTC(time.value + (now - time.at)))
    }

    /// Takes the time that was offered during a trip.
    mutating func applyOffer() {
        guard let held = offer, durable.trip == nil else { return }
        offer = nil
        take(held.offer, at: held.at)
    }

    /// Stores the floor and looks at the battery-backed clock every ten minutes.
    mutating func tendFloor() {
        guard now - floorStoredAt >= Self.floorPeriod else { return }
        floorStoredAt = now
        effects.append(.storeFloor(clock.raiseFloor(at: now)))
        effects.append(.readRTC)
    }
}

/// What typed times are worth.
enum TimeRules {
    /// Between these an offered time must lie: slots of 32 bits count so far.
    static let offered = Slot.origin...Slot(.max).start
    /// A TIME code names the start of five minutes, and is typed within some more.
    static let middleOfCode = Milliseconds.minutes(5)
    /// Hence its error.
    static let codeError = ClockRules.trustedError(.timeCode)
    /// A password is shown for half a minute, and typed within another.
    static let ownerError = ClockRules.trustedError(.owner)
}
