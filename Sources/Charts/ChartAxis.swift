/// Where an axis has its lines, and what is written there.
struct ChartAxis: Hashable {
    struct Tick: Hashable {
        var value: Double
        var label: String
    }

    /// What the axis covers, at least what was asked for.
    let range: ClosedRange<Double>
    let ticks: [Tick]

    /// An axis of values, with some five lines at round numbers, that begins and ends at one.
    init(values range: ClosedRange<Double>, lines: Int) {
        var low = range.lowerBound
        var high = range.upperBound
        if low == high {
            // A quantity that never changed is drawn in the middle.
            let room = max(1, low.magnitude / 1000)
            low -= room
            high += room
        }
        let step = Self.roundStep(above: (high - low) / Double(max(1, lines)))
        let first = (low / step.size).rounded(.down)
        let last = (high / step.size).rounded(.up)
        self.range = first * step.size...last * step.size
        var ticks: [Tick] = []
        var index = first
        // Far from zero, numbers lie further apart than round ones.
        while index <= last, ticks.count < 40 {
            let value = index * step.size
            ticks.append(Tick(value: value, label: ChartText.number(value, step.decimals)))
            index += 1
        }
        self.ticks = ticks
    }

    /// An axis of time, with lines at round numbers of seconds, minutes or hours.
    init(seconds range: ClosedRange<Double>, lines: Int) {
        let length = max(range.upperBound - range.lowerBound, 1e-3)
        let wanted = length / Double(max(1, lines))
        let step: Double
        if wanted < 1 {
            step = Self.roundStep(above: wanted).size
        } else {
            let days = (1...).lazy.map { Double($0) * 86_400 }
            step =
                Self.timeSteps.first { $0 >= wanted } ?? days.first { $0 >= wanted } ?? 86_400
        }
        self.range = range.lowerBound...max(range.upperBound, range.lowerBound + length)
        var ticks: [Tick] = []
        var index = (range.lowerBound / step).rounded(.up)
        while index * step <= range.upperBound + step / 1e6, ticks.count < 40 {
            let value = index * step
            ticks.append(Tick(value: value, label: Self.time(value, length, step)))
            index += 1
        }
        self.ticks = ticks
    }

    /// What the labels of an axis of time of this length are in.
    static func timeUnit(_ length: Double) -> String {
        if length <= 180 { return "s" }
        return length <= 7200 ? "min:s" : "h:min"
    }

    private static let timeSteps: [Double] = [
        1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 14_400,
        21_600, 43_200, 86_400,
    ]

    private static func time(_ value: Double, _ length: Double, _ step: Double) -> String {
        if length <= 180 {
            var decimals = 0
            var size = step
            while size < 1, decimals < 6 {
                size *= 10
                decimals += 1
            }
            return ChartText.number(value, decimals)
        }
        let unit: Double = length <= 7200 ? 60 : 3600
        let large = (value / unit).rounded(.down)
        let small = ((value - large * unit) / (unit / 60)).rounded()
        let digits = ChartText.number(small, 0)
        return ChartText.number(large, 0) + ":" + (digits.count < 2 ? "0" : "") + digits
    }

    /// The least of 1, 2, 5, 10 … that is at least `wanted`, and its decimals.
    private static func roundStep(above wanted: Double) -> (size: Double, decimals: Int) {
        var power = 1.0
        var decimals = 0
        while power > wanted, decimals < 9 {
            power /= 10
            decimals += 1
        }
        while power * 10 <= wanted { power *= 10 }
        for factor in [1.0, 2, 5] where power * factor >= wanted * 0.999_999 {
            return (power * factor, decimals)
        }
        return (power * 10, max(0, decimals - 1))
    }
}
