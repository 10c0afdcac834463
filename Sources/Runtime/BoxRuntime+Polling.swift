internal import Box
internal import CAN
public import Diagnostics
internal import Ports
public import Units
internal import Vehicle

/// Asking the car, where its profile does.
///
/// The Box knows nothing of it: the poller is told what the Box knows of ignition, doors, rental
/// and battery, and what it wants sent goes to the bus.
extension BoxRuntime {
    /// How long a measured voltage is believed.
    public static let voltageAge = Milliseconds.minutes(1)

    /// Whether the car counts as locked or parked, as far as the box knows.
    ///
    /// It is locked from when the box locked its doors until the box unlocks them or one is seen
    /// open. It is parked while no trip is open and its ignition is not known to be on.
    public var isLockedOrParked: Bool {
        isLockedByBox || (box.durable.trip == nil && box.ignition != true)
    }

    /// What decides whether the car may be asked, as far as the Box knows; when the bus was heard,
    /// who hears it knows.
    public func pollingConditions(at now: BootTime) -> PollingConditions {
        let isMeasured = voltageReadAt.map { now - $0 <= Self.voltageAge } ?? false
        return PollingConditions(
            isIgnitionOn: box.ignition, isLocked: isLockedOrParked,
            voltage: isMeasured ? box.battery?.voltage : nil)
    }

    /// Tells the poller how things stand, and sends what it wants sent.
    func tendPolling(at now: BootTime) {
        if isLockedByBox, box.doorOpen == true { isLockedByBox = false }
        guard asks else { return }
        let conditions = pollingConditions(at: now)
        let effects = poller.update(
            isIgnitionOn: conditions.isIgnitionOn, isLocked: conditions.isLocked,
            voltage: conditions.voltage, at: now)
        carryOut(effects, at: now)
        pollingDue = poller.nextDeadline(at: now)
    }

    /// Sends what is to be sent, and hands answers to the monitor.
    func carryOut(_ effects: [VehiclePoller.Effect], at now: BootTime) {
        for effect in effects {
            switch effect {
            case .transmit(let frame): ports.bus.send(frame)
            case .heard(let answer, to: let query):
                guard let request = answer.request, let payload = answer.payload else { continue }
                let changes = monitor.receive(
                    answer: payload, service: request.service.rawValue,
                    identifier: request.identifier, at: now)
                poller.note(changes, of: query, by: monitor, at: now)
                tell(changes, at: now)
            }
        }
    }
}
