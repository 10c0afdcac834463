internal import AccessCode
internal import Box
internal import Records
internal import Units

/// The two columns of instruments: the car as it is, and what the box makes of it.
enum LiveInstruments {
    /// How wide the left column is.
    static let leftWidth = 39

    static func left(_ state: LiveState) -> [StyledLine] {
        let car = state.car
        let engine = car.engineRuns ? "on, the engine runs" : "on"
        return [
            row("Ignition", car.ignition ? engine : "off", car.ignition ? .green : .plain),
            row(
                "Speed",
                "\(LiveText.kilometresPerHour(car.speed)) km/h, "
                    + "wanted \(LiveText.kilometresPerHour(car.wanted))"),
            row(
                "Door",
                "\(car.doorOpen ? "open" : "closed"), \(car.isLocked ? "locked" : "unlocked")"),
            row(
                "Starter", car.isInhibited ? "inhibited" : "free",
                car.isInhibited ? .red : .green),
            row("Odometer", odometer(state)),
            row("Battery", LiveText.volts(car.battery), car.battery.count < 12_000 ? .red : .plain),
            row("Coverage", car.online ? "online" : "offline"),
        ]
    }

    static func right(_ state: LiveState) -> [StyledLine] {
        guard let box = state.knows else {
            return [row("Power", "none: p gives it back", .red)]
                + ["Clock", "Inhibit", "Rental", "Trip", "Storage", "Tries"].map { row($0, "-") }
        }
        return [
            row("Power", "on, boot \(box.boots)"),
            clock(box),
            row("Inhibit", inhibit(box, state.car.isInhibited)),
            row("Rental", box.rental.map(LiveText.window) ?? "none"),
            row("Trip", box.trip.map(trip) ?? "none"),
            row("Storage", box.storage.words, box.storage == .normal ? .plain : .red),
            row(
                "Tries", box.wait.map { "wait \(LiveText.length($0))" } ?? "open",
                box.wait == nil ? .plain : .red),
        ]
    }

    private static func row(_ label: String, _ value: String, _ ink: Ink = .plain) -> StyledLine {
        var line = StyledLine(" \(label)", .faint)
        line.fit(11)
        line.add(value, ink)
        return line
    }

    private static func odometer(_ state: LiveState) -> String {
        let truth = LiveText.kilometres(state.car.odometer.flooredToMetres)
        guard let dash = state.knows?.dash else { return truth }
        return "\(truth), dash \(LiveText.wholeKilometres(dash))"
    }

    private static func clock(_ box: LiveState.BoxPart) -> StyledLine {
        guard let clock = box.clock else { return row("Clock", "lost: \(box.clockLoss)", .red) }
        let error = LiveText.seconds(clock.error)
        return row(
            "Clock", "\(LiveText.clock(clock.time))Z ±\(error) \(clock.quality.rawValue)")
    }

    /// What the interlock lets happen to the starter, and why not.
    private static func inhibit(_ box: LiveState.BoxPart, _ isInhibited: Bool) -> String {
        let why = box.interlock.map { reason in
            box.quietNeeded.map { "no: quiet, \(($0.count + 999) / 1000) s to go" }
                ?? "no: \(reason.words)"
        }
        switch box.wanted {
        case .released: return isInhibited ? "to be released" : "not wanted in a rental"
        case .engaged: return isInhibited ? "engaged" : why ?? "about to engage"
        case .unknown: return why ?? "not wanted"
        }
    }

    private static func trip(_ trip: LiveState.TripPart) -> String {
        "\(LiveText.metres(trip.distance)) m ±\(trip.error.count) m, \(trip.quality.rawValue)"
    }
}

/// Numbers and times as the screen writes them.
enum LiveText {
    /// `12 345.678 km`
    static func kilometres(_ metres: Metres) -> String {
        let rest = String(metres.count % 1000)
        return
            grouped(metres.count / 1000) + "."
            + String(repeating: "0", count: 3 - rest.count) + "\(rest) km"
    }

    /// `12 345`
    static func wholeKilometres(_ metres: Metres) -> String { grouped(metres.count / 1000) }

    /// `1 234`
    static func metres(_ metres: Metres) -> String { grouped(metres.count) }

    /// `50`, in km/h: rounded, so that a wanted 10 km/h reads as 10.
    static func kilometresPerHour(_ speed: MillimetresPerSecond) -> String {
        "\((speed.count * 36 + 5000) / 10_000)"
    }

    /// `12.6 V`
    static func volts(_ voltage: Millivolts) -> String {
        "\(voltage.count / 1000).\(voltage.count % 1000 / 100) V"
    }

    /// `2.0 s`, or whole seconds from a minute on
    static func seconds(_ time: Milliseconds) -> String {
        time < .minutes(1)
            ? "\(time.count / 1000).\(time.count % 1000 / 100) s" : "\(time.wholeSeconds) s"
    }

    /// `1 min 05 s`, rounded up to whole seconds
    static func length(_ time: Milliseconds) -> String {
        let seconds = (time.count + 999) / 1000
        return "\(seconds / 60) min \(padded(seconds % 60)) s"
    }

    /// `10:05:09`
    static func clock(_ time: WallTime) -> String {
        let civil = CivilTime(utc: time)
        return "\(padded(civil.hour)):\(padded(civil.minute)):\(padded(civil.second))"
    }

    /// `06-01 10:00 to 18:00Z`, with the date of the end where it is another
    static func window(_ window: Range<WallTime>) -> String {
        let from = CivilTime(utc: window.lowerBound)
        let to = CivilTime(utc: window.upperBound)
        let sameDay = from.day == to.day && from.month == to.month
        return "\(day(from)) \(minute(from)) to \(sameDay ? "" : day(to) + " ")\(minute(to))Z"
    }

    private static func day(_ civil: CivilTime) -> String {
        "\(padded(civil.month))-\(padded(civil.day))"
    }

    private static func minute(_ civil: CivilTime) -> String {
        "\(padded(civil.hour)):\(padded(civil.minute))"
    }

    private static func padded(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    private static func grouped(_ number: Int64) -> String {
        var digits = String(number.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits = String(digits.dropLast(3))
        }
        return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: " ")
    }
}
