internal import Box
public import Records
internal import Units
internal import Vehicle

extension BoxStatus {
    /// The status for scripts: members keep their names and meaning, new ones may come.
    ///
    /// Lengths of time are in milliseconds, of way in metres, voltages in millivolts, times in
    /// milliseconds since 1970 UTC. What is unknown is `null`.
    public var json: CanonicalJSON {
        .object([
            "box": .string(box.description),
            "version": .string(version),
            "uptimeMs": .integer(uptime.count),
            "faults": .array(
                faults.map { report in
                    .object([
                        "fault": .string(report.fault.rawValue), "detail": .string(report.detail),
                        "consequence": .string(report.fault.consequence),
                        "remedy": .string(report.fault.remedy),
                    ])
                }),
            "work": work?.json ?? .null,
            "buses": .array(
                buses.map { bus in
                    .object([
                        "name": .string(bus.name), "interface": .string(bus.interface),
                        "state": .string(bus.state),
                        "heardAgoMs": bus.heard.map { .integer($0.count) } ?? .null,
                        "lost": .integer(bus.lost),
                    ])
                }),
            "network": network.json,
        ])
    }
}

extension BoxStatus.Work {
    fileprivate var json: CanonicalJSON {
        .object([
            "rental": .string(rental.rawValue),
            "tripOpen": .bool(tripIsOpen),
            "clock": clock.map { clock in
                .object([
                    "timeMs": .integer(clock.time.milliseconds),
                    "errorMs": .integer(clock.error.count), "degraded": .bool(clock.isDegraded),
                ])
            } ?? .null,
            "records": .integer(records),
            "logEpoch": .integer(Int64(epoch)),
            "unwritten": .integer(Int64(unwritten)),
            "storage": .string(storage.rawValue),
            "boots": .integer(Int64(boots)),
            "starterWanted": .string(starterWanted.rawValue),
            "starterSensed": .string(starterSensed.rawValue),
            "interlock": interlock.map { .string($0.rawValue) } ?? .null,
            "ignition": ignition.json,
            "doorOpen": doorOpen.json,
            "profile": .string(profile),
            "odometerM": odometer.map { .integer($0.position.count) } ?? .null,
            "odometerErrorM": odometer.map { .integer($0.error.count) } ?? .null,
            "odometerConfirmed": .bool(odometerIsConfirmed),
            "batteryMv": battery.map { .integer($0.count) } ?? .null,
        ])
    }
}

extension Bool? {
    fileprivate var json: CanonicalJSON { map { .bool($0) } ?? .null }
}
