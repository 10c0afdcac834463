public import Units

/// The lines of a board, by what they do in the car.
///
/// The raw values are the names in board files, in records and in messages.
public enum LineName: String, CaseIterable, Sendable {
    /// Pulsed: the central locking locks.
    case doorLock = "door.lock"
    /// Pulsed: the central locking unlocks.
    case doorUnlock = "door.unlock"
    /// Pulsed: the coil after which the starter cannot turn.
    case starterInhibitSet = "starter.inhibit.set"
    /// Pulsed: the coil after which the starter can turn.
    case starterInhibitReset = "starter.inhibit.reset"
    /// The relay's read-back: active while the starter cannot turn.
    case starterInhibitSense = "starter.inhibit.sense"
    /// The green lamp at the keypad.
    case ledGreen = "led.green"
    /// The red lamp at the keypad.
    case ledRed = "led.red"
    /// The buzzer at the keypad.
    case buzzer
    /// Active while a door stands open.
    case doorContact = "door.contact"
    /// Terminal 15 of the car: active while the ignition is on.
    case ignition
    /// Pulses of the vehicle speed sensor, in cars whose bus tells no distance.
    case vss
    /// Active while the car's key is in its holder in the box.
    case keyPresent = "key.present"
    /// Active while a comparator finds the 12 V battery low.
    case batteryLow = "battery.low"

    /// What a line is driven or read as.
    public enum Kind: Hashable, Sendable {
        /// Read.
        case input
        /// Held at a level until told otherwise.
        case held
        /// Driven for a bounded time, after which it rests.
        case pulsed
    }

    /// Whether the line is read, held or pulsed: the same on every board.
    public var kind: Kind {
        switch self {
        case .doorLock, .doorUnlock, .starterInhibitSet, .starterInhibitReset: .pulsed
        case .ledGreen, .ledRed, .buzzer: .held
        case .starterInhibitSense, .doorContact, .ignition, .vss, .keyPresent, .batteryLow: .input
        }
    }

    /// Whether a board without it is refused: the Box decides by it, or a driver needs it.
    public var isNeeded: Bool {
        switch self {
        case .vss, .keyPresent, .batteryLow: false
        case .doorLock, .doorUnlock, .starterInhibitSet, .starterInhibitReset,
            .starterInhibitSense, .ledGreen, .ledRed, .buzzer, .doorContact, .ignition:
            true
        }
    }

    /// How long a pulse may be; `nil` for a line that is not pulsed.
    ///
    /// Central locking wants a button held for a moment. A coil of a latching relay has moved after
    /// some 15 ms, and none is made to be driven for long.
    public var widths: ClosedRange<Milliseconds>? {
        switch self {
        case .doorLock, .doorUnlock: Milliseconds(100)...Milliseconds(1000)
        case .starterInhibitSet, .starterInhibitReset: Milliseconds(30)...Milliseconds(200)
        case .starterInhibitSense, .ledGreen, .ledRed, .buzzer, .doorContact, .ignition, .vss,
            .keyPresent, .batteryLow:
            nil
        }
    }

    /// How long an input must be steady to be believed; `nil` for an output.
    ///
    /// The upper bound of the read-back stays far under the second in which the Box expects the
    /// relay to follow. Speed pulses come every few milliseconds, so they are hardly held back.
    public var debounces: ClosedRange<Milliseconds>? {
        switch self {
        case .starterInhibitSense: Milliseconds(5)...Milliseconds(200)
        case .doorContact, .ignition, .keyPresent: Milliseconds(5)...Milliseconds(500)
        case .batteryLow: Milliseconds(5)...Milliseconds(5000)
        case .vss: Milliseconds(0)...Milliseconds(1)
        case .doorLock, .doorUnlock, .starterInhibitSet, .starterInhibitReset, .ledGreen, .ledRed,
            .buzzer:
            nil
        }
    }
}
