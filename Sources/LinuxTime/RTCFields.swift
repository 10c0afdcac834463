public import Units

/// A date and time as the kernel's interface to battery-backed clocks has it (`struct rtc_time`).
/// The clock runs in UTC.
public struct RTCFields: Hashable, Sendable {
    /// Years since 1900.
    public var year: Int32
    /// 0...11
    public var month: Int32
    /// 1...31
    public var day: Int32
    /// 0...23
    public var hour: Int32
    /// 0...59
    public var minute: Int32
    /// 0...59
    public var second: Int32

    /// These fields, in their own counting.
    public init(
        year: Int32, month: Int32, day: Int32, hour: Int32, minute: Int32, second: Int32
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// The whole second nearest to `time`: the clock has no smaller ones.
    public init(nearest time: WallTime) {
        let civil = CivilTime(utc: time + Milliseconds(500))
        self.init(
            year: Int32(clamping: civil.year - 1900), month: Int32(civil.month - 1),
            day: Int32(civil.day), hour: Int32(civil.hour), minute: Int32(civil.minute),
            second: Int32(civil.second))
    }

    /// The beginning of the second; `nil` where a field is out of its range, as clocks show it
    /// that were never set.
    public var time: WallTime? {
        guard (70...8099).contains(year), (0...11).contains(month), (1...31).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        let time = CivilTime.utc(
            Int64(year) + 1900, Int64(month) + 1, Int64(day), Int64(hour), Int64(minute),
            Int64(second))
        // A 31st of April carries over.
        guard CivilTime(utc: time).day == Int64(day) else { return nil }
        return time
    }
}

/// What a battery-backed clock says of its supply (`RTC_VL_…` of `linux/rtc.h`).
public struct RTCVoltage: OptionSet, Hashable, Sendable {
    /// The bits that the kernel gave.
    public let rawValue: UInt32

    /// These bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The voltage was too low for the clock to count: what it shows is not the time.
    public static let dataInvalid = RTCVoltage(rawValue: 0x1)
    /// The battery is low: time to change it.
    public static let batteryLow = RTCVoltage(rawValue: 0x2)
    /// The battery is empty or missing.
    public static let batteryEmpty = RTCVoltage(rawValue: 0x4)
    /// The voltage was too low for the clock to be exact.
    public static let accuracyLow = RTCVoltage(rawValue: 0x8)
}
