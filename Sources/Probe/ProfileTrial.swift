internal import CAN
internal import Units
internal import Vehicle

/// One profile, tried on what is heard.
struct ProfileTrial {
    /// No car has gone further: 2 000 000 km, but for one.
    static let furthest = Metres.kilometres(2_000_000)
    /// The shortest way that a counter is measured over.
    static let counterWay = Metres(200)
    /// An odometer is believed after ten seconds, and three readings over two.
    static let believable = Milliseconds.seconds(14)

    private(set) var history: OdometerHistory
    private var readings: [OdometerReadings]
    private var counter: CounterReadings?
    private var highest = MillimetresPerSecond.zero
    private var tooFast = 0
    private var speeds = 0
    /// Silences of the speed that are too short to be gaps.
    private var holes = Milliseconds.zero
    /// Where the odometer stood, and how far the car had gone by speed, when it was believed.
    private var believed: (odometer: OdometerEstimate, way: Metres?)?

    private let dash: Metres?

    init(_ profile: VehicleProfile, dash: Metres? = nil) {
        self.dash = dash
        history = OdometerHistory(profile: profile)
        readings = profile.odometers.map { OdometerReadings(signal: $0) }
        if case .counter(let signal) = profile.distance {
            counter = CounterReadings(signal: signal)
        }
    }

    private var profile: VehicleProfile { history.profile }

    /// How far the car went by this profile's speed; `nil` before any was heard.
    var way: Metres? { speeds > 0 ? history.state.speedIntegral : nil }

    /// The identifiers of the frames that it reads, and what for.
    var uses: [(id: CANID, quantity: String)] {
        var uses: [(CANID, String)] = []
        func add(_ quantity: String, _ source: SignalSource) {
            if let id = source.selector.broadcastID { uses.append((id, quantity)) }
        }
        for odometer in profile.odometers { add("odometer", odometer.signal) }
        if case .counter(let counter) = profile.distance { add("distance", counter.signal) }
        for speed in profile.speed { add("speed", speed.signal) }
        for ignition in profile.ignition {
            switch ignition {
            case .signal(let flag): add("ignition", flag.signal)
            case .busActivity(let id, within: _): uses.append((id, "ignition"))
            }
        }
        for door in profile.doors { add("doors", door.signal) }
        for fuel in profile.fuel { add("fuel", fuel.signal) }
        for charge in profile.charge { add("charge", charge.signal) }
        for supply in profile.supply { add("supply", supply.signal) }
        return uses
    }

    mutating func receive(_ frame: CANFrame, at now: BootTime) {
        let before = history.state.speed
        history.receive(frame, at: now)
        let state = history.state
        if state.speed != before, let speed = state.speed, speed.validity == .valid {
            speeds += 1
            if let before {
                let silence = speed.at - before.at
                if silence > .seconds(1), silence <= VehicleMonitor.listeningSilence {
                    holes += silence
                }
            }
            highest = max(highest, speed.value.magnitude)
            if speed.value.magnitude > profile.plausibility.maxSpeed { tooFast += 1 }
        }
        for index in readings.indices { readings[index].receive(frame, at: now) }
        counter?.receive(frame, at: now, way: state.speedIntegral)
        if let odometer = state.odometer, believed?.odometer.key != odometer.key {
            believed = (odometer, state.speedIntegral)
        }
    }

    /// What came of it.
    func finding(_ census: FrameCensus) -> ProfileFinding {
        let drive = history.drive
        var evidence: [ProfileFinding.Evidence] = []
        var contradictions: [ProfileFinding.Contradiction] = []
        if let odometer = drive.odometer {
            evidence.append(
                .odometer(odometer.key, odometer.display, resolution: odometer.resolution))
            if let unit = readings.first(where: { $0.signal.signal.key == odometer.key })?.unit {
                evidence.append(.unit(unit))
            }
            switch agreesWithDash(odometer) {
            case true?: evidence.append(.dash(odometer.display))
            case false?:
                contradictions.append(.dash(shown: odometer.display, dash: dash ?? .zero))
            case nil: break
            }
        }
        for other in readings where other.signal.signal.key != drive.odometer?.key {
            if let metres = other.metres {
                evidence.append(.other(other.signal.signal.key, metres))
            }
        }
        let moved = movement(drive)
        if let moved, drive.ticks > 0 {
            evidence.append(.moved(ticks: drive.ticks, moved.odometer))
            if let way = moved.way, moved.isTogether {
                evidence.append(.withSpeed(odometer: moved.odometer, speed: way))
            }
        }
        if let counter, let measured = counter.nanometresPerCount(over: Self.counterWay) {
            let stated = counter.signal.nanometresPerCount
            if abs(measured - stated) * 10 <= stated {
                evidence.append(.counter(measured: measured, stated: stated, way: counter.way))
            } else {
                contradictions.append(
                    .counter(measured: measured, stated: stated, way: counter.way))
            }
        }
        if speeds > 0 {
            // A single slip of a sensor is no contradiction.
            if tooFast * 100 > speeds {
                contradictions.append(.speed(highest: highest))
            } else {
                evidence.append(.speed(highest: highest))
            }
        }
        if let ignition = history.state.ignition {
            evidence.append(.ignition(isOn: ignition.value))
        }
        for entry in history.entries {
            guard case .oddity(let oddity) = entry.event,
                !contradictions.contains(where: { $0.kind == oddity.kind })
            else { continue }
            contradictions.append(.oddity(oddity))
        }
        return ProfileFinding(
            profile: profile.name, verdict: verdict(drive, moved, contradictions, census),
            evidence: evidence, contradictions: contradictions, frames: frames(census))
    }

    private func frames(_ census: FrameCensus) -> [ProfileFinding.FrameUse] {
        var frames: [ProfileFinding.FrameUse] = []
        for (id, quantity) in uses {
            if let place = frames.firstIndex(where: { $0.id == id }) {
                if !frames[place].quantities.contains(quantity) {
                    frames[place].quantities.append(quantity)
                }
            } else {
                frames.append(
                    ProfileFinding.FrameUse(id: id, quantities: [quantity], sight: census[id]))
            }
        }
        return frames
    }
}

extension ProfileTrial {
    /// How far the odometer and the speed went since the odometer was believed, as far as both
    /// were heard.
    struct Movement {
        var odometer: Metres
        var way: Metres?
        var resolution: Metres
        /// How many gaps are left out, each of which hides a little more at either end.
        var gaps: Int64 = 0
        /// How far the car can have gone in short silences of the speed.
        var unheard = Metres.zero

        /// Whether both went the same way, as far as counts can tell.
        var isTogether: Bool {
            guard let way else { return false }
            // A count at either end, and what a tyre and a coarse speed can be off.
            let room =
                resolution.count + way.count / 20 + 20 + gaps * (2 * resolution.count + 60)
            return odometer.count >= way.count - room
                && odometer.count <= way.count + room + unheard.count
        }
    }

    func movement(_ drive: Drive) -> Movement? {
        guard let last = drive.odometer, let believed, believed.odometer.key == last.key else {
            return nil
        }
        // A way of nothing by speed while the odometer moved is a speed that was not there.
        let way = drive.speed.map { $0 - (believed.way ?? .zero) }
        var movement = Movement(
            odometer: last.display - believed.odometer.display,
            way: speeds > 0 ? way : nil, resolution: last.resolution)
        for entry in history.entries {
            guard case .gap(let gap) = entry.event else { continue }
            movement.odometer -= gap.distance
            movement.gaps += 1
        }
        movement.unheard =
            Millimetres(
                holes.count * profile.plausibility.maxSpeed.count / 1000
            ).raisedToMetres
        return movement
    }

    func verdict(
        _ drive: Drive, _ moved: Movement?, _ contradictions: [ProfileFinding.Contradiction],
        _ census: FrameCensus
    ) -> ProfileFinding.Verdict {
        if let refusal = refusalByFrames(census) { return .doesNotFit(refusal) }
        guard !profile.odometers.isEmpty else { return .cannotTell(.noOdometer) }
        guard readings.contains(where: { $0.count > 0 }) else { return .cannotTell(.onRequest) }
        guard let odometer = drive.odometer, let moved else { return withoutBelief(drive) }
        guard odometer.display <= Self.furthest else {
            return .doesNotFit(.implausible(odometer.display))
        }
        if drive.ticks == 0 {
            if let way = moved.way, way > moved.resolution * 2 { return .doesNotFit(.stands(way)) }
            switch agreesWithDash(odometer) {
            case true?:
                return contradictions.contains(where: \.isGrave) ? .mayFit(.contradicted) : .fits
            case false?: return .mayFit(.contradicted)
            case nil: break
            }
            return .mayFit(.neverMoved)
        }
        guard let way = moved.way else { return .mayFit(.noWitness) }
        guard moved.isTogether else {
            return .doesNotFit(.anotherWay(odometer: moved.odometer, speed: way))
        }
        return contradictions.contains(where: \.isGrave) ? .mayFit(.contradicted) : .fits
    }

    /// Whether the odometer is what somebody read on the dashboard, within a count of either;
    /// `nil` where nobody did.
    private func agreesWithDash(_ odometer: OdometerEstimate) -> Bool? {
        dash.map { (odometer.display - $0).magnitude <= max(odometer.resolution, Metres(1000)) }
    }

    private func refusalByFrames(_ census: FrameCensus) -> ProfileFinding.Refusal? {
        if !uses.isEmpty, !uses.contains(where: { census[$0.id] != nil }) {
            return noFrame ?? .nothing
        }
        guard !profile.odometers.isEmpty,
            !profile.odometers.contains(where: { $0.signal.selector.broadcastID == nil }),
            !readings.contains(where: { $0.count > 0 })
        else { return nil }
        return noFrame
    }

    private var noFrame: ProfileFinding.Refusal? {
        var ids: [CANID] = []
        for odometer in profile.odometers {
            if let id = odometer.signal.selector.broadcastID, !ids.contains(id) { ids.append(id) }
        }
        return ids.isEmpty ? nil : .noFrame(ids)
    }

    /// Why an odometer whose frames were heard was not believed.
    private func withoutBelief(_ drive: Drive) -> ProfileFinding.Verdict {
        guard let best = readings.max(by: { $0.rank < $1.rank }),
            let id = best.signal.signal.selector.broadcastID
        else { return .cannotTell(.onRequest) }
        if best.values > 0 {
            let heard = best.last.flatMap { last in best.first.map { last - $0 } } ?? .zero
            if best.changes == 0, best.values >= 3, heard < Self.believable {
                return .mayFit(.tooShort(heard))
            }
            return .doesNotFit(.neverBelieved(id))
        }
        if best.unknownUnits > 0 { return .doesNotFit(.unitUnknown(id)) }
        if let length = best.shortLength {
            return .doesNotFit(
                .tooShort(id, length: length, needed: best.signal.signal.layout.bytesNeeded))
        }
        return .doesNotFit(.noValue(id))
    }
}

extension ProfileFinding.Contradiction {
    /// The kind of oddity, of one.
    fileprivate var kind: OdometerAnomaly.Kind? {
        switch self {
        case .oddity(let oddity): oddity.kind
        case .counter, .speed, .dash: nil
        }
    }
}
