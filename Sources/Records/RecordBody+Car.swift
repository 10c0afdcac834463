public import Units

/// `lock`: the doors were told to lock or unlock.
public struct LockBody: Hashable, Sendable {
    /// What the doors were told.
    public enum Action: String, CaseIterable, Sendable {
        /// Lock.
        case lock
        /// Unlock.
        case unlock
    }

    /// Who or what told them.
    public enum Cause: String, CaseIterable, Sendable {
        /// The driver's keypad.
        case driver
        /// The owner.
        case owner
        /// A technician.
        case technician
        /// The box, at the end of a rental.
        case end
    }

    /// `do`
    public var action: Action
    /// `why`
    public var cause: Cause

    /// The doors were told to `action`.
    public init(action: Action, cause: Cause) {
        self.action = action
        self.cause = cause
    }

    var json: CanonicalJSON {
        write { writer in
            writer.put("do", action.rawValue)
            writer.put("why", cause.rawValue)
        }
    }

    init(_ members: Members) throws(RecordError) {
        action = try members.choice("do")
        cause = try members.choice("why")
    }
}

/// What the starter inhibit's read-back line says.
public enum InhibitState: String, CaseIterable, Sendable {
    /// The starter can turn.
    case released
    /// The starter cannot turn. The running engine never notices.
    case engaged
    /// The read-back does not say.
    case unknown
}

/// `inhibit`
public struct InhibitBody: Hashable, Sendable {
    /// What happened to the starter inhibit.
    public enum Event: String, CaseIterable, Sendable {
        /// The coil was driven and the read-back agrees.
        case changed
        /// The coil was driven and the read-back does not agree.
        case mismatch
    }

    /// `event`
    public var event: Event
    /// `want`: what it was told to be.
    public var wanted: InhibitState
    /// `is`: what the read-back says.
    public var sensed: InhibitState

    /// An event of the starter inhibit.
    public init(event: Event, wanted: InhibitState, sensed: InhibitState) {
        self.event = event
        self.wanted = wanted
        self.sensed = sensed
    }

    var json: CanonicalJSON {
        write { writer in
            writer.put("event", event.rawValue)
            writer.put("want", wanted.rawValue)
            writer.put("is", sensed.rawValue)
        }
    }

    init(_ members: Members) throws(RecordError) {
        event = try members.choice("event")
        wanted = try members.choice("want")
        sensed = try members.choice("is")
    }
}

/// `door`
public struct DoorBody: Hashable, Sendable {
    /// `open`: whether a door now stands open.
    public var open: Bool

    /// A door moved.
    public init(open: Bool) {
        self.open = open
    }

    var json: CanonicalJSON { write { $0.put("open", open) } }

    init(_ members: Members) throws(RecordError) {
        open = try members.bool("open")
    }
}

/// `power`
public struct PowerBody: Hashable, Sendable {
    /// What happened to the supply.
    public enum Event: String, CaseIterable, Sendable {
        /// The battery fell under the level at which the box saves power.
        case low
        /// The battery rose over it again.
        case recovered
        /// The box was stopped in order.
        case stopped
        /// A parking period ended: what the box drew in it.
        case parked
    }

    /// `event`
    public var event: Event
    /// `batMv`
    public var battery: Millivolts?
    /// `energyMah`
    public var energy: MilliampereHours?

    /// An event of the supply.
    public init(event: Event, battery: Millivolts?, energy: MilliampereHours?) {
        self.event = event
        self.battery = battery
        self.energy = energy
    }

    var json: CanonicalJSON {
        write { writer in
            writer.put("event", event.rawValue)
            writer.put("batMv", battery)
            writer.put("energyMah", energy)
        }
    }

    init(_ members: Members) throws(RecordError) {
        event = try members.choice("event")
        battery = try members.optionalQuantity("batMv")
        energy = try members.optionalQuantity("energyMah")
    }
}
