import AccessCode
import Box
import CAN
import DataFiles
import KeyStore
import Ports
import Records
import Runtime
import SimulatedDisk
import TripLog
import Units
import Vehicle

@testable import Simulation

/// A rental whose drive is a recording: the real Box, runtime, log, keys and codes over a
/// simulated disk, from the installer's visit to END.
final class RecordedDrive {
    /// What the installer sees and confirms.
    struct Visit {
        /// What the car says while it stands.
        var frames: [CANFrame]
        /// What its dashboard shows; `nil` where the installer does not look.
        var dash: Metres?
        /// The odometer to bill by; `nil` for the one that the box finds by itself.
        var source: SourceKey?
    }

    /// Something that happens on the way, at a time of the recording.
    enum Incident {
        /// The box has no power from then on, for so long.
        case powerCut(at: Milliseconds, lasting: Milliseconds)
        /// The power goes within the first write from then on, for so long.
        case cutInWrite(after: Milliseconds, lasting: Milliseconds)
        /// The battery-backed clock jumps by so much, and a technician offers the same time.
        case clockStep(at: Milliseconds, by: Milliseconds)

        var at: Milliseconds {
            switch self {
            case .powerCut(let at, lasting: _), .cutInWrite(after: let at, lasting: _),
                .clockStep(let at, by: _):
                at
            }
        }
    }

    /// A driver or an installer got another answer than hoped for.
    struct Unexpected: Error {
        let step: String
    }

    static let beginning = CivilTime.utc(2026, 6, 1)
    static let window = beginning + .hours(1)..<beginning + .hours(5)

    /// The box.
    let box: SimulatedBox
    private let stage: Stage
    private let profile: CompiledProfile
    private let recording: RecordedFrames
    private let code: CodeText
    private let ignitionOffAt: Milliseconds
    private var incidents: [Incident]
    private var isArmed: Milliseconds?
    private var powerBackAt: WallTime?
    private var fuelFirst: PerMille?
    /// How often the power went.
    private(set) var cuts = 0

    /// A box fitted into the car of `recording`, whose ignition is switched off with its last
    /// frame, or at `ignitionOffAt` if that is later.
    init(
        _ recording: RecordedFrames, profile name: String, incidents: [Incident] = [],
        ignitionOffAt: Milliseconds = .zero
    ) throws {
        let master = try FleetMaster(
            hot: SecretBytes(Array(repeating: 3, count: 32)),
            cold: SecretBytes(Array(repeating: 4, count: 32)))
        let id = BoxID(0x0B0C_0000_0000_00AA)
        let keys = master.codeKeys(for: id, keyEpoch: KeyEpoch(0))
        profile = try Repository.compiledProfile(name)
        var fitting = SimulatedBox.Fitting(
            id: id, keys: keys, car: SimulatedCar(profile: profile.vehicle, odometer: .zero),
            seed: 1)
        fitting.isOdometerConfirmed = false
        fitting.writeAheadPages = 24
        box = try SimulatedBox(fitting, at: Self.beginning, observer: nil)
        // The recording alone speaks.
        box.bus.faults = SimulatedBus.Faults(
            pending: 0, late: 0, silent: 1000, refusing: 0, short: 0)
        stage = Stage(box: box, framePeriod: .seconds(1))
        stage.carIsSilent = true
        guard let (start, duration) = StartGrid.covering(Self.window) else {
            throw Unexpected(step: "book")
        }
        let rental = RentalID(start: start, duration: duration, generation: 0)
        code = try CodeIssuer(box: id, keyEpoch: KeyEpoch(0)).rental(rental, with: keys)
        self.recording = recording
        self.incidents = incidents
        self.ignitionOffAt = max(ignitionOffAt, recording.length)
    }

    /// The whole rental; what is in the log at its end.
    func run(visit: Visit? = nil) throws -> RecordedTrip {
        box.deliver(
            .timeOffered(TimeOffer(time: stage.now, error: .seconds(1), source: .technician)))
        if let visit { try install(visit) }
        try stage.pass(to: Self.window.lowerBound + .minutes(1))
        try expect("open", stage.type(code.compact + "#"), .opened)
        try getIn()
        try drive()
        let state = box.runtime?.monitor.state
        stage.setIgnition(false)
        try stage.pass(.seconds(30))
        try getIn()
        try end()
        guard let log = box.log, let state else { throw Unexpected(step: "read the log") }
        return try RecordedTrip(log: log, state: state, fuelFirst: fuelFirst)
    }

    /// The installer chooses an odometer, hears the car for a quarter of a minute, and confirms
    /// what its dash shows.
    private func install(_ visit: Visit) throws {
        if let source = visit.source {
            box.deliver(.odometerChosen(source))
            try expectOdometer(.chosen(source))
        }
        stage.setIgnition(true)
        let start = stage.now
        for tick in 0..<60 as Range<Int64> {
            try move(to: start + Milliseconds(250) * tick)
            for frame in visit.frames { hear(frame) }
        }
        if let dash = visit.dash {
            box.deliver(.odometerConfirmed(dash: dash))
            try expectOdometer(.confirmed(dash))
        }
        stage.setIgnition(false)
        try stage.pass(.minutes(3))
    }

    private func getIn() throws {
        stage.setDoor(open: true)
        try stage.pass(.seconds(4))
        stage.setDoor(open: false)
        try stage.pass(.seconds(2))
    }

    /// Every frame at its own time.
    private func drive() throws {
        guard !box.board.isInhibited else { throw Unexpected(step: "start the engine") }
        stage.setIgnition(true)
        let start = stage.now
        for heard in recording.heard {
            try meet(incidentsBefore: heard.at, start)
            try move(to: start + heard.at)
            hear(heard.frame)
            fuelFirst = fuelFirst ?? box.runtime?.monitor.state.fuel?.value
        }
        if let powerBackAt { try move(to: powerBackAt) }
        try move(to: start + ignitionOffAt)
    }

    private func end() throws {
        let answer = try stage.type("363#")
        if case .ended = answer { return }
        guard answer == .codeFirst else { throw Unexpected(step: "end: \(answer as Any)") }
        // The box started again since the code was typed.
        try expect("end with the code", stage.type(code.compact + "#"), .reopened)
        guard case .ended = try stage.type("363#") else { throw Unexpected(step: "end again") }
    }

    private func expect(_ step: String, _ answer: Signal?, _ hoped: Signal) throws {
        guard answer == hoped else { throw Unexpected(step: "\(step): \(answer as Any)") }
    }

    private func expectOdometer(_ hoped: OdometerAnswer) throws {
        guard box.runtime?.odometerAnswer == hoped else {
            throw Unexpected(step: "odometer: \(box.runtime?.odometerAnswer as Any)")
        }
    }
}

extension RecordedDrive {
    /// Lets time pass; the stage is asked only when something is due, which is seldom.
    private func move(to time: WallTime) throws {
        if let powerBackAt, powerBackAt <= time {
            self.powerBackAt = nil
            try stage.pass(to: powerBackAt)
            try box.powerOn()
        }
        if let due = box.nextDeadline, due <= time { try stage.pass(to: time) }
        box.advance(to: time)
    }

    private func hear(_ frame: CANFrame) {
        box.send(frame)
        if let lasting = isArmed, box.disk.isDead {
            isArmed = nil
            cut(for: lasting)
        }
    }

    private func meet(incidentsBefore time: Milliseconds, _ start: WallTime) throws {
        while let next = incidents.first, next.at <= time {
            incidents.removeFirst()
            try move(to: start + next.at)
            switch next {
            case .powerCut(at: _, lasting: let lasting): cut(for: lasting)
            case .cutInWrite(after: _, lasting: let lasting):
                isArmed = lasting
                box.disk.failAfter(writes: 1)
            case .clockStep(at: _, by: let step):
                box.rtc.step(by: step)
                let offer = TimeOffer(
                    time: stage.now + step, error: .seconds(1), source: .technician)
                box.deliver(.timeOffered(offer))
            }
        }
    }

    private func cut(for lasting: Milliseconds) {
        cuts += 1
        box.cutPower(entropy: UInt64(cuts) << 32 | UInt64(box.disk.mutations))
        powerBackAt = stage.now + lasting
    }
}

/// What a finished rental has left in the log.
struct RecordedTrip: Sendable {
    /// The end of the trip.
    var close: TripCloseBody
    /// What was odd, in order.
    var anomalies: [OdometerAnomalyBody] = []
    /// What was driven unheard, in order.
    var gaps: [OdometerGapBody] = []
    /// Where the chain breaks; `nil` when it holds.
    var defect: ChainDefect?
    /// The car when the recording was over.
    var state: VehicleState
    /// The first level of the tank.
    var fuelFirst: PerMille?

    init(log: TripLog, state: VehicleState, fuelFirst: PerMille?) throws {
        var closes: [TripCloseBody] = []
        for record in try log.records(1...log.head.sequence) {
            switch try RecordDraft(record)?.body {
            case .tripClose(let body): closes.append(body)
            case .odometerAnomaly(let body): anomalies.append(body)
            case .odometerGap(let body): gaps.append(body)
            case _: break
            }
        }
        guard let close = closes.first, closes.count == 1 else {
            throw RecordedDrive.Unexpected(step: "\(closes.count) trips closed")
        }
        self.close = close
        self.state = state
        self.fuelFirst = fuelFirst
        defect = try log.verify().defect
    }

    /// The names of what was odd, in order.
    var oddities: [String] { anomalies.map(\.anomaly) }

    /// Whether `truth` lies within the stated bound.
    func holds(_ truth: Millimetres) -> Bool {
        (close.distance.inMillimetres - truth).magnitude <= close.error.inMillimetres
    }

    /// What was billed, in words.
    var bill: String {
        "\(close.distance) ± \(close.error), \(close.quality.rawValue), "
            + "\(close.flags.sorted().map(\.rawValue)), \(oddities)"
    }
}
