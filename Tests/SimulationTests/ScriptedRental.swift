import AccessCode
import Box
import KeyStore
import Ports
import Records
import Runtime
import SimulatedDisk
import TripLog
import Units
import Vehicle

@testable import Simulation

/// One rental after a script, by a driver who goes on sensibly when the box loses its power.
final class ScriptedRental: StageBackground {
    /// The driver found no way on: the car stays closed, or cannot be returned.
    struct Stuck: Error {
        let step: String
    }

    static let master = try? FleetMaster(
        hot: SecretBytes(Array(repeating: 7, count: 32)),
        cold: SecretBytes(Array(repeating: 9, count: 32)))
    /// How often a driver tries the same thing.
    static let patience = 6

    let box: SimulatedBox
    let stage: Stage
    let checker = Checker()
    let rental: RentalID
    let code: CodeText
    /// How often the power went.
    private(set) var cuts = 0
    private let startedAt: Millimetres
    private let seed: UInt64
    private let second: Int?
    private var powerBackAt: WallTime?

    /// A box that was fitted and has not yet met a driver.
    ///
    /// Its power goes at the `cut`th mutation of the disk from here, and a second time at the
    /// `second`th after it is back.
    init(
        profile: VehicleProfile, seed: UInt64, cut: Int? = nil, then second: Int? = nil,
        synchronous: String = "FULL"
    ) throws {
        guard let master = Self.master else { throw Stuck(step: "make keys") }
        let id = BoxID(0x0B0C_0000_0000_0000 + seed)
        let keys = master.codeKeys(for: id, keyEpoch: KeyEpoch(0))
        let beginning = CivilTime.utc(2026, 6, 1)
        var fitting = SimulatedBox.Fitting(
            id: id, keys: keys,
            car: SimulatedCar(profile: profile, odometer: .kilometres(61_000 + Int64(seed))),
            seed: seed, drift: 2_000)
        fitting.synchronous = synchronous
        // The write-ahead file is copied into the log and begun again during the rental.
        fitting.writeAheadPages = 24
        box = try SimulatedBox(fitting, at: beginning, observer: checker)
        checker.box = box
        stage = Stage(box: box, framePeriod: .seconds(1))
        let window = beginning + .hours(1)..<beginning + .hours(5)
        guard let (start, duration) = StartGrid.covering(window) else {
            throw Stuck(step: "book")
        }
        rental = RentalID(start: start, duration: duration, generation: 0)
        code = try CodeIssuer(box: id, keyEpoch: KeyEpoch(0)).rental(rental, with: keys)
        startedAt = box.car.odometer
        self.seed = seed
        self.second = second
        stage.background = self
        if let cut { box.disk.failAfter(writes: cut) }
    }

    /// The whole rental.
    func run() throws {
        try fit()
        try comeTooEarly()
        try mistype()
        try open("open", .opened, .reopened)
        try getIn()
        try drive(minutes: 5)
        try lock()
        try open("come back", .reopened)
        try getIn()
        try drive(minutes: 3)
        try end()
        try tryAgain()
        try stage.pass(.minutes(2))
        if let time = powerBackAt { try stage.pass(to: time + .seconds(5)) }
        checker.checkWholeLog()
    }

    /// A technician sets the clock, and stays until the box knows the time and the odometer.
    private func fit() throws {
        for _ in 0..<Self.patience {
            box.deliver(
                .timeOffered(TimeOffer(time: stage.now, error: .seconds(1), source: .technician)))
            stage.setIgnition(true)
            try stage.pass(.seconds(25))
            stage.setIgnition(false)
            try stage.pass(.minutes(2))
            let knowsTime = box.runtime?.box.clock.interval(at: box.bootTime) != nil
            if knowsTime, box.runtime?.box.car.odometer != nil { return }
        }
        throw Stuck(step: "fit the box")
    }

    private func comeTooEarly() throws {
        _ = try type("too early", code) { $0 == .refused(.tooEarly) }
        try stage.pass(to: rental.start.start - .minutes(20))
    }

    private func mistype() throws {
        var digits = code.digits
        digits[11] = (digits[11] + 1) % 10
        _ = try type("mistype", CodeText(digits: digits)) { $0 == .refused(.wrong) }
    }

    private func open(_ step: String, _ answers: Signal...) throws {
        _ = try type(step, code) { answers.contains($0) }
    }

    private func getIn() throws {
        stage.setDoor(open: true)
        try stage.pass(.seconds(4))
        stage.setDoor(open: false)
        try stage.pass(.seconds(2))
    }

    private func drive(minutes: Int64) throws {
        // A door that opened before the power went, and no trip behind it: the code again.
        for _ in 0..<Self.patience where box.board.isInhibited {
            try stage.pass(.minutes(1))
            if box.board.isInhibited { try open("free the starter", .reopened) }
        }
        guard !box.board.isInhibited else { throw Stuck(step: "start the engine") }
        stage.setIgnition(true)
        try stage.pass(.seconds(3))
        box.car.wanted = .kilometresPerHour(70)
        try stage.pass(.minutes(minutes))
        box.car.wanted = .zero
        while box.car.speed != .zero { try stage.pass(.seconds(1)) }
        try stage.pass(.seconds(3))
        stage.setIgnition(false)
        try stage.pass(.seconds(5))
    }

    private func lock() throws {
        try getIn()
        _ = try type("lock", CodeText(digits: [5, 6, 2, 5])) { $0 == .locked }
        try stage.pass(.minutes(3))
    }

    private func end() throws {
        try getIn()
        // What ended in the write that was cut is over, though its driver got no answer.
        let answer = try type("end", CodeText(digits: [3, 6, 3])) { answer in
            if case .ended = answer { true } else { [.nothingActive, .codeFirst].contains(answer) }
        }
        guard answer == .codeFirst else { return }
        // The box started again since the code was typed: END asks for it once more.
        try open("end with the code", .reopened)
        _ = try type("end", CodeText(digits: [3, 6, 3])) { answer in
            if case .ended = answer { true } else { answer == .nothingActive }
        }
    }

    private func tryAgain() throws {
        _ = try type("try again", code) { $0 == .refused(.closed) }
    }

    /// Types `text` until the answer is one of those hoped for.
    private func type(
        _ step: String, _ text: CodeText, until isHopedFor: (Signal) -> Bool
    ) throws -> Signal {
        var answers: [Signal?] = []
        for _ in 0..<Self.patience {
            let answer = try stage.type(text.compact + "#")
            if let answer, isHopedFor(answer) { return answer }
            answers.append(answer)
            try stage.pass(.minutes(1))
        }
        throw Stuck(step: "\(step): \(answers)")
    }
}

extension ScriptedRental {
    func nextBackground() -> WallTime? { powerBackAt }

    func runBackground() throws(StorageError) {
        guard powerBackAt.map({ $0 <= stage.now }) ?? false else { return }
        powerBackAt = nil
        do throws(StorageError) { try box.powerOn() } catch {
            // The power went again while the log was opened.
            guard box.disk.isDead else { throw error }
            return boxDied()
        }
        if box.disk.isDead { boxDied() }
    }

    func boxDied() {
        cuts += 1
        box.cutPower(entropy: seed << 32 | UInt64(box.disk.mutations))
        powerBackAt = stage.now + .seconds(20)
        if cuts == 1, let second { box.disk.failAfter(writes: second) }
    }

    func boxTurnedOff() {}
}

extension ScriptedRental {
    /// What is wrong with the finished rental, first things first; `nil` when all is well.
    func complaint() throws -> String? {
        if let violation = checker.violations.first { return "\(violation)" }
        guard let log = box.log else { return "the box has no power" }
        var redemptions = 0
        var opens: [TripOpenBody] = []
        var closes: [TripCloseBody] = []
        for record in try log.records(1...log.head.sequence) {
            switch try RecordDraft(record)?.body {
            case .codeAccepted(.rental(let redeemed, _)) where redeemed == rental: redemptions += 1
            case .tripOpen(let body): opens.append(body)
            case .tripClose(let body): closes.append(body)
            case _: break
            }
        }
        guard redemptions == 1 else { return "the code was accepted \(redemptions) times" }
        guard opens.count == 1, closes.count == 1, let close = closes.first else {
            return "\(opens.count) trips opened, \(closes.count) closed"
        }
        // Nothing was driven outside the trip.
        let truth = box.car.odometer - startedAt
        let off = (close.distance.inMillimetres - truth).magnitude
        guard close.quality != .none, off <= close.error.inMillimetres + Millimetres(1000) else {
            return "\(close.distance) ± \(close.error) billed for \(truth), \(close.quality)"
        }
        return nil
    }
}
