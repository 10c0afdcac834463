public import Units

/// Distances as people read them.
public enum DistanceText {
    /// A metre exactly in miles is an international mile of 1 609 344 mm.
    private static let mile: Int64 = 1_609_344

    /// Kilometres, thousands apart: `25 088.1 km`; with three decimals where a count is less than
    /// 100 m long.
    public static func kilometres(_ metres: Metres, resolution: Metres = Metres(100)) -> String {
        if resolution < Metres(100) { return fixed(metres.count, decimals: 3) + " km" }
        return fixed(rounded(metres.count, by: 100), decimals: 1) + " km"
    }

    /// Miles to a tenth: `15 589.0 mi`.
    public static func miles(_ metres: Metres) -> String {
        fixed(rounded(metres.count * 10_000, by: mile), decimals: 1) + " mi"
    }

    /// Both: `25 088.1 km (15 589.0 mi)`.
    public static func both(_ metres: Metres, resolution: Metres = Metres(100)) -> String {
        "\(kilometres(metres, resolution: resolution)) (\(miles(metres)))"
    }

    /// A length that is told in metres below a kilometre: `850 m`, `1.2 km`.
    public static func short(_ metres: Metres) -> String {
        metres.magnitude < Metres(1000) ? "\(metres)" : kilometres(metres)
    }

    /// A length of time: `850 ms`, `12.5 s`, `4 min 05 s`, `2 h 05 min`.
    public static func time(_ time: Milliseconds) -> String {
        if time < .seconds(1) { return "\(time)" }
        if time < .minutes(2) { return fixed(rounded(time.count, by: 100), decimals: 1) + " s" }
        let seconds = time.wholeSeconds
        if time < .hours(2) { return "\(seconds / 60) min \(two(seconds % 60)) s" }
        return "\(seconds / 3600) h \(two(seconds / 60 % 60)) min"
    }

    /// `count`, of which so many digits are decimals, thousands apart.
    public static func fixed(_ count: Int64, decimals: Int) -> String {
        var digits = Array(String(count.magnitude).utf8)
        while digits.count <= decimals { digits.insert(UInt8(ascii: "0"), at: 0) }
        let split = digits.count - decimals
        var text: [UInt8] = count < 0 ? [UInt8(ascii: "-")] : []
        for (index, digit) in digits.enumerated() {
            if index == split {
                text.append(UInt8(ascii: "."))
            } else if index > 0, index < split, (split - index) % 3 == 0 {
                text.append(UInt8(ascii: " "))
            }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func rounded(_ count: Int64, by divisor: Int64) -> Int64 {
        count >= 0 ? (count + divisor / 2) / divisor : -((-count + divisor / 2) / divisor)
    }
}
