public import Units
public import Vehicle

/// What a recording of a drive comes to.
public struct Drive: Hashable, Sendable {
    /// What the distance was measured by.
    public enum Basis: Hashable, Sendable {
        /// Where the odometer stands at the end, less where it stood at the beginning.
        case odometer
        /// The way that was watched without a break, which was more exact than the odometer.
        case watchedWay
        /// The counter or the speed alone: no odometer was believed.
        case witnessAlone
    }

    /// How far the car went; `nil` where nothing measured it.
    public internal(set) var distance: Metres?
    /// The truth lies within this of the distance.
    public internal(set) var error: Metres?
    /// What it was measured by.
    public internal(set) var basis = Basis.odometer
    /// Where the odometer stood at the end, and what stands behind it.
    public internal(set) var odometer: OdometerEstimate?
    /// The way by the counter, or by the line that pulses.
    public internal(set) var pulses: Metres?
    /// The way by integrated speed.
    public internal(set) var speed: Metres?
    /// From the first frame to the last.
    public internal(set) var recording = Milliseconds.zero
    /// How long the car moved, by its speed.
    public internal(set) var driving = Milliseconds.zero
    /// How often the odometer moved.
    public internal(set) var ticks = 0
    /// How many readings were not believed; the same one within a minute counts once.
    public internal(set) var rejected = 0
    /// How often something about believed readings was odd.
    public internal(set) var alarms = 0
    /// How often the odometer moved while nothing was heard.
    public internal(set) var gaps = 0

    mutating func measure(
        _ beginning: DriveBeginning, _ state: VehicleState, since begin: BootTime,
        _ plausibility: Plausibility
    ) {
        let whole = beginning.isBroken ? nil : state.way
        let way = whole.map { way in
            (
                distance: way.distance.flooredToMetres,
                error: way.error.raisedToMetres
                    + DriveBeginning.unwatched(way, since: begin, plausibility) + Metres(1)
            )
        }
        if let start = beginning.start, let end = state.odometer {
            distance = max(end.position - start.position, .zero)
            error = end.error + start.error
            if let way, way.error < end.error + start.error {
                distance = max(way.distance, .zero)
                error = way.error
                basis = .watchedWay
            }
        } else if let way {
            distance = max(way.distance, .zero)
            error = way.error
            basis = .witnessAlone
        } else if let metres = state.pulses ?? state.speedIntegral, metres > .zero {
            // Nobody can say how much of it was unheard.
            distance = metres
            basis = .witnessAlone
        }
    }
}

/// Where the odometer stood when a recording began, which may be known only later: when it was
/// believed, or when a tick was seen.
struct DriveBeginning: Hashable, Sendable {
    struct Start: Hashable {
        var key: SourceKey
        var position: Metres
        var error: Metres
    }

    private(set) var start: Start?
    private(set) var isBroken = false
    private var watchedSince: BootTime?

    /// How far the car can have gone before its way was watched.
    static func unwatched(
        _ way: WitnessedWay, since begin: BootTime, _ plausibility: Plausibility
    ) -> Metres {
        let time = max(way.since - begin, .zero)
        return Millimetres(time.count * plausibility.gapSpeed.count / 1000).raisedToMetres
    }

    mutating func look(
        _ state: VehicleState, since begin: BootTime, _ plausibility: Plausibility
    ) {
        if let way = state.way {
            if let watchedSince, watchedSince != way.since { isBroken = true }
            watchedSince = way.since
        }
        guard let odometer = state.odometer else { return }
        var found = Start(
            key: odometer.key, position: odometer.position, error: odometer.error)
        if let way = state.way, !isBroken {
            found.position -= way.distance.flooredToMetres
            found.error +=
                way.error.raisedToMetres + Metres(1)
                + Self.unwatched(way, since: begin, plausibility)
        } else {
            guard start == nil else { return }
            let unheard = max(odometer.at - begin, .zero)
            found.error +=
                Millimetres(unheard.count * plausibility.gapSpeed.count / 1000)
                .raisedToMetres
        }
        // Another odometer has another beginning.
        if let start, start.key == found.key, start.error <= found.error { return }
        start = found
    }
}
