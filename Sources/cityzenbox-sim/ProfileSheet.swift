import CAN
import DBC
import DataFiles
import Probe
import Units
import Vehicle

/// What a profile reads from where.
struct ProfileSheet {
    private let profile: VehicleProfile
    private let about: ProfileAbout

    init(_ profile: VehicleProfile, _ about: ProfileAbout) {
        self.profile = profile
        self.about = about
    }

    var lines: [String] {
        var lines = ["\(profile.title): \(about.describes)"]
        lines.append("verified: \(about.verified.isEmpty ? "nobody says" : about.verified)")
        for warning in about.signals.warnings.prefix(5) { lines.append("DBC file: \(warning)") }
        let head = [
            "quantity", "source", "message", "signal", "bits", "unit", "resolution", "wrap",
        ]
        return lines + Columns.lines([head] + rows)
    }

    private var rows: [[String]] {
        var rows: [[String]] = []
        for (index, odometer) in profile.odometers.enumerated() {
            let counts = odometer.unit.counts.map(Self.length).joined(separator: " or ")
            let wrap = odometer.modulus.flatMap { modulus in
                odometer.unit.counts.first.map { Self.length($0 * modulus) }
            }
            rows.append(
                row(
                    "odometer[\(index)]", odometer.signal, unit: Self.unit(odometer.unit),
                    resolution: counts, wrap: wrap ?? "never"))
        }
        switch profile.distance {
        case .counter(let counter):
            let each = DistanceText.fixed(counter.nanometresPerCount / 100_000, decimals: 4)
            let turn = Millimetres(counter.nanometresPerCount * counter.modulus / 1_000_000)
            rows.append(
                row(
                    "distance", counter.signal, unit: "m", resolution: "\(each) m",
                    wrap: Self.length(turn)))
        case .line(let line):
            let each = DistanceText.fixed(line.nanometresPerPulse / 100_000, decimals: 4)
            rows.append(["distance", PulseLine.key.name, "", "", "", "m", "\(each) m", "never"])
        case nil: break
        }
        for speed in profile.speed { rows.append(row("speed", speed.signal)) }
        for ignition in profile.ignition {
            switch ignition {
            case .signal(let flag): rows.append(row("ignition", flag.signal))
            case .busActivity(let id, let within):
                rows.append([
                    "ignition", "\(id)", about.signals.message(id)?.name ?? "",
                    "heard within \(DistanceText.time(within))",
                ])
            }
        }
        for door in profile.doors { rows.append(row("doors", door.signal)) }
        for fuel in profile.fuel { rows.append(row("fuel", fuel.signal)) }
        for charge in profile.charge { rows.append(row("charge", charge.signal)) }
        for supply in profile.supply { rows.append(row("supply", supply.signal)) }
        return rows
    }

    private func row(
        _ quantity: String, _ source: SignalSource, unit: String? = nil,
        resolution: String? = nil, wrap: String = ""
    ) -> [String] {
        let message = source.selector.broadcastID.flatMap { about.signals.message($0) }
        let signal = message?.signal(source.name)
        let order =
            switch source.layout.byteOrder {
            case .littleEndian: "1"
            case .bigEndian: "0"
            }
        let sign = source.layout.isSigned ? "-" : "+"
        let scale = signal.map { $0.scale == $0.scale.rounded() ? "" : "\($0.scale)" } ?? ""
        return [
            quantity, "\(source.selector)", message?.name ?? "", source.name,
            "\(source.layout.start)|\(source.layout.length)@\(order)\(sign)",
            unit ?? signal?.unit ?? "",
            resolution ?? (scale.isEmpty ? "1" : scale), wrap,
        ]
    }

    /// The unit, where the DBC file does not state it.
    private static func unit(_ unit: OdometerUnit) -> String? {
        switch unit {
        case .fixed: nil
        case .bySignal: "as the car says"
        }
    }

    /// A length in the unit that makes it short.
    private static func length(_ length: Millimetres) -> String {
        if length == Millimetres(1_609_344) { return "1 mi" }
        if length >= Millimetres(1_000_000_000) {
            return DistanceText.fixed(length.count / 1_000_000, decimals: 0) + " km"
        }
        if length.count % 1_000_000 == 0 { return "\(length.count / 1_000_000) km" }
        if length.count % 100_000 == 0 {
            return DistanceText.fixed(length.count / 100_000, decimals: 1) + " km"
        }
        if length.count % 1000 == 0 { return "\(length.count / 1000) m" }
        return DistanceText.fixed(length.count, decimals: 3) + " m"
    }
}
