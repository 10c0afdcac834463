import DataFiles
import KeyStore
import LinuxCAN
import Units
import Vehicle
import Wiring

/// A configuration with the board and the profile that it names, all checked.
struct Installation {
    let path: String
    var configuration: BoxConfiguration
    let board: BoardLayout
    let profile: CompiledProfile

    /// Loads what `configuration`, which stands in `path`, names.
    ///
    /// - Throws: ``DataFileError`` with the file in which something is wrong.
    init(_ configuration: BoxConfiguration, path: String) throws(DataFileError) {
        self.path = path
        self.configuration = configuration
        let places = configuration.places
        board = try BoardFile.load(
            try Self.found(at: places.board, in: path) { () throws(DataFileError) in
                try BoardFile.find(configuration.board)
            })
        let file = try Self.found(at: places.profile, in: path) { () throws(DataFileError) in
            try Self.profile(configuration.profile)
        }
        profile = try ProfileFile.compile(file) { OpenSSLHashing().sha256($0).hex }
        let known = profile.buses.map(\.name)
        for name in configuration.interfaces.keys.sorted() where !known.contains(name) {
            throw DataFileError(
                file: path, place: places.interfaces[name] ?? "",
                reason: "the profile \(configuration.profile) has no bus of this name",
                remedy: known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))")
        }
    }

    /// The path that `find` finds; where it finds none, the place of the name is to blame.
    private static func found(
        at place: String, in path: String, _ find: () throws(DataFileError) -> String
    ) throws(DataFileError) -> String {
        do throws(DataFileError) { return try find() } catch {
            throw DataFileError(
                file: path, place: place, reason: "\(error.file) \(error.reason)",
                remedy: error.remedy)
        }
    }

    private static func profile(_ name: String) throws(DataFileError) -> String {
        name.contains("/") ? name : try ProfileFile.find(named: name)
    }

    /// What is expected of each bus of the profile, with its name.
    var buses: [(name: String, expectation: BusExpectation)] {
        profile.buses.enumerated().map { index, bus in
            let isAsked = !profile.vehicle.isListenOnly && !bus.isListenOnly
            return (
                bus.name,
                BusExpectation(
                    interface: configuration.interface(of: bus.name, index: index),
                    bitRate: UInt32(bus.bitrate), role: isAsked ? .polls : .listens,
                    isBench: configuration.isBench)
            )
        }
    }

    /// What is used, for people.
    var lines: [String] {
        var lines = ["\(path): all is well"]
        lines.append("board     \(board.name): \(board.title)")
        lines.append("profile   \(profile.vehicle.title): \(profile.describes)")
        for (name, bus) in buses {
            let what = bus.role == .polls ? "asked" : "listened to"
            lines.append(
                "bus       \(name) on \(bus.interface), \(bus.bitRate) bit/s, \(what)"
                    + (bus.isBench ? ", virtual interfaces taken" : ""))
        }
        lines.append("state     \(configuration.state)")
        lines.append("keypad    \(configuration.keypad)")
        lines.append("clock     \(configuration.rtc)")
        lines.append("battery   \(configuration.batterySensor ?? "not measured")")
        if let watchdog = configuration.watchdog {
            lines.append("watchdog  \(watchdog.device), \(watchdog.seconds) s")
        }
        return lines
    }
}
