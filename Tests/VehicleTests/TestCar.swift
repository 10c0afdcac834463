import CAN
import Testing
import Units
import Vehicle

/// A car with an odometer in hundreds of metres, miles if it says so, and a monitor on its bus.
struct TestCar {
    static let odometerID: CANID = 0x100
    static let odometerKey: SourceKey = "100.ODOMETER"
    static let wheelsID: CANID = 0x200
    static let otherID: CANID = 0x300

    var monitor: VehicleMonitor
    var now: Int64
    private(set) var changes: VehicleChanges = []

    /// A car whose bus wakes at `start` milliseconds.
    init(
        profile: VehicleProfile, anchor: OdometerEstimate? = nil, heardAt: BootTime? = nil,
        from start: Int64 = 0
    ) {
        monitor = VehicleMonitor(profile: profile, lastAccepted: anchor, heardAt: heardAt)
        now = start
        hear(CANFrame(id: Self.otherID, length: 0))
    }

    static func layout(_ start: Int, _ length: Int) throws -> SignalLayout {
        try #require(SignalLayout(start: start, length: length, byteOrder: .littleEndian))
    }

    static func profile(
        modulus: Int64? = nil, hasCounter: Bool = false, hasSpeed: Bool = false,
        calibrates: Bool = false, unitIsFixed: Bool = false
    ) throws -> VehicleProfile {
        let choices = [
            OdometerUnitChoice(raw: 1, perCount: Millimetres(100_000)),
            OdometerUnitChoice(raw: 2, perCount: Millimetres(160_934)),
        ]
        let odometer = OdometerSignal(
            signal: SignalSource(id: odometerID, name: "ODOMETER", layout: try layout(0, 24)),
            unit: unitIsFixed
                ? .fixed(perCount: Millimetres(100_000))
                : .bySignal(try layout(24, 2), choices),
            special: SpecialValues(notAvailable: [0xFFFFFE]), modulus: modulus)
        let counter = DistanceCounter(
            signal: SignalSource(id: wheelsID, layout: try layout(0, 8)), modulus: 256,
            nanometresPerCount: 48_400_000, calibrates: calibrates, maxSilence: Milliseconds(170))
        let speed = SpeedSignal(
            signal: SignalSource(id: wheelsID, layout: try layout(8, 16)),
            nanometresPerSecond: 1_000_000)
        return VehicleProfile(
            name: "test", hash: "0123456789abcdef", odometers: [odometer],
            distance: hasCounter ? .counter(counter) : nil, speed: hasSpeed ? [speed] : [])
    }

    @discardableResult
    mutating func hear(_ frame: CANFrame) -> VehicleChanges {
        changes = monitor.receive(frame, at: BootTime(milliseconds: now))
        return changes
    }

    @discardableResult
    mutating func odometer(_ raw: Int64, unit: Int64 = 1, after wait: Int64 = 0) -> VehicleChanges {
        now += wait
        let payload = UInt64(bitPattern: raw | unit << 24)
        return hear(CANFrame(id: Self.odometerID, length: 4, payload: payload))
    }

    @discardableResult
    mutating func wheels(count: Int64, speed: Int64, after wait: Int64 = 0) -> VehicleChanges {
        now += wait
        let payload = UInt64(bitPattern: count % 256 | speed << 8)
        return hear(CANFrame(id: Self.wheelsID, length: 3, payload: payload))
    }

    /// Lets the odometer stand at `raw` for 20 seconds, which makes it believed.
    mutating func settle(at raw: Int64) {
        for _ in 0..<20 { odometer(raw, after: 1000) }
    }

    mutating func kinds() -> [OdometerAnomaly.Kind] { monitor.takeAnomalies().map(\.kind) }

    var display: Int64? { monitor.state.odometer?.display.count }
}
