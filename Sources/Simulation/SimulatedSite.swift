internal import AccessCode
public import Box
public import Console
public import ConsoleHost
public import Ports
internal import Records
public import Runtime
public import TripLog
public import Units
public import Vehicle

/// A simulated box as its console is served.
public final class SimulatedSite: ServedBox {
    /// The keys.
    public let keys: any BoxKeyStore
    /// The profiles that a probe tells apart.
    public let profiles: [VehicleProfile]
    /// Whether the fleet can be reached, as whoever plays the fleet sees it.
    public var isOnline = false
    /// Nobody needs to pair a car that is made by its profile.
    public let isPaired = true
    private let simulated: SimulatedBox
    private var random: SplitMix64

    /// The site of `box`, whose chances come from `seed`.
    public init(
        _ box: SimulatedBox, keys: any BoxKeyStore, profiles: [VehicleProfile], seed: UInt64
    ) {
        simulated = box
        self.keys = keys
        self.profiles = profiles
        random = SplitMix64(seed: seed ^ 0x636F_6E73_0000_0000)
    }

    /// The loop; `nil` while the power is off.
    public var runtime: BoxRuntime? { simulated.runtime }
    /// The log; `nil` while the power is off.
    public var log: TripLog? { simulated.log }
    /// The boot clock.
    public var now: BootTime { simulated.bootTime }
    /// It is read by the profile that it was made by.
    public var nextProfile: String? { nil }

    /// Whether there is coverage.
    public var net: BoxFacts.Net {
        var net = BoxFacts.Net()
        net.online = simulated.runtime?.box.online ?? false
        return net
    }

    /// Gives the Box an input.
    public func deliver(_ input: BoxInput) { simulated.deliver(input) }

    /// Bytes of the seed.
    public func random(_ count: Int) -> [UInt8]? {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    /// Whether the desk has coverage.
    public func testNet() -> [LineTest] {
        let words = isOnline ? "the desk has coverage" : "the desk has no coverage"
        return [LineTest("fleet", passed: isOnline, words)]
    }

    /// A car that speaks by one profile is read by no other.
    public func pair(_ name: String) -> ActionOutcome {
        guard name == simulated.car.profile.name else {
            return .refused(.notHere, "the simulated car is a \(simulated.car.profile.name)")
        }
        return .done("it is read so already")
    }

    /// It stays what it is.
    public func unpair() {}

    /// Pulses the reset coil.
    public func releaseStarter() -> Bool? {
        simulated.board.releaseStarter()
        return simulated.board.isInhibited
    }

    /// Pulses the set coil.
    public func inhibitStarter(_ proof: InterlockProof) -> Bool? {
        simulated.board.inhibitStarter(proof)
        return simulated.board.isInhibited
    }

    /// Pulses the lock.
    public func lockDoors() { simulated.board.pulseDoor(.lock) }

    /// What the car says now, for a probe that listens.
    public func speak(to service: ConsoleService) {
        guard service.isListening else { return }
        for frame in simulated.car.frames { service.receive(frame, at: now) }
    }
}
