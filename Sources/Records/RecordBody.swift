package import Units

/// The kinds of record, by the name that stands in `kind`.
public enum RecordKind: String, CaseIterable, Sendable {
    /// The box started.
    case boot
    /// The box's idea of UTC changed by more than its error, was lost or was found again.
    case clockStep = "clock.step"
    /// A typed code did what it is for.
    case codeAccepted = "code.accepted"
    /// A typed code was refused.
    case codeRefused = "code.refused"
    /// The doors were locked or unlocked.
    case lock
    /// The starter inhibit changed, or did not do as told.
    case inhibit
    /// A door was opened or closed.
    case door
    /// The box's supply changed.
    case power
    /// The odometer said something that cannot be billed.
    case odometerAnomaly = "odometer.anomaly"
    /// The odometer moved while nobody listened.
    case odometerGap = "odometer.gap"
    /// A technician did something.
    case technician
    /// The configuration changed.
    case config
    /// The firmware changed.
    case update
    /// Bodies were erased.
    case erase
    /// A trip began.
    case tripOpen = "trip.open"
    /// A trip goes on.
    case tripMark = "trip.mark"
    /// A trip ended; can be billed alone.
    case tripClose = "trip.close"
}

/// What a record says.
public enum RecordBody: Hashable, Sendable {
    /// The box started.
    case boot(BootBody)
    /// The clock changed.
    case clockStep(ClockStepBody)
    /// A code was accepted.
    case codeAccepted(CodeAcceptedBody)
    /// A code was refused.
    case codeRefused(CodeRefusedBody)
    /// The lock moved.
    case lock(LockBody)
    /// The starter inhibit moved, or did not.
    case inhibit(InhibitBody)
    /// A door moved.
    case door(DoorBody)
    /// The supply changed.
    case power(PowerBody)
    /// The odometer was odd.
    case odometerAnomaly(OdometerAnomalyBody)
    /// The odometer moved unheard.
    case odometerGap(OdometerGapBody)
    /// A technician acted.
    case technician(TechnicianBody)
    /// The configuration changed.
    case config(ConfigBody)
    /// The firmware changed.
    case update(UpdateBody)
    /// Bodies were erased.
    case erase(EraseBody)
    /// A trip began.
    case tripOpen(TripOpenBody)
    /// A trip goes on.
    case tripMark(TripMarkBody)
    /// A trip ended.
    case tripClose(TripCloseBody)

    /// The kind's name.
    public var kind: RecordKind {
        switch self {
        case .boot: .boot
        case .clockStep: .clockStep
        case .codeAccepted: .codeAccepted
        case .codeRefused: .codeRefused
        case .lock: .lock
        case .inhibit: .inhibit
        case .door: .door
        case .power: .power
        case .odometerAnomaly: .odometerAnomaly
        case .odometerGap: .odometerGap
        case .technician: .technician
        case .config: .config
        case .update: .update
        case .erase: .erase
        case .tripOpen: .tripOpen
        case .tripMark: .tripMark
        case .tripClose: .tripClose
        }
    }

    /// The body's members.
    public var json: CanonicalJSON {
        switch self {
        case .boot(let body): body.json
        case .clockStep(let body): body.json
        case .codeAccepted(let body): body.json
        case .codeRefused(let body): body.json
        case .lock(let body): body.json
        case .inhibit(let body): body.json
        case .door(let body): body.json
        case .power(let body): body.json
        case .odometerAnomaly(let body): body.json
        case .odometerGap(let body): body.json
        case .technician(let body): body.json
        case .config(let body): body.json
        case .update(let body): body.json
        case .erase(let body): body.json
        case .tripOpen(let body): body.json
        case .tripMark(let body): body.json
        case .tripClose(let body): body.json
        }
    }

    /// Reads a body of `kind`; members that this version does not know are left alone.
    ///
    /// - Throws: ``RecordError`` naming the member that is missing or wrong.
    public init(kind: RecordKind, json: CanonicalJSON) throws(RecordError) {
        let members = Members(json)
        self =
            switch kind {
            case .boot: .boot(try BootBody(members))
            case .clockStep: .clockStep(try ClockStepBody(members))
            case .codeAccepted: .codeAccepted(try CodeAcceptedBody(members))
            case .codeRefused: .codeRefused(try CodeRefusedBody(members))
            case .lock: .lock(try LockBody(members))
            case .inhibit: .inhibit(try InhibitBody(members))
            case .door: .door(try DoorBody(members))
            case .power: .power(try PowerBody(members))
            case .odometerAnomaly: .odometerAnomaly(try OdometerAnomalyBody(members))
            case .odometerGap: .odometerGap(try OdometerGapBody(members))
            case .technician: .technician(try TechnicianBody(members))
            case .config: .config(try ConfigBody(members))
            case .update: .update(try UpdateBody(members))
            case .erase: .erase(try EraseBody(members))
            case .tripOpen: .tripOpen(try TripOpenBody(members))
            case .tripMark: .tripMark(try TripMarkBody(members))
            case .tripClose: .tripClose(try TripCloseBody(members))
            }
    }
}

/// Puts an object together, leaving out what is not known.
package struct MemberWriter {
    package private(set) var members: [String: CanonicalJSON] = [:]

    package var json: CanonicalJSON { .object(members) }

    package mutating func put(_ name: String, _ value: String?) {
        if let value { members[name] = .string(value) }
    }

    package mutating func put(_ name: String, _ value: (some BinaryInteger)?) {
        if let value { members[name] = .integer(Int64(value)) }
    }

    package mutating func put(_ name: String, _ value: Quantity<some UnitOfMeasure>?) {
        if let value { members[name] = .integer(value.count) }
    }

    package mutating func put(_ name: String, _ value: Bool) {
        members[name] = .bool(value)
    }

    package mutating func put(_ name: String, _ value: CanonicalJSON?) {
        if let value { members[name] = value }
    }
}

/// The object that `fill` puts together.
package func write(_ fill: (inout MemberWriter) -> Void) -> CanonicalJSON {
    var writer = MemberWriter()
    fill(&writer)
    return writer.json
}

extension Members {
    package func quantity<Unit>(
        _ name: String, of type: Quantity<Unit>.Type = Quantity<Unit>.self
    ) throws(RecordError) -> Quantity<Unit> {
        Quantity(try integer(name))
    }

    package func optionalQuantity<Unit>(
        _ name: String, of type: Quantity<Unit>.Type = Quantity<Unit>.self
    ) throws(RecordError) -> Quantity<Unit>? {
        guard let value = try optionalInteger(name) else { return nil }
        return Quantity(value)
    }
}
