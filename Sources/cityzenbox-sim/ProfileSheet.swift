import DataFiles
import KeyStore
import Units
import Vehicle

/// What a profile reads from where.
struct ProfileSheet {
    private let profile: CompiledProfile

    init(_ profile: CompiledProfile) {
        self.profile = profile
    }

    /// The profile at `path`, with everything that is wrong as one error.
    static func load(_ path: String) throws(DataFileError) -> CompiledProfile {
        try ProfileFile.compile(path, sha256: { OpenSSLHashing().sha256($0).hex })
    }

    /// How the vehicle is read by the profile called `name`, or in the file of this path.
    static func vehicle(_ name: String) throws(DataFileError) -> VehicleProfile {
        try load(try DataFolder.profiles.find(name)).vehicle
    }

    var lines: [String] {
        var lines = ["\(profile.vehicle.title): \(profile.describes)"]
        if !profile.cars.isEmpty { lines.append("cars: \(profile.cars.joined(separator: ", "))") }
        lines.append("verified: \(profile.verified.isEmpty ? "nobody says" : profile.verified)")
        for bus in profile.buses {
            let mode = bus.isListenOnly ? "listen only" : "asks"
            let tap = bus.tap.isEmpty ? "" : ", \(bus.tap)"
            lines.append("bus \(bus.name): \(bus.bitrate) bit/s, \(mode)\(tap)")
        }
        var rows = [["quantity", "source", "bits", "resolution", "wrap", "asked for"]]
        for source in profile.sources {
            let interval = source.interval.map { "every \($0) ms" } ?? ""
            rows.append([
                source.quantity, source.key, source.bits, source.resolution, source.wrap, interval,
            ])
        }
        return lines + Columns.lines(rows)
    }
}
