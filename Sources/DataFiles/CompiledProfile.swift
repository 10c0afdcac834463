public import Diagnostics
public import Vehicle

/// A profile with its DBC file: what the vehicle reads, what the car is asked, how to connect.
public struct CompiledProfile: Hashable, Sendable {
    /// What reads the vehicle, and what the car is asked.
    public let vehicle: VehicleProfile
    /// The buses, as the installer finds them.
    public let buses: [ProfileBus]
    /// Which cars, in a few words.
    public let describes: String
    /// Cars that it is for, as they are sold.
    public let cars: [String]
    /// On which car or recording it was seen to be right.
    public let verified: String
    /// Where each quantity is read, in the order of the file.
    public let sources: [ProfileSource]

    /// What the car is asked; empty for a profile that only listens.
    public var queries: [DiagnosticQuery] { vehicle.queries }

    /// The control units that are asked, each once, in the order of ``queries``: answers of theirs
    /// to others are worth listening to, too.
    public var addresses: [DiagnosticAddress] { vehicle.addresses }
}

extension CompiledProfile {
    /// Of a car that nobody has named yet: nothing is read, and the first bus is listened to, at
    /// the speed that most cars have, so that a probe can find out which profile fits.
    public static let none = CompiledProfile(
        vehicle: VehicleProfile(name: "none", hash: String(repeating: "0", count: 64)),
        buses: [ProfileBus(name: "car", bitrate: 500_000, isListenOnly: true, tap: "")],
        describes: "no car yet", cars: [], verified: "", sources: [])
}

/// A bus of a car, for whom connects to it.
public struct ProfileBus: Hashable, Sendable {
    /// What it is called.
    public let name: String
    /// Bits a second: 10 000 to 1 000 000.
    public let bitrate: Int
    /// Whether nothing may be sent.
    public let isListenOnly: Bool
    /// Where to tap it, in words; may be empty.
    public let tap: String
}

/// Where a profile reads a quantity.
public struct ProfileSource: Hashable, Sendable {
    /// The quantity, as the profile calls it: `odometer`, `doors.boot`.
    public let quantity: String
    /// What records call the source: `611.ODOMETER`.
    public let key: String
    /// Where in the frame, as DBC files write it: `39|32@0+`; empty for what has no bits.
    public let bits: String
    /// One count and its unit, `0.1 km`; `1 km or 1 mi, as UNITS says` where the car says it;
    /// empty for flags.
    public let resolution: String
    /// After how much it begins again at zero: `6553.6 m`; `never` where it does not; empty for
    /// what does not count up.
    public let wrap: String
    /// How often it is asked for, in milliseconds; `nil` where the car sends it by itself.
    public let interval: Int64?
}
