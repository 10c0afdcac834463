import AccessCode
import CAN
import Records
import Testing
import Units
import Vehicle

@testable import Box

/// A box in a car that is really driven: the monitor hears its frames, the Box hears the monitor.
///
/// The odometer counts tenths of a kilometre once a second, the wheels tenths of a metre and the
/// speed ten times a second.
struct DrivenCar {
    static let count = Metres(100)

    var talk: Conversation
    var monitor: VehicleMonitor
    /// The way of the car in millimetres: the truth.
    var truth: Int64
    /// What the cluster adds to the truth, in its own counts.
    var clusterAhead: Int64 = 0
    private(set) var answers: [OdometerAnswer] = []
    private var ticks: Int64 = 0

    static func layout(_ start: Int, _ length: Int) throws -> SignalLayout {
        try #require(SignalLayout(start: start, length: length, byteOrder: .littleEndian))
    }

    static func profile() throws -> VehicleProfile {
        let odometer = OdometerSignal(
            signal: SignalSource(id: 0x611, name: "ODOMETER", layout: try layout(0, 32)),
            unit: .fixed(perCount: Millimetres(100_000)))
        let other = OdometerSignal(
            signal: SignalSource(id: 0x4F2, name: "ODOMETER", layout: try layout(0, 32)),
            unit: .fixed(perCount: Millimetres(100_000)))
        let counter = DistanceCounter(
            signal: SignalSource(id: 0x0B6, name: "WAY", layout: try layout(0, 16)),
            modulus: 65_536, nanometresPerCount: 100_000_000, calibrates: false,
            maxSilence: .seconds(59))
        let speed = SpeedSignal(
            signal: SignalSource(id: 0x0B6, name: "SPEED", layout: try layout(16, 16)),
            nanometresPerSecond: 1_000_000)
        return VehicleProfile(
            name: "test", hash: "0", odometers: [odometer, other], distance: .counter(counter),
            speed: [speed])
    }

    init(_ state: DurableState = provisionedState(), at kilometres: Int64 = 50_000) throws {
        let profile = try Self.profile()
        truth = kilometres * 1_000_000
        monitor = VehicleMonitor(profile: profile, pinned: state.odometerSource)
        talk = Conversation(state, setup: Self.setup)
        talk.start()
        talk.tell(.lineRead(.doorContact, false))
        tell(.lineRead(.ignition, false))
    }

    static let setup = BoxSetup(
        firmware: "1.0", profile: "test@00000000",
        odometers: ["611.ODOMETER", "4F2.ODOMETER"])

    /// Tells the Box something, and does to the monitor what it wants.
    mutating func tell(_ input: BoxInput) {
        for effect in talk.tell(input) {
            switch effect {
            case .pinOdometer(let source): _ = monitor.pin(source)
            case .acceptOdometerStep: _ = monitor.acceptStep()
            case .answerOdometer(let answer): answers.append(answer)
            case .pulseDoor, .releaseStarter, .inhibitStarter, .signal, .storeFloor, .setRTC,
                .readRTC, .sync, .powerOff, .commit, .check, .makeReceipt:
                break
            }
        }
    }

    /// Drives, or stands, for so long with the bus awake.
    mutating func drive(_ seconds: Int64, speed: Int64 = 0) {
        for _ in 0..<seconds * 10 {
            talk.now = talk.now + Milliseconds(100)
            truth += speed / 10
            ticks += 1
            let wheels = UInt64(truth / 100 % 65_536 | speed << 16)
            hear(CANFrame(id: 0x0B6, length: 4, payload: wheels))
            if ticks.isMultiple(of: 10) {
                let shown = truth / 100_000 + clusterAhead
                hear(CANFrame(id: 0x611, length: 4, payload: UInt64(shown)))
            }
        }
    }

    private mutating func hear(_ frame: CANFrame) {
        let changes = monitor.receive(frame, at: talk.now)
        guard !changes.isEmpty || ticks.isMultiple(of: 10) else { return }
        tell(
            .vehicleHeard(
                monitor.state, anomalies: monitor.takeAnomalies(), gaps: monitor.takeGaps()))
    }

    /// Parks with the bus asleep.
    mutating func park(_ time: Milliseconds) {
        tell(.lineRead(.ignition, false))
        _ = monitor.advance(to: talk.now + .minutes(1))
        talk.wait(time)
    }

    mutating func rent(generation: UInt16 = 0) {
        talk.match = .rental(
            RentalID(start: firstSlot, duration: hours(8), generation: generation))
        talk.enter(rentalDigits)
        tell(.lineRead(.starterInhibitSense, false))
        tell(.lineRead(.ignition, true))
    }

    mutating func end() {
        drive(3)
        tell(.lineRead(.ignition, false))
        talk.enter("363")
    }

    /// The power is cut, and comes back after `time`, in which somebody drove `metres`.
    mutating func cutPower(for time: Milliseconds, driving metres: Int64 = 0) throws {
        let durable = talk.box.durable
        let wall = talk.wall + time
        truth += metres * 1000
        var next = Conversation(durable, setup: Self.setup)
        next.written = talk.written
        next.start(rtc: RTCReading(time: wall, stopped: false), inhibit: .released)
        talk = next
        let last = durable.odometer.flatMap { statement in
            statement.display.map {
                OdometerEstimate(
                    display: $0, position: statement.position, error: statement.error,
                    resolution: statement.resolution, source: .odometer, key: testOdometer,
                    at: .boot)
            }
        }
        monitor = VehicleMonitor(
            profile: monitor.profile, pinned: durable.odometerSource, lastAccepted: last)
        talk.tell(.lineRead(.doorContact, false))
        tell(.lineRead(.ignition, true))
    }

    var anomalies: [OdometerAnomalyBody] {
        talk.written.compactMap {
            if case .odometerAnomaly(let body) = $0.body { body } else { nil }
        }
    }
    var gaps: [OdometerGapBody] {
        talk.written.compactMap { if case .odometerGap(let body) = $0.body { body } else { nil } }
    }
}
