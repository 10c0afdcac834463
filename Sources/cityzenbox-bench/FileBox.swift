import AccessCode
import Box
import CAN
import KeyStore
import Ports
import Records
import Runtime
import Simulation
import TripLog
import Units
import Vehicle

/// A box whose log and time floor lie on the disk of the current folder, as they do in a car; the
/// time is told to it, so that a year takes a minute.
final class FileBox {
    let runtime: BoxRuntime
    let log: TripLog
    let board = NotingBoard()
    private let rtc: SimulatedRTC
    private var car: SimulatedCar
    private let issuer = CodeIssuer(box: BenchFleet.box, keyEpoch: KeyEpoch(0))
    private let keys: SoftwareCodeKeys
    private let bootedAt: WallTime
    private var now: BootTime = .boot
    private var openedAt: BootTime = .boot

    /// Makes a box in `folder`, or takes up where the one that is there ended.
    ///
    /// It reads the car by `profile`, or by that of the fleet.
    init(
        in folder: String, of fleet: BenchFleet, reading other: VehicleProfile? = nil,
        isNew: Bool, at time: WallTime
    ) throws {
        let profile = other ?? fleet.profile
        let path = folder + "/log.db"
        log =
            isNew
            ? try TripLog.create(
                path: path, box: BenchFleet.box, epoch: 1, hashing: OpenSSLHashing())
            : try TripLog(path: path, box: BenchFleet.box, hashing: OpenSSLHashing())
        keys = fleet.keys
        bootedAt = time
        rtc = SimulatedRTC(truth: time, drift: 0)
        car = SimulatedCar(profile: profile, odometer: .kilometres(84_210))
        let ports = BoxPorts(
            log: log, floor: FileFloorStore(path: folder + "/floor"), keys: keys, board: board,
            rtc: rtc, uplink: NoUplink())
        runtime = try BoxRuntime(
            setup: BoxSetup(firmware: "bench", profile: profile.title),
            profile: profile, ports: ports,
            provisioned: DurableState(
                box: BenchFleet.box, epoch: 1, keyEpoch: KeyEpoch(0), hasColdSpare: true,
                confirmed: fleet.profile.odometerKeys.first))
        runtime.start(inhibit: board.isInhibited, at: now)
        runtime.deliver(.lineRead(.ignition, false), at: now)
        runtime.deliver(.lineRead(.doorContact, false), at: now)
    }

    /// UTC.
    var wall: WallTime { bootedAt + (now - .boot) }

    /// Lets `time` pass, then tells the box what the fleet would say it is.
    func rest(_ time: Milliseconds) {
        pass(time)
        deliver(.timeOffered(TimeOffer(time: wall, error: .seconds(1), source: .server)))
    }

    /// A rental of four hours from now: answers how long it took from the last digit to the door
    /// pulse, in nanoseconds.
    func open() throws -> Int64 {
        guard let slot = Slot(containing: wall), let duration = DurationIndex(covering: .hours(4))
        else { throw Failure("the bench begins after 2012") }
        let rental = RentalID(start: slot, duration: duration, generation: 0)
        let digits = try issuer.rental(rental, with: keys).digits
        for digit in digits.dropLast() { press(.digit(digit)) }
        board.pulsedAt = nil
        let start = nanoseconds()
        press(.digit(digits[digits.count - 1]))
        press(.enter)
        guard let pulsedAt = board.pulsedAt else {
            throw Failure("the door did not open: \(board.lastSignal.map { "\($0)" } ?? "silence")")
        }
        openedAt = now
        return pulsedAt - start
    }

    /// A drive of `time` at `speed`, with the bus telling of it every second.
    func drive(_ time: Milliseconds, at speed: MillimetresPerSecond) {
        car.ignition = true
        deliver(.lineRead(.ignition, true))
        car.wanted = speed
        roll(time)
        car.wanted = .zero
        roll(.seconds(30))
        car.ignition = false
        deliver(.lineRead(.ignition, false))
        roll(.seconds(20))
    }

    /// Lets time pass until `time` after the last ``open()``.
    func pass(until time: Milliseconds) {
        if openedAt + time > now { pass(openedAt + time - now) }
    }

    /// Hears a frame of the car's bus now.
    func hear(_ frame: CANFrame) {
        runtime.receive(frame, at: now)
    }

    /// END.
    func end() throws {
        for key: Key in [.digit(3), .digit(6), .digit(3), .enter] { press(key) }
        guard runtime.box.durable.book.active == nil else {
            throw Failure(
                "the rental did not end: \(board.lastSignal.map { "\($0)" } ?? "silence")")
        }
    }

    private func roll(_ time: Milliseconds) {
        for _ in 0..<time.count / 1000 {
            car.advance(by: .seconds(1))
            pass(.seconds(1))
            for frame in car.frames { runtime.receive(frame, at: now) }
            settle()
        }
    }

    private func pass(_ time: Milliseconds) {
        let end = now + time
        while runtime.nextDeadline < end {
            now = max(now + Milliseconds(1), runtime.nextDeadline)
            rtc.truth = wall
            runtime.wake(at: now)
        }
        now = max(now, end)
        rtc.truth = wall
    }

    private func press(_ key: Key) { deliver(.keyPressed(key)) }

    private func deliver(_ input: BoxInput) {
        runtime.deliver(input, at: now)
        settle()
    }

    /// Tells the relay's read-back after it moved.
    private func settle() {
        guard let inhibited = board.takeSenseChange() else { return }
        runtime.deliver(.lineRead(.starterInhibitSense, inhibited), at: now)
    }
}

/// The simulated board, noting when the door was pulsed.
final class NotingBoard: Board {
    private let board = SimulatedBoard()
    /// When the door was pulsed last, in the nanoseconds that the bench counts.
    var pulsedAt: Int64?

    var isInhibited: Bool { board.isInhibited }
    var lastSignal: Signal? { board.lastSignal }

    func takeSenseChange() -> Bool? { board.takeSenseChange() }

    func pulseDoor(_ action: LockBody.Action) {
        pulsedAt = nanoseconds()
        board.pulseDoor(action)
    }

    func releaseStarter() { board.releaseStarter() }

    func inhibitStarter(_ proof: InterlockProof) { board.inhibitStarter(proof) }

    func signal(_ signal: Signal) { board.signal(signal) }

    func powerOff() { board.powerOff() }
}

/// A fleet that is never reached.
private final class NoUplink: UplinkTrigger {
    func syncSoon() {}
}
