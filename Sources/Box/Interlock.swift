public import Units
public import Vehicle

/// Shows that the car stands and its ignition is off, each for a minute.
///
/// Only ``Interlock`` makes one, so an effect that engages the starter inhibit cannot exist without
/// its conditions having held.
public struct InterlockProof: Hashable, Sendable {
    /// Since when all conditions held.
    public let quietSince: BootTime
    /// When the proof was made.
    public let madeAt: BootTime

    fileprivate init(quietSince: BootTime, madeAt: BootTime) {
        self.quietSince = quietSince
        self.madeAt = madeAt
    }
}

/// Why the starter inhibit may not be engaged. The raw value is the stable code.
public enum InterlockReason: String, CaseIterable, Sendable {
    /// The ignition line does not say.
    case ignitionUnknown
    /// The ignition is on.
    case ignitionOn
    /// Frames are heard, but no speed.
    case speedUnknown
    /// The car moves.
    case moving
    /// All is quiet, but not for a minute yet.
    case tooSoon
}

/// Watches the conditions of the starter inhibit. Any unknown is a no.
public struct Interlock: Hashable, Sendable {
    /// How long all conditions must hold.
    public static let quietMinimum = Milliseconds.seconds(60)
    /// How long a speed is believed, and how long a silent bus is not yet asleep.
    public static let speedAge = Milliseconds.seconds(2)

    /// Why not, as seen last; `nil` when all conditions hold.
    public private(set) var obstacle: InterlockReason? = .ignitionUnknown
    private var quietSince: BootTime?
    private var odometer: Metres?
    private var pulses: Metres?

    /// An interlock that has seen nothing.
    public init() {}

    /// Takes in the ignition line and the car as they are at `now`.
    ///
    /// Inlined, as what it asks is: a call would copy the car, at every step.
    @inline(__always)
    public mutating func observe(ignition: Bool?, car: VehicleState, at now: BootTime) {
        obstacle = Self.obstacle(ignition: ignition, car: car, at: now)
        let changed = car.odometer?.position != odometer || car.pulses != pulses
        odometer = car.odometer?.position
        pulses = car.pulses
        if obstacle != nil {
            quietSince = nil
        } else if changed || quietSince == nil {
            quietSince = now
        }
    }

    /// The proof, if all conditions have held for a minute at `now`.
    public func prove(at now: BootTime) -> InterlockProof? {
        guard let quietSince, now - quietSince >= Self.quietMinimum else { return nil }
        return InterlockProof(quietSince: quietSince, madeAt: now)
    }

    /// Why there is no proof at `now`; `nil` when there is one.
    public func reason(at now: BootTime) -> InterlockReason? {
        obstacle ?? (prove(at: now) == nil ? .tooSoon : nil)
    }

    /// When a proof could be made if nothing changes.
    public var provableAt: BootTime? { quietSince.map { $0 + Self.quietMinimum } }

    /// Whether the car stands at `now`, as far as its bus tells; `nil` is unknown.
    @inline(__always)
    public static func stands(_ car: VehicleState, at now: BootTime) -> Bool? {
        if let speed = car.speed?.fresh(within: speedAge, at: now) { return speed == .zero }
        guard let last = car.lastFrameAt else { return true }
        return now - last > speedAge ? true : nil
    }

    @inline(__always)
    private static func obstacle(
        ignition: Bool?, car: VehicleState, at now: BootTime
    ) -> InterlockReason? {
        guard let ignition else { return .ignitionUnknown }
        guard !ignition else { return .ignitionOn }
        guard let stands = stands(car, at: now) else { return .speedUnknown }
        return stands ? nil : .moving
    }
}
