public import Records
public import Units
public import Vehicle

/// Measures a trip: what the odometer, the counter and the speed said since it opened.
///
/// The meter itself forgets at a power cut; what it had counted up to the last mark comes back
/// from the log, and the odometer remembers the rest by itself.
public struct TripMeter: Hashable, Sendable {
    /// How much the sums before this start already were.
    private let carried: TripMarkBody?
    private var pulsesAtStart: Metres?
    private var speedAtStart: Metres?
    /// The odometer as it was heard last.
    private var odometer: OdometerEstimate?
    /// The counter as it was heard last.
    private var pulsesNow: Metres?
    /// The integrated speed as it was heard last.
    private var speedNow: Metres?
    /// The watched way as it was heard last.
    private var way: WitnessedWay?
    /// Where the odometer stood when the trip opened, as well as that is known.
    private var start: OdometerStatement?
    /// Whether ``start`` is better than what `trip.open` says.
    private var startIsFound: Bool
    private var startIsNews = false
    /// The way as it was when this meter started, while it has been watched without a break since.
    private var wayAtStart: WitnessedWay?
    private var wayIsBroken: Bool
    /// How far the car can have gone before it was first heard.
    private(set) var unwatched = Millimetres.zero
    let startedAt: BootTime
    /// How long before the meter started the trip opened.
    private let openedAgo: Milliseconds
    private var drivingSince: BootTime?
    private var drivenMilliseconds: Int64 = 0
    private var ignitionCycles: Int64 = 0
    private(set) var markedAt: BootTime
    private(set) var markedPosition: Metres?

    /// A meter that starts at `now` for `trip`, in start number `boot` of the box, carrying on from
    /// the trip's last mark if it has one.
    ///
    /// The trip opened `openedAgo` before.
    public init(
        car: VehicleState, trip: OpenTrip, boot: UInt32, openedAgo: Milliseconds = .zero,
        at now: BootTime
    ) {
        self.openedAgo = openedAgo
        carried = trip.mark
        start = trip.mark?.start ?? trip.open.odometer
        startIsFound = trip.mark?.start != nil
        wayAtStart = car.way
        // What was driven before a restart was not watched.
        wayIsBroken = trip.opened.boot != boot
        startedAt = now
        pulsesAtStart = car.pulses
        speedAtStart = car.speedIntegral
        odometer = car.odometer
        pulsesNow = car.pulses
        speedNow = car.speedIntegral
        way = car.way
        markedAt = now
        markedPosition = car.odometer?.position
    }

    /// Takes in the car as it is at `now`; its ignition has been on since `ignitionSince`.
    public mutating func observe(
        _ car: VehicleState, ignitionSince: BootTime?, at now: BootTime
    ) {
        pulsesAtStart = pulsesAtStart ?? car.pulses
        speedAtStart = speedAtStart ?? car.speedIntegral
        markedPosition = markedPosition ?? car.odometer?.position
        odometer = car.odometer
        pulsesNow = car.pulses
        speedNow = car.speedIntegral
        way = car.way
        watch(ignitionSince)
        findStart(at: now)
        let moves = Interlock.stands(car, at: now) == false
        if let since = drivingSince { drivenMilliseconds += (now - since).count }
        drivingSince = moves ? now : nil
    }

    /// The ignition was switched on.
    public mutating func countIgnition() {
        ignitionCycles += 1
    }

    /// Whether the car moves, as of the last observation.
    public var isDriving: Bool { drivingSince != nil }

    /// Whether a mark is due: a kilometre, or a minute of driving, since the last.
    public func isMarkDue(at now: BootTime) -> Bool {
        if startIsNews { return true }
        guard isDriving else { return false }
        if now - markedAt >= .minutes(1) { return true }
        guard let position = odometer?.position, let markedPosition else { return false }
        return position - markedPosition >= .kilometres(1)
    }

    /// The mark of `trip`, which becomes the last one.
    public mutating func mark(_ trip: TripID, at now: BootTime) -> TripMarkBody {
        markedAt = now
        markedPosition = odometer?.position
        startIsNews = false
        return progress(trip)
    }

    /// What was measured so far.
    public func progress(_ trip: TripID) -> TripMarkBody {
        TripMarkBody(
            trip: trip, start: startIsFound ? start : nil, odometer: heard, pulses: pulses,
            speed: speed,
            driving: (carried?.driving ?? 0) + drivenMilliseconds / 1000,
            ignitionCycles: (carried?.ignitionCycles ?? 0) + ignitionCycles)
    }

    /// What the odometer says, if the car was heard since this start of the box.
    private var heard: OdometerStatement? {
        odometer.flatMap { $0.at >= .boot ? OdometerStatement($0) : nil }
    }

    private var pulses: Metres? {
        Self.sum(carried?.pulses, since: pulsesAtStart, now: pulsesNow)
    }

    private var speed: Metres? {
        Self.sum(carried?.speed, since: speedAtStart, now: speedNow)
    }

    private mutating func watch(_ ignitionSince: BootTime?) {
        guard let way else { return }
        guard let start = wayAtStart else {
            wayAtStart = way
            // With the ignition off the car stood; with it on, nobody listened until now.
            let silent = ignitionSince.map { way.since - max($0, startedAt) } ?? .zero
            unwatched = Millimetres(max(silent, .zero).count * Box.gapSpeed.count / 1000)
            return
        }
        if start.since != way.since { wayIsBroken = true }
    }

    /// The way since the trip opened, if all of it was watched.
    var driven: (distance: Millimetres, error: Millimetres)? {
        guard !wayIsBroken, let start = wayAtStart, let way else { return nil }
        return (
            way.distance - start.distance,
            way.error - start.error + unwatched + Millimetres(1000)
        )
    }

    /// The odometer may say more exactly later where the trip began: when the car is heard for the
    /// first time, or when a tick is seen. Then the trip began there, less what was driven since.
    ///
    /// Where that was not watched, it began there or before, by what the car can have driven.
    private mutating func findStart(at now: BootTime) {
        // Most of the time nothing is found: that is decided before a statement is made.
        guard let odometer, odometer.at >= .boot else { return }
        let driven = driven
        if let known = start?.error {
            guard let driven else { return }
            let error = odometer.error + driven.error.raisedToMetres
            if error.count * 4 > known.count * 3 { return }
        }
        guard var found = heard else { return }
        if let driven {
            found.position -= driven.distance.flooredToMetres
            found.display = found.display.map { min($0, found.position) }
            found.error += driven.error.raisedToMetres
        } else {
            found = found.widened(by: openedAgo + (now - startedAt))
        }
        start = found
        startIsFound = true
        startIsNews = true
    }

    private static func sum(_ carried: Metres?, since start: Metres?, now: Metres?) -> Metres? {
        guard let start, let now else { return carried }
        return (carried ?? .zero) + now - start
    }
}

/// The distance of a trip, by the best that was measured.
public struct TripDistance: Hashable, Sendable {
    /// What is billed: never negative.
    public let distance: Metres
    /// The truth lies within this of ``distance``.
    public let error: Metres
    /// What stands behind it.
    public let quality: DistanceQuality
    /// The odometer's own difference.
    public let odometerDelta: Metres?
    /// What a reader must know.
    public let flags: Set<TripFlag>

    /// The distance from where the trip was found to have begun, or else from `open`, to the end of
    /// `progress`; by what was `driven` where that is watched without a break and more exact, as it
    /// is within one count of a coarse odometer.
    ///
    /// The odometer decides where both ends are known. Pulses or speed alone are a labelled
    /// fallback: the way that was watched, with its error. Where a part was not watched, what was
    /// counted may be off by as much again, and by what the car can have gone `unwatched`.
    public init(
        from open: OdometerStatement?, to progress: TripMarkBody,
        driven: (distance: Millimetres, error: Millimetres)? = nil,
        unwatched: Millimetres = .zero
    ) {
        if let open = progress.start ?? open, let end = progress.odometer {
            let delta = end.position - open.position
            odometerDelta = delta
            let bound = open.error + end.error
            if let driven, driven.error.raisedToMetres < bound {
                distance = max(driven.distance.flooredToMetres, .zero)
                error = driven.error.raisedToMetres + Metres(1)
            } else {
                distance = max(delta, .zero)
                error = bound
            }
            quality = Self.worse(open.quality, end.quality)
            flags = delta + bound < .zero ? [.odometerBack] : []
        } else if let metres = progress.pulses ?? progress.speed {
            odometerDelta = nil
            // A counter that was lost on the way has counted less than what was watched.
            distance = max(driven?.distance.flooredToMetres ?? metres, .zero)
            error =
                Metres(10)
                + (driven?.error.raisedToMetres ?? distance + unwatched.raisedToMetres)
            quality = .speed
            flags = [.odometerGap]
        } else {
            odometerDelta = nil
            distance = .zero
            error = .zero
            quality = .none
            flags = [.odometerGap]
        }
    }

    private static func worse(
        _ left: DistanceQuality, _ right: DistanceQuality
    ) -> DistanceQuality {
        let order = DistanceQuality.allCases
        return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0) ? right : left
    }
}

extension OdometerStatement {
    /// The statement of what the car's odometer says; `nil` when it says nothing.
    public init?(_ estimate: OdometerEstimate?) {
        guard let estimate else { return nil }
        self.init(
            display: estimate.role == .dash ? estimate.display : nil,
            position: estimate.position, error: estimate.error,
            resolution: estimate.resolution, quality: DistanceQuality(estimate.source),
            source: estimate.key.name)
    }
}

extension DistanceQuality {
    init(_ source: OdometerSource) {
        self =
            switch source {
            case .odometer: .odometer
            case .odometerAndPulses: .odometerAndPulses
            case .odometerAndSpeed: .odometerAndSpeed
            }
    }
}

extension TripFlag {
    /// The flag that an odometer anomaly puts on a trip, if it puts one.
    init?(anomaly: String) {
        guard let kind = OdometerAnomaly.Kind(rawValue: anomaly) else { return nil }
        switch kind {
        case .unitUnknown, .unitChanged: self = .odometerUnit
        case .jump, .step: self = .odometerJump
        case .back: self = .odometerBack
        case .initial, .notAvailable, .error, .reserved, .frozen, .short, .counterApart,
            .speedApart, .sourcesApart, .sourceMissing:
            return nil
        }
    }
}
