/// A point in time as clocks in metropolitan France show it.
///
/// The rule is the European Union's (Directive 2000/84/EC): UTC+1, and UTC+2 from 01:00 UTC on the
/// last Sunday of March until 01:00 UTC on the last Sunday of October. It holds for every year that
/// codes exist in, from 2012; what the law may say one day is not guessed.
public struct ParisTime: Hashable, Sendable {
    /// The date and time on the clock.
    public let civil: CivilTime
    /// Whether summer time (UTC+2, CEST) is in force.
    public let isSummer: Bool
    /// Whether the clock shows this time twice, as it does for an hour each October.
    public let isAmbiguous: Bool

    /// The local time of `time`.
    public init(_ time: WallTime) {
        let year = CivilTime(utc: time).year
        let begin = Self.lastSunday(year, month: 3) + .hours(1)
        let end = Self.lastSunday(year, month: 10) + .hours(1)
        isSummer = begin <= time && time < end
        isAmbiguous = end - .hours(1) <= time && time < end + .hours(1)
        civil = CivilTime(utc: time + (isSummer ? .hours(2) : .hours(1)))
        weekday = Self.weekday(time + (isSummer ? .hours(2) : .hours(1)))
    }

    /// The day of the week: 0 is Monday, 6 is Sunday.
    public let weekday: Int

    /// `CEST` or `CET`
    public var zone: String { isSummer ? "CEST" : "CET" }

    /// Midnight UTC of the last Sunday of `month`, which must have 31 days, as March and October
    /// do.
    private static func lastSunday(_ year: Int64, month: Int64) -> WallTime {
        let last = CivilTime.utc(year, month, 31)
        return last - .days(Int64((weekday(last) + 1) % 7))
    }

    private static func weekday(_ utc: WallTime) -> Int {
        let day = Milliseconds.days(1).count
        let quotient = utc.milliseconds / day
        let days = utc.milliseconds % day < 0 ? quotient - 1 : quotient
        // 1970-01-01 was a Thursday, three days behind Monday.
        return Int(((days + 3) % 7 + 7) % 7)
    }
}
