import AccessCode
import Box
import CAN
import KeyStore
import Ports
import Records
import SimulatedDisk
import TripLog
import Units
import Vehicle

@testable import Runtime

let testBox = BoxID(0x00C0_FFEE_0000_0001)
let firstSlot = Slot(500_000)
let startWall = firstSlot.start
let startTime = BootTime(milliseconds: 5_000)
let rental = RentalID(
    start: firstSlot, duration: DurationIndex(covering: .hours(8)) ?? .minimum, generation: 0)

func provisionedState(epoch: UInt32 = 7) -> DurableState {
    var state = DurableState(
        box: testBox, epoch: epoch, keyEpoch: KeyEpoch(0), hasColdSpare: false)
    state.trusted = startWall - .days(1)
    state.trustedError = IntervalClock.settingError
    return state
}

/// A board that remembers what it was told.
final class NotedBoard: Board {
    var done: [BoxEffect] = []
    func pulseDoor(_ action: LockBody.Action) { done.append(.pulseDoor(action)) }
    func releaseStarter() { done.append(.releaseStarter) }
    func inhibitStarter(_ proof: InterlockProof) { done.append(.inhibitStarter(proof)) }
    func signal(_ signal: Signal) { done.append(.signal(signal)) }
    func powerOff() { done.append(.powerOff) }
}

final class NotedClock: RealTimeClock {
    var reading: RTCReading? = RTCReading(time: startWall, stopped: false)
    var set: [WallTime] = []
    func read() -> RTCReading? { reading }
    func set(to time: WallTime) { set.append(time) }
}

final class NotedUplink: UplinkTrigger {
    var calls = 0
    func syncSoon() { calls += 1 }
}

/// Keys that stop answering when told to.
final class BreakableKeys: CodeKeys {
    let real: SoftwareCodeKeys
    var isBroken = false

    init(_ real: SoftwareCodeKeys) {
        self.real = real
    }

    func authenticate(
        _ message: [UInt8], with key: CodeKeyName
    ) throws(CodeKeyFailure) -> Digest256 {
        guard !isBroken else { throw CodeKeyFailure(key: key, reason: "unplugged") }
        return try real.authenticate(message, with: key)
    }

    func leadingBits(of messages: [UInt8], each length: Int, under dayKey: Digest256) -> [UInt128] {
        real.leadingBits(of: messages, each: length, under: dayKey)
    }
}

/// Notes what the runtime says that it did.
final class NotedObserver: RuntimeObserver {
    var inputs: [BoxInput] = []
    var effects: [BoxEffect] = []
    func took(_ input: BoxInput, at now: BootTime) { inputs.append(input) }
    func heardCar(at now: BootTime) { tellings += 1 }
    func carriedOut(_ effect: BoxEffect, at now: BootTime) { effects.append(effect) }

    var tellings = 0
}

/// A runtime around real parts: the log on a disk in memory, and keys of the key store.
final class Bench {
    let disk = SimulatedDisk(seed: 3)
    let board = NotedBoard()
    let rtc = NotedClock()
    let uplink = NotedUplink()
    let observer = NotedObserver()
    let keys: BreakableKeys
    let profile: VehicleProfile
    var now = startTime
    private var isDoorOpen = false
    private var running: (log: TripLog, runtime: BoxRuntime)?

    static let setup = BoxSetup(
        firmware: "1.0", profile: "test@0", odometers: ["7E8/01.A6.ODOMETER", "611.ODOMETER"])

    init(profile: VehicleProfile = VehicleProfile(name: "none", hash: "0")) throws {
        let master = try FleetMaster(
            hot: SecretBytes([UInt8](repeating: 7, count: 32)),
            cold: SecretBytes([UInt8](repeating: 9, count: 32)))
        keys = BreakableKeys(master.codeKeys(for: testBox, keyEpoch: KeyEpoch(0)))
        self.profile = profile
        try run(
            TripLog.create(
                path: "log.db", vfs: disk.vfsName, box: testBox, epoch: 7,
                hashing: OpenSSLHashing()))
    }

    private func run(_ log: TripLog) throws {
        let runtime = try BoxRuntime(
            setup: Self.setup, profile: profile,
            ports: BoxPorts(
                log: log, floor: SimulatedFloorStore(on: disk), keys: keys, board: board,
                rtc: rtc, uplink: uplink),
            provisioned: provisionedState())
        runtime.observer = observer
        running = (log, runtime)
    }

    var log: TripLog { parts.log }
    var runtime: BoxRuntime { parts.runtime }

    private var parts: (log: TripLog, runtime: BoxRuntime) {
        guard let running else { preconditionFailure("the bench was not built again") }
        return running
    }

    /// Starts the box in a parked car that was listened to for a while.
    func start() {
        runtime.start(inhibit: true, at: now)
        runtime.deliver(.lineRead(.ignition, false), at: now)
        now = now + .seconds(3)
        runtime.wake(at: now)
    }

    /// The same box after its program ended and began again.
    func restart() throws {
        // The log lets nobody else in while it is open.
        running = nil
        now = startTime
        board.done = []
        observer.inputs = []
        observer.effects = []
        try run(
            TripLog(path: "log.db", vfs: disk.vfsName, box: testBox, hashing: OpenSSLHashing()))
    }

    func enter(_ digits: [UInt8]) {
        for digit in digits { runtime.deliver(.keyPressed(.digit(digit)), at: now) }
        runtime.deliver(.keyPressed(.enter), at: now)
    }

    func code(_ rental: RentalID = rental) throws -> [UInt8] {
        try CodeIssuer(box: testBox, keyEpoch: KeyEpoch(0)).rental(rental, with: keys).digits
    }

    /// Doors that open and close, to fill the log.
    func moveDoors(_ count: Int) {
        for _ in 0..<count {
            isDoorOpen.toggle()
            runtime.deliver(.lineRead(.doorContact, isDoorOpen), at: now)
        }
    }

    var signals: [Signal] {
        board.done.compactMap { if case .signal(let signal) = $0 { signal } else { nil } }
    }
}
