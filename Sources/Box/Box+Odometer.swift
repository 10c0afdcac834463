internal import AccessCode
internal import Records
internal import Units
internal import Vehicle

/// What the box may say about kilometres: only what it heard, and how far the car can have gone
/// where it did not hear.
extension Box {
    /// The fastest average over a time in which nobody listened.
    static let gapSpeed = MillimetresPerSecond.kilometresPerHour(150)
    /// How long after the ignition went on the odometer may stay silent.
    static let odometerSilence = Milliseconds.seconds(5)
    /// What is assumed where the length of a gap is not known.
    static let gapMaximum = Milliseconds.days(31)

    /// Whether the car cannot have moved since its odometer was heard.
    var isOdometerFresh: Bool {
        guard let heard = car.odometer, heard.at >= .boot else { return false }
        guard let ignitionOnAt else { return true }
        return ignitionOnAt - heard.at <= Self.odometerSilence
    }

    /// The odometer: fresh, or as it was last, with an error that grows with the gap.
    var odometer: OdometerStatement? {
        if isOdometerFresh { return OdometerStatement(car.odometer) }
        if let heard = car.odometer, heard.at >= .boot {
            return OdometerStatement(heard)?.widened(by: now - heard.at)
        }
        return durable.odometer?.widened(by: gapSinceWritten)
    }

    /// How long ago the odometer was written down.
    private var gapSinceWritten: Milliseconds {
        durable.odometerAt.map { gap(since: $0) } ?? Self.gapMaximum
    }

    /// How long ago `written` was, at the most.
    private func gap(since written: Stamp) -> Milliseconds {
        if written.boot == boot { return now - written.mono }
        guard let then = written.wall, let reading = clock.reading(at: now) else {
            return Self.gapMaximum
        }
        let gap = reading.time - then.time + reading.error + then.error
        return min(max(gap, .zero), Self.gapMaximum)
    }

    /// Writes down that the odometer moved while nobody listened.
    mutating func record(_ gap: OdometerGap) {
        let unwritten = gapSinceWritten
        record(
            .odometerGap(
                OdometerGapBody(
                    trip: durable.trip?.open.trip, from: gap.from, to: gap.to,
                    error: gap.resolution,
                    silence: gap.since.map { now - $0 }
                        ?? (unwritten < Self.gapMaximum ? unwritten : nil),
                    source: gap.source.name, profile: setup.profile)))
    }

    /// What of the open trip's way the odometer went unheard, as far as it is or is being written.
    var gapOfTrip: Metres? {
        guard let trip = durable.trip else { return nil }
        var gap = trip.gap
        for case .odometerGap(let body) in drafts.map(\.body) where body.trip == trip.open.trip {
            gap += body.distance
        }
        return gap == .zero ? nil : gap
    }

    /// How long the bus may be silent with the ignition on before it counts as lost.
    static let canSilence = Milliseconds.seconds(10)

    /// Notices a bus that fell silent with the ignition on; a car without a bus has none to lose.
    mutating func watchBus() {
        guard let last = car.lastFrameAt, now - last > Self.canSilence, ignition == true else {
            return
        }
        canWasLost = true
    }

    /// What the box drew from the battery since the trip opened, or since its last start.
    var drawnInTrip: MilliampereHours {
        max(.zero, (battery?.drawn ?? .zero) - drawnAtMeterStart)
    }

    mutating func startMeter() {
        drawnAtMeterStart = battery?.drawn ?? .zero
        meter = durable.trip.map {
            TripMeter(
                car: car, trip: $0, boot: boot, openedAgo: gap(since: $0.opened), at: now)
        }
    }
}

extension OdometerStatement {
    /// The same position, with the error that `gap` adds.
    func widened(by gap: Milliseconds) -> OdometerStatement {
        var wider = self
        wider.error += Millimetres(Box.gapSpeed.count * (gap.count / 1000 + 1)).raisedToMetres
        return wider
    }
}
