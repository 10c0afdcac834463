internal import Box
internal import Records
internal import Units
internal import Vehicle

extension BoxStatus {
    /// The status for people: a line each, the verdict first.
    public var lines: [String] {
        var lines = ["box       \(box), firmware \(version), up \(Self.words(uptime))"]
        lines.append("state     \(verdict)")
        if let work { lines += work.lines }
        for bus in buses {
            let heard =
                bus.heard.map { "heard \(Self.words($0)) ago" } ?? "nothing heard"
            let lost = bus.lost > 0 ? ", \(bus.lost) frames lost" : ""
            lines.append("bus       \(bus.name) on \(bus.interface): \(bus.state), \(heard)\(lost)")
        }
        lines.append("network   \(network.map { $0 ? "a way out" : "no way out" } ?? "unknown")")
        for report in faults {
            lines.append("fault     \(report.fault.rawValue): \(report.detail)")
            lines.append("          meanwhile: \(report.fault.consequence)")
            lines.append("          to do: \(report.fault.remedy)")
        }
        return lines
    }

    private var verdict: String {
        switch faults.count {
        case 0: "all well"
        case 1: "1 fault, see below"
        case let count: "\(count) faults, see below"
        }
    }

    /// `3 d 4 h`, `2 h 10 min`, `48 s`, `120 ms`
    static func words(_ time: Milliseconds) -> String {
        let seconds = time.count / 1000
        if time.count < 1000 { return "\(time.count) ms" }
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        if seconds < 86_400 { return "\(seconds / 3600) h \(seconds % 3600 / 60) min" }
        return "\(seconds / 86_400) d \(seconds % 86_400 / 3600) h"
    }
}

extension BoxStatus.Work {
    fileprivate var lines: [String] {
        let trip = tripIsOpen ? "a trip is open" : "no open trip"
        var lines = ["rental    \(rental.rawValue), \(trip)"]
        lines.append(
            "clock     "
                + (clock.map { "\($0.time.iso) +-\(BoxStatus.words($0.error))" } ?? "lost"))
        let failed = unwritten > 0 ? ", \(unwritten) unwritten" : ""
        lines.append(
            "log       \(records) records in epoch \(epoch)\(failed), storage \(storage.rawValue), "
                + "start \(boots)")
        lines.append("car       \(car)")
        let why = interlock.map { "may not be engaged now: \($0.rawValue)" } ?? "may be engaged"
        lines.append("starter   inhibit \(starterSensed.rawValue), \(why)")
        if let battery {
            let tenths = (battery.count + 50) / 100
            lines.append("battery   \(tenths / 10).\(tenths % 10) V")
        }
        return lines
    }

    private var car: String {
        var parts = [profile]
        if let odometer {
            let confirmed = odometerIsConfirmed ? "" : ", not confirmed"
            parts.append(
                "\(odometer.position.count) m +-\(odometer.error.count) m\(confirmed)")
        } else {
            parts.append("odometer not heard")
        }
        parts.append("ignition \(ignition.map { $0 ? "on" : "off" } ?? "unknown")")
        parts.append("doors \(doorOpen.map { $0 ? "open" : "closed" } ?? "unknown")")
        return parts.joined(separator: ", ")
    }
}
