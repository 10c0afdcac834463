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
    /// How the car is read; ``CompiledProfile/none`` where nobody has said.
    let profile: CompiledProfile
    /// Whether somebody has.
    let isPaired: Bool
    /// Why the profile that was paired at the console is not used.
    private(set) var pairingFailure: String?
    /// Where the keys are.
    let keys: KeyStoreURI

    /// Loads what `configuration`, which stands in `path`, names. The profile that a technician has
    /// paired counts more than its own.
    ///
    /// - Throws: ``DataFileError`` with the file in which something is wrong.
    init(_ configuration: BoxConfiguration, path: String) throws(DataFileError) {
        let pairing = StateFolder(path: configuration.state).loadPairing()
        self.path = path
        self.configuration = configuration
        let places = configuration.places
        board = try BoardFile.load(
            try Self.found(at: places.board, in: path) { () throws(DataFileError) in
                try BoardFile.find(configuration.board)
            })
        guard let keys = KeyStoreURI(configuration.keys) else {
            throw DataFileError(
                file: path, place: places.keys, reason: "\"\(configuration.keys)\" names no keys",
                remedy: "write \"file:\", \"file:/path\", or \"tpm2:\"")
        }
        self.keys = keys
        let configured = try Self.configured(configuration, in: path)
        var chosen = configured
        if let pairing {
            // The console can mend it: that is no reason not to start.
            do throws(DataFileError) { chosen = try Self.compiled(pairing.profile) } catch {
                pairingFailure = "the profile \(pairing.profile): \(error.reason)"
            }
        }
        profile = chosen ?? .none
        isPaired = chosen != nil
        let known = profile.buses.map(\.name)
        // Buses that are named for a profile which is not used are nobody's mistake.
        guard pairing == nil, chosen != nil else { return }
        for name in configuration.interfaces.keys.sorted() where !known.contains(name) {
            throw DataFileError(
                file: path, place: places.interfaces[name] ?? "",
                reason: "the profile \(profile.vehicle.name) has no bus of this name",
                remedy: known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))")
        }
    }

    /// The profile that the configuration names; `nil` where it names none.
    private static func configured(
        _ configuration: BoxConfiguration, in path: String
    ) throws(DataFileError) -> CompiledProfile? {
        guard let name = configuration.profile else { return nil }
        let file = try found(at: configuration.places.profile, in: path) {
            () throws(DataFileError) in try self.profile(name)
        }
        return try ProfileFile.compile(file) { OpenSSLHashing().sha256($0).hex }
    }

    /// The profile called `name`, compiled.
    ///
    /// - Throws: ``DataFileError``.
    static func compiled(_ name: String) throws(DataFileError) -> CompiledProfile {
        try ProfileFile.compile(try profile(name)) { OpenSSLHashing().sha256($0).hex }
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
        lines.append(
            isPaired
                ? "profile   \(profile.vehicle.title): \(profile.describes)"
                : "profile   none yet: a technician pairs the car at the console")
        for (name, bus) in buses {
            let what = bus.role == .polls ? "asked" : "listened to"
            lines.append(
                "bus       \(name) on \(bus.interface), \(bus.bitRate) bit/s, \(what)"
                    + (bus.isBench ? ", virtual interfaces taken" : ""))
        }
        lines.append("state     \(configuration.state)")
        lines.append("keys      \(keys)")
        lines.append(
            "console   \(configuration.console.map { "\($0.device), \($0.speed) bit/s" } ?? "none")"
        )
        lines.append("keypad    \(configuration.keypad)")
        lines.append("clock     \(configuration.rtc)")
        lines.append("battery   \(configuration.batterySensor ?? "not measured")")
        if let watchdog = configuration.watchdog {
            lines.append("watchdog  \(watchdog.device), \(watchdog.seconds) s")
        }
        return lines
    }
}
