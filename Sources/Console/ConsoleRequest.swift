public import AccessCode
public import Probe
public import Records
public import Units
public import Vehicle

/// What the console wants to know or have done. One is outstanding at a time; the
/// ``ConsoleAnswer`` of the same name comes back as an input, at leisure.
public enum ConsoleRequest: Hashable, Sendable {
    /// What the box is and knows now.
    case facts
    /// Eight fresh decimal digits, by chance that nobody can foresee.
    case challenge
    /// Whether an answer to a challenge is right.
    case login(TechnicianLogin)
    /// Write this into the log, durably.
    case record(TechnicianBody)
    /// Do this.
    case act(ConsoleAction)
    /// Drive the relays and read them back.
    case testRelays
    /// Try to reach the fleet.
    case testNet
    /// Make a request to be enrolled, in PEM.
    case enrolment
    /// Check the chain of the log.
    case verifyLog
    /// The lines of the log from this record on: at most ``Console/linesOfPage`` of them.
    case readLog(from: Int64)
    /// Listen to the car for so long, and say which profile fits.
    case probe(Milliseconds)
}

/// What changes something in the box. Each is answered by ``ConsoleAnswer/acted(_:)``.
///
/// Time has passed since the facts were told, so whoever carries it out looks again whether it may
/// be done: no trip open, the interlock's proof at hand.
public enum ConsoleAction: Hashable, Sendable {
    /// Let the first technician in.
    case claim(ConsoleClaim)
    /// Install the keys of a bundle, in PEM.
    case installKeys(bundle: String)
    /// Install the cold spare of a bundle, in PEM.
    case installSpare(bundle: String)
    /// Go over to the cold spare.
    case rotateKeys
    /// Set the clock.
    case setClock(WallTime)
    /// Read the car by this profile from the next start on.
    case pairProfile(String)
    /// The dashboard shows this.
    case confirmOdometer(Metres)
    /// Bill by this odometer.
    case pinOdometer(SourceKey)
    /// Take the fleet's signed word, a compact JWS.
    case acknowledge(String)
    /// End the rental.
    case endRental
    /// Erase keys, technicians and set-up.
    case wipe
}

/// What a new box is claimed with.
public struct ConsoleClaim: Hashable, Sendable, CustomStringConvertible {
    /// Who will be let in.
    public let technician: TechnicianID
    /// The technician's key on this box: 32 bytes.
    public let key: [UInt8]
    /// The technician's PIN: 4 to 12 digits.
    public let pin: String
    /// SHA-256 of the fleet's certificate: bundles of another fleet are refused.
    public let fleet: Digest256

    /// Without any secret.
    public var description: String { "claim by technician \(technician)" }
}

/// The answer to a ``ConsoleRequest``.
public enum ConsoleAnswer: Hashable, Sendable {
    /// To ``ConsoleRequest/facts``.
    case facts(BoxFacts)
    /// To ``ConsoleRequest/challenge``; `nil` when there is no chance to be had.
    case challenge(String?)
    /// To ``ConsoleRequest/login(_:)``; `nil` when the keys do not answer.
    case login(Bool?)
    /// To ``ConsoleRequest/record(_:)``: whether it is durable.
    case recorded(Bool)
    /// To ``ConsoleRequest/act(_:)``.
    case acted(ActionOutcome)
    /// To ``ConsoleRequest/testRelays``.
    case relays([LineTest])
    /// To ``ConsoleRequest/testNet``: each step with what came of it.
    case net([LineTest])
    /// To ``ConsoleRequest/enrolment``; `nil` when the keys do not answer.
    case enrolment(String?)
    /// To ``ConsoleRequest/verifyLog``; `nil` when the log cannot be read.
    case verified(LogCheck?)
    /// To ``ConsoleRequest/readLog(from:)``; `nil` when the log cannot be read.
    case lines(LogLines?)
    /// To ``ConsoleRequest/probe(_:)``.
    case probed(Probe.Report)
    /// To any request: this box cannot do that; why, in a few words.
    case unavailable(String)
}

/// What came of an action.
public enum ActionOutcome: Hashable, Sendable {
    /// It is done; more to say, if there is.
    case done(String)
    /// It is not, and nothing has changed.
    case refused(ConsoleRefusal, String)
}

/// One line, relay or step that was tested.
public struct LineTest: Hashable, Sendable {
    /// What was tested, such as `starter.inhibit.set`.
    public var name: String
    /// Whether it did as told.
    public var passed: Bool
    /// What was seen.
    public var detail: String

    /// `name` was tested, and `detail` was seen.
    public init(_ name: String, passed: Bool, _ detail: String) {
        self.name = name
        self.passed = passed
        self.detail = detail
    }
}

/// What a check of the log's chain found.
public struct LogCheck: Hashable, Sendable {
    /// How many records hold together.
    public var checked: Int64
    /// How many of them have had their body erased.
    public var erased: Int64
    /// The first number that is kept.
    public var first: Int64
    /// The last record that holds.
    public var last: Int64
    /// Its hash.
    public var hash: Digest256
    /// What does not hold; `nil` when all does.
    public var defect: String?

    /// `checked` records from `first` to `last` hold.
    public init(
        checked: Int64, erased: Int64, first: Int64, last: Int64, hash: Digest256, defect: String?
    ) {
        self.checked = checked
        self.erased = erased
        self.first = first
        self.last = last
        self.hash = hash
        self.defect = defect
    }
}

/// Some lines of the log.
public struct LogLines: Hashable, Sendable {
    /// The lines, without their ends.
    public var lines: [[UInt8]]
    /// The number of the record behind the last of them; `nil` when there is none.
    public var next: Int64?

    /// `lines`, and where to go on.
    public init(lines: [[UInt8]], next: Int64?) {
        self.lines = lines
        self.next = next
    }
}
