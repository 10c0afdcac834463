internal import Units

/// `boot`
public struct BootBody: Hashable, Sendable {
    /// `fw`: the firmware.
    public var firmware: String
    /// `profile`: name and hash of the car profile.
    public var profile: String
    /// `inhibit`: what the starter inhibit's read-back said at start.
    public var inhibit: InhibitState
    /// `clean`: whether the last run ended in order; a power cut leaves `false`.
    public var clean: Bool

    /// A start of the box.
    public init(firmware: String, profile: String, inhibit: InhibitState, clean: Bool) {
        self.firmware = firmware
        self.profile = profile
        self.inhibit = inhibit
        self.clean = clean
    }

    var json: CanonicalJSON {
        write { writer in
            writer.put("fw", firmware)
            writer.put("profile", profile)
            writer.put("inhibit", inhibit.rawValue)
            writer.put("clean", clean)
        }
    }

    init(_ members: Members) throws(RecordError) {
        firmware = try members.string("fw")
        profile = try members.string("profile")
        inhibit = try members.choice("inhibit")
        clean = try members.bool("clean")
    }
}

/// `technician`
public struct TechnicianBody: Hashable, Sendable {
    /// `who`: the technician's number, never a name.
    public var who: Int64
    /// `did`: the console command, without its secrets.
    public var action: String

    /// ``action`` of a technician who was let in.
    public static let login = "login"
    /// ``action`` of one who was not: `who` is the number that was claimed.
    public static let loginRefused = "login refused"

    /// A technician's action.
    public init(who: Int64, action: String) {
        self.who = who
        self.action = action
    }

    var json: CanonicalJSON {
        write { writer in
            writer.put("who", who)
            writer.put("did", action)
        }
    }

    init(_ members: Members) throws(RecordError) {
        who = try members.integer("who")
        action = try members.string("did")
    }
}

/// `config`
public struct ConfigBody: Hashable, Sendable {
    /// `what`: what changed, such as `provisioned` or `profile`.
    public var what: String
    /// `to`: the new value, or its hash.
    public var to: String

    /// `what` of the odometer that is billed by; `to` is its name in the profile.
    public static let odometerSource = "odometer.source"
    /// `what` of an odometer that was confirmed to be what the dashboard shows; `to` is where it
    /// stood, in metres.
    public static let odometerAnchor = "odometer.anchor"
    /// `what` of the key epoch that is enabled; `to` is its number.
    public static let keyEpoch = "key.epoch"
    /// `what` of the cold spare; `to` is the number of its epoch, or ``none``.
    public static let keySpare = "key.spare"
    /// `to` where there is none of it.
    public static let none = "none"

    /// A change of the configuration.
    public init(what: String, to: String) {
        self.what = what
        self.to = to
    }

    var json: CanonicalJSON {
        write { writer in
            writer.put("what", what)
            writer.put("to", to)
        }
    }

    init(_ members: Members) throws(RecordError) {
        what = try members.string("what")
        to = try members.string("to")
    }
}

/// `update`
public struct UpdateBody: Hashable, Sendable {
    /// `from`: the firmware before.
    public var from: String
    /// `to`: the firmware now.
    public var to: String

    /// A change of the firmware.
    public init(from: String, to: String) {
        self.from = from
        self.to = to
    }

    var json: CanonicalJSON {
        write { writer in
            writer.put("from", from)
            writer.put("to", to)
        }
    }

    init(_ members: Members) throws(RecordError) {
        from = try members.string("from")
        to = try members.string("to")
    }
}

/// `erase`: which bodies were erased; their envelopes stay and the chain still verifies.
public struct EraseBody: Hashable, Sendable {
    /// `from` and `to`: the first and last record whose body was erased.
    public var sequences: ClosedRange<Int64>
    /// `why`
    public var why: String

    /// The bodies of `sequences` were erased.
    public init(sequences: ClosedRange<Int64>, why: String) {
        self.sequences = sequences
        self.why = why
    }

    var json: CanonicalJSON {
        write { writer in
            writer.put("from", sequences.lowerBound)
            writer.put("to", sequences.upperBound)
            writer.put("why", why)
        }
    }

    init(_ members: Members) throws(RecordError) {
        let from = try members.integer("from")
        let to = try members.integer("to")
        guard from <= to else { throw .member("to") }
        sequences = from...to
        why = try members.string("why")
    }
}
