internal import AccessCode
public import Box
internal import Ports
internal import Records
public import Runtime
internal import SimulatedDisk
internal import TripLog
public import Units

/// Watches one box at every step, knowing the truth that the box does not.
public final class Checker: RuntimeObserver {
    /// What was broken, first things first; a run stops at the first.
    public private(set) var violations: [Violation] = []
    /// What happened.
    public internal(set) var statistics = RunStatistics()
    /// The box.
    public weak var box: SimulatedBox?

    /// The log as far as it was replayed after the last restart.
    var replayed: LogReplay?

    private var pending: Commit?
    private var acknowledged = LogHead(sequence: 0, hash: .zero)
    private var redeemed: Set<RentalID> = []
    private var trips: Set<TripID> = []
    private var openedAt: (trip: TripID, odometer: Millimetres)?
    private var coilDrivenAt: (released: Bool, at: WallTime)?

    /// Watches nothing yet.
    public init() {}

    /// The Box took `input`.
    public func took(_ input: BoxInput, at now: BootTime) {
        if case .started = input { restarted() }
        guard case .committed = input, let commit = pending else {
            pending = nil
            return
        }
        pending = nil
        acknowledged = box?.log?.head ?? acknowledged
        for draft in commit.drafts { written(draft) }
    }

    /// The Box was told about the car: nothing to check.
    public func heardCar(at now: BootTime) {}

    /// An effect was carried out.
    public func carriedOut(_ effect: BoxEffect, at now: BootTime) {
        guard let box else { return }
        switch effect {
        case .commit(let commit): pending = commit
        case .pulseDoor(let action): if action == .unlock { unlocked(box) }
        case .releaseStarter:
            if box.runtime?.box.durable.trip == nil {
                violate("the starter is released only behind a durable trip.open", "\(now)")
            }
            drove(released: true, box)
        case .inhibitStarter(let proof):
            if box.car.speed != .zero || box.car.ignition {
                violate(
                    "the starter is never inhibited while the car moves or its ignition is on",
                    "\(box.car.speed), proof of \(proof.quietSince)")
            }
            drove(released: false, box)
        case .signal(let signal): count(signal)
        case .storeFloor, .setRTC, .readRTC, .sync, .powerOff, .check, .makeReceipt, .pinOdometer,
            .acceptOdometerStep, .answerOdometer:
            break
        }
    }

    /// The box starts again, and has written nothing yet: what was promised must be there.
    private func restarted() {
        guard let box, let log = box.log else { return }
        checkAcknowledged(log)
        acknowledged = log.head
        checkNewRecords()
        // What became durable in the very write that was cut counts as if it had been answered.
        if let rental = box.runtime?.box.durable.book.redemptions.last?.rental {
            redeemed.insert(rental)
        }
        let trip = box.runtime?.box.durable.trip?.open.trip
        if let trip, trip != openedAt?.trip { openedAt = (trip, box.car.odometer) }
    }

    /// The last record that was acknowledged is there, and is the same one.
    private func checkAcknowledged(_ log: TripLog) {
        let invariant = "nothing that was acknowledged is lost"
        guard log.head.sequence >= acknowledged.sequence else {
            return violate(
                invariant,
                "record \(acknowledged.sequence) was, and the log ends at \(log.head.sequence)")
        }
        do throws(StorageError) {
            if try log.hash(at: acknowledged.sequence) != acknowledged.hash {
                violate(invariant, "record \(acknowledged.sequence) is another one now")
            }
        } catch { violate(invariant, "\(error)") }
    }

    func violate(_ invariant: String, _ detail: String) {
        violations.append(Violation(invariant, detail))
        statistics[.violations] += 1
    }

    private func count(_ signal: Signal) {
        switch signal {
        case .refused(.clockLost): statistics[.clockLost] += 1
        case .storageFull: statistics[.storageFull] += 1
        case .wait: statistics[.waits] += 1
        case .refused, .digit, .cleared, .opened, .reopened, .extended, .locked, .ended, .owner,
            .accepted, .malformed, .stopped, .closeDoors, .ignitionOn, .moving, .codeFirst,
            .nothingActive, .storageFailed, .keysFailed, .starterFault:
            break
        }
    }

    private func drove(released: Bool, _ box: SimulatedBox) {
        if let last = coilDrivenAt, last.released != released,
            box.truth - last.at < .seconds(1)
        {
            violate("never both coils", "\(box.truth.iso)")
        }
        coilDrivenAt = (released, box.truth)
    }

    private func unlocked(_ box: SimulatedBox) {
        guard let state = box.runtime?.box.durable else { return }
        if state.book.active == nil, state.book.ownerStep == 0 {
            violate("the door opens only behind a durable redemption", box.truth.iso)
        }
    }

    private func written(_ draft: RecordDraft) {
        guard let box else { return }
        switch draft.body {
        case .codeAccepted(.rental(let rental, _)): checkRedemption(rental, box)
        case .codeAccepted(.extended): statistics[.extensions] += 1
        case .codeAccepted(.time): statistics[.timeCodes] += 1
        case .codeRefused(let body):
            if body.outcome == CodeRefusal.wrong.rawValue { statistics[.wrong] += 1 }
            if body.outcome == CodeRefusal.tooEarly.rawValue { statistics[.tooEarly] += 1 }
        case .odometerAnomaly: statistics[.anomalies] += 1
        case .tripOpen(let body):
            if !trips.insert(body.trip).inserted {
                violate("every trip opens once", "\(body.trip)")
            }
            openedAt = (body.trip, box.car.odometer)
        case .tripClose(let body): checkDistance(body, box)
        case .codeAccepted, .boot, .clockStep, .lock, .inhibit, .door, .power, .technician,
            .config, .update, .erase, .tripMark, .odometerGap:
            break
        }
    }

    private func checkRedemption(_ rental: RentalID, _ box: SimulatedBox) {
        statistics[.rentals] += 1
        if !redeemed.insert(rental).inserted { violate("no code opens twice", "\(rental)") }
        guard let interval = box.runtime?.box.clock.interval(at: box.bootTime) else {
            return violate("no new rental without the time", "\(rental)")
        }
        // The box accepts when its interval meets the window: the truth may lie one interval off.
        let width = interval.upperBound - interval.lowerBound
        let opens = rental.start.start - CodeBook.early - width
        if box.truth < opens || box.truth >= rental.end + width {
            violate("no code opens outside its window", "\(rental) at \(box.truth.iso)")
        }
    }

    private func checkDistance(_ body: TripCloseBody, _ box: SimulatedBox) {
        if body.cause == .window || body.cause == .recovered { statistics[.endedByBox] += 1 }
        guard let opened = openedAt, opened.trip == body.open.trip else {
            return violate("a trip is closed that is open", "\(body.open.trip)")
        }
        openedAt = nil
        let truth = box.car.odometer - opened.odometer
        statistics[.metresDriven] += Int(truth.flooredToMetres.count)
        statistics[.metresBilled] += Int(body.distance.count)
        guard body.quality != .none else { return }
        let off = (body.distance.inMillimetres - truth).magnitude
        if off > body.error.inMillimetres + Millimetres(1000) {
            violate(
                "the billed distance is right within its bound",
                "\(body.distance) ± \(body.error) for \(truth.flooredToMetres), \(body.quality)")
        }
    }
}
