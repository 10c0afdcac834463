import AccessCode
import Box
import CAN
import ConsoleHost
import DeskScreen
import KeyStore
import Ports
import Records
import Runtime
import SimulatedDisk
import Simulation
import TripLog
import Units
import Vehicle

/// One box on the desk, with everything that a person can do to it. It waits for nothing: whoever
/// owns it lets time pass.
final class LiveSession {
    let box: SimulatedBox
    let stage: Stage
    var phone: LivePhone
    var language = Language.english
    var rate: Int64 = 1
    var isMasked = false
    var scrolled = 0
    var page = LiveState.Page.log
    var notice = ""
    var online = false
    var engineRuns = false
    var wantsToQuit = false
    /// What happened since it was taken last.
    private(set) var events: [LiveEvent] = []
    /// The records, as short lines.
    private(set) var lines: [String] = []
    /// The quality of the clock, as the last record says it.
    private(set) var quality = WallQuality.unset
    private(set) var answer: Signal?
    /// Up to where the fleet has the log.
    private(set) var acknowledged: Int64 = 0
    var random: SplitMix64
    /// What the box's console is answered by.
    let service: ConsoleService
    private let site: SimulatedSite
    /// The technician who has the key of this box.
    let technician: SimulatedTechnician
    /// The box's serial console; `nil` where nobody can get at it.
    private(set) var console: LiveConsole?
    private let listener = SignalListener()
    private var measureAt: WallTime
    /// Up to where records were told as events.
    private var told: Int64 = 0
    /// Up to where an answer of the fleet could not be stored: it asks again at the next record.
    private var refused: Int64 = 0

    /// How often the battery is measured.
    private static let measurePeriod = Milliseconds.seconds(10)
    /// How often somebody looks at the box, so that what happens is told at its time.
    private static let lookPeriod = Milliseconds(500)
    /// How often the bus speaks.
    private static let framePeriod = Milliseconds(100)
    /// How long before the person comes the technician began to fit the box.
    private static let fitting = Milliseconds.minutes(6)

    /// A box that a technician has just fitted, at `now`, in a car of `profile`.
    ///
    /// `profiles` are those that its console can tell apart; a box that `isNew` has no technicians.
    init(
        profile: VehicleProfile, profiles: [VehicleProfile] = [], seed: UInt64, at now: WallTime,
        isNew: Bool = false
    ) throws {
        random = SplitMix64(seed: seed)
        let id = BoxID(0x0B0C_0000_0000_0000 + seed % 0x1_0000_0000)
        let keys = try SeededFleet.master(seed).codeKeys(for: id, keyEpoch: KeyEpoch(0))
        var owner = SplitMix64(seed: seed ^ 0x6F77_6E65_7200_0000)
        keys.install(
            SecretBytes((0..<32).map { _ in UInt8(truncatingIfNeeded: owner.next()) }), as: .owner)
        technician = SimulatedTechnician(seed: seed)
        let store = try Self.store(of: id, keys, technician, seed: seed, isNew: isNew)
        let odometer = Metres(12_345_000 + Int64(random.next(below: 60_000_000)))
        let car = SimulatedCar(profile: profile, odometer: odometer)
        var fitting = SimulatedBox.Fitting(id: id, keys: keys, car: car, seed: random.next())
        if isNew { fitting.store = store }
        box = try SimulatedBox(fitting, at: now - Self.fitting, observer: listener)
        stage = Stage(box: box, framePeriod: Self.framePeriod)
        site = SimulatedSite(
            box, keys: store, profiles: profiles.isEmpty ? [profile] : profiles, seed: seed)
        service = ConsoleService(site)
        phone = LivePhone(box: id, keys: keys, at: now)
        measureAt = box.truth
        box.deliver(
            .timeOffered(TimeOffer(time: box.truth, error: .seconds(1), source: .technician)))
        stage.setIgnition(true)
        try pass(to: box.truth + .seconds(30))
        stage.setIgnition(false)
        try pass(to: now)
        _ = takeEvents()
    }

    /// A box that is new has a key store as in a car, in memory, and is enrolled by a fleet of
    /// whoever is at its console; else its keys come from the seed.
    private static func store(
        of box: BoxID, _ keys: SoftwareCodeKeys, _ technician: SimulatedTechnician, seed: UInt64,
        isNew: Bool
    ) throws -> any BoxKeyStore {
        guard !isNew else {
            let machine = MachineFacts(machine: "desk", serial: "\(seed)")
            return try SealedKeyStore(
                making: MemoryKeyMedium(), holder: FileKeyHolder(machine), box: box)
        }
        let people = SoftwareTechnicianKeys()
        technician.install(in: people)
        return try SeededKeyStore(box: box, codes: keys, people: people, seed: seed)
    }

    /// Lays the box's serial line to a pseudo-terminal.
    ///
    /// - Throws: ``Failure`` where there is none to be had.
    func openConsole() throws {
        console = try LiveConsole(service, site, technician, stage)
    }

    /// Lets time pass until `end`.
    ///
    /// - Throws: ``Ports/StorageError`` when the log cannot be read.
    func pass(to end: WallTime) throws(StorageError) {
        while box.truth < end {
            try stage.pass(to: min(end, box.truth + Self.lookPeriod))
            if box.truth >= measureAt {
                measureAt = box.truth + Self.measurePeriod
                if box.isOn { box.measureBattery() }
            }
            try look()
            noticePower()
        }
        tendConsole()
    }

    /// Takes in what came on the serial line.
    func tendConsole() {
        site.isOnline = online
        console?.tend()
    }

    /// What happened since the last time, in order.
    func takeEvents() -> [LiveEvent] {
        defer { events = [] }
        return events
    }

    /// Says `notice`, unless it was what was said last.
    func say(_ notice: String) {
        guard notice != self.notice else { return }
        self.notice = notice
        events.append(LiveEvent(time: box.truth, kind: .notice(notice)))
    }

    /// Takes in what was signalled and written since.
    func look() throws(StorageError) {
        for signal in listener.take() {
            if signal != .digit { answer = signal }
            notice = ""
            events.append(LiveEvent(time: box.truth, kind: .signal(signal)))
        }
        try readRecords()
        acknowledge()
    }

    func losePower() {
        box.cutPower(entropy: random.next())
        answer = nil
        events.append(LiveEvent(time: box.truth, kind: .powerLost))
    }

    func givePower() throws(StorageError) {
        try box.powerOn()
        // What was not durable is gone, so the lines are read anew.
        lines = []
        say("the power is back: the box started again, from its log")
        try look()
    }

    /// The disk died in a write, or the box turned itself off.
    private func noticePower() {
        guard box.isOn else { return }
        if box.disk.isDead {
            losePower()
            say("the power was cut in the middle of a write")
        } else if box.board.isOff {
            losePower()
            say("the box turned itself off to spare the battery: b charges it")
        }
    }

    private func readRecords() throws(StorageError) {
        guard let log = box.log, log.head.sequence > Int64(lines.count) else { return }
        var sequence = Int64(lines.count)
        for record in try log.records(sequence + 1...log.head.sequence) {
            sequence += 1
            // Damaged bytes are the business of the check at the end; here they are only not shown.
            let draft = try? RecordDraft(record)
            let line = draft?.shortLine(sequence) ?? RecordDraft.unreadableLine(sequence)
            quality = draft?.stamp.wall?.quality ?? .unset
            lines.append(line)
            // After a start all lines are read anew, and most were told before.
            if sequence > told { events.append(LiveEvent(time: box.truth, kind: .record(line))) }
            told = max(told, sequence)
        }
    }

    /// With coverage, the fleet takes what there is.
    private func acknowledge() {
        guard online, !box.disk.isDead, let log = box.log,
            log.head.sequence > max(log.acknowledged.sequence, refused)
        else { return }
        do throws(StorageError) {
            _ = try log.acknowledge(through: log.head.sequence, hash: log.head.hash)
            acknowledged = log.acknowledged.sequence
        } catch {
            // A disk that died in this write is told as the loss of power that it is.
            guard !box.disk.isDead else { return }
            refused = log.head.sequence
            say("the fleet's answer was not stored: \(error)")
        }
    }
}

/// Something that happened at the desk.
struct LiveEvent {
    enum Kind {
        /// The box showed and sounded this.
        case signal(Signal)
        /// The log grew by this.
        case record(String)
        /// The desk says this.
        case notice(String)
        /// LEDs and buzzer went dark with the power.
        case powerLost
    }

    let time: WallTime
    let kind: Kind
}

/// Hears every signal, also those that another follows at once.
private final class SignalListener: RuntimeObserver {
    private var signals: [Signal] = []

    func took(_ input: BoxInput, at now: BootTime) {}

    func heardCar(at now: BootTime) {}

    func carriedOut(_ effect: BoxEffect, at now: BootTime) {
        if case .signal(let signal) = effect { signals.append(signal) }
    }

    func take() -> [Signal] {
        defer { signals = [] }
        return signals
    }
}
