internal import Box
internal import CAN
internal import Diagnostics
internal import Units
internal import Vehicle

/// What must hold of every frame that the box sends into the car, by a table of its own: it does
/// not ask the code that permitted the frame.
extension Checker {
    /// How many requests about the odometer a minute may have.
    static let odometerRequests = 3

    /// The box sends a frame.
    func sent(_ permitted: PermittedFrame) {
        guard let box else { return }
        let frame = permitted.frame
        let detail = "\(frame) at \(box.truth.iso)"
        if !box.car.ignition { violate("nothing is sent while the ignition is off", detail) }
        if isLocked { violate("nothing is sent into a car that the box has locked", detail) }
        let silence = box.carSpokeAt.map { box.truth - $0 }
        if silence.map({ $0 > .seconds(1) }) ?? true {
            violate("nothing is sent into a bus that is silent", detail)
        }
        let isStrong = box.measured.map {
            $0.voltage >= Millivolts(12_200) && box.truth - $0.at <= .minutes(1)
        }
        if isStrong != true { violate("nothing is sent below 12.2 V", detail) }
        if !Self.isHarmless(frame, makers: box.car.profile.addresses.map(\.request)) {
            violate("only requests that read are sent, to who may be asked", detail)
        }
        countOdometer(frame, box)
    }

    /// Whether a frame does nothing but ask: 01, 09 or 1A with one byte, 22 with two; or lets an
    /// answer come.
    static func isHarmless(_ frame: CANFrame, makers: [CANID]) -> Bool {
        guard frame.kind == .data, frame.length == 8 else { return false }
        let number = frame.id.number
        let isStandard =
            frame.id.isExtended
            ? number == 0x18DB_33F1 || number & 0x1FFF_00FF == 0x18DA_00F1
            : number == 0x7DF || (0x7E0...0x7E7).contains(number)
        guard isStandard || makers.contains(frame.id) else { return false }
        switch (frame[0], frame[1]) {
        case (2, 0x01), (2, 0x09), (2, 0x1A), (3, 0x22): return true
        case (0x30, 0), (0x32, 0): return true
        case _: return false
        }
    }

    private func countOdometer(_ frame: CANFrame, _ box: SimulatedBox) {
        guard frame[0] < 8, Self.asksOdometer(frame, box.car.profile) else { return }
        odometerAskedAt.removeAll { box.truth - $0 >= .minutes(1) }
        odometerAskedAt.append(box.truth)
        if odometerAskedAt.count > Self.odometerRequests {
            violate("the odometer is asked three times a minute at most", box.truth.iso)
        }
    }

    private static func asksOdometer(_ frame: CANFrame, _ profile: VehicleProfile) -> Bool {
        profile.odometers.contains { odometer in
            guard case .answer(let key) = odometer.signal.selector, frame[1] == key.service else {
                return false
            }
            return key.service == 0x22
                ? frame[2] == UInt8(key.identifier >> 8) && frame[3] == UInt8(key.identifier & 0xFF)
                : frame[2] == UInt8(truncatingIfNeeded: key.identifier)
        }
    }
}
