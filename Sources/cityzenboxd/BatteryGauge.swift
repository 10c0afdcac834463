import Box
import LinuxHost
import LinuxIO
import Units

/// Measures the car's battery as often as somebody needs to know, and adds up what the box draws.
struct BatteryGauge {
    /// While the car may be asked something: its voltage counts for a minute.
    static let busyPeriod = Milliseconds.seconds(30)
    /// Else.
    static let restPeriod = Milliseconds.minutes(10)
    /// While it seems empty.
    static let doubtPeriod = Milliseconds.seconds(20)
    /// How many measurements in a row must say that it is empty before the Box is told: a box that
    /// turned itself off stays off, and a bad conversion or a compressor that starts is no reason.
    static let doubtsNeeded = 4

    private var monitor: BatteryMonitor?
    private let floor: Millivolts
    private var doubts = 0
    private var drawn = Int64(0)
    private var measuredAt: BootTime?
    /// Why the last measurement failed.
    private(set) var failure: SystemCallFailure?

    /// A gauge on the sensor called `sensor`, `nil` where there is none, of a battery that is empty
    /// below `floor`.
    init(sensor: String?, floor: Millivolts) {
        monitor = sensor.map { BatteryMonitor(name: $0) }
        self.floor = floor
    }

    /// Goes on with another sensor; what was drawn stays drawn.
    mutating func replaceSensor(_ sensor: String?) {
        monitor = sensor.map { BatteryMonitor(name: $0) }
        measuredAt = nil
        failure = nil
        doubts = 0
    }

    /// When the next measurement is due; `nil` where nothing measures.
    func nextDeadline(isBusy: Bool) -> BootTime? {
        guard monitor != nil else { return nil }
        guard let measuredAt else { return .boot }
        if doubts > 0 { return measuredAt + Self.doubtPeriod }
        return measuredAt + (isBusy ? Self.busyPeriod : Self.restPeriod)
    }

    /// Measures if it is due.
    mutating func advance(to now: BootTime, isBusy: Bool) -> BoxInput? {
        guard let monitor, let due = nextDeadline(isBusy: isBusy), now >= due else { return nil }
        let elapsed = measuredAt.map { now - $0 } ?? .zero
        measuredAt = now
        do throws(SystemCallFailure) {
            let measured = try monitor.read()
            failure = nil
            // In microampere hours, so that short times add up.
            drawn += (measured.current ?? 0) * elapsed.count / 3600
            doubts = measured.voltage < floor ? min(doubts + 1, Self.doubtsNeeded) : 0
            guard doubts == 0 || doubts == Self.doubtsNeeded else { return nil }
            return .batteryRead(
                BatteryReading(
                    voltage: measured.voltage, drawn: MilliampereHours(drawn / 1000)))
        } catch {
            failure = error
            return nil
        }
    }
}
