internal import CAN
internal import Units

/// The speed by the pulses of a line, for a car whose bus tells none.
struct PulseSpeed: Hashable, Sendable {
    /// The shortest time that pulses are counted over, and the longest.
    static let window = Milliseconds.seconds(1)...Milliseconds.seconds(10)

    private var total: Int64?
    private var at = BootTime.boot

    /// The speed since the last one, once enough time has passed; never zero where it pulsed.
    mutating func hear(
        _ total: Int64, _ line: PulseLine, at now: BootTime
    ) -> MillimetresPerSecond? {
        let time = now - at
        guard let before = self.total, before <= total, time <= Self.window.upperBound else {
            self.total = total
            at = now
            return nil
        }
        guard time >= Self.window.lowerBound else { return nil }
        self.total = total
        at = now
        // No wheel turns a million pulses in ten seconds: beyond it the product could overflow.
        let way = min(total - before, 1_000_000) * line.nanometresPerPulse / 1000
        return MillimetresPerSecond((way + time.count - 1) / time.count)
    }
}

/// Everything that is no odometer.
extension VehicleMonitor {
    mutating func hearSpeed(
        _ frame: CANFrame, _ origin: FrameOrigin, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        let sources = profile.speed
        for rank in sources.indices {
            guard sources[rank].signal.selector.admits(frame, origin),
                let raw = sources[rank].signal.raw(from: frame)
            else { continue }
            guard sources[rank].isMeasured(raw) else {
                speed.hearNone(raw: raw, rank: rank)
                state.speed = speed.reading
                continue
            }
            // Nanometres a second, split so that 32 bits of metres a second cannot overflow.
            let scaled = (raw * sources[rank].nanometresPerSecond + 500_000) / 1_000_000
            let value = MillimetresPerSecond(scaled) + sources[rank].offset
            guard value.magnitude <= profile.plausibility.maxSpeed,
                speed.hear(
                    value, rank: rank, key: sources[rank].signal.key,
                    maxAge: sources[rank].signal.maxAge, at: now)
            else { continue }
            position.receive(speed: value, at: now)
            note(value, &changes)
            state.speed = speed.reading
        }
    }

    mutating func hearPulses(
        _ total: Int64, _ line: PulseLine, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        guard let value = pulseSpeed.hear(total, line, at: now),
            value <= profile.plausibility.maxSpeed
        else { return }
        note(value, &changes)
        state.speed = Reading(value, from: PulseLine.key, at: now)
    }

    /// Says what is new about a speed, before it is stated.
    private mutating func note(
        _ value: MillimetresPerSecond, _ changes: inout VehicleChanges
    ) {
        if state.speed?.value != value { changes.insert(.speed) }
        let moves = value.magnitude >= SpeedIntegral.standing
        if moves != isMoving { changes.insert(moves ? .started : .stopped) }
        isMoving = moves
    }

    mutating func hearDistance(_ frame: CANFrame, _ origin: FrameOrigin, _ now: BootTime) {
        guard case .counter(let counter) = profile.distance,
            counter.signal.selector.admits(frame, origin),
            let raw = counter.signal.raw(from: frame)
        else { return }
        position.receive(count: raw, at: now)
    }

    mutating func hearFuel(
        _ frame: CANFrame, _ origin: FrameOrigin, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        Self.hear(frame, origin, now, profile.fuel, &fuel)
        if state.fuel?.value != fuel.reading?.value { changes.insert(.fuel) }
        state.fuel = fuel.reading
    }

    mutating func hearCharge(
        _ frame: CANFrame, _ origin: FrameOrigin, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        Self.hear(frame, origin, now, profile.charge, &charge)
        if state.charge?.value != charge.reading?.value { changes.insert(.charge) }
        state.charge = charge.reading
    }

    private static func hear(
        _ frame: CANFrame, _ origin: FrameOrigin, _ now: BootTime, _ sources: [LevelSignal],
        _ track: inout RankedReading<PerMille>
    ) {
        for rank in sources.indices {
            guard sources[rank].signal.selector.admits(frame, origin),
                let raw = sources[rank].signal.raw(from: frame)
            else { continue }
            guard sources[rank].isMeasured(raw) else {
                track.hearNone(raw: raw, rank: rank)
                continue
            }
            let level =
                PerMille(raw * sources[rank].millionthsPerCount / 1000) + sources[rank].offset
            guard (PerMille.zero...PerMille(1000)).contains(level) else { continue }
            _ = track.hear(
                level, rank: rank, key: sources[rank].signal.key,
                maxAge: sources[rank].signal.maxAge, at: now)
        }
    }

    mutating func hearSupply(
        _ frame: CANFrame, _ origin: FrameOrigin, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        let sources = profile.supply
        for rank in sources.indices {
            guard sources[rank].signal.selector.admits(frame, origin),
                let raw = sources[rank].signal.raw(from: frame)
            else { continue }
            guard sources[rank].isMeasured(raw) else {
                supply.hearNone(raw: raw, rank: rank)
                continue
            }
            let voltage =
                Millivolts(raw * sources[rank].microvoltsPerCount / 1000)
                + sources[rank].offset
            guard (.zero...VoltageSignal.highest).contains(voltage) else { continue }
            _ = supply.hear(
                voltage, rank: rank, key: sources[rank].signal.key,
                maxAge: sources[rank].signal.maxAge, at: now)
        }
        if state.supply?.value != supply.reading?.value { changes.insert(.supply) }
        state.supply = supply.reading
    }
}

/// Flags: ignition and doors.
extension VehicleMonitor {
    mutating func hearIgnition(
        _ frame: CANFrame, _ origin: FrameOrigin, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        for rank in profile.ignition.indices {
            switch profile.ignition[rank] {
            case .signal(let flag):
                guard let isOn = flag.value(in: frame, origin) else { continue }
                ignition[rank].hear(isOn, at: now)
            case .busActivity(let id, within: _):
                guard origin == .broadcast, id == frame.id else { continue }
                ignition[rank].hear(true, at: now)
            }
        }
        judgeIgnition(now, &changes)
        dateFlags()
    }

    /// The ignition by the best sign that still holds, else by the best there is.
    mutating func judgeIgnition(_ now: BootTime, _ changes: inout VehicleChanges) {
        let fresh = ignition.indices.first { ignition[$0].isFresh(at: now) }
        guard let rank = fresh ?? ignition.indices.first(where: { ignition[$0].flag.isOn != nil }),
            let isOn = ignition[rank].flag.isOn
        else { return }
        if state.ignition?.value != isOn { changes.insert(.ignition) }
        if isOn, state.ignition?.value != true { electionSince = now }
        if !isOn { electionSince = nil }
        state.ignition = Reading(
            isOn, from: ignition[rank].key, at: ignition[rank].flag.heardAt ?? now)
    }

    mutating func hearDoors(
        _ frame: CANFrame, _ origin: FrameOrigin, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        let sources = profile.doors
        for index in sources.indices {
            guard let isOpen = sources[index].value(in: frame, origin) else { continue }
            doors[index].hear(isOpen, at: now)
        }
        judgeDoors(now, &changes)
        dateFlags()
    }

    private mutating func judgeDoors(_ now: BootTime, _ changes: inout VehicleChanges) {
        let open = doors.indices.first { doors[$0].isOn == true }
        guard let index = open ?? doors.indices.first(where: { doors[$0].isOn != nil }) else {
            return
        }
        if state.doorOpen?.value != (open != nil) { changes.insert(.doors) }
        state.doorOpen = Reading(open != nil, from: profile.doors[index].signal.key, at: now)
    }

    /// Changes the flags that are due by `now`.
    mutating func settleFlags(_ now: BootTime, _ changes: inout VehicleChanges) {
        for index in ignition.indices { ignition[index].settle(at: now, awakeSince: awakeSince) }
        judgeIgnition(now, &changes)
        let wereOpen = doors
        for index in doors.indices { doors[index].settle(at: now) }
        if doors != wereOpen { judgeDoors(now, &changes) }
        dateFlags()
    }

    /// Notes when the next flag changes by itself.
    mutating func dateFlags() {
        var due: BootTime?
        for index in ignition.indices {
            guard let next = ignition[index].due(awakeSince: awakeSince) else { continue }
            due = due.map { min($0, next) } ?? next
        }
        for index in doors.indices {
            guard let next = doors[index].due else { continue }
            due = due.map { min($0, next) } ?? next
        }
        flagsDue = due
    }
}

extension FlagSignal {
    /// Whether it is on in `frame`; `nil` where that says nothing of it.
    @inline(__always)
    func value(in frame: CANFrame, _ origin: FrameOrigin) -> Bool? {
        guard signal.selector.admits(frame, origin), let raw = signal.raw(from: frame),
            special.meaning(of: raw, length: signal.layout.length) == .measured
        else { return nil }
        return onValues.contains(raw)
    }
}

extension SpeedSignal {
    @inline(__always)
    func isMeasured(_ raw: Int64) -> Bool {
        special.meaning(of: raw, length: signal.layout.length) == .measured
    }
}

extension LevelSignal {
    @inline(__always)
    func isMeasured(_ raw: Int64) -> Bool {
        special.meaning(of: raw, length: signal.layout.length) == .measured
    }
}

extension VoltageSignal {
    @inline(__always)
    func isMeasured(_ raw: Int64) -> Bool {
        special.meaning(of: raw, length: signal.layout.length) == .measured
    }
}
