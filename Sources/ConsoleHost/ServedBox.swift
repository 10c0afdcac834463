public import Box
public import Console
public import Ports
public import Runtime
public import TripLog
public import Units
public import Vehicle

/// The box that a console serves: the loop with what is around it, in a car or in a simulator.
public protocol ServedBox: AnyObject {
    /// The loop; `nil` while there is none, because the power is off or the log does not open.
    var runtime: BoxRuntime? { get }
    /// The log of ``runtime``.
    var log: TripLog? { get }
    /// The keys.
    var keys: any BoxKeyStore { get }
    /// The boot clock.
    var now: BootTime { get }
    /// The way to the fleet.
    var net: BoxFacts.Net { get }
    /// The profiles that a probe tells apart.
    var profiles: [VehicleProfile] { get }
    /// Whether somebody has said which profile the car is read by.
    var isPaired: Bool { get }
    /// The profile of the next start, where it is another one.
    var nextProfile: String? { get }

    /// Gives the Box an input.
    func deliver(_ input: BoxInput)
    /// Random bytes that nobody can foresee; `nil` where there are none to be had.
    func random(_ count: Int) -> [UInt8]?
    /// Tries to reach the fleet: each step with what came of it.
    func testNet() -> [LineTest]
    /// Reads the car by the profile called `name` from the next start on.
    func pair(_ name: String) -> ActionOutcome
    /// Forgets the profile that was paired.
    func unpair()

    /// Pulses the coil that lets the starter turn, and waits for the relay.
    ///
    /// - Returns: whether the starter is inhibited, by the read-back; `nil` is unknown. The Box is
    ///   not told.
    func releaseStarter() -> Bool?
    /// Pulses the coil that keeps the starter from turning, and waits for the relay.
    ///
    /// - Returns: as ``releaseStarter()``.
    func inhibitStarter(_ proof: InterlockProof) -> Bool?
    /// Pulses the door lock.
    func lockDoors()
}
