public import AccessCode
internal import Console
internal import Records
public import Units

/// The installation of a box from a laptop: lines of the console in, lines out.
///
/// It speaks the console's JSON mode. What has been done is asked of the box, so that a dialogue
/// that was cut short at any point begins anew and goes on where the box stands. It knows no line,
/// no clock and no key: those who have them carry out its effects and tell what came of them.
public struct ProvisioningDialogue: Hashable, Sendable {
    /// What happened.
    public enum Input: Hashable, Sendable {
        /// The line is open.
        case connected
        /// The box sent this line.
        case line(String)
        /// The time of the last ``Effect/wait(_:)`` has passed.
        case elapsed
        /// The line is gone, for this reason.
        case hungUp(String)
        /// The technician typed this line.
        case typed(String)
        /// Nobody will type any more: what wants a person is left for later.
        case inputClosed
        /// What the fleet was asked for.
        case made(FleetAnswer)
    }

    /// What is to be done, in order.
    public enum Effect: Hashable, Sendable {
        /// Send this line. It may hold a secret: it is not to be kept.
        case send(String)
        /// Send ^C, which drops what somebody began before.
        case interrupt
        /// Tell when so much time has passed. A later wait takes the place of this one.
        case wait(Milliseconds)
        /// Say this to the technician.
        case tell(String)
        /// Ask the technician; a line will be typed.
        case ask(String)
        /// Ask the fleet.
        case need(FleetNeed)
        /// It is over.
        case end(ProvisioningOutcome)
    }

    /// What only the fleet has.
    public enum FleetNeed: Hashable, Sendable {
        /// What this new box is claimed with.
        case claim(BoxID)
        /// The technician's answer to this challenge of this box.
        case answer(BoxID, challenge: String)
        /// The bundle that answers this request, in PEM.
        case bundle(BoxID, request: String)
        /// Whether the fleet knows this box as it is: its key epoch and its log epoch, where the
        /// box tells them. A box that came with keys of its own is enrolled all the same.
        case isEnrolled(BoxID, keyEpoch: Int64?, logEpoch: Int64?)
        /// UTC.
        case time
        /// A code that opens the car now.
        case testCode(BoxID)
        /// Whether a test code of before is out, or its rental was never ended.
        case testPending(BoxID)
        /// To know that the box took the test code.
        case testCodeTaken(BoxID)
        /// To know that the rental of the test code is over.
        case testEnded(BoxID)
    }

    /// What the fleet answers.
    public enum FleetAnswer: Hashable, Sendable {
        /// To ``FleetNeed/claim(_:)``: the key, 64 hexadecimal digits, the PIN, the fingerprint.
        case claim(key: String, pin: String, fleet: String)
        /// To ``FleetNeed/answer(_:challenge:)``: eight digits.
        case answer(String)
        /// To ``FleetNeed/bundle(_:request:)``: CMS in PEM.
        case bundle(String)
        /// To ``FleetNeed/isEnrolled(_:keyEpoch:logEpoch:)``.
        case isEnrolled(Bool)
        /// To ``FleetNeed/time``.
        case time(WallTime)
        /// To ``FleetNeed/testCode(_:)``.
        case testCode(CodeText)
        /// To ``FleetNeed/testPending(_:)``.
        case testPending(Bool)
        /// To what the fleet was only told.
        case noted
        /// The fleet cannot: why, in a sentence.
        case failed(String)
    }

    /// What the installation is to be.
    public struct Plan: Hashable, Sendable {
        /// Who installs.
        public let technician: TechnicianID
        /// The profile of the car.
        public let profile: String
        /// What the dashboard shows in km, where it is known beforehand.
        public let kilometres: String?
        /// Whether nobody is asked to press Enter.
        public let isUnattended: Bool

        /// `technician` installs a box in a car of `profile`.
        public init(
            technician: TechnicianID, profile: String, kilometres: String? = nil,
            isUnattended: Bool = false
        ) {
            self.technician = technician
            self.profile = profile
            self.kilometres = kilometres
            self.isUnattended = isUnattended
        }
    }

    /// How long the box may take for an answer.
    public static let patience = Milliseconds.seconds(15)
    /// How long it may take to test relays.
    public static let testPatience = Milliseconds.seconds(60)
    /// How long the first greeting waits, and how often it is tried.
    public static let greeting = (wait: Milliseconds.seconds(2), tries: 5)
    /// How often a step that the technician does at the car is looked at.
    public static let period = Milliseconds.seconds(1)
    /// How often it is looked at where nobody was asked to do it.
    public static let looksMaximum = 20
    /// How often it begins anew before the line counts as unusable.
    public static let restartMaximum = 8

    let plan: Plan
    var state = State.closed
    var box: BoxID?
    var firmware = ""
    var restarts = 0
    /// The steps that the box lists, and whether each is done.
    var steps: [(name: String, isDone: Bool)] { zip(names, done).map { ($0, $1) } }
    var names: [String] = []
    var done: [Bool] = []
    /// Steps that the technician left for later.
    var left: Set<ProvisionStep> = []
    /// Whether the box is known to be paired with the profile of the plan.
    var isPaired: Bool?
    /// Whether the fleet knows the box with the keys and the log that it has.
    var isEnrolled: Bool?
    var keyEpoch: Int64?
    /// What the technician was told to do at the car.
    var told: ProvisionStep?
    var test = TestRental.unknown
    /// How often a step that needs nobody at the car was tried.
    var tries: [ProvisionStep: Int] = [:]
    /// Whether nobody is at the terminal any more.
    var isAlone = false
    /// How often a step at the car was looked at.
    var looks: [ProvisionStep: Int] = [:]
    var logins = 0
    var facts: [String: CanonicalJSON] = [:]
    var notes: [String] = []
    var kilometres: String?
    var effects: [Effect] = []

    /// A dialogue that carries out `plan`.
    public init(_ plan: Plan) {
        self.plan = plan
        kilometres = plan.kilometres
    }

    /// Takes in what happened and gives out what is to be done, in order.
    public mutating func step(_ input: Input) -> [Effect] {
        effects = []
        switch input {
        case .connected: greet(1)
        case .line(let line): take(line: line)
        case .elapsed: takeElapsed()
        case .hungUp(let reason): fail(.hungUp, "the line is gone: \(reason)")
        case .typed(let line): take(typed: line)
        case .inputClosed:
            isAlone = true
            take(typed: "l")
        case .made(let answer): take(answer)
        }
        return effects
    }

    /// Whether it is over.
    public var isOver: Bool { state == .ended }

    /// Where the dialogue stands.
    enum State: Hashable, Sendable {
        case closed
        /// The console is greeted for the so-manieth time.
        case greeting(Int)
        /// A command was given; its answer, or a question, comes next.
        case waiting(Command)
        /// The fleet was asked.
        case needing
        /// The technician was asked.
        case asking(ProvisionStep)
        /// The technician does something at the car.
        case resting(ProvisionStep)
        case ended
    }

    /// Where the rental of the test code stands.
    enum TestRental: Hashable, Sendable {
        /// Whether one of before is out is for the fleet to say.
        case unknown
        /// No code is out.
        case none
        /// The code was given out.
        case given
        /// The box took it.
        case taken
        /// The rental was ended, or left to be ended.
        case over
    }

    /// What was sent.
    enum Command: Hashable, Sendable {
        case version, status, provision, keys, log, profile, logout
        case claim(key: String, pin: String, fleet: String)
        case login
        case request
        case install(bundle: String)
        case step(ProvisionStep)
        case endRental
        case fact(Int)

        /// The command's name in the console's answers.
        var name: String {
            switch self {
            case .version: "version"
            case .status: "status"
            case .provision: "provision"
            case .keys: "keys show"
            case .log: "log show"
            case .profile: "car profile"
            case .logout: "logout"
            case .claim: "claim"
            case .login: "login"
            case .request: "keys request"
            case .install: "keys install"
            case .step(let step): step.command.rawValue
            case .endRental: "rental end"
            case .fact(let index): ProvisioningReport.commands[index]
            }
        }
    }
}

/// How an installation ended.
public enum ProvisioningOutcome: Hashable, Sendable {
    /// The box was led through all steps; some may have been left for later.
    case finished(ProvisioningReport)
    /// It was broken off.
    case failed(ProvisioningFailure)
}

/// Why an installation was broken off. Starting it again goes on where the box stands.
public struct ProvisioningFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reasons.
    public enum Code: String, CaseIterable, Hashable, Sendable {
        /// The line is gone.
        case hungUp
        /// Nothing answers, or not any more.
        case silent
        /// What comes is no answer of the console.
        case garbled
        /// Another box answers than before.
        case otherBox
        /// The box refuses.
        case refused
        /// The fleet cannot.
        case fleet
    }

    /// The reason.
    public let code: Code
    /// What happened, in a sentence.
    public let words: String

    /// What happened, and what to do.
    public var description: String { "\(words); \(wayOut)" }

    private var wayOut: String {
        switch code {
        case .hungUp, .silent:
            "check the cable and the box's supply and start again: it goes on where it was"
        case .garbled: "name the port of the box's console, and start again"
        case .otherBox: "install one box at a time, and start again"
        case .refused, .fleet: "mend that and start again: it goes on where it was"
        }
    }
}
