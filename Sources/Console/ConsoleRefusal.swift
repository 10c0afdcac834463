/// Why the console does not do what was typed. The raw value is the stable code.
public enum ConsoleRefusal: String, CaseIterable, Hashable, Sendable {
    /// No command begins so.
    case unknownCommand
    /// Several commands begin so.
    case ambiguousCommand
    /// The command needs another word.
    case incompleteCommand
    /// An argument is missing.
    case missingArgument
    /// An argument is out of its form or range.
    case badArgument
    /// There are more words than arguments.
    case tooManyArguments
    /// The line had more than 512 bytes; nothing of it was looked at.
    case lineTooLong
    /// The line had bytes in it that no keyboard sends; nothing of it was looked at.
    case noise
    /// The box is new: claim it first.
    case needsClaim
    /// The box was claimed before.
    case alreadyClaimed
    /// Log in first.
    case needsLogin
    /// The answer is wrong, or the technician is unknown here.
    case loginRefused
    /// Too many wrong answers: wait.
    case loginWait
    /// The keys do not answer.
    case keysFailed
    /// The command could not be written into the log, so it was not done.
    case notRecorded
    /// The car has not stood with its ignition off for a minute.
    case notStanding
    /// A trip is open.
    case tripOpen
    /// There is no rental to end.
    case noRental
    /// The car moves, or might.
    case moving
    /// The ignition is on.
    case ignitionOn
    /// A door is open.
    case doorsOpen
    /// The time lies below what has certainly passed, or after what codes can say.
    case badTime
    /// The car's odometer was not heard: switch the ignition on.
    case odometerNotHeard
    /// The odometer that is billed by is not what a dashboard shows.
    case odometerNotOnDash
    /// The dashboard and the odometer are more than one count apart.
    case odometerApart
    /// The profile has no such odometer.
    case unknownOdometer
    /// The box has no such profile.
    case unknownProfile
    /// The bundle is not one that the fleet made for this box now.
    case badBundle
    /// The answer is not one that the fleet signed for this log.
    case badAnswer
    /// There is no cold spare.
    case noSpare
    /// What had to be typed to confirm was not.
    case notConfirmed
    /// It was broken off.
    case cancelled
    /// The log cannot be read or written.
    case storageFailed
    /// This box has not got what it takes.
    case notHere

    /// The reason in a few words, where nothing more exact is known.
    public var words: String {
        switch self {
        case .unknownCommand: "there is no such command"
        case .ambiguousCommand: "several commands begin so"
        case .incompleteCommand: "the command needs another word"
        case .missingArgument: "an argument is missing"
        case .badArgument: "an argument is wrong"
        case .tooManyArguments: "there are too many words"
        case .lineTooLong: "a line has 512 bytes at most"
        case .noise: "there was noise on the line: type it again"
        case .needsClaim: "the box is new: claim it first"
        case .alreadyClaimed: "the box was claimed before: log in, or wipe it"
        case .needsLogin: "log in first"
        case .loginRefused: "wrong answer, or no technician of this box"
        case .loginWait: "too many wrong answers: wait"
        case .keysFailed: "the keys do not answer"
        case .notRecorded: "it could not be written into the log, so it was not done"
        case .notStanding: "the car must stand, ignition off, for a minute"
        case .tripOpen: "a trip is open: end it first"
        case .noRental: "there is no rental to end"
        case .moving: "the car moves, or might"
        case .ignitionOn: "switch the ignition off first"
        case .doorsOpen: "close the doors first"
        case .badTime: "it cannot be that time"
        case .odometerNotHeard: "the odometer was not heard: switch the ignition on"
        case .odometerNotOnDash: "no dashboard shows this odometer"
        case .odometerApart: "it is more than a count from what the car says"
        case .unknownOdometer: "the profile has no such odometer"
        case .unknownProfile: "the box has no such profile"
        case .badBundle: "this is no bundle of the fleet for this box"
        case .badAnswer: "this is no answer of the fleet for this log"
        case .noSpare: "there is no cold spare: install one first"
        case .notConfirmed: "it was not confirmed, so nothing was done"
        case .cancelled: "it was broken off"
        case .storageFailed: "the log cannot be read or written"
        case .notHere: "this box cannot do that"
        }
    }
}
