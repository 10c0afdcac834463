public import AccessCode
public import Records
public import Units
public import Vehicle

/// A trip that was opened and not yet closed.
public struct OpenTrip: Hashable, Sendable {
    /// What was written when it opened.
    public var open: TripOpenBody
    /// When that was.
    public var opened: Stamp
    /// The last mark, if there was one.
    public var mark: TripMarkBody?
    /// What happened since that a reader of the bill must know.
    public var flags: Set<TripFlag>
    /// What of its way the odometer went while nobody listened.
    public var gap: Metres
    /// When the last record of the trip was written.
    var written: Stamp
    /// How long the box was off since the trip opened, at the most.
    public var unwatched: Milliseconds

    /// The trip behind its `trip.open` record.
    public init(open: TripOpenBody, opened: Stamp) {
        self.open = open
        self.opened = opened
        flags = []
        gap = .zero
        written = opened
        unwatched = .zero
    }
}

/// Everything that a box must remember through a power cut: exactly the fold of its records.
///
/// It changes only in ``apply(_:)``, so replaying any prefix of the log gives the state at that
/// point; the snapshot in the log only saves the time of doing so.
public struct DurableState: Hashable, Sendable {
    /// The box.
    public let box: BoxID
    /// The log epoch.
    public let epoch: UInt32
    /// The number of the last record; 0 before the first.
    public var sequence: Int64
    /// How many times the box started.
    public var boots: UInt32
    /// What is remembered about codes.
    public var book: CodeBook
    /// The try budget of typed rental codes.
    public var rentalLane: Lockout
    /// The try budget of the owner's passwords.
    public var ownerLane: Lockout
    /// The try budget of technicians who log in.
    public var technicianLane: Lockout
    /// The trip that is open.
    public var trip: OpenTrip?
    /// UTC at the last trusted setting of the clock.
    public var trusted: WallTime?
    /// The error of that setting.
    public var trustedError: Milliseconds
    /// UTC that has certainly passed, as the records show.
    public var floor: WallTime
    /// The last odometer position that was written down.
    public var odometer: OdometerStatement?
    /// When that was.
    public var odometerAt: Stamp?
    /// The odometer that is billed by; `nil` until the car was heard.
    public var odometerSource: SourceKey?
    /// Whether somebody has confirmed that it is what the dashboard shows.
    public var isOdometerConfirmed: Bool
    /// Whether the doors were told to unlock last: END is for whoever has the car open.
    public var isUnlocked: Bool
    /// Whether the last record says that the box was stopped in order.
    public var stopped: Bool

    /// The state of a box that was just provisioned, in a car whose odometer the installer has
    /// `confirmed` to be what the dashboard shows; `nil` where nobody has looked yet.
    public init(
        box: BoxID, epoch: UInt32, keyEpoch: KeyEpoch, hasColdSpare: Bool,
        confirmed: SourceKey? = nil
    ) {
        self.box = box
        self.epoch = epoch
        sequence = 0
        boots = 0
        book = CodeBook(box: box, keyEpoch: keyEpoch, hasColdSpare: hasColdSpare)
        rentalLane = Lockout()
        ownerLane = Lockout()
        technicianLane = Lockout()
        trip = nil
        trusted = nil
        trustedError = .zero
        floor = Slot.origin
        odometer = nil
        odometerAt = nil
        odometerSource = confirmed
        isOdometerConfirmed = confirmed != nil
        isUnlocked = false
        stopped = false
    }

    /// The number that the record after the next `count` will have.
    func trip(after count: Int) -> TripID {
        TripID(epoch: epoch, sequence: sequence + Int64(count) + 1)
    }

    /// Takes in a record whose body is erased or unknown: it has a number and changes nothing else.
    public mutating func skip() {
        sequence += 1
    }

    /// Takes in the next record of the log.
    public mutating func apply(_ record: RecordDraft) {
        sequence += 1
        stopped = false
        if let wall = record.stamp.wall { floor = max(floor, wall.time - wall.error) }
        if record.stamp.boot == boots {
            rentalLane.pass(to: record.stamp.mono)
            ownerLane.pass(to: record.stamp.mono)
            technicianLane.pass(to: record.stamp.mono)
        }
        switch record.body {
        case .boot(let body): apply(body, record.stamp)
        case .clockStep(let body): apply(body, record.stamp)
        case .codeAccepted(let body): apply(body)
        case .codeRefused(let body): apply(body, record.stamp)
        case .tripOpen(let body):
            trip = OpenTrip(open: body, opened: record.stamp)
            note(body.odometer, record.stamp)
        case .tripMark(let body):
            trip?.mark = body
            note(body.odometer, record.stamp)
        case .tripClose(let body):
            trip = nil
            book.end()
            if !body.flags.contains(.odometerStale) { note(body.odometer, record.stamp) }
        case .odometerAnomaly(let body): apply(body)
        case .odometerGap(let body): apply(body)
        case .config(let body): apply(body, record.stamp)
        case .power(let body): stopped = body.event == .stopped
        case .lock(let body): isUnlocked = body.action == .unlock
        case .technician(let body): apply(body, record.stamp)
        case .inhibit, .door, .update, .erase: break
        }
        trip?.written = record.stamp
        book.forget(before: floor)
    }

    private mutating func note(_ odometer: OdometerStatement?, _ stamp: Stamp) {
        guard let odometer else { return }
        self.odometer = odometer
        odometerAt = stamp
    }

    private mutating func apply(_ body: BootBody, _ stamp: Stamp) {
        boots = stamp.boot
        rentalLane.restart(at: stamp.mono)
        ownerLane.restart(at: stamp.mono)
        technicianLane.restart(at: stamp.mono)
        if var trip {
            trip.unwatched += trip.written.longest(to: stamp)
            trip.flags.insert(.rebooted)
            if !body.clean { trip.flags.insert(.powerLoss) }
            self.trip = trip
        }
    }

    private mutating func apply(_ body: ClockStepBody, _ stamp: Stamp) {
        trip?.flags.insert(.clockStep)
        switch body.cause {
        case .server, .technician, .timeCode, .owner:
            trusted = body.to
            // The stamp is of the clock as it was set: its error is what the source claimed.
            trustedError = max(
                ClockRules.trustedError(body.cause), stamp.wall?.error ?? .zero)
        case .oscillatorStopped, .belowFloor, .jump:
            // A clock that was found out is not believed again because the plug was pulled.
            trusted = nil
        case .rtc, .unset, .rtcMissing, .gnss: break
        }
    }

    private mutating func apply(_ body: CodeAcceptedBody) {
        switch body {
        case .rental(let rental, let keyEpoch): book.redeem(rental, keyEpoch: keyEpoch)
        case .reopened: return
        case .extended(let rental, let duration, let counter):
            book.extend(rental, to: duration, counter: counter)
        case .revoked(let target): book.revokedThrough = target
        case .keySwitched(let epoch):
            book.keyEpoch = epoch
            book.hasColdSpare = false
        case .time(let count): book.timeCount = count
        case .owner(let step):
            book.ownerStep = step
            ownerLane.succeed()
            rentalLane.lift()
            return
        }
        rentalLane.succeed()
    }

    private mutating func apply(_ body: CodeRefusedBody, _ stamp: Stamp) {
        guard body.counted else { return }
        switch body.lane {
        case .rental: rentalLane.fail(at: stamp.mono)
        case .owner: ownerLane.fail(at: stamp.mono)
        }
    }

    private mutating func apply(_ body: TechnicianBody, _ stamp: Stamp) {
        switch body.action {
        case TechnicianBody.login:
            technicianLane.succeed()
            rentalLane.lift()
        case TechnicianBody.loginRefused: technicianLane.fail(at: stamp.mono)
        case _: break
        }
    }

    private mutating func apply(_ body: OdometerAnomalyBody) {
        guard let flag = TripFlag(anomaly: body.anomaly) else { return }
        trip?.flags.insert(flag)
    }

    private mutating func apply(_ body: OdometerGapBody) {
        guard trip != nil, body.trip == trip?.open.trip else { return }
        trip?.gap += body.distance
        trip?.flags.insert(.odometerGap)
    }

    private mutating func apply(_ body: ConfigBody, _ stamp: Stamp) {
        switch body.what {
        case ConfigBody.odometerSource: bill(by: SourceKey(body.to))
        case ConfigBody.odometerAnchor:
            isOdometerConfirmed = true
            if let metres = Int64(body.to) { anchor(at: Metres(metres), stamp) }
        case ConfigBody.keyEpoch:
            if let number = UInt16(body.to) { book.keyEpoch = KeyEpoch(number) }
        case ConfigBody.keySpare: book.hasColdSpare = body.to != ConfigBody.none
        case _: break
        }
    }

    /// What was known of another odometer says nothing about this one.
    private mutating func bill(by source: SourceKey) {
        defer { odometerSource = source }
        guard let old = odometerSource, old != source else { return }
        isOdometerConfirmed = false
        odometer = nil
        odometerAt = nil
    }

    /// The odometer stands at `display`, as somebody has confirmed.
    private mutating func anchor(at display: Metres, _ stamp: Stamp) {
        guard var anchor = odometer, anchor.display != display else { return }
        anchor.display = display
        anchor.position = display
        anchor.error = anchor.resolution
        anchor.quality = .odometer
        note(anchor, stamp)
    }
}

extension Stamp {
    /// How much time can lie between this stamp and one of a later start of the box: at most
    /// ``Box/gapMaximum``, which is also meant where the time is not known.
    func longest(to later: Stamp) -> Milliseconds {
        guard let wall, let then = later.wall else { return Box.gapMaximum }
        let gap = then.time - wall.time + wall.error + then.error
        return min(max(gap, .zero), Box.gapMaximum)
    }
}

/// How far trusted settings of the clock are trusted.
enum ClockRules {
    static func trustedError(_ cause: ClockStepBody.Cause) -> Milliseconds {
        switch cause {
        case .server, .technician, .rtc, .unset, .oscillatorStopped, .belowFloor, .jump,
            .rtcMissing,
            .gnss:
            IntervalClock.settingError
        case .timeCode: .minutes(5) + IntervalClock.settingError
        case .owner: .seconds(60) + IntervalClock.settingError
        }
    }
}
