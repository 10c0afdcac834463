/// The units that profiles and DBC files may state.
enum ProfileUnits {
    /// The length of a unit of distance in millimetres.
    static func millimetres(_ unit: String) -> Double? {
        switch unit {
        case "m": 1000
        case "km": 1_000_000
        // The international mile, exactly.
        case "mi", "mile", "miles": 1_609_344
        case _: nil
        }
    }

    /// A unit of speed in metres a second.
    static func metresPerSecond(_ unit: String) -> Double? {
        switch unit {
        case "m/s": 1
        case "km/h", "kph", "kmh": 1 / 3.6
        case "mph", "mi/h": 0.447_04
        case _: nil
        }
    }

    /// A unit of voltage in volts.
    static func volts(_ unit: String) -> Double? {
        switch unit {
        case "V", "volt", "volts": 1
        case "mV": 0.001
        case _: nil
        }
    }

    /// `0.0484 m`: so many counts of a length.
    static func metres(nanometres: Int64, times count: Int64 = 1) -> String {
        short(Double(nanometres) * Double(count) / 1e9) + " m"
    }

    /// A number with at most six digits behind the point, and no more than it needs.
    static func short(_ number: Double) -> String {
        let scaled = (number * 1e6).rounded()
        guard abs(scaled) < 1e18 else { return "\(number)" }
        let millionths = Int64(scaled)
        let whole = millionths.magnitude / 1_000_000
        var fraction = String(millionths.magnitude % 1_000_000 + 1_000_000).dropFirst()
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let sign = millionths < 0 ? "-" : ""
        return fraction.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(fraction)"
    }
}
