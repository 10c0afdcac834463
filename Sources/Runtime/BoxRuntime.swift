public import AccessCode
public import Box
public import CAN
public import Ports
internal import Records
public import Units
public import Vehicle

/// The ports of one box.
public struct BoxPorts {
    /// The log.
    public var log: any RecordLog
    /// The time that has certainly passed.
    public var floor: any FloorStore
    /// The code keys.
    public var keys: any CodeKeys
    /// The board's lines.
    public var board: any Board
    /// The battery-backed clock.
    public var rtc: any RealTimeClock
    /// The way to the fleet.
    public var uplink: any UplinkTrigger
    /// The way into the car.
    public var bus: any CarBus

    /// These ports.
    public init(
        log: any RecordLog, floor: any FloorStore, keys: any CodeKeys, board: any Board,
        rtc: any RealTimeClock, uplink: any UplinkTrigger, bus: any CarBus
    ) {
        self.bus = bus
        self.log = log
        self.floor = floor
        self.keys = keys
        self.board = board
        self.rtc = rtc
        self.uplink = uplink
    }
}

/// Looks on: every input with the effects that were carried out for it.
public protocol RuntimeObserver: AnyObject {
    /// The Box took `input` at `now`.
    func took(_ input: BoxInput, at now: BootTime)
    /// The Box was told about the car: `vehicleHeard`, which comes every second and is not handed
    /// over.
    func heardCar(at now: BootTime)
    /// `effect` was carried out at `now`.
    func carriedOut(_ effect: BoxEffect, at now: BootTime)
}

/// The loop around one Box: steps it, carries out its effects in order, answers what it asks.
///
/// It waits for nothing: whoever owns it gathers inputs and calls ``deliver(_:at:)`` from one
/// thread, and ``wake(at:)`` when ``nextDeadline`` has come. The same loop runs in the car and in
/// the simulator.
public final class BoxRuntime {
    /// The Box.
    public private(set) var box: Box
    /// What is heard on the bus.
    public internal(set) var monitor: VehicleMonitor
    /// Who hears the answers of control units, and asks for them where the profile does.
    public internal(set) var poller: VehiclePoller
    /// Whether the poller may ever send: kept, because it is looked at with every frame.
    let asks: Bool
    /// Looks on. It is kept alive, and must not keep this loop alive in turn.
    public var observer: (any RuntimeObserver)?
    /// Writes that failed since the start, with the last reason, for status.
    public private(set) var lastStorageError: StorageError?
    /// Why the time floor was not stored last time; `nil` where it was.
    public private(set) var lastFloorFailure: StorageError?
    /// Why the keys did not answer last time; `nil` where they did.
    public private(set) var lastKeyFailure: CodeKeyFailure?

    /// What came of the last wish about the odometer, for whoever asked.
    public private(set) var odometerAnswer: OdometerAnswer?

    /// What the Box showed and sounded last, for whoever asked for it; `nil` where it was taken.
    private var lastSignal: Signal?

    /// When ``wake(at:)`` is due if nothing happens before.
    ///
    /// Kept, not computed when asked: a loop asks far more often than anything happens.
    public var nextDeadline: BootTime { dueAt }
    private var dueAt: BootTime

    let ports: BoxPorts
    /// When the poller has something to do.
    var pollingDue: BootTime?
    /// Whether the doors were locked by the box, and none was seen open since.
    var isLockedByBox = false
    /// When the battery was measured last.
    var voltageReadAt: BootTime?
    private var snapshotAt: Int64
    private var storage = StorageRoom.normal
    /// Whether something was written since the medium's level was looked at.
    private var mayHaveChanged = true
    private var vehicleToldAt: BootTime?

    /// How many records may lie behind the last snapshot: a restart replays at most so many.
    public static let snapshotPeriod: Int64 = 32
    /// How often the Box is told about a car of which nothing notable changed.
    static let vehiclePeriod = Milliseconds.seconds(1)

    /// Takes up where the log ends: its snapshot, then every record behind it.
    ///
    /// `provisioned` is the state of a box whose log is still empty, `now` the boot clock: what the
    /// log says of the car is of before.
    ///
    /// - Throws: ``Ports/StorageError`` when the log cannot be read or contradicts itself.
    public init(
        setup: BoxSetup, profile: VehicleProfile, ports: BoxPorts, provisioned: DurableState,
        at now: BootTime = .boot
    ) throws(StorageError) {
        let (durable, snapshotAt) = try Replay.state(of: ports.log, provisioned: provisioned)
        self.ports = ports
        self.snapshotAt = snapshotAt
        // An unreadable floor strands nobody: the log holds an older one.
        let floor: WallTime?
        do throws(StorageError) { floor = try ports.floor.load() } catch {
            floor = nil
            lastStorageError = error
        }
        box = Box(setup: setup, durable: durable, floor: floor)
        // A log from before odometers were named was written by the profile's first.
        let pinned =
            durable.odometerSource
            ?? (durable.odometer == nil ? nil : profile.odometerKeys.first)
        poller = VehiclePoller(profile)
        asks = poller.asks
        monitor = VehicleMonitor(
            profile: profile, pinned: pinned,
            lastAccepted: OdometerEstimate(durable.odometer, pinned: pinned, at: now))
        dueAt = box.nextDeadline
    }

    /// Starts the Box. `inhibit` is the read-back of the starter inhibit.
    public func start(inhibit: Bool?, at now: BootTime) {
        storage = StorageRoom(ports.log.level)
        let state = inhibit.map { $0 ? InhibitState.engaged : .released } ?? .unknown
        deliver(
            .started(Startup(rtc: ports.rtc.read(), inhibit: state, storage: storage)), at: now)
    }

    /// Steps the Box with `input` and carries out what it wants, answers included.
    public func deliver(_ input: BoxInput, at now: BootTime) {
        let observer = observer
        if case .vehicleHeard = input {
            observer?.heardCar(at: now)
        } else {
            observer?.took(input, at: now)
            if case .batteryRead = input { voltageReadAt = now }
        }
        carryOut(box.step(input, at: now), at: now, observer)
        dueAt = earliestDeadline
    }

    /// The Box hears about the car, whose state goes from the monitor to the Box in one copy.
    private func deliverCar(
        _ anomalies: [OdometerAnomaly], _ gaps: [OdometerGap], at now: BootTime
    ) {
        let observer = observer
        observer?.heardCar(at: now)
        let effects = box.step(
            .vehicleHeard(monitor.state, anomalies: anomalies, gaps: gaps), at: now)
        carryOut(effects, at: now, observer)
    }

    /// Carries out what the Box wants, and gives it the answers, until it wants nothing more.
    private func carryOut(
        _ effects: [BoxEffect], at now: BootTime, _ observer: (any RuntimeObserver)?
    ) {
        var answers: [BoxInput] = []
        carryOut(effects, at: now, observer, &answers)
        while let next = answers.isEmpty ? storageChange() : answers.removeFirst() {
            observer?.took(next, at: now)
            carryOut(box.step(next, at: now), at: now, observer, &answers)
        }
        tendPolling(at: now)
    }

    private func carryOut(
        _ effects: [BoxEffect], at now: BootTime, _ observer: (any RuntimeObserver)?,
        _ answers: inout [BoxInput]
    ) {
        for effect in effects {
            carryOut(effect, into: &answers)
            observer?.carriedOut(effect, at: now)
        }
    }

    /// The signal that came last, once.
    public func takeLastSignal() -> Signal? { lastSignal.take() }

    /// Takes in a frame of the car. The Box is told when it says something notable, else once a
    /// second. What answers a diagnostic request is read as such, whoever asked.
    ///
    /// Frames that the box itself has sent must not come here.
    public func receive(_ frame: CANFrame, at now: BootTime) {
        let changes = monitor.receive(frame, at: now)
        if asks { poller.note(changes, at: now) }
        tell(changes, at: now)
        carryOut(poller.receive(frame, at: now), at: now)
        tendPolling(at: now)
        dueAt = earliestDeadline
    }

    /// Takes in the answer to a diagnostic request, whoever asked: `payload` is what stands behind
    /// service and identifier, under the identifier of the unit that answers.
    public func receive(
        answer payload: CANFrame, service: UInt8, identifier: UInt16, at now: BootTime
    ) {
        let changes = monitor.receive(
            answer: payload, service: service, identifier: identifier, at: now)
        tell(changes, at: now)
        dueAt = earliestDeadline
    }

    /// Takes in how many pulses the board's line has had since boot.
    public func receive(pulses total: Int64, at now: BootTime) {
        tell(monitor.receive(pulses: total, at: now), at: now)
        dueAt = earliestDeadline
    }

    /// Does what is due at `now`.
    public func wake(at now: BootTime) {
        tell(monitor.advance(to: now), at: now)
        if let pollingDue, now >= pollingDue {
            carryOut(poller.advance(to: now), at: now)
            tendPolling(at: now)
            dueAt = earliestDeadline
            // Questions to the car are none of the Box's deadlines.
            guard now >= box.nextDeadline else { return }
        }
        deliver(.deadlinePassed, at: now)
    }

    private var earliestDeadline: BootTime {
        var next = box.nextDeadline
        if let deadline = monitor.nextDeadline { next = min(next, deadline) }
        if let pollingDue { next = min(next, pollingDue) }
        return next
    }

    func tell(_ changes: VehicleChanges, at now: BootTime) {
        let due = vehicleToldAt.map { now - $0 >= Self.vehiclePeriod } ?? true
        let notable = !changes.isDisjoint(with: .notable)
        guard notable || (due && monitor.heardAt == now) else { return }
        vehicleToldAt = now
        let anomalies = changes.contains(.anomaly) ? monitor.takeAnomalies() : []
        let gaps = changes.contains(.gap) ? monitor.takeGaps() : []
        deliverCar(anomalies, gaps, at: now)
    }

    /// Carries out one effect. An answer goes to the front of `queue`: the Box waits for it.
    private func carryOut(_ effect: BoxEffect, into queue: inout [BoxInput]) {
        switch effect {
        case .pulseDoor(let action):
            isLockedByBox = action == .lock
            ports.board.pulseDoor(action)
        case .releaseStarter: ports.board.releaseStarter()
        case .inhibitStarter(let proof): ports.board.inhibitStarter(proof)
        case .signal(let signal):
            lastSignal = signal
            ports.board.signal(signal)
        case .storeFloor(let floor): store(floor)
        case .setRTC(let time): ports.rtc.set(to: time)
        case .readRTC: queue.append(.rtcRead(ports.rtc.read()))
        case .sync: ports.uplink.syncSoon()
        case .pinOdometer(let source): _ = monitor.pin(source)
        case .acceptOdometerStep: _ = monitor.acceptStep()
        case .answerOdometer(let answer): odometerAnswer = answer
        case .powerOff: ports.board.powerOff()
        case .commit(let commit): queue.insert(write(commit), at: 0)
        case .check(let check): queue.insert(search(check), at: 0)
        case .makeReceipt(let receipt): queue.insert(make(receipt), at: 0)
        }
    }

    private func write(_ commit: Commit) -> BoxInput {
        mayHaveChanged = true
        let isDue = commit.state.sequence - snapshotAt >= Self.snapshotPeriod
        do throws(StorageError) {
            try ports.log.append(commit.drafts, snapshot: isDue ? commit.state.snapshot : nil)
        } catch {
            lastStorageError = error
            return .commitFailed
        }
        if isDue { snapshotAt = commit.state.sequence }
        return .committed
    }

    private func search(_ check: CodeCheck) -> BoxInput {
        do throws(CodeKeyFailure) {
            let match = try check.run(with: ports.keys)
            lastKeyFailure = nil
            return .codeChecked(match)
        } catch {
            lastKeyFailure = error
            return .keysFailed
        }
    }

    private func make(_ receipt: Receipt) -> BoxInput {
        let issuer = CodeIssuer(box: box.durable.box, keyEpoch: receipt.keyEpoch)
        do throws(CodeKeyFailure) {
            return .receiptMade(try issuer.receipt(receipt.returned, with: ports.keys).digits)
        } catch {
            lastKeyFailure = error
            return .receiptMade(nil)
        }
    }

    private func store(_ floor: WallTime) {
        do throws(StorageError) {
            try ports.floor.store(floor)
            lastFloorFailure = nil
        } catch {
            // The log holds an older floor: the clock is checked less sharply, nothing else is
            // lost.
            lastStorageError = error
            lastFloorFailure = error
        }
    }

    /// What the last write showed about the medium, if that is news.
    private func storageChange() -> BoxInput? {
        guard mayHaveChanged else { return nil }
        mayHaveChanged = false
        let room = StorageRoom(ports.log.level)
        guard room != storage else { return nil }
        storage = room
        return .storageRead(room)
    }
}

extension StorageRoom {
    /// What a level of the medium means to the Box.
    public init(_ level: StorageLevel) {
        self =
            switch level {
            case .normal: .normal
            case .tight: .tight
            case .full, .readOnly: .none
            }
    }
}

extension VehicleChanges {
    /// What the Box is told at once.
    static let notable: VehicleChanges = [
        .odometer, .started, .stopped, .ignition, .doors, .anomaly, .gap, .busWoke, .busSlept,
    ]
}
