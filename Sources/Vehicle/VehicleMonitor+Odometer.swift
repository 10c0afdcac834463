internal import CAN
internal import Units

/// Following the car's odometers, pinning one, and holding it against the others.
extension VehicleMonitor {
    /// How many gaps may wait to be taken; further ones are joined to the last.
    static let gapCapacity = 4

    /// Bills by the odometer `key` from its next accepted reading on, because somebody said so
    /// between two rentals. Says `false`, and changes nothing, where the profile has none.
    public mutating func pin(_ key: SourceKey) -> Bool {
        guard let index = followers.indices.first(where: { followers[$0].takes(key) }) else {
            return false
        }
        pin = .pinned(index, hasBegun: false)
        state.odometer = nil
        state.step = nil
        for other in followers.indices { followers[other].offset.forget() }
        return true
    }

    /// Takes the reading that was called a step for the truth, because an operator has confirmed
    /// that the dashboard shows it. Says `false` where there is none.
    public mutating func acceptStep() -> Bool {
        guard case .pinned(let index, hasBegun: _) = pin,
            followers[index].acceptance.acceptStep(), let at = followers[index].acceptance.heardAt
        else { return false }
        begin(index, at: max(at, heardAt ?? at))
        refreshOdometer()
        return true
    }

    /// Goes on from what was pinned and believed before a restart.
    mutating func take(_ key: SourceKey, _ last: OdometerEstimate?, _ heardAt: BootTime?) {
        guard let index = followers.indices.first(where: { followers[$0].takes(key) }) else {
            pin = .missing(key)
            anomalies.add(
                OdometerAnomaly(
                    kind: .sourceMissing, reading: nil, held: last?.display,
                    resolution: last?.resolution, source: key, frame: nil))
            return
        }
        guard let last, last.key == key else {
            pin = .pinned(index, hasBegun: false)
            return
        }
        pin = .pinned(index, hasBegun: true)
        followers[index].acceptance.restore(last, heardAt: heardAt)
        let fraction = last.position - last.display
        let longest = last.resolution - Metres(1)
        position.restore(fraction: max(.zero, min(fraction, longest)))
        refreshOdometer()
    }

    mutating func hearOdometer(
        _ frame: CANFrame, _ origin: FrameOrigin, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        for index in followers.indices where followers[index].admits(frame, origin) {
            let before = followers[index].acceptance.believed
            let heardBefore = followers[index].acceptance.heardAt
            let verdict = followers[index].acceptance.judge(
                frame, at: now, awakeSince: awakeSince ?? now)
            switch verdict {
            case .ignored:
                continue
            case .held:
                changes.insert(.odometerHeld)
                continue
            case .rejectedAgain:
                break
            case .rejected(let kind, let raw, let reading):
                if isReported(index) {
                    report(kind, index, value: raw, reading, frame, now, &changes)
                }
            case .confirmed, .accepted:
                elect(index, now)
                bill(index, verdict == .accepted, from: before, heardBefore, frame, now, &changes)
                compareOffsets(index, frame, now, &changes)
            }
            if case .pinned(index, hasBegun: _) = pin {
                state.step = followers[index].acceptance.step?.flooredToMetres
            }
        }
    }

    /// Whether the oddities of this odometer are worth a record.
    private func isReported(_ index: Int) -> Bool {
        switch pin {
        case .open: true
        case .pinned(let pinned, hasBegun: _): pinned == index
        case .missing: false
        }
    }

    /// Pins the odometer at `index`, which was just accepted, if it is the best one: at once where
    /// it is the profile's first, else when the others have had their time.
    private mutating func elect(_ index: Int, _ now: BootTime) {
        guard pin == .open else { return }
        let isOver = electionSince.map { now - $0 >= Self.electionTime } ?? false
        let isBest = !followers[..<index].contains { $0.isHeard(at: now) }
        if index == 0 || (isOver && isBest) { pin = .pinned(index, hasBegun: false) }
    }

    private mutating func begin(_ index: Int, at now: BootTime) {
        pin = .pinned(index, hasBegun: true)
        isFrozenReported = false
        position.begin(at: now)
        position.forgetComparisons()
        state.step = nil
        for other in followers.indices { followers[other].offset.forget() }
    }

    private mutating func bill(
        _ index: Int, _ hasMoved: Bool, from before: Millimetres?, _ heardBefore: BootTime?,
        _ frame: CANFrame, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        guard case .pinned(index, let hasBegun) = pin,
            let odometer = followers[index].acceptance.believed,
            let count = followers[index].acceptance.perCount
        else { return }
        guard hasBegun else {
            changes.insert(.odometer)
            return begin(index, at: now)
        }
        guard hasMoved else {
            reportFrozen(index, odometer, count, frame, now, &changes)
            return position.confirm(at: now)
        }
        changes.insert(.odometer)
        isFrozenReported = false
        if let before, let heardBefore, heardBefore < listeningSince, before < odometer {
            noteGap(
                OdometerGap(
                    from: before.flooredToMetres, to: odometer.flooredToMetres,
                    resolution: count.raisedToMetres,
                    since: heardBefore >= .boot ? heardBefore : nil, source: followers[index].key))
            changes.insert(.gap)
            // Where in its count the car stands is not known: it may have ticked long ago.
            return begin(index, at: now)
        }
        position.tick(to: odometer, count: count, at: now)
        let apart = position.compare(odometer, count: count)
        if let seen = apart.counter {
            report(.counterApart, index, value: seen.count, seen, frame, now, &changes)
        }
        if let seen = apart.speed {
            report(.speedApart, index, value: seen.count, seen, frame, now, &changes)
        }
    }

    private mutating func noteGap(_ gap: OdometerGap) {
        guard gaps.count == Self.gapCapacity else { return gaps.append(gap) }
        gaps[gaps.count - 1].to = gap.to
    }

    /// Holds the odometer that was just heard against the pinned one, or that one against all.
    private mutating func compareOffsets(
        _ index: Int, _ frame: CANFrame, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        guard case .pinned(let pinned, hasBegun: true) = pin else { return }
        for other in followers.indices where other != pinned {
            guard index == pinned || index == other else { continue }
            let mine = followers[pinned].acceptance
            let theirs = followers[other].acceptance
            guard let odometer = mine.believed, let count = mine.perCount, let at = mine.heardAt,
                let otherOdometer = theirs.believed, let otherCount = theirs.perCount,
                let otherAt = theirs.heardAt
            else { continue }
            let apart = at > otherAt ? at - otherAt : otherAt - at
            guard apart <= OffsetCheck.together else { continue }
            let lag = travelled(profile.plausibility.maxSpeed, apart)
            let seen = followers[other].offset.judge(
                otherOdometer, against: odometer, count: count, slack: count + otherCount + lag)
            if let seen {
                report(.sourcesApart, pinned, value: seen.count, seen, frame, now, &changes)
            }
        }
    }

    private mutating func reportFrozen(
        _ index: Int, _ odometer: Millimetres, _ count: Millimetres, _ frame: CANFrame,
        _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        guard !isFrozenReported, position.hasGone(beyond: count * Self.frozenAfterCounts) else {
            return
        }
        isFrozenReported = true
        report(.frozen, index, value: odometer.count, odometer, frame, now, &changes)
    }

    private mutating func report(
        _ kind: OdometerAnomaly.Kind, _ index: Int, value: Int64, _ reading: Millimetres?,
        _ frame: CANFrame, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        guard anomalies.isNew(kind, of: index, value: value, at: now) else { return }
        changes.insert(.anomaly)
        let acceptance = followers[index].acceptance
        anomalies.add(
            OdometerAnomaly(
                kind: kind, reading: reading?.flooredToMetres,
                held: acceptance.believed?.flooredToMetres,
                resolution: acceptance.perCount?.raisedToMetres, source: followers[index].key,
                frame: frame.description))
    }

    mutating func refreshOdometer() {
        guard case .pinned(let index, hasBegun: true) = pin,
            let display = followers[index].acceptance.believed,
            let count = followers[index].acceptance.perCount,
            let heardAt = followers[index].acceptance.heardAt
        else { return }
        let past = position.past(count: count)
        let signal = followers[index].acceptance.signal.signal
        let metres = (display + Millimetres(past.distance / 1000)).flooredToMetres
        let cut = display.count * 1000 + past.distance - metres.count * 1_000_000
        let error = Millimetres((past.error + cut + 999) / 1000).raisedToMetres
        state.odometer = OdometerEstimate(
            display: display.flooredToMetres, position: metres, error: error,
            resolution: count.raisedToMetres, source: past.source, key: followers[index].key,
            role: followers[index].acceptance.signal.role, at: heardAt,
            asOf: carries(signal, since: heardAt) && past.source != .odometer
                ? position.now : heardAt)
    }

    /// Whether counter or speed carry an odometer on between two readings: one that is asked for,
    /// and not too long ago. A broadcast one has no reason to be silent.
    private func carries(_ signal: SignalSource, since heardAt: BootTime) -> Bool {
        guard case .answer = signal.selector else { return false }
        return position.now >= heardAt && position.now - heardAt <= signal.maxAge
    }
}
