internal import CAN
internal import Units
internal import Vehicle

extension ProfileFinding {
    /// The verdict in one line that a technician can act on.
    public var line: String { "\(profile): \(verdict)" }
}

extension ProfileFinding.Verdict: CustomStringConvertible {
    /// `fits`, `may fit: the odometer is there but never moved`, `does not fit: no frame 611`.
    public var description: String {
        switch self {
        case .fits: "fits"
        case .mayFit(let doubt): "may fit: \(doubt)"
        case .cannotTell(let silence): "cannot be told: \(silence)"
        case .doesNotFit(let refusal): "does not fit: \(refusal)"
        }
    }
}

extension ProfileFinding.Doubt: CustomStringConvertible {
    /// What is open, in words.
    public var description: String {
        switch self {
        case .neverMoved: "the odometer is there but never moved"
        case .tooShort(let time):
            "its odometer was heard for only \(DistanceText.time(time)), too short to believe it"
        case .noWitness: "the odometer moved, but no speed was heard to hold it against"
        case .contradicted: "its odometer is there, but something contradicts"
        }
    }

    /// What to do next, in words.
    public var remedy: String {
        switch self {
        case .neverMoved: "drive 2 km and record again"
        case .tooShort: "record a minute with the ignition on"
        case .noWitness: "compare with the dashboard after a drive"
        case .contradicted: "look at what contradicts"
        }
    }
}

extension ProfileFinding.Silence: CustomStringConvertible {
    /// Why nothing is known, in words.
    public var description: String {
        switch self {
        case .onRequest: "its odometer is told on request, which listening does not show"
        case .noOdometer: "it reads no odometer"
        }
    }
}

extension ProfileFinding.Refusal: CustomStringConvertible {
    /// What decides against it, in words.
    public var description: String {
        switch self {
        case .noFrame(let ids):
            "no frame " + ids.map(\.description).joined(separator: " or ")
        case .tooShort(let id, let length, let needed):
            "frame \(id) has \(length) bytes, its odometer needs \(needed)"
        case .unitUnknown(let id):
            "frame \(id) does not say the unit of its odometer"
        case .noValue(let id): "frame \(id) is there, but its odometer never has a value"
        case .neverBelieved(let id): "frame \(id) is there, but changes as no odometer does"
        case .implausible(let metres):
            "its odometer would show \(DistanceText.kilometres(metres))"
        case .stands(let way):
            "its odometer stood while the car went \(DistanceText.short(way))"
        case .anotherWay(let odometer, let speed):
            "its odometer went \(DistanceText.short(odometer)), "
                + "the car \(DistanceText.short(speed)) by its speed"
        case .nothing: "none of its frames is there"
        }
    }
}

extension ProfileFinding.Evidence: CustomStringConvertible {
    /// What speaks for the profile, in words.
    public var description: String {
        switch self {
        case .odometer(let key, let metres, let resolution):
            "odometer \(key): \(DistanceText.both(metres, resolution: resolution)), "
                + "in steps of \(resolution)"
        case .unit(let perCount):
            perCount == Millimetres(1_609_344)
                ? "the car says that it counts miles"
                : "the car says that a count is \(perCount.raisedToMetres)"
        case .other(let key, let metres):
            "odometer \(key) said \(DistanceText.both(metres)) last, which is not billed by"
        case .dash: "which is what the dashboard shows"
        case .moved(let ticks, let metres):
            "it moved \(ticks) \(ticks == 1 ? "time" : "times"), "
                + "by \(DistanceText.short(metres))"
        case .withSpeed(let odometer, let speed):
            "it went with the speed: \(DistanceText.short(odometer)) by the odometer, "
                + "\(DistanceText.short(speed)) by the speed, together within a count"
        case .counter(let measured, let stated, let way):
            "counter: \(metres(measured)) a count by the speed over \(way), "
                + "the profile says \(metres(stated))"
        case .speed(let highest):
            "speed: up to \(highest.wholeKilometresPerHour) km/h"
        case .ignition(let isOn): "ignition: \(isOn ? "on" : "off") at the end"
        }
    }
}

extension ProfileFinding.Contradiction: CustomStringConvertible {
    /// What speaks against the profile, in words.
    public var description: String {
        switch self {
        case .oddity(let oddity):
            "odometer \(oddity.source): \(oddity.kind.words)"
                + (oddity.reading.map { ", \(DistanceText.kilometres($0))" } ?? "")
                + (oddity.frame.map { ", in \($0)" } ?? "")
        case .dash(let shown, let dash):
            "odometer: \(DistanceText.both(shown)), but the dashboard shows "
                + DistanceText.both(dash)
        case .counter(let measured, let stated, let way):
            "counter: \(metres(measured)) a count by the speed over \(way), "
                + "the profile says \(metres(stated))"
        case .speed(let highest):
            "speed: up to \(highest.wholeKilometresPerHour) km/h, which this car cannot go"
        }
    }
}

/// A length in nanometres, in metres with four decimals.
private func metres(_ nanometres: Int64) -> String {
    DistanceText.fixed((nanometres + 50_000) / 100_000, decimals: 4) + " m"
}
