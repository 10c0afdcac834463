internal import AccessCode
public import Box
public import CAN
public import KeyStore
public import Ports
internal import Records
public import Runtime
public import SimulatedDisk
public import TripLog
public import Units
internal import Vehicle

/// A box with a car around it: the real Box, runtime, log and keys over a simulated board, clock
/// and disk, in a time that somebody else lets pass.
public final class SimulatedBox {
    /// The car.
    public var car: SimulatedCar {
        get { fitted }
        set { fitted = newValue }
    }
    /// The board.
    public let board = SimulatedBoard()
    /// The battery-backed clock.
    public let rtc: SimulatedRTC
    /// The car's bus as the box sends on it.
    public let bus: SimulatedBus
    /// The disk.
    public let disk: SimulatedDisk
    /// The keys.
    public let keys: SoftwareCodeKeys
    /// The box's identity.
    public let id: BoxID
    private let store: (any BoxKeyStore)?
    /// The loop; `nil` while the power is off.
    public var runtime: BoxRuntime? { running }
    /// The log; `nil` while the power is off.
    public private(set) var log: TripLog?
    /// UTC as it truly is.
    public var truth: WallTime { time }
    /// The voltage of the car's battery.
    public var battery: Millivolts {
        get { fitted.battery }
        set { fitted.battery = newValue }
    }
    /// What the box measured last of it, and when.
    private(set) var measured: (voltage: Millivolts, at: WallTime)?
    /// When the car last said something by itself.
    var carSpokeAt: WallTime? { spokeAt }
    /// How often a box that asks the car measures the battery while the bus is awake.
    static let measuringPeriod = Milliseconds.seconds(30)
    /// Called with every sync that the box asks for.
    public var onSync: () -> Void = {}

    private let setup: BoxSetup
    /// Whether the car's profile wants it asked.
    private let asks: Bool
    /// The state before the first record.
    let provisioned: DurableState
    // Private, what is looked at all the time: where the compiler knows every access it need not
    // check at each that there is no other.
    private var time: WallTime
    private var running: BoxRuntime?
    private var fitted: SimulatedCar
    private var spokeAt: WallTime?
    private let uplink = SimulatedUplink()
    private let logOptions: TripLog.Options
    private let drift: Int64
    private var bootedAt: WallTime
    /// The frames of one moment; kept for its room.
    private var spoken: [CANFrame] = []
    private var observer: (any RuntimeObserver)?

    /// The name of the log's file on the disk.
    public static let logName = "log.db"
    /// The delay between a relay's coil and its read-back.
    static let relayDelay = Milliseconds(20)

    /// A short write-ahead file: it is copied into the log more often, which is where a power cut
    /// bites, and a disk is made in no time.
    static let writeAheadPages: Int64 = 64

    /// What makes one box different from another.
    public struct Fitting {
        /// The identity.
        public var id: BoxID
        /// The keys: those of the fleet's masters for this box.
        public var keys: SoftwareCodeKeys
        /// The key store of a box that is enrolled at its console; it checks codes instead of
        /// ``keys``, and holds none at first.
        public var store: (any BoxKeyStore)?
        /// The car.
        public var car: SimulatedCar
        /// Seed of the disk's chances.
        public var seed: UInt64
        /// True drift of the clocks, in parts per billion.
        public var drift: Int64
        /// Room for the log; `nil` for no bound.
        public var capacity: Int64?
        /// Whether the installer has seen that the profile's first odometer is what the dashboard
        /// shows.
        public var isOdometerConfirmed = true
        /// What `PRAGMA synchronous` is told; anything but `FULL` is there to be seen failing.
        package var synchronous = "FULL"
        /// How many pages the log's write-ahead file holds; `nil` for as many as in the car.
        package var writeAheadPages: Int64?

        /// A fitting.
        public init(
            id: BoxID, keys: SoftwareCodeKeys, car: SimulatedCar, seed: UInt64, drift: Int64 = 0,
            capacity: Int64? = nil
        ) {
            self.id = id
            self.keys = keys
            self.car = car
            self.seed = seed
            self.drift = drift
            self.capacity = capacity
        }
    }

    /// A box fitted at `truth`, with an empty log.
    ///
    /// - Throws: ``Ports/StorageError``.
    public init(
        _ fitting: Fitting, at truth: WallTime, observer: (any RuntimeObserver)?
    ) throws(StorageError) {
        id = fitting.id
        keys = fitting.keys
        store = fitting.store
        fitted = fitting.car
        bus = SimulatedBus(fitting.car, seed: fitting.seed)
        drift = fitting.drift
        time = truth
        bootedAt = truth
        self.observer = observer
        rtc = SimulatedRTC(truth: truth, drift: fitting.drift)
        disk = SimulatedDisk(seed: fitting.seed)
        let profile = fitting.car.profile
        asks = !profile.isListenOnly
        setup = BoxSetup(
            firmware: "sim-1", profile: profile.title, odometers: profile.odometerKeys)
        logOptions = Self.logOptions(of: fitting)
        provisioned = DurableState(
            box: fitting.id, epoch: 1, keyEpoch: KeyEpoch(0),
            hasColdSpare: fitting.store == nil && fitting.keys.holds(.coldSpare(KeyEpoch(1))),
            confirmed: fitting.isOdometerConfirmed ? fitting.car.shownOdometer : nil)
        uplink.owner = self
        let log = try TripLog.create(
            path: Self.logName, vfs: disk.vfsName, box: id, epoch: 1, hashing: OpenSSLHashing(),
            options: logOptions)
        try start(log)
    }

    private static func logOptions(of fitting: Fitting) -> TripLog.Options {
        var options = TripLog.Options(
            capacity: fitting.capacity,
            writeAheadPages: fitting.writeAheadPages ?? Self.writeAheadPages)
        options.synchronous = fitting.synchronous
        options.insistsOnSynchronous = fitting.synchronous == "FULL"
        return options
    }

    /// Whether the box has power.
    public var isOn: Bool { running != nil }

    /// The boot clock.
    public var bootTime: BootTime { bootTime(at: time) }

    private func bootTime(at truth: WallTime) -> BootTime {
        let elapsed = (truth - bootedAt).count
        return BootTime(milliseconds: elapsed + elapsed / 1000 * drift / 1_000_000)
    }

    /// When, in UTC as it truly is, the box wants to be woken; `nil` while it is off.
    public var nextDeadline: WallTime? {
        guard let runtime = running else { return nil }
        let truth = time
        let wait = max(0, (runtime.nextDeadline - bootTime(at: truth)).count)
        // The drift is far below a millisecond a minute: what is missing then comes as a second
        // wake.
        return truth + Milliseconds(wait)
    }

    /// Lets time pass to `truth` without anything happening; a time that has passed changes
    /// nothing.
    public func advance(to truth: WallTime) {
        time = max(time, truth)
        rtc.truth = time
    }

    /// Lets the car roll for `time`.
    func roll(for time: Milliseconds) { fitted.advance(by: time) }

    /// Gives the Box an input.
    public func deliver(_ input: BoxInput) {
        running?.deliver(input, at: bootTime)
        settle()
    }

    /// Wakes the box for its deadline.
    public func wake() {
        running?.wake(at: bootTime)
        settle()
    }

    /// Wakes the box if its deadline has come.
    func wakeIfDue() {
        guard let runtime = running, runtime.nextDeadline <= bootTime else { return }
        wake()
    }

    /// Puts what the car's bus says now on the bus: all of it, or only what tells of its way.
    public func sendFrames(all: Bool = true) {
        guard let runtime = running else { return }
        tendBattery()
        let now = bootTime
        spokeAt = time
        spoken.removeAll(keepingCapacity: true)
        fitted.speak(all: all, into: &spoken)
        for frame in spoken { runtime.receive(frame, at: now) }
        settle()
    }

    /// When a control unit says something next; `nil` where none was asked.
    var nextSpeech: WallTime? { bus.nextSpeech }

    /// Lets the control units say what is due.
    func hearUnits() {
        while let frame = bus.takeFrame(of: car, at: time) {
            running?.receive(frame, at: bootTime)
            settle()
        }
    }

    /// A box that asks the car must know its battery.
    private func tendBattery() {
        guard asks else { return }
        if let measured, time - measured.at < Self.measuringPeriod { return }
        measureBattery()
    }

    /// Puts a recorded frame on the bus.
    public func send(_ frame: CANFrame) {
        spokeAt = time
        running?.receive(frame, at: bootTime)
        settle()
    }

    /// Presses a key of the keypad.
    public func press(_ key: Key) {
        deliver(.keyPressed(key))
    }

    /// Switches the ignition, as the board's line sees it.
    public func setIgnition(_ on: Bool) {
        fitted.ignition = on
        if on { tendBattery() }
        deliver(.lineRead(.ignition, on))
    }

    /// Opens or closes a door, as the board's line sees it.
    public func setDoor(open: Bool) {
        fitted.doorOpen = open
        deliver(.lineRead(.doorContact, open))
    }

    /// Measures the battery.
    public func measureBattery() {
        let drawn = MilliampereHours((time - bootedAt).count / 3_600_000 * 12)
        if isOn { measured = (battery, time) }
        deliver(.batteryRead(BatteryReading(voltage: battery, drawn: drawn)))
    }

    /// Cuts the power: of what the disk has not synced, `entropy` decides what is left.
    public func cutPower(entropy: UInt64) {
        if !disk.isDead { disk.failAfter(writes: 1) }
        running = nil
        log = nil
        measured = nil
        disk.cutPower(entropy: entropy)
        board.powerOn()
    }

    /// Gives the power back: the box boots.
    ///
    /// - Throws: ``Ports/StorageError`` when its log does not open.
    public func powerOn() throws(StorageError) {
        precondition(runtime == nil, "a box is switched on once")
        let log = try TripLog(
            path: Self.logName, vfs: disk.vfsName, box: id, hashing: OpenSSLHashing(),
            options: logOptions)
        bootedAt = time
        try start(log)
    }

    private func start(_ log: TripLog) throws(StorageError) {
        let ports = BoxPorts(
            log: log, floor: SimulatedFloorStore(on: disk), keys: store ?? keys, board: board,
            rtc: rtc, uplink: uplink, bus: bus)
        let runtime = try BoxRuntime(
            setup: setup, profile: car.profile, ports: ports, provisioned: provisioned)
        runtime.observer = observer
        self.log = log
        running = runtime
        runtime.start(inhibit: board.isInhibited, at: bootTime)
        deliver(.lineRead(.ignition, car.ignition))
        deliver(.lineRead(.doorContact, car.doorOpen))
    }

    /// Lets the control units hear what was sent, and tells the relay's read-back after it moved.
    private func settle() {
        bus.hear(ignition: fitted.ignition, at: time)
        guard let inhibited = board.takeSenseChange() else { return }
        advance(to: time + Self.relayDelay)
        deliver(.lineRead(.starterInhibitSense, inhibited))
    }

    fileprivate func sync() { onSync() }
}

private final class SimulatedUplink: UplinkTrigger {
    weak var owner: SimulatedBox?

    func syncSoon() { owner?.sync() }
}
