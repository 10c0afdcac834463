import AccessCode
import Records
import Testing
import Units
import Vehicle

@testable import Box

let testBox = BoxID(0x00C0_FFEE_0000_0001)
/// When the box starts, on its own clock: a process starts some time after the kernel.
let startTime = BootTime(milliseconds: 5_000)
let testOdometer: SourceKey = "611.ODOMETER"
let firstSlot = Slot(500_000)
/// UTC at ``startTime``.
let startWall = firstSlot.start
let eightHours = RentalID(start: firstSlot, duration: hours(8), generation: 0)
let rentalDigits = "015123456789"

func hours(_ count: Int64) -> DurationIndex {
    DurationIndex(covering: .hours(count)) ?? .minimum
}

func millis(_ count: Int64) -> Milliseconds { Milliseconds(count) }

/// A state as provisioning leaves it, with a clock that was set.
func provisionedState() -> DurableState {
    var state = DurableState(
        box: testBox, epoch: 7, keyEpoch: KeyEpoch(0), hasColdSpare: true,
        confirmed: testOdometer)
    state.trusted = startWall - .days(1)
    state.trustedError = IntervalClock.settingError
    return state
}

/// One box, what it is told and what it wants: questions are answered as the test says.
struct Conversation {
    var box: Box
    var now: BootTime
    /// What every commit that was taken wrote, in order.
    var written: [RecordDraft] = []
    /// Whether a commit is taken; the number counts commits from 0.
    var takesCommit: (Int, Commit) -> Bool = { _, _ in true }
    var commits = 0
    /// What the keys find; `nil` when they do not answer.
    var match: CodeCheck.Match? = CodeCheck.Match.none
    /// What the keys were asked last.
    var check: CodeCheck?
    /// What the receipt is; `nil` when the keys do not answer.
    var receipt: [UInt8]? = [1, 2, 3, 4, 5, 6, 7, 8]
    /// How long the keys take for a receipt.
    var receiptTakes = Milliseconds.zero
    var car = VehicleState()

    init(
        _ state: DurableState = provisionedState(), floor: WallTime? = nil,
        setup: BoxSetup = BoxSetup(firmware: "1.0", profile: "test@00000000"),
        at now: BootTime = startTime
    ) {
        box = Box(setup: setup, durable: state, floor: floor)
        self.now = now
    }

    /// A started box in a parked car: ignition off, doors shut, inhibit engaged, bus asleep.
    static func parked(
        _ state: DurableState = provisionedState(), inhibit: InhibitState = .engaged
    ) -> Conversation {
        var talk = Conversation(state)
        talk.start(inhibit: inhibit)
        talk.tell(.lineRead(.ignition, false))
        talk.tell(.lineRead(.doorContact, false))
        talk.wait(millis(3_000))
        return talk
    }

    /// A parked car whose rental of eight hours was opened.
    static func rented() -> Conversation {
        var talk = Conversation.parked()
        talk.match = .rental(eightHours)
        talk.enter(rentalDigits)
        talk.tell(.lineRead(.starterInhibitSense, false))
        return talk
    }

    @discardableResult
    mutating func start(
        rtc: RTCReading? = RTCReading(time: startWall, stopped: false),
        inhibit: InhibitState = .engaged, storage: StorageRoom = .normal
    ) -> [BoxEffect] {
        tell(.started(Startup(rtc: rtc, inhibit: inhibit, storage: storage)))
    }

    /// Tells the box `input`, answers what it asks, and gives all effects in order.
    @discardableResult
    mutating func tell(_ input: BoxInput) -> [BoxEffect] {
        var all: [BoxEffect] = []
        var next: BoxInput? = input
        while let input = next {
            let batch = box.step(input, at: now)
            expectOrder(batch)
            all += batch
            next = batch.last.flatMap { answer($0) }
        }
        return all
    }

    private func expectOrder(_ batch: [BoxEffect]) {
        #expect(batch.dropLast().allSatisfy { !$0.asks }, "a question is the last of its batch")
        #expect(
            !(batch.contains(.releaseStarter) && batch.contains { $0.inhibits }),
            "never both coils in a batch")
    }

    private mutating func answer(_ effect: BoxEffect) -> BoxInput? {
        switch effect {
        case .commit(let commit):
            defer { commits += 1 }
            guard takesCommit(commits, commit) else { return .commitFailed }
            written += commit.drafts
            return .committed
        case .check(let check):
            self.check = check
            return match.map { .codeChecked($0) } ?? .keysFailed
        case .makeReceipt:
            now = now + receiptTakes
            return .receiptMade(receipt)
        case .pulseDoor, .releaseStarter, .inhibitStarter, .signal, .storeFloor, .setRTC,
            .readRTC, .sync, .powerOff, .pinOdometer, .acceptOdometerStep, .answerOdometer:
            return nil
        }
    }

    /// Types `digits` and enters them: the effects of the enter key.
    @discardableResult
    mutating func enter(_ digits: String) -> [BoxEffect] {
        for digit in digits.utf8 { tell(.keyPressed(.digit(digit - UInt8(ascii: "0")))) }
        return tell(.keyPressed(.enter))
    }

    /// Lets time pass, stepping the box whenever it asked for it.
    @discardableResult
    mutating func wait(_ time: Milliseconds) -> [BoxEffect] {
        let end = now + time
        var all: [BoxEffect] = []
        while box.nextDeadline <= end {
            guard box.nextDeadline > now else {
                Issue.record("a deadline that has passed is a busy loop")
                break
            }
            now = box.nextDeadline
            all += tell(.deadlinePassed)
        }
        now = end
        return all + tell(.deadlinePassed)
    }

    /// The bus tells the car's speed, and what else is given.
    @discardableResult
    mutating func hear(
        speed: Int64?, odometer: Metres? = nil, pulses: Metres? = nil,
        anomalies: [OdometerAnomaly] = []
    ) -> [BoxEffect] {
        car.lastFrameAt = now
        if let speed { car.speed = Reading(MillimetresPerSecond(speed), from: "test", at: now) }
        if let odometer {
            car.odometer = OdometerEstimate(
                display: odometer, position: odometer, error: Metres(100),
                resolution: Metres(1000), source: .odometer, key: testOdometer, at: now)
        }
        if let pulses { car.pulses = pulses }
        return tell(.vehicleHeard(car, anomalies: anomalies))
    }

    /// The same box after a power cut: what was durable, and nothing else.
    func afterPowerCut(at now: BootTime = startTime) -> Conversation {
        var next = Conversation(box.durable, at: now)
        next.written = written
        return next
    }

    /// UTC as the test knows it.
    var wall: WallTime { startWall + (now - startTime) }

    /// The kinds of all records so far.
    var kinds: [RecordKind] { written.map(\.body.kind) }
    var opens: [TripOpenBody] {
        written.compactMap { if case .tripOpen(let body) = $0.body { body } else { nil } }
    }
    var closes: [TripCloseBody] {
        written.compactMap { if case .tripClose(let body) = $0.body { body } else { nil } }
    }
    var clockSteps: [ClockStepBody] {
        written.compactMap { if case .clockStep(let body) = $0.body { body } else { nil } }
    }
    var inhibits: [InhibitBody] {
        written.compactMap { if case .inhibit(let body) = $0.body { body } else { nil } }
    }
    var powers: [PowerBody.Event] {
        written.compactMap { if case .power(let body) = $0.body { body.event } else { nil } }
    }
    var refusals: [CodeRefusedBody] {
        written.compactMap { if case .codeRefused(let body) = $0.body { body } else { nil } }
    }
    var accepted: [CodeAcceptedBody] {
        written.compactMap { if case .codeAccepted(let body) = $0.body { body } else { nil } }
    }
    var notes: [ConfigBody] {
        written.compactMap { if case .config(let body) = $0.body { body } else { nil } }
    }
}

extension BoxEffect {
    var asks: Bool {
        switch self {
        case .commit, .check, .makeReceipt: true
        case .pulseDoor, .releaseStarter, .inhibitStarter, .signal, .storeFloor, .setRTC,
            .readRTC, .sync, .powerOff, .pinOdometer, .acceptOdometerStep, .answerOdometer:
            false
        }
    }

    var inhibits: Bool { if case .inhibitStarter = self { true } else { false } }

    /// The kinds that a commit writes, in order; `nil` for any other effect.
    var commitKinds: [RecordKind]? {
        if case .commit(let commit) = self { commit.drafts.map(\.body.kind) } else { nil }
    }

    var receipt: Receipt? { if case .makeReceipt(let receipt) = self { receipt } else { nil } }
}

extension [BoxEffect] {
    var signals: [Signal] {
        compactMap { if case .signal(let signal) = $0 { signal } else { nil } }
    }
    var opensDoor: Bool { contains(.pulseDoor(.unlock)) }
    var releases: Bool { contains(.releaseStarter) }
    var inhibits: Bool { contains { $0.inhibits } }
}
