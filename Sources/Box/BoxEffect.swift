public import AccessCode
public import Records
public import Units
public import Vehicle

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
    /// Bill by this odometer of the car from now on.
    case pinOdometer(SourceKey)
    /// Take the odometer's step for the truth.
    case acceptOdometerStep
    /// Tell whoever looks after the odometer what came of it.
    case answerOdometer(OdometerAnswer)
    /// Turn the box off to save the car's battery.
    case powerOff

    /// Ask: make these records durable. Last in its batch.
    indirect case commit(Commit)
    /// Ask: search for this code. Last in its batch.
    case check(CodeCheck)
    /// Ask: make the RETURN receipt. Last in its batch.
    case makeReceipt(Receipt)
}

/// What came of a wish about the odometer.
public enum OdometerAnswer: Hashable, Sendable {
    /// It is confirmed: it stands at this.
    case confirmed(Metres)
    /// This one is billed by from now on; it is to be confirmed.
    case chosen(SourceKey)
    /// Nothing has changed.
    case refused(OdometerRefusal)
}

/// Why a wish about the odometer is refused.
public enum OdometerRefusal: String, CaseIterable, Hashable, Sendable {
    /// A trip is open: its odometer must stay what it is.
    case tripOpen
    /// The car's odometer was not heard: switch the ignition on.
    case notHeard
    /// The odometer that is billed by is not what a dashboard shows.
    case notOnDash
    /// The dashboard and the odometer are more than one count apart.
    case apart
    /// The profile has no such odometer.
    case unknownSource
    /// It could not be written down.
    case storageFailed
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
