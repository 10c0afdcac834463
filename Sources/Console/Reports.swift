internal import AccessCode
internal import Box
internal import Records
internal import Units
internal import Vehicle

/// What the commands that show something say.
extension BoxFacts {
    var version: Report {
        var report = Report()
        report.put("box", "box", identity.box.description)
        report.put("firmware", "firmware", identity.firmware)
        report.put("boots", "starts", identity.boots)
        report.put(
            "uptimeMs", "running for", Report.time(identity.uptime),
            json: .integer(identity.uptime.count))
        return report
    }

    /// Nothing of any trip or rental, and no secret: anybody at the port may read it.
    var status: Report {
        var report = version
        report.put("claimed", "claimed", access.isClaimed, "yes", "no: claim it")
        put(clockInto: &report)
        report.put("room", "log", log.room.rawValue)
        report.put("unwritten", "not written", log.unwritten)
        report.put("batteryMv", "battery", board.battery)
        report.put("online", "fleet", net.online, "reached", "not reached")
        report.put("faults", "faults", rows: faults)
        return report
    }

    /// What is wrong with the box itself.
    private var faults: [Report] {
        var codes: [String] = []
        if let loss = clock.loss { codes.append("clock.\(loss.rawValue)") }
        if clock.isDegraded { codes.append("clock.degraded") }
        if log.room != .normal { codes.append("log.\(log.room.rawValue)") }
        if log.unwritten > 0 { codes.append("log.unwritten") }
        if board.sensed == .unknown { codes.append("starter.unknown") }
        if access.isClaimed, !keys.hasEpoch { codes.append("keys.missing") }
        return codes.map { code in
            var row = Report()
            row.put("code", "code", code)
            return row
        }
    }

    private func put(clockInto report: inout Report) {
        report.put(
            "clock", "clock", clock.reading.map { $0.time.iso },
            json: clock.reading.map { .integer($0.time.milliseconds) })
        report.put("clockErrMs", "within", clock.reading?.error)
    }

    var clockReport: Report {
        var report = Report()
        put(clockInto: &report)
        report.put("quality", "by", clock.reading?.quality.rawValue)
        report.put("lost", "lost", clock.loss?.rawValue ?? "no")
        report.put("degraded", "wants to be set", clock.isDegraded)
        report.put(
            "floor", "certainly after", clock.floor.iso, json: .integer(clock.floor.milliseconds))
        return report
    }

    var keysReport: Report {
        var report = Report()
        report.put("epoch", "key epoch", keys.epoch.number)
        report.put("hasEpoch", "its key", keys.hasEpoch, "there", "missing")
        report.put("hasSpare", "cold spare", keys.hasSpare, "there", "missing")
        report.put("hasOwner", "owner's secret", keys.hasOwner, "there", "missing")
        report.put(
            "technicians", "technicians",
            access.technicians.map(\.description).joined(separator: " "),
            json: .array(access.technicians.map { .integer(Int64($0.number)) }))
        return report
    }

    var boardReport: Report {
        var report = Report()
        report.put("ignition", "ignition", board.ignition, "on", "off")
        report.put("doorOpen", "doors", board.doorOpen, "open", "closed")
        report.put("starterWanted", "starter should be", board.wanted.rawValue)
        report.put("starterSensed", "starter is", board.sensed.rawValue)
        report.put("interlock", "inhibit possible", board.interlock?.rawValue ?? "yes")
        report.put("batteryMv", "battery", board.battery)
        report.put("relaysTested", "relays", tests.relays, "tested", "not tested")
        report.put("keypadSeen", "keypad", tests.keypad, "a key was pressed", "no key yet")
        return report
    }

    var profileReport: Report {
        var report = Report()
        report.put("profile", "profile", identity.profile)
        report.put("next", "from the next start", identity.nextProfile ?? identity.profile)
        report.put(
            "odometers", "odometers", odometer.known.map(\.name).joined(separator: " "),
            json: .array(odometer.known.map { .string($0.name) }))
        return report
    }

    var odometerReport: Report {
        var report = Report()
        let heard = car.odometer
        report.put(
            "displayM", "dashboard", heard.map { Report.kilometres($0.display) },
            json: heard.map { .integer($0.display.count) })
        report.put("resolutionM", "in steps of", heard?.resolution)
        report.put("errorM", "position within", heard?.error)
        report.put("source", "by", heard?.source.rawValue)
        report.put("billedBy", "billed by", odometer.pinned?.name)
        report.put("confirmed", "confirmed", odometer.isConfirmed)
        report.put(
            "stepM", "a step to", car.step.map { Report.kilometres($0) } ?? "none",
            json: car.step.map { .integer($0.count) })
        return report
    }

    func signals(at now: BootTime) -> Report {
        var report = Report()
        report.put("speedMmS", "speed", car.speed?.value)
        report.put(
            "odometerM", "odometer", car.odometer.map { Report.kilometres($0.display) },
            json: car.odometer.map { .integer($0.display.count) })
        report.put("pulsesM", "counter", car.pulses)
        report.put("ignition", "ignition", car.ignition?.value, "on", "off")
        report.put("doorOpen", "doors", car.doorOpen?.value, "open", "closed")
        report.put("fuelPm", "fuel", car.fuel?.value)
        report.put("chargePm", "charge", car.charge?.value)
        report.put("supplyMv", "supply", car.supply?.value)
        let silence: Milliseconds? = car.lastFrameAt.map { now - $0 }
        report.put("silentMs", "bus silent for", silence)
        return report
    }

    /// The signals in one line of a terminal, however dumb.
    func signalLine(at now: BootTime) -> String {
        let silence = car.lastFrameAt.map { Report.time(now - $0) } ?? "ever"
        var parts = [car.speed.map { "\($0.value.wholeKilometresPerHour) km/h" } ?? "- km/h"]
        parts.append(car.odometer.map { Report.kilometres($0.display) } ?? "- km")
        parts.append("ign \(Self.word(car.ignition?.value, "on", "off"))")
        parts.append("doors \(Self.word(car.doorOpen?.value, "open", "closed"))")
        parts.append(car.fuel.map { "fuel \($0.value.count / 10) %" } ?? "fuel -")
        parts.append(car.supply.map { "\($0.value)" } ?? "- mV")
        parts.append("silent \(silence)")
        let line = String(parts.joined(separator: "  ").prefix(LineEditor.columns))
        return line + String(repeating: " ", count: LineEditor.columns - line.count)
    }

    private static func word(_ flag: Bool?, _ yes: String, _ no: String) -> String {
        flag.map { $0 ? yes : no } ?? "-"
    }

    var logReport: Report {
        var report = Report()
        report.put("epoch", "log epoch", log.epoch)
        report.put("head", "last record", log.head)
        report.put("hash", "its hash", log.hash.hex)
        report.put("acknowledged", "fleet has", log.acknowledged)
        report.put("waiting", "waiting", log.head - log.acknowledged)
        report.put("room", "room", log.room.rawValue)
        report.put("unwritten", "not written", log.unwritten)
        return report
    }

    var rentalReport: Report {
        var report = Report()
        let window = rental.window
        report.put(
            "from", "rental from", window?.lowerBound.iso ?? "none",
            json: window.map { .integer($0.lowerBound.milliseconds) })
        report.put(
            "to", "to", window?.upperBound.iso ?? "none",
            json: window.map { .integer($0.upperBound.milliseconds) })
        report.put(
            "trip", "trip", rental.trip?.description ?? "none",
            json: rental.trip.map { .string($0.description) })
        let distance = rental.trip == nil ? nil : rental.distance
        report.put(
            "distanceM", "distance",
            distance.map { "\(Report.kilometres($0.distance)) ± \($0.error)" } ?? "none",
            json: distance.map { .integer($0.distance.count) })
        report.put(
            "distanceErrM", "within", distance.map { "\($0.error)" } ?? "none",
            json: distance.map { .integer($0.error.count) })
        return report
    }

    var netReport: Report {
        var report = Report()
        report.put("online", "fleet", net.online, "reached", "not reached")
        report.put("link", "by", net.link ?? "no modem", json: net.link.map { .string($0) })
        report.put("waiting", "records waiting", log.head - log.acknowledged)
        return report
    }

    var updateReport: Report {
        var report = Report()
        report.put("firmware", "runs", identity.firmware)
        report.put(
            "next", "waits for the next start", identity.nextFirmware ?? "nothing",
            json: identity.nextFirmware.map { .string($0) })
        return report
    }

    /// Everything in one report.
    func diagnosis(_ check: LogCheck?, at now: BootTime) -> Report {
        var report = Report()
        report.put("status", "status", status)
        report.put("clock", "clock", clockReport)
        report.put("keys", "keys", keysReport)
        report.put("board", "board", boardReport)
        report.put("profile", "profile", profileReport)
        report.put("odometer", "odometer", odometerReport)
        report.put("signals", "signals", signals(at: now))
        report.put("log", "log", logReport)
        report.put("verify", "check of the log", check?.report ?? LogCheck.unreadable)
        report.put("rental", "rental", rentalReport)
        report.put("net", "net", netReport)
        report.put("update", "update", updateReport)
        report.put("steps", "installation", ProvisionStep.report(self))
        return report
    }
}

extension LogCheck {
    /// What is said of a log that cannot be read.
    static var unreadable: Report {
        var report = Report()
        report.put("ok", "chain", nil as Bool?)
        return report
    }

    var report: Report {
        var report = Report()
        report.put("ok", "chain", defect == nil, "holds", "does not hold")
        report.put("checked", "records", checked)
        report.put("erased", "erased", erased)
        report.put("first", "first", first)
        report.put("last", "last", last)
        report.put("hash", "its hash", hash.hex)
        report.put("defect", "defect", defect ?? "none", json: defect.map { .string($0) })
        return report
    }
}

extension [LineTest] {
    var report: Report {
        var report = Report()
        report.put("ok", "all", allSatisfy(\.passed), "passed", "FAILED")
        report.put(
            "tests", "tests",
            rows: map { test in
                var row = Report()
                row.put("ok", "ok", test.passed, "passed", "FAILED")
                row.put("name", "name", test.name)
                row.put("detail", "detail", test.detail)
                return row
            })
        return report
    }
}
