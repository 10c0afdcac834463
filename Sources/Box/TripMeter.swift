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
    private var car: VehicleState
    /// Where the odometer stood when the trip opened.
    private var start: OdometerStatement?
    private let startIsInOpen: Bool
    private var startIsNews = false
    private var drivingSince: BootTime?
    private var drivenMilliseconds: Int64 = 0
    private var ignitionCycles: Int64 = 0
    private(set) var markedAt: BootTime
    private(set) var markedPosition: Metres?

    /// A meter that starts at `now` for `trip`, carrying on from its last mark if it has one.
    public init(car: VehicleState, trip: OpenTrip, at now: BootTime) {
        carried = trip.mark
        start = trip.open.odometer ?? trip.mark?.start
        startIsInOpen = trip.open.odometer != nil
        pulsesAtStart = car.pulses
        speedAtStart = car.speedIntegral
        self.car = car
        markedAt = now
        markedPosition = car.odometer?.position
    }

    /// Takes in the car as it is at `now`.
    public mutating func observe(_ car: VehicleState, at now: BootTime) {
        pulsesAtStart = pulsesAtStart ?? car.pulses
        speedAtStart = speedAtStart ?? car.speedIntegral
        markedPosition = markedPosition ?? car.odometer?.position
        self.car = car
        findStart()
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
        guard let position = car.odometer?.position, let markedPosition else { return false }
        return position - markedPosition >= .kilometres(1)
    }

    /// The mark of `trip`, which becomes the last one.
    public mutating func mark(_ trip: TripID, at now: BootTime) -> TripMarkBody {
        markedAt = now
        markedPosition = car.odometer?.position
        startIsNews = false
        return progress(trip)
    }

    /// What was measured so far.
    public func progress(_ trip: TripID) -> TripMarkBody {
        TripMarkBody(
            trip: trip, start: startIsInOpen ? nil : start, odometer: heard, pulses: pulses,
            speed: speed,
            driving: (carried?.driving ?? 0) + drivenMilliseconds / 1000,
            ignitionCycles: (carried?.ignitionCycles ?? 0) + ignitionCycles)
    }

    /// What the odometer says, if the car was heard since this start of the box.
    private var heard: OdometerStatement? {
        car.odometer.flatMap { $0.at >= .boot ? OdometerStatement($0) : nil }
    }

    private var pulses: Metres? {
        Self.sum(carried?.pulses, since: pulsesAtStart, now: car.pulses)
    }

    private var speed: Metres? {
        Self.sum(carried?.speed, since: speedAtStart, now: car.speedIntegral)
    }

    /// A trip that opened before the car was heard began where the odometer stands when it is heard
    /// first, less what was driven until then.
    private mutating func findStart() {
        guard start == nil, var found = heard else { return }
        let driven = pulses ?? speed ?? .zero
        found.position -= driven
        found.display = min(found.display, found.position)
        found.error += Metres(driven.count * 3 / 100 + 10)
        start = found
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

    /// The distance from `open`, or from where the trip was found to have begun, to the end of
    /// `progress`.
    ///
    /// The odometer decides where both ends are known. Integrated speed alone is a labelled
    /// fallback with an error of 3 %, and of all of it where it is a lower bound only.
    public init(from open: OdometerStatement?, to progress: TripMarkBody) {
        if let open = open ?? progress.start, let end = progress.odometer {
            let delta = end.position - open.position
            odometerDelta = delta
            distance = max(delta, .zero)
            error = open.error + end.error
            quality = Self.worse(open.quality, end.quality)
            flags = delta + error < .zero ? [.odometerBack] : []
        } else if let metres = progress.pulses ?? progress.speed {
            odometerDelta = nil
            distance = max(metres, .zero)
            error = Metres(max(metres.count, 0) * 3 / 100 + 10)
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
            display: estimate.display, position: estimate.position, error: estimate.error,
            resolution: estimate.resolution,
            quality: DistanceQuality(estimate.source))
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
        case .invalid, .frozen, .short: return nil
        }
    }
}
