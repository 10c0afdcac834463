/// A date and time of the proleptic Gregorian calendar, without a zone of its own.
///
/// The conversion follows Howard Hinnant's `days_from_civil` arithmetic (public domain facts); it
/// is here because the decision layers may not import a calendar library, and because only UTC and
/// a fixed rule for France are needed.
public struct CivilTime: Hashable, Sendable {
    /// The year, such as 2026.
    public var year: Int64
    /// 1...12
    public var month: Int64
    /// 1...31
    public var day: Int64
    /// 0...23
    public var hour: Int64
    /// 0...59
    public var minute: Int64
    /// 0...59
    public var second: Int64

    /// The civil time of a point in UTC.
    public init(utc time: WallTime) {
        let seconds = Self.floorDivide(time.milliseconds, 1000)
        let days = Self.floorDivide(seconds, 86_400)
        let secondOfDay = seconds - days * 86_400
        (year, month, day) = Self.civil(days: days)
        hour = secondOfDay / 3600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
    }

    /// The point in UTC that these fields name. Fields out of range carry over.
    public static func utc(
        _ year: Int64, _ month: Int64, _ day: Int64, _ hour: Int64 = 0, _ minute: Int64 = 0,
        _ second: Int64 = 0
    ) -> WallTime {
        let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
        return WallTime(milliseconds: seconds * 1000)
    }

    /// `2026-11-21T12:00:00Z`
    public var iso: String {
        let date = "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
        return "\(date)T\(pad(hour, 2)):\(pad(minute, 2)):\(pad(second, 2))Z"
    }

    /// Whole days since 1970-01-01.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        // The year starts in March, so that a leap day is the last day of its year.
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
        let quotient = value / by
        return value % by < 0 ? quotient - 1 : quotient
    }

    private func pad(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Instant where Clock == WallClock {
    /// `2026-11-21T12:00:00Z`, for people and for logs.
    public var iso: String { CivilTime(utc: self).iso }

    /// The point written as `2026-11-21T12:00Z` or with seconds; `nil` for anything else.
    public init?(iso text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 17 || bytes.count == 20, bytes.last == UInt8(ascii: "Z") else {
            return nil
        }
        func number(_ from: Int, _ length: Int) -> Int64? {
            var out: Int64 = 0
            for byte in bytes[from..<from + length] {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                out = out * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return out
        }
        let marks: [(Int, Character)] =
            [(4, "-"), (7, "-"), (10, "T"), (13, ":")] + (bytes.count == 20 ? [(16, ":")] : [])
        for (index, mark) in marks where bytes[index] != mark.asciiValue { return nil }
        guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2),
            let hour = number(11, 2), let minute = number(14, 2),
            let second = bytes.count == 20 ? number(17, 2) : 0
        else { return nil }
        let time = CivilTime.utc(year, month, day, hour, minute, second)
        // A field out of range, such as the 31st of June, carries over: then it was no such date.
        let back = CivilTime(utc: time)
        guard back.month == month, back.day == day, back.hour == hour, back.minute == minute,
            back.second == second
        else { return nil }
        self = time
    }
}
