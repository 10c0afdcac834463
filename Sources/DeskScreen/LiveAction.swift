public import Box

/// What a key of the keyboard does at the desk.
public enum LiveAction: Hashable, Sendable {
    /// Presses a key of the driver's keypad.
    case press(Key)
    /// Switches the ignition.
    case ignition
    /// Wants 10 km/h more.
    case faster
    /// Wants 10 km/h less.
    case slower
    /// Wants to stand.
    case brake
    /// Opens or closes a door.
    case door
    /// Gives or takes coverage.
    case coverage
    /// Cuts the power, or gives it back.
    case power
    /// Cuts the power in the middle of one of the next writes.
    case powerInWrite
    /// Lets the battery go down, or charges it.
    case battery
    /// The battery-backed clock loses the time.
    case clockLoss
    /// Shows the phone, or puts it away.
    case phone
    /// Books the car again, from now.
    case book
    /// Shows older records.
    case older
    /// Shows newer records.
    case newer
    /// Shows the keys, or puts them away.
    case help
    /// Hides what is typed, or shows it.
    case mask
    /// Lets time run sixty times as fast, or as usual.
    case fastForward
    /// Back to the newest records.
    case back
    /// Ends.
    case quit

    /// What `key` does; `nil` when it does nothing.
    public init?(_ key: LiveKey) {
        switch key {
        case .enter: self = .press(.enter)
        case .backspace: self = .press(.clear)
        case .up: self = .faster
        case .down: self = .slower
        case .pageUp: self = .older
        case .pageDown: self = .newer
        case .escape: self = .back
        case .interrupt: self = .quit
        case .character(let character):
            guard let action = Self.keypad(character) ?? Self.letters[character] else {
                return nil
            }
            self = action
        }
    }

    private static func keypad(_ character: Character) -> LiveAction? {
        switch character {
        case "*": .press(.clear)
        case "#": .press(.enter)
        case "0"..."9": character.wholeNumberValue.map { .press(.digit(UInt8($0))) }
        default: nil
        }
    }

    private static let letters: [Character: LiveAction] = [
        "i": .ignition, "+": .faster, "=": .faster, "-": .slower, " ": .brake, "d": .door,
        "c": .coverage, "p": .power, "P": .powerInWrite, "b": .battery, "k": .clockLoss,
        "t": .phone, "n": .book, "l": .older, "L": .newer, "?": .help, "h": .help, "m": .mask,
        "f": .fastForward, "q": .quit,
    ]

    /// The keys in words, for the help page: at most 79 characters a line.
    public static let helpLines = [
        "0-9 the keypad    * or Backspace clears    # or Enter enters",
        "typed words: 363# END   5625# LOCK   738653# REVOKE after the owner's password",
        "i ignition    up/down or +/- wanted speed    Space brake    d door",
        "c coverage    b battery down/up    k the clock's battery dies",
        "p power cut / power back    P power cut in the middle of a write to come",
        "t the phone with the codes    n book again from now    m hide what is typed",
        "f sixty times as fast    l/L or Page Up/Down older/newer records    Esc back",
        "Ctrl-Z pause in the shell    q or Ctrl-C quit",
    ]
}
