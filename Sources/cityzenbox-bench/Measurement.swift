import Glibc

/// Nanoseconds of a clock that counts up evenly, the same in every process of this machine.
func nanoseconds(of clock: Int32 = CLOCK_MONOTONIC) -> Int64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// Lengths of time of the same work done again and again.
struct Sample {
    private(set) var values: [Int64] = []

    mutating func add(_ value: Int64) {
        values.append(value)
    }

    /// Does `work` once and adds how long it took.
    mutating func time<Failure: Error>(_ work: () throws(Failure) -> Void) throws(Failure) {
        let start = nanoseconds()
        try work()
        add(nanoseconds() - start)
    }

    var median: Int64 { quantile(percent: 50) }

    /// The value that `percent` of all values do not exceed.
    func quantile(percent: Int) -> Int64 {
        precondition(!values.isEmpty, "nothing was measured")
        return values.sorted()[min(values.count - 1, values.count * percent / 100)]
    }
}

/// What a figure is held to.
enum Target {
    case atMost(Double)
    case atLeast(Double)
    case none

    func verdict(_ value: Double) -> String {
        switch self {
        case .atMost(let limit): value <= limit ? "OK" : "MISS"
        case .atLeast(let limit): value >= limit ? "OK" : "MISS"
        case .none: ""
        }
    }
}

/// One line of the table.
struct Row {
    var figure: String
    var measured: String
    var against = ""
    var value: Double
    var result: String
    var target = Target.none
    var targetText = ""

    var markdown: String {
        "| \(figure) | \(measured) | \(against) | \(result) | \(targetText) "
            + "| \(target.verdict(value)) |"
    }

    static let head = """
        | Figure | Measured | Held against | Result | Target | |
        |---|---|---|---|---|---|
        """
}

/// Numbers as the table shows them.
enum Text {
    /// `value` with `places` decimal places.
    static func decimal(_ value: Double, places: Int = 2) -> String {
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = Int64((value * Double(scale)).rounded())
        let whole = String(scaled / Int64(scale))
        guard places > 0 else { return whole }
        let rest = String(scaled % Int64(scale))
        return whole + "." + String(repeating: "0", count: places - rest.count) + rest
    }

    /// A length of time in microseconds or milliseconds.
    static func time(_ nanoseconds: Int64) -> String {
        nanoseconds < 1_000_000
            ? decimal(Double(nanoseconds) / 1e3, places: 1) + " µs"
            : decimal(Double(nanoseconds) / 1e6) + " ms"
    }

    /// A large number in millions: `2.35 M`.
    static func millions(_ value: Double) -> String { decimal(value / 1e6) + " M" }

    /// A whole number with its thousands apart.
    static func grouped(_ number: Int64) -> String {
        var out = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { out.append(",") }
            out.append(digit)
        }
        return String(out.reversed())
    }
}
