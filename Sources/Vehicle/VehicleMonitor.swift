public import CAN
public import Units

/// Turns the frames of the car's bus, the answers of its control units and the pulses of a line
/// into a ``VehicleState``.
///
/// A pure state machine: everything comes with the time it was heard, on this boot's clock.
/// A frame costs no heap allocation once the monitor exists.
public struct VehicleMonitor: Hashable, Sendable {
    /// After how long without any data frame the bus is taken to sleep.
    public static let busSilence = Milliseconds.minutes(1)
    /// After how long without any data frame nobody listened to the car: what the odometer has
    /// gone meanwhile is a gap.
    public static let listeningSilence = Milliseconds.seconds(10)
    /// How many counts the car must go while the odometer stands before that is reported.
    public static let frozenAfterCounts: Int64 = 2
    /// How long after the ignition went on the best odometer is waited for.
    public static let electionTime = Milliseconds.minutes(1)

    /// How the car is read.
    public let profile: VehicleProfile
    /// What is known.
    ///
    /// After a restart the odometer is the one given to `init` until the car is heard.
    public internal(set) var state = VehicleState()
    /// When to call ``advance(to:)`` if no frame comes before; `nil` if nothing will change.
    public private(set) var nextDeadline: BootTime?
    /// When anything was taken in last.
    public private(set) var heardAt: BootTime?

    private let routes: FrameRoutes
    var position: OdometerPosition
    var anomalies = AnomalyLog()
    var gaps: [OdometerGap] = []
    var followers: [OdometerFollower]
    var pin = OdometerPin.open
    var isFrozenReported = false
    var awakeSince: BootTime?
    /// Since when the bus has been listened to without a long silence.
    var listeningSince = BootTime.boot
    /// Since when an odometer may be pinned: ignition on, or bus awake where nothing tells that.
    var electionSince: BootTime?
    var speed = RankedReading<MillimetresPerSecond>()
    var fuel = RankedReading<PerMille>()
    var charge = RankedReading<PerMille>()
    var supply = RankedReading<Millivolts>()
    var ignition: [IgnitionTrack]
    var doors: [FlagTrack]
    /// When a flag changes by itself.
    var flagsDue: BootTime?
    var isMoving: Bool?
    var pulseSpeed = PulseSpeed()
    private var agedAt = BootTime.boot

    /// A monitor that goes on from the odometer last accepted, so that a reading below it is
    /// never believed.
    ///
    /// `pinned` is the odometer that is billed by; `nil` where none is pinned yet, or where
    /// `lastAccepted` tells. `heardAt` is when that reading was last heard, on this boot's clock:
    /// before boot, hence negative, for one from an earlier boot. Where it is `nil`, a day is
    /// assumed to have passed. Traps for a profile with more than 64 doors.
    public init(
        profile: VehicleProfile, pinned: SourceKey? = nil,
        lastAccepted: OdometerEstimate? = nil, heardAt: BootTime? = nil
    ) {
        precondition(profile.doors.count <= 64, "A car has at most 64 doors.")
        self.profile = profile
        routes = FrameRoutes(profile)
        position = OdometerPosition(
            counter: profile.distance, hasSpeed: !profile.speed.isEmpty,
            maxSpeed: profile.plausibility.maxSpeed)
        followers = profile.odometers.map { OdometerFollower($0, profile.plausibility) }
        ignition = profile.ignition.map { IgnitionTrack($0) }
        doors = profile.doors.map { FlagTrack(debounce: $0.debounce) }
        gaps.reserveCapacity(Self.gapCapacity)
        stateDistances()
        if let key = pinned ?? lastAccepted?.key { take(key, lastAccepted, heardAt) }
    }

    /// When a reading of the odometer can be believed that is another one than before: some
    /// seconds after the bus woke; `nil` while it sleeps.
    public var settledAt: BootTime? { awakeSince.map { $0 + OdometerAcceptance.settling } }

    /// The odometer that is billed by; `nil` while none is pinned.
    public var pinned: SourceKey? {
        switch pin {
        case .open: nil
        case .pinned(let index, hasBegun: _): followers[index].key
        case .missing(let key): key
        }
    }

    /// The oddities of the odometer since they were last taken, the oldest first.
    ///
    /// Each value is reported once, and again only after a minute without it. At most 16 wait.
    public mutating func takeAnomalies() -> [OdometerAnomaly] { anomalies.take() }

    /// The ways that the odometer went unheard since they were last taken, the oldest first.
    public mutating func takeGaps() -> [OdometerGap] {
        defer { gaps.removeAll(keepingCapacity: true) }
        return gaps
    }

    /// Hears a frame. Only data frames count as life on the bus.
    ///
    /// A frame with a time before the last one is taken to have come with the last one.
    public mutating func receive(_ frame: CANFrame, at time: BootTime) -> VehicleChanges {
        let now = max(time, heardAt ?? time)
        guard frame.kind == .data else { return advance(to: now) }
        return hear(frame, .broadcast, now)
    }

    /// Hears the answer to a diagnostic request, whoever asked: `payload` is what stands behind
    /// service and identifier, its identifier that of the unit which answers.
    ///
    /// Signals are laid out from the first byte behind the identifier, bit 0 being its lowest.
    public mutating func receive(
        answer payload: CANFrame, service: UInt8, identifier: UInt16, at time: BootTime
    ) -> VehicleChanges {
        let now = max(time, heardAt ?? time)
        guard payload.kind == .data else { return advance(to: now) }
        return hear(payload, .answer(service: service, identifier: identifier), now)
    }

    /// Takes in how many pulses the board's line has had in all since boot.
    ///
    /// Ignored where the profile has no such line. A total below the one before means that the
    /// count began anew.
    public mutating func receive(pulses total: Int64, at time: BootTime) -> VehicleChanges {
        let now = max(time, heardAt ?? time)
        var changes = elapse(to: now)
        defer { nextDeadline = deadline }
        heardAt = now
        guard case .line(let line) = profile.distance, total >= 0 else { return changes }
        position.receive(count: total, at: now)
        refreshOdometer()
        stateDistances()
        if profile.speed.isEmpty { hearPulses(total, line, now, &changes) }
        return changes
    }

    /// Lets time pass without a frame: the bus falls asleep, an ignition goes off unheard.
    public mutating func advance(to now: BootTime) -> VehicleChanges {
        defer { nextDeadline = deadline }
        return elapse(to: now)
    }

    private mutating func hear(
        _ frame: CANFrame, _ origin: FrameOrigin, _ now: BootTime
    ) -> VehicleChanges {
        var changes = elapse(to: now)
        defer { nextDeadline = deadline }
        listen(now, &changes)
        let route = routes.route(of: frame, origin)
        if route.isEmpty { return changes }
        // The speed first: the counter and the odometer need to know whether the car stands.
        if route.contains(.speed) { hearSpeed(frame, origin, now, &changes) }
        if route.contains(.distance) { hearDistance(frame, origin, now) }
        if route.contains(.ignition) { hearIgnition(frame, origin, now, &changes) }
        if route.contains(.odometer) { hearOdometer(frame, origin, now, &changes) }
        if !route.isDisjoint(with: [.speed, .distance, .odometer]) {
            // Once for all that the frame says of the way.
            refreshOdometer()
            stateDistances()
        }
        if route.contains(.doors) { hearDoors(frame, origin, now, &changes) }
        if route.contains(.fuel) { hearFuel(frame, origin, now, &changes) }
        if route.contains(.charge) { hearCharge(frame, origin, now, &changes) }
        if route.contains(.supply) { hearSupply(frame, origin, now, &changes) }
        return changes
    }

    /// The bus is alive.
    private mutating func listen(_ now: BootTime, _ changes: inout VehicleChanges) {
        if awakeSince == nil {
            awakeSince = now
            if profile.ignition.isEmpty { electionSince = now }
            dateFlags()
            changes.insert(.busWoke)
            // What was noticed at the start is told with the first sign of life.
            if !anomalies.isEmpty { changes.insert(.anomaly) }
        }
        if state.lastFrameAt.map({ now - $0 > Self.listeningSilence }) ?? true {
            listeningSince = now
        }
        state.lastFrameAt = now
        heardAt = now
    }
}

extension VehicleMonitor {
    private mutating func elapse(to now: BootTime) -> VehicleChanges {
        var changes: VehicleChanges = []
        if now - agedAt >= .seconds(1) { growOld(now) }
        if let flagsDue, now >= flagsDue { settleFlags(now, &changes) }
        guard let awake = awakeSince, now - (state.lastFrameAt ?? awake) >= Self.busSilence else {
            return changes
        }
        awakeSince = nil
        changes.insert(.busSlept)
        for index in ignition.indices { ignition[index].sleep(at: now) }
        judgeIgnition(now, &changes)
        dateFlags()
        return changes
    }

    private mutating func growOld(_ now: BootTime) {
        agedAt = now
        // The line's speed has no track of its own, hence none that grows old.
        if speed.growOld(at: now) { state.speed = speed.reading }
        if fuel.growOld(at: now) { state.fuel = fuel.reading }
        if charge.growOld(at: now) { state.charge = charge.reading }
        if supply.growOld(at: now) { state.supply = supply.reading }
    }

    private var deadline: BootTime? {
        guard let awakeSince else { return flagsDue }
        let sleep = (state.lastFrameAt ?? awakeSince) + Self.busSilence
        return flagsDue.map { min($0, sleep) } ?? sleep
    }

    mutating func stateDistances() {
        state.pulses = position.pulses
        state.speedIntegral = position.speedIntegral
        state.way = position.way
    }
}
