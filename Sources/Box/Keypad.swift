public import Units

/// What the driver has typed so far.
public struct Keypad: Hashable, Sendable {
    /// Silence after which what was typed is forgotten.
    public static let silence = Milliseconds.seconds(30)
    /// More digits than any code has: the rest is ignored.
    public static let digitsMaximum = 20

    /// The digits since the last clear or enter.
    public private(set) var digits: [UInt8] = []
    private var lastKeyAt: BootTime?

    /// Nothing typed.
    public init() {}

    /// What a key press led to.
    public enum Result: Hashable, Sendable {
        /// A digit was taken.
        case digit
        /// What was typed is forgotten.
        case cleared
        /// These digits were entered; there may be none.
        case entered([UInt8])
    }

    /// Takes in a key.
    public mutating func press(_ key: Key, at now: BootTime) -> Result {
        forget(at: now)
        lastKeyAt = now
        switch key {
        case .digit(let digit):
            precondition(digit <= 9, "a keypad has ten digits")
            if digits.count < Self.digitsMaximum { digits.append(digit) }
            return .digit
        case .clear:
            digits = []
            return .cleared
        case .enter:
            defer { digits = [] }
            return .entered(digits)
        }
    }

    /// Forgets what was typed if nothing was pressed for ``silence``.
    public mutating func forget(at now: BootTime) {
        if let deadline, now >= deadline { digits = [] }
    }

    /// When what was typed will be forgotten.
    public var deadline: BootTime? {
        digits.isEmpty ? nil : lastKeyAt.map { $0 + Self.silence }
    }
}

/// What can be typed besides codes: words on a telephone keypad.
enum KeypadWord: String, CaseIterable {
    /// END: the rental is over.
    case end = "363"
    /// LOCK: the doors, and the rental goes on.
    case lock = "5625"
    /// REVOKE: within the owner's session, closes every code that has begun.
    case revoke = "738653"

    init?(_ digits: [UInt8]) {
        self.init(rawValue: digits.map { String($0) }.joined())
    }
}
