public import AccessCode
public import Records
public import Units

/// What the Box wants done, in this order.
///
/// There is no effect that stops an engine: it cannot be expressed.
public enum BoxEffect: Hashable, Sendable {
    /// Pulse the door lock.
    case pulseDoor(LockBody.Action)
    /// Pulse the coil that lets the starter turn.
    case releaseStarter
    /// Pulse the coil that keeps the starter from turning; only the interlock makes the proof.
    case inhibitStarter(InterlockProof)
    /// Show and sound this.
    case signal(Signal)
    /// Keep this as the time that has certainly passed.
    case storeFloor(WallTime)
    /// Set the battery-backed clock.
    case setRTC(WallTime)
    /// Read the battery-backed clock, and answer at leisure.
    case readRTC
    /// There is something to tell the fleet: try now.
    case sync
    /// Turn the box off to save the car's battery.
    case powerOff

    /// Ask: make these records durable. Last in its batch.
    case commit(Commit)
    /// Ask: search for this code. Last in its batch.
    case check(CodeCheck)
    /// Ask: make the RETURN receipt. Last in its batch.
    case makeReceipt(Receipt)
}

/// What is to become durable in one transaction.
public struct Commit: Hashable, Sendable {
    /// The records, in order.
    public let drafts: [RecordDraft]
    /// The state behind them: the fold of all records up to the last of these.
    public let state: DurableState
}

/// What a RETURN receipt is asked for.
public struct Receipt: Hashable, Sendable {
    /// What it signs.
    public let returned: ReturnedRental
    /// The key epoch of the rental's code.
    public let keyEpoch: KeyEpoch
}
