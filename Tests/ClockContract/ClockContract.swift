internal import AccessCode
public import Ports
public import Units

/// What every battery-backed clock is held to, simulated or real: the Box takes up an open rental
/// by what it shows.
public enum ClockContract {
    /// How much later than it was set a clock may be read, with whole seconds and a busy machine.
    public static let slack = Milliseconds.seconds(20)
    /// The times that it is set to: leap days, ends of years, and where 32 bits end.
    public static let times = [
        CivilTime.utc(2026, 6, 1, 10), CivilTime.utc(2028, 2, 29, 23, 59, 58),
        CivilTime.utc(2027, 12, 31, 23, 59, 58), CivilTime.utc(2038, 1, 19, 3, 14, 7),
    ]

    /// What `clock`, which is there and can be set, does against the contract.
    public static func breaches(by clock: any RealTimeClock) -> [String] {
        times.flatMap { breaches(by: clock, setTo: $0) }
    }

    private static func breaches(
        by clock: any RealTimeClock, setTo time: WallTime
    ) -> [String] {
        clock.set(to: time)
        guard let shown = clock.read(), let again = clock.read() else {
            return ["set to \(time.iso) it does not answer"]
        }
        var found: [String] = []
        if shown.stopped { found.append("set to \(time.iso) it still says that it stopped") }
        if shown.time < time - .seconds(1) || shown.time - time > slack {
            found.append("set to \(time.iso) it shows \(shown.time.iso)")
        }
        if again.time < shown.time { found.append("it ran back behind \(shown.time.iso)") }
        return found
    }

    /// What `clock`, which is not there, does against the contract.
    public static func breaches(byAbsent clock: any RealTimeClock) -> [String] {
        var found: [String] = []
        if clock.read() != nil { found.append("a clock that is not there shows a time") }
        clock.set(to: times[0])
        if clock.read() != nil { found.append("a clock that is not there was set") }
        return found
    }
}
