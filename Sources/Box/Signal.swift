public import AccessCode
public import Units

/// What the driver sees and hears: one pattern of LEDs and buzzer for each thing there is to say.
public enum Signal: Hashable, Sendable {
    /// A digit was taken.
    case digit
    /// What was typed is forgotten.
    case cleared
    /// The doors open for a new rental.
    case opened
    /// The doors open again.
    case reopened
    /// The rental was extended.
    case extended
    /// The doors lock, the rental goes on.
    case locked
    /// The rental is over; the digits are the RETURN receipt, if there is one.
    case ended([UInt8])
    /// The owner is recognised.
    case owner
    /// A code of the fleet was taken: revocation, key switch or time.
    case accepted
    /// A code was refused.
    case refused(CodeRefusal)
    /// No code has this form.
    case malformed
    /// Too many tries: wait so many minutes.
    case wait(minutes: Int64)
    /// Too many tries: the owner or a technician must come.
    case stopped
    /// END: a door stands open.
    case closeDoors
    /// END: the ignition is on.
    case ignitionOn
    /// END: the car moves, or cannot tell.
    case moving
    /// END: the car is locked, so the code comes first.
    case codeFirst
    /// There is no rental to end or lock.
    case nothingActive
    /// The log has no room: no new rentals.
    case storageFull
    /// Something that must be durable could not be written.
    case storageFailed
    /// The keys do not answer.
    case keysFailed
    /// The starter inhibit does not do as told.
    case starterFault

    /// One step of a pattern.
    public struct Beat: Hashable, Sendable {
        /// The green LED is lit.
        public let green: Bool
        /// The red LED is lit.
        public let red: Bool
        /// The buzzer sounds.
        public let buzzer: Bool
        /// For how long.
        public let length: Milliseconds
    }

    /// The beats, written as text for the table in the docs: `G` green, `R` red, `B` buzzer, `-`
    /// nothing, each letter group followed by tenths of a second.
    public var notation: String {
        switch self {
        case .digit: "B1"
        case .cleared: "RB1"
        case .opened: "GB3 -1 GB3 G20"
        case .reopened: "GB3 G20"
        case .extended: "GB1 -1 GB1 -1 GB1 -1 GB6 G10"
        case .locked: "GB1 -1 GB1"
        case .ended: "GB6 -2 GB6 -2 GB6"
        case .owner: "GB1 -1 GB3 G20"
        case .accepted: "GB1 -1 GB1 -1 GB1 G10"
        case .refused(let refusal): Self.notation(refusal)
        case .malformed: "RB2 -1 RB2"
        case .wait: "RB10 R10"
        case .stopped: "RB30"
        case .closeDoors: "GRB2 -2 GRB2"
        case .ignitionOn: "GRB2 -2 GRB2 -2 GRB2"
        case .moving: "GRB2 -2 GRB2 -2 GRB2 -2 GRB2"
        case .codeFirst: "GRB2 -2 GRB2 -2 GRB6"
        case .nothingActive: "GRB1"
        case .storageFull: "RB5 G5 RB5 G5"
        case .storageFailed: "RB5 G5 RB5 G5 RB5 G5"
        case .keysFailed: "RB5 GR5 RB5 GR5"
        case .starterFault: "RB5 GR5 RB5 GR5 RB5 GR5"
        }
    }

    private static func notation(_ refusal: CodeRefusal) -> String {
        switch refusal {
        case .tooEarly: "RB2 G8"
        case .expired: "RB2 -2 RB2 G8"
        case .closed: "RB2 -2 RB2 -2 RB2 G8"
        case .superseded: "RB2 -2 RB2 -2 RB2 -2 RB2 G8"
        case .revoked: "RB6 G8"
        case .wrong: "RB6"
        case .noRental: "RB6 -2 RB2"
        case .stale: "RB6 -2 RB2 -2 RB2"
        case .clockLost: "RB6 -2 RB6"
        case .moving: "RB6 -2 RB6 -2 RB6"
        }
    }

    /// The pattern.
    public var beats: [Beat] {
        notation.split(separator: " ").map { step in
            let lit = step.prefix { !$0.isNumber }
            return Beat(
                green: lit.contains("G"), red: lit.contains("R"), buzzer: lit.contains("B"),
                length: Milliseconds(100 * (Int64(step.dropFirst(lit.count)) ?? 0)))
        }
    }
}
