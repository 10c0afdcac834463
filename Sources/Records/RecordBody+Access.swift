public import Units

/// `code.accepted`: what a typed code did. Never the code itself.
public enum CodeAcceptedBody: Hashable, Sendable {
    /// A rental began: this record is its redemption, and no code is redeemed twice.
    case rental(RentalID, keyEpoch: KeyEpoch)
    /// The code of the active rental opened the car again.
    case reopened(RentalID)
    /// The active rental ends later.
    case extended(RentalID, duration: DurationIndex, counter: UInt16)
    /// Every code with a start up to this one is closed.
    case revoked(through: Slot)
    /// The hot key epoch was retired for this one.
    case keySwitched(to: KeyEpoch)
    /// The clock was set by the fleet's TIME code: the count of five minutes since 2012.
    case time(count: UInt32)
    /// The owner typed the one-time password of this 30 s step.
    case owner(step: Int64)

    var json: CanonicalJSON {
        write { writer in
            switch self {
            case .rental(let rental, let keyEpoch):
                writer.put("type", "rental")
                writer.put("ref", rental.description)
                writer.put("keyEpoch", keyEpoch.number)
            case .reopened(let rental):
                writer.put("type", "reopen")
                writer.put("ref", rental.description)
            case .extended(let rental, let duration, let counter):
                writer.put("type", "extend")
                writer.put("ref", rental.description)
                writer.put("dur", duration.value)
                writer.put("counter", counter)
            case .revoked(let target):
                writer.put("type", "revoke")
                writer.put("through", target.number)
            case .keySwitched(let epoch):
                writer.put("type", "keyswitch")
                writer.put("keyEpoch", epoch.number)
            case .time(let count):
                writer.put("type", "time")
                writer.put("count", count)
            case .owner(let step):
                writer.put("type", "owner")
                writer.put("step", step)
            }
        }
    }

    init(_ members: Members) throws(RecordError) {
        switch try members.string("type") {
        case "rental":
            self = .rental(
                try members.rental("ref"), keyEpoch: KeyEpoch(try members.unsigned16("keyEpoch")))
        case "reopen": self = .reopened(try members.rental("ref"))
        case "extend":
            guard let duration = DurationIndex(try members.integer("dur")) else {
                throw .member("dur")
            }
            self = .extended(
                try members.rental("ref"), duration: duration,
                counter: try members.unsigned16("counter"))
        case "revoke": self = .revoked(through: Slot(try members.unsigned32("through")))
        case "keyswitch":
            self = .keySwitched(to: KeyEpoch(try members.unsigned16("keyEpoch")))
        case "time": self = .time(count: try members.unsigned32("count"))
        case "owner": self = .owner(step: try members.integer("step"))
        default: throw .member("type")
        }
    }
}

/// Which try budget an entry counts against.
public enum TryLane: String, CaseIterable, Sendable {
    /// Typed codes of drivers and of the fleet.
    case rental
    /// The owner's one-time passwords.
    case owner
}

/// `code.refused`: written before the answer where it counts against the tries.
public struct CodeRefusedBody: Hashable, Sendable {
    /// `outcome`: the stable code of the reason.
    public var outcome: String
    /// `lane`
    public var lane: TryLane
    /// `counted`: whether a try was used up.
    public var counted: Bool

    /// A refusal for `outcome`.
    public init(outcome: String, lane: TryLane, counted: Bool) {
        self.outcome = outcome
        self.lane = lane
        self.counted = counted
    }

    var json: CanonicalJSON {
        write { writer in
            writer.put("outcome", outcome)
            writer.put("lane", lane.rawValue)
            writer.put("counted", counted)
        }
    }

    init(_ members: Members) throws(RecordError) {
        outcome = try members.string("outcome")
        lane = try members.choice("lane")
        counted = try members.bool("counted")
    }
}

/// `clock.step`
public struct ClockStepBody: Hashable, Sendable {
    /// Why the box's idea of UTC changed.
    public enum Cause: String, CaseIterable, Sendable {
        /// Set from the battery-backed clock at start.
        case rtc
        /// The battery-backed clock says it stopped.
        case oscillatorStopped
        /// The battery-backed clock stands before a time that has already been.
        case belowFloor
        /// The clock jumped by more than it can drift.
        case jump
        /// The clock was never set by anybody trusted.
        case unset
        /// No battery-backed clock answered.
        case rtcMissing
        /// A satellite receiver.
        case gnss
        /// The fleet's signed answer.
        case server
        /// A typed TIME code.
        case timeCode
        /// Two of the owner's one-time passwords in a row.
        case owner
        /// A technician.
        case technician
    }

    /// `why`
    public var cause: Cause
    /// `from`: what the box believed before; absent if nothing.
    public var from: WallTime?
    /// `to`: what it believes now; absent if nothing.
    public var to: WallTime?

    /// A change of the clock.
    public init(cause: Cause, from: WallTime?, to: WallTime?) {
        self.cause = cause
        self.from = from
        self.to = to
    }

    var json: CanonicalJSON {
        write { writer in
            writer.put("why", cause.rawValue)
            writer.put("from", from?.milliseconds)
            writer.put("to", to?.milliseconds)
        }
    }

    init(_ members: Members) throws(RecordError) {
        cause = try members.choice("why")
        from = try members.optionalInteger("from").map(WallTime.init(milliseconds:))
        to = try members.optionalInteger("to").map(WallTime.init(milliseconds:))
    }
}

extension Members {
    package func rental(_ name: String) throws(RecordError) -> RentalID {
        guard let rental = RentalID(try string(name)) else { throw .member(name) }
        return rental
    }
}
