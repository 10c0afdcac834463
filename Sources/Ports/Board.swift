public import Box
public import Records

/// The lines of the board that the runtime drives.
///
/// Calls return at once: pulses end by themselves after their bounded width. A line that cannot be
/// driven shows in its read-back, not in an error: the Box decides by what is sensed.
public protocol Board: AnyObject {
    /// Pulses `door.lock` or `door.unlock`.
    func pulseDoor(_ action: LockBody.Action)
    /// Pulses `starter.inhibit.reset`: the starter can turn.
    func releaseStarter()
    /// Pulses `starter.inhibit.set`: the starter cannot turn. The proof is the interlock's.
    func inhibitStarter(_ proof: InterlockProof)
    /// Shows and sounds `signal` on LEDs, buzzer and, where there is one, a display.
    func signal(_ signal: Signal)
    /// Turns the box off.
    func powerOff()
}
