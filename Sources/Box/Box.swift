public import AccessCode
public import Records
public import Units
public import Vehicle

/// What a box is set up with, once and for all of one start.
public struct BoxSetup: Hashable, Sendable {
    /// The firmware's version, for the records.
    public var firmware: String
    /// Name and hash of the car profile, for the records.
    public var profile: String
    /// The odometers that the profile knows.
    public var odometers: [SourceKey]
    /// Drift of the clock in parts per billion.
    public var drift: Int64
    /// Under this voltage, parked, the box turns itself off.
    public var batteryFloor: Millivolts
    /// Under this voltage the battery is recorded as low.
    public var batteryLow: Millivolts

    /// A set-up of `firmware` for the car of `profile`.
    public init(
        firmware: String, profile: String, odometers: [SourceKey] = [],
        drift: Int64 = IntervalClock.driftOfRTC,
        batteryFloor: Millivolts = Millivolts(11_500), batteryLow: Millivolts = Millivolts(12_000)
    ) {
        self.firmware = firmware
        self.profile = profile
        self.odometers = odometers
        self.drift = drift
        self.batteryFloor = batteryFloor
        self.batteryLow = batteryLow
    }
}

/// The box: takes in what happens, gives out what is to be done. No I/O, no clock, no chance.
///
/// What must outlive a power cut is in ``durable`` and changes only when the log says that it is
/// written; what may be forgotten is in the other parts.
public struct Box: Sendable {
    /// What is set for this start.
    public let setup: BoxSetup
    /// The state as it is written.
    public internal(set) var durable: DurableState
    /// The box's idea of UTC.
    public internal(set) var clock: IntervalClock
    /// Whether the starter inhibit may be engaged.
    public internal(set) var interlock = Interlock()
    /// What the driver has typed.
    public internal(set) var keypad = Keypad()
    /// What the bus told about the car.
    public internal(set) var car = VehicleState()
    /// The board's ignition line; `nil` is unknown.
    public internal(set) var ignitionLine: Bool?
    /// The board's door line; `nil` is unknown.
    public internal(set) var doorLine: Bool?
    /// The starter inhibit.
    public internal(set) var starter = Starter()
    /// How full the medium is.
    public internal(set) var storage = StorageRoom.normal
    /// Whether the fleet can be reached.
    public internal(set) var online = false
    /// The battery, once it was measured.
    public internal(set) var battery: BatteryReading?
    /// When the Box wants to be stepped again if nothing happens before.
    ///
    /// Kept, not computed when asked: a loop asks far more often than it steps.
    public private(set) var nextDeadline = BootTime.boot + Self.floorPeriod

    var meter: TripMeter?
    var boot: UInt32
    var waiting = Waiting.start
    var drafts: [RecordDraft] = []
    var effects: [BoxEffect] = []
    var continuation = Continuation.nothing
    var now = BootTime.boot
    var recentWrong: [Aged<CodeEntry>] = []
    var recentRefusals: [Aged<CodeRefusal>] = []
    var earlierPassword: Aged<UInt32>?
    var ownerUntil: BootTime?
    var offer: TimeOfferAt?
    /// A time to set the battery-backed clock to, once the record of it is durable.
    var rtcToSet: Aged<WallTime>?
    var startedAt = BootTime.boot
    var floorStoredAt = BootTime.boot
    var ignitionOnAt: BootTime?
    var ignitionSince: BootTime?
    /// Whether the car stood when the ignition was last known to be on.
    var stoodWithIgnition = false
    var overdueTriedAt: BootTime?
    /// When it was last tried to write down which odometer was pinned.
    var sourceNotedAt: BootTime?
    /// Whether the battery is low; it is so until it has risen well above the limit.
    public internal(set) var batteryIsLow = false
    var wasOnlineInTrip = false
    /// Whether the bus fell silent with the ignition on during the trip.
    var canWasLost = false
    /// What the box had drawn when the trip's meter started.
    var drawnAtMeterStart = MilliampereHours.zero
    var wasOverdueAtStart = false
    /// Where the box has its time from.
    public internal(set) var clockQuality = WallQuality.unset
    /// Count wrong codes while they cannot be written down: a full card gives no free tries.
    var unwrittenRentalLane = Lockout()
    var unwrittenOwnerLane = Lockout()
    /// The `boot` record of this start until it is durable: nothing is written before it.
    var unrecordedStart: RecordDraft?
    /// How many records could not be written, as far as the log does not say so yet.
    public internal(set) var unwritten = 0
    /// How many of them the record says that is being written.
    var noted = 0

    /// A box that wakes up with what the log and the floor store remember.
    public init(setup: BoxSetup, durable: DurableState, floor: WallTime?) {
        self.setup = setup
        self.durable = durable
        boot = durable.boots + 1
        clock = IntervalClock(floor: max(durable.floor, floor ?? durable.floor), drift: setup.drift)
    }

    /// Takes in `input` at `now` and gives out what is to be done, in order.
    ///
    /// `now` never goes back. An effect that asks is the last of its batch and is answered by the
    /// next input; anything else traps.
    public mutating func step(_ input: consuming BoxInput, at now: BootTime) -> [BoxEffect] {
        precondition(now >= self.now, "the boot clock never goes back")
        let elapsed = now - self.now
        self.now = now
        keypad.forget(at: now)
        passUptime(elapsed)
        // Until this input it was as it is known to have been.
        if ignition == true { ignitionOnAt = now }
        interlock.observe(ignition: ignition, car: car, at: now)
        take(consume input)
        settle()
        nextDeadline = earliestDeadline
        guard !effects.isEmpty else { return [] }
        defer { effects = [] }
        return effects
    }

    /// Inlined: a call would copy the whole Box, at every step.
    @inline(__always)
    private var earliestDeadline: BootTime {
        var next = floorStoredAt + Self.floorPeriod
        if let deadline = keypad.deadline { next = min(next, deadline) }
        if let deadline = starter.deadline(interlock, after: now) { next = min(next, deadline) }
        if let deadline = busAsleepAt { next = min(next, deadline) }
        return next
    }

    /// When the bus will count as asleep if it stays silent.
    @inline(__always)
    private var busAsleepAt: BootTime? {
        let asleep = (car.lastFrameAt ?? startedAt) + Interlock.speedAge + Milliseconds(1)
        return asleep > now ? asleep : nil
    }

    /// How often the floor is stored when nothing happens.
    public static let floorPeriod = Milliseconds.minutes(10)
}

/// What the next input must answer.
enum Waiting: Hashable, Sendable {
    case start
    case nothing
    // Beside the Box, not in it: mostly the Box waits for nothing, and should be small.
    indirect case commit(DurableState, Continuation)
    indirect case check(CodeCheck)
    case receipt(EndCause, minute: UInt32)
}

/// What goes on once records are durable.
enum Continuation: Hashable, Sendable {
    case nothing
    case opened
    case reopened
    case tripOpened
    case ended([UInt8])
    case said(Signal)
    case refused(CodeRefusal, counted: TryLane?)
    case unlockedForOwner
    case timeSet
    case odometerAnchored(OdometerAnswer, acceptStep: Bool)
    case odometerChosen(SourceKey)
    case stopped
}

/// Who or what ends a rental.
enum EndCause: Hashable, Sendable {
    case driver
    case owner
    case technician
    case window
    case recovered
}

/// A RETURN receipt and the minute that it signs.
struct ReceiptShown: Hashable, Sendable {
    let digits: [UInt8]
    let minute: UInt32
}

/// A time that was offered while a trip was open, to be taken when it is closed.
struct TimeOfferAt: Hashable, Sendable {
    let offer: TimeOffer
    let at: BootTime
}

extension Box {
    private mutating func take(_ input: consuming BoxInput) {
        switch waiting {
        case .start: takeStart(input)
        case .nothing: takeEvent(consume input)
        case .commit(let state, let continuation): takeCommit(input, state, continuation)
        case .check(let check): takeCheck(input, check)
        case .receipt(let cause, let minute): takeReceipt(input, cause, minute)
        }
    }

    private mutating func takeStart(_ input: BoxInput) {
        guard case .started(let startup) = input else {
            preconditionFailure("the first input of a box is .started")
        }
        waiting = .nothing
        start(startup)
    }

    private mutating func takeEvent(_ input: consuming BoxInput) {
        switch consume input {
        case .keyPressed(let key): press(key)
        case .vehicleHeard(let state, let anomalies, let gaps): hear(state, anomalies, gaps)
        case .odometerConfirmed(let dash): confirmOdometer(dash)
        case .odometerChosen(let source): chooseOdometer(source)
        case .technicianActed(let body): record(.technician(body))
        case .keysChanged(let epoch, let hasColdSpare): noteKeys(epoch, hasColdSpare)
        case .rentalEndedByTechnician: endForTechnician()
        case .lineRead(let line, let value): read(line, value)
        case .batteryRead(let reading): read(reading)
        case .rtcRead(let reading): checkClock(reading)
        case .timeOffered(let offer): take(offer, at: now)
        case .storageRead(let room): storage = room
        case .coverageChanged(let online): changeCoverage(online)
        case .deadlinePassed: break
        case .stopping: stop()
        case .started, .committed, .commitFailed, .codeChecked, .keysFailed, .receiptMade:
            preconditionFailure("an answer that nothing asked for")
        }
    }

    private mutating func takeCommit(
        _ input: BoxInput, _ state: DurableState, _ continuation: Continuation
    ) {
        waiting = .nothing
        switch input {
        case .committed:
            durable = state
            unrecordedStart = nil
            unwritten -= noted
            noted = 0
            // Nothing follows the record that says that the box was stopped in order.
            if continuation != .stopped { noteUnwritten() }
            proceed(continuation)
            setRTC()
        case .commitFailed:
            rtcToSet = nil
            // The start and the note are written again: they are not missing.
            let again = (unrecordedStart == nil ? 0 : 1) + (noted == 0 ? 0 : 1)
            unwritten += Int(state.sequence - durable.sequence) - again
            noted = 0
            giveUp(continuation)
        case .started, .keyPressed, .vehicleHeard, .odometerConfirmed, .odometerChosen,
            .technicianActed, .keysChanged, .rentalEndedByTechnician, .lineRead, .batteryRead,
            .rtcRead, .timeOffered, .storageRead, .coverageChanged,
            .deadlinePassed, .stopping, .codeChecked, .keysFailed, .receiptMade:
            preconditionFailure("a commit is answered before anything else happens")
        }
    }

    private mutating func takeCheck(_ input: BoxInput, _ check: CodeCheck) {
        waiting = .nothing
        switch input {
        case .codeChecked(let match): judge(check, match)
        case .keysFailed: say(.keysFailed)
        case .started, .keyPressed, .vehicleHeard, .odometerConfirmed, .odometerChosen,
            .technicianActed, .keysChanged, .rentalEndedByTechnician, .lineRead, .batteryRead,
            .rtcRead, .timeOffered, .storageRead, .coverageChanged,
            .deadlinePassed, .stopping, .committed, .commitFailed, .receiptMade:
            preconditionFailure("a check is answered before anything else happens")
        }
    }

    private mutating func takeReceipt(_ input: BoxInput, _ cause: EndCause, _ minute: UInt32) {
        waiting = .nothing
        guard case .receiptMade(let digits) = input else {
            preconditionFailure("a receipt is answered before anything else happens")
        }
        closeTrip(cause, receipt: digits.map { ReceiptShown(digits: $0, minute: minute) })
    }

    /// After every input: what follows from the state of things, and the batch's one question.
    private mutating func settle() {
        if ignition == true {
            stoodWithIgnition = car.speed?.fresh(within: Interlock.speedAge, at: now) == .zero
            ignitionOnAt = now
            ignitionSince = ignitionSince ?? now
        } else {
            ignitionSince = nil
        }
        interlock.observe(ignition: ignition, car: car, at: now)
        watchBus()
        if case .nothing = waiting, case .nothing = continuation {
            mark()
            tendFloor()
            tendStarter()
            endOverdue()
            endForgotten()
        }
        ask()
    }

    /// Closes the batch with the commit of what was drafted.
    private mutating func ask() {
        guard !drafts.isEmpty else { return }
        precondition(waiting == .nothing, "one question a batch")
        var state = durable
        for draft in drafts { state.apply(draft) }
        waiting = .commit(state, continuation)
        effects.append(.commit(Commit(drafts: drafts, state: state)))
        drafts = []
        continuation = .nothing
    }

    /// Says in the log that records are missing, as soon as it can be said.
    private mutating func noteUnwritten() {
        guard unwritten > 0 else { return }
        noted = unwritten
        record(.config(ConfigBody(what: "unwritten", to: String(unwritten))))
    }

    mutating func record(_ body: RecordBody) {
        if drafts.isEmpty, let unrecordedStart { drafts.append(unrecordedStart) }
        drafts.append(RecordDraft(stamp: stamp, body: body))
    }

    mutating func say(_ signal: Signal) {
        effects.append(.signal(signal))
    }

    /// The stamp of a record made now.
    var stamp: Stamp {
        let wall = clock.reading(at: now).map {
            WallReading(time: $0.time, error: $0.error, quality: clockQuality)
        }
        return Stamp(boot: boot, mono: now, wall: wall)
    }

    /// The ignition, by the board's line, else by the bus; `nil` is unknown.
    public var ignition: Bool? {
        ignitionLine ?? car.ignition?.fresh(within: Interlock.speedAge, at: now)
    }

    /// Whether a door stands open, by the board's line, else by the bus; `nil` is unknown.
    public var doorOpen: Bool? { doorLine ?? car.doorOpen?.value }

    /// Whether the car moves or might.
    var moves: Bool {
        // A bus that was not listened to yet is not asleep.
        if car.lastFrameAt == nil, now - startedAt <= Interlock.speedAge { return true }
        if let stands = Interlock.stands(car, at: now) { return !stands }
        // A car that is asked for its speed says none without ignition, while its bus goes on.
        return !(ignition == false && stoodWithIgnition)
    }
}
