public import CAN
public import Units

/// Turns the frames of the car's bus into a ``VehicleState``.
///
/// A pure state machine: every frame comes with the time it was heard, on this boot's clock.
/// A frame costs no heap allocation once the monitor exists.
public struct VehicleMonitor: Hashable, Sendable {
    /// After how long without any data frame the bus is taken to sleep.
    public static let busSilence = Milliseconds.minutes(1)
    /// How many counts the car must go while the odometer stands before that is reported.
    public static let frozenAfterCounts: Int64 = 2

    /// How the car is read.
    public let profile: VehicleProfile
    /// What is known.
    ///
    /// After a restart the odometer is the one given to `init` until the car is heard.
    public private(set) var state = VehicleState()
    /// When to call ``advance(to:)`` if no frame comes before; `nil` if nothing will change.
    public private(set) var nextDeadline: BootTime?
    private let routes: FrameRoutes
    private var acceptance: OdometerAcceptance?
    private var position: OdometerPosition
    private var anomalies = AnomalyLog()
    private var awakeSince: BootTime?
    private var ignitionSeenAt: BootTime?
    private var doorsKnown: UInt64 = 0
    private var doorsOpen: UInt64 = 0
    private var isMoving: Bool?
    private var isFrozenReported = false

    /// A monitor that goes on from the odometer last accepted, so that a reading below it is
    /// never believed.
    ///
    /// `heardAt` is when that reading was last heard, on this boot's clock: before boot, hence
    /// negative, for one from an earlier boot. Where it is `nil`, a day is assumed to have passed.
    /// Traps for a profile with more than 64 doors.
    public init(
        profile: VehicleProfile, lastAccepted: OdometerEstimate? = nil, heardAt: BootTime? = nil
    ) {
        precondition(profile.doors.count <= 64, "A car has at most 64 doors.")
        self.profile = profile
        routes = FrameRoutes(profile)
        position = OdometerPosition(
            counter: profile.distance, hasSpeed: profile.speed != nil,
            maxSpeed: profile.plausibility.maxSpeed)
        acceptance = profile.odometers.first.map {
            OdometerAcceptance(signal: $0, plausibility: profile.plausibility)
        }
        stateDistances()
        guard let lastAccepted, acceptance != nil else { return }
        acceptance?.restore(lastAccepted, heardAt: heardAt)
        let fraction = lastAccepted.position - lastAccepted.display
        let longest = lastAccepted.resolution - Metres(1)
        position.restore(fraction: max(.zero, min(fraction, longest)))
        refreshOdometer()
    }

    /// The oddities of the odometer since they were last taken, the oldest first.
    ///
    /// Each value is reported once, and again only after a minute without it. At most 16 wait.
    public mutating func takeAnomalies() -> [OdometerAnomaly] { anomalies.take() }

    /// Forgets the accepted odometer, because somebody has confirmed that the car's own display
    /// is right: after a repair or another cluster. The next steady reading is taken as it is.
    public mutating func forgetOdometer() {
        acceptance?.forget()
        state.odometer = nil
    }

    /// Hears a frame. Only data frames count as life on the bus.
    ///
    /// A frame with a time before the last one is taken to have come with the last one.
    public mutating func receive(_ frame: CANFrame, at time: BootTime) -> VehicleChanges {
        let now = max(time, state.lastFrameAt ?? time)
        guard frame.kind == .data else { return advance(to: now) }
        var changes = elapse(to: now)
        defer { nextDeadline = deadline }
        if awakeSince == nil {
            awakeSince = now
            changes.insert(.busWoke)
        }
        state.lastFrameAt = now
        let route = routes[frame.id]
        if route.isEmpty { return changes }
        // The speed first: the counter and the odometer need to know whether the car stands.
        if route.contains(.speed) { hearSpeed(frame, now, &changes) }
        if route.contains(.distance) { hearDistance(frame, now) }
        if route.contains(.odometer) { hearOdometer(frame, now, &changes) }
        if !route.isDisjoint(with: [.speed, .distance]) { refreshOdometer() }
        if !route.isDisjoint(with: [.speed, .distance, .odometer]) { stateDistances() }
        if route.contains(.ignition) { hearIgnition(frame, now, &changes) }
        if route.contains(.doors) { hearDoors(frame, now, &changes) }
        if route.contains(.fuel) { hearFuel(frame, now, &changes) }
        return changes
    }

    /// Lets time pass without a frame: the bus falls asleep, an ignition goes off unheard.
    public mutating func advance(to now: BootTime) -> VehicleChanges {
        defer { nextDeadline = deadline }
        return elapse(to: now)
    }
}

extension VehicleMonitor {
    private mutating func elapse(to now: BootTime) -> VehicleChanges {
        var changes: VehicleChanges = []
        guard let awake = awakeSince else { return changes }
        if let within = ignitionWindow, now - (ignitionSeenAt ?? awake) > within {
            setIgnition(false, now, &changes)
        }
        if now - (state.lastFrameAt ?? awake) >= Self.busSilence {
            awakeSince = nil
            changes.insert(.busSlept)
            if ignitionWindow != nil { setIgnition(false, now, &changes) }
        }
        return changes
    }
}

extension VehicleMonitor {
    private var deadline: BootTime? {
        guard let awakeSince else { return nil }
        let sleep = (state.lastFrameAt ?? awakeSince) + Self.busSilence
        guard let within = ignitionWindow, state.ignition?.value != false else { return sleep }
        return min(sleep, (ignitionSeenAt ?? awakeSince) + within + Milliseconds(1))
    }

    private mutating func stateDistances() {
        state.pulses = position.pulses
        state.speedIntegral = position.speedIntegral
        state.way = position.way
    }

    private var ignitionWindow: Milliseconds? {
        guard case .busActivity(_, let within) = profile.ignition else { return nil }
        return within
    }

    private mutating func setIgnition(
        _ isOn: Bool, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        if state.ignition?.value != isOn { changes.insert(.ignition) }
        state.ignition = Aged(isOn, at: now)
    }

    private mutating func hearIgnition(
        _ frame: CANFrame, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        switch profile.ignition {
        case .signal(let flag):
            guard let raw = flag.signal.raw(from: frame) else { return }
            setIgnition(flag.onValues.contains(raw), now, &changes)
        case .busActivity:
            ignitionSeenAt = now
            setIgnition(true, now, &changes)
        case nil:
            return
        }
    }

    private mutating func hearSpeed(
        _ frame: CANFrame, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        guard let source = profile.speed, let raw = source.signal.raw(from: frame),
            !source.invalid.contains(raw)
        else { return }
        // Nanometres a second, split so that 32 bits of metres a second cannot overflow.
        let scaled = (raw * source.nanometresPerSecond + 500_000) / 1_000_000
        let speed = MillimetresPerSecond(scaled) + source.offset
        guard speed.magnitude <= profile.plausibility.maxSpeed else { return }
        position.receive(speed: speed, at: now)
        if state.speed?.value != speed { changes.insert(.speed) }
        state.speed = Aged(speed, at: now)
        let moves = speed.magnitude >= SpeedIntegral.standing
        if moves != isMoving { changes.insert(moves ? .started : .stopped) }
        isMoving = moves
    }

    private mutating func hearDistance(_ frame: CANFrame, _ now: BootTime) {
        guard let raw = profile.distance?.signal.raw(from: frame) else { return }
        position.receive(count: raw, at: now)
    }

    private mutating func hearDoors(
        _ frame: CANFrame, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        for (index, door) in profile.doors.enumerated() where door.signal.id == frame.id {
            guard let raw = door.signal.raw(from: frame) else { continue }
            let bit: UInt64 = 1 << UInt64(index)
            doorsKnown |= bit
            if door.onValues.contains(raw) { doorsOpen |= bit } else { doorsOpen &= ~bit }
        }
        guard doorsKnown != 0 else { return }
        let isOpen = doorsOpen != 0
        if state.doorOpen?.value != isOpen { changes.insert(.doors) }
        state.doorOpen = Aged(isOpen, at: now)
    }

    private mutating func hearFuel(
        _ frame: CANFrame, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        guard let source = profile.fuel, let raw = source.signal.raw(from: frame),
            !source.invalid.contains(raw)
        else { return }
        let level = PerMille(raw * source.millionthsPerCount / 1000) + source.offset
        guard (PerMille.zero...PerMille(1000)).contains(level) else { return }
        if state.fuel?.value != level { changes.insert(.fuel) }
        state.fuel = Aged(level, at: now)
    }
}

extension VehicleMonitor {
    private mutating func hearOdometer(
        _ frame: CANFrame, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        let isFirst = acceptance?.believed == nil
        guard let verdict = acceptance?.judge(frame, at: now, awakeSince: awakeSince ?? now) else {
            return
        }
        switch verdict {
        case .ignored, .held, .rejectedAgain:
            return
        case .confirmed:
            reportFrozen(frame, now, &changes)
            position.confirm(at: now)
        case .accepted:
            isFrozenReported = false
            changes.insert(.odometer)
            guard let odometer = acceptance?.believed, let count = acceptance?.perCount else {
                return
            }
            if isFirst {
                position.begin(at: now)
            } else {
                position.tick(to: odometer, count: count, at: now)
            }
        case .rejected(let kind, let raw, let reading):
            report(kind, value: raw, reading, frame, now, &changes)
            return
        }
        refreshOdometer()
    }

    private mutating func reportFrozen(
        _ frame: CANFrame, _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        guard !isFrozenReported, let odometer = acceptance?.believed,
            let count = acceptance?.perCount,
            position.hasGone(beyond: count * Self.frozenAfterCounts)
        else { return }
        isFrozenReported = true
        report(.frozen, value: odometer.count, odometer, frame, now, &changes)
    }

    private mutating func report(
        _ kind: OdometerAnomaly.Kind, value: Int64, _ reading: Millimetres?, _ frame: CANFrame,
        _ now: BootTime, _ changes: inout VehicleChanges
    ) {
        guard anomalies.isNew(kind, value: value, at: now) else { return }
        changes.insert(.anomaly)
        anomalies.add(
            OdometerAnomaly(
                kind: kind, reading: reading?.flooredToMetres,
                held: acceptance?.believed?.flooredToMetres, frame: frame.description))
    }

    private mutating func refreshOdometer() {
        guard let display = acceptance?.believed, let count = acceptance?.perCount,
            let heardAt = acceptance?.heardAt
        else { return }
        let past = position.past(count: count)
        let metres = (display + Millimetres(past.distance / 1000)).flooredToMetres
        let cut = display.count * 1000 + past.distance - metres.count * 1_000_000
        let error = Millimetres((past.error + cut + 999) / 1000).raisedToMetres
        state.odometer = OdometerEstimate(
            display: display.flooredToMetres, position: metres, error: error,
            resolution: count.raisedToMetres, source: past.source, at: heardAt)
    }
}
