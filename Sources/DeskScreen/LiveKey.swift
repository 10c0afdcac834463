/// A key of the terminal's keyboard, as far as the desk knows it.
public enum LiveKey: Hashable, Sendable {
    /// A printing character of ASCII.
    case character(Character)
    /// Enter or Return.
    case enter
    /// Backspace or Delete.
    case backspace
    /// Arrow up.
    case up
    /// Arrow down.
    case down
    /// Page up.
    case pageUp
    /// Page down.
    case pageDown
    /// Escape, alone.
    case escape
    /// Control with C, backslash or D.
    case interrupt
}

/// Turns what a terminal sends into keys: ASCII, and the escape sequences of ECMA-48 and of the
/// VT220 that stand for arrows and pages. What it does not know is dropped whole.
public struct KeyDecoder: Sendable {
    private enum State: Hashable {
        case ground
        case escape
        case sequence([UInt8])
        case single
    }

    private var state = State.ground
    private static let longestSequence = 16

    /// Nothing begun.
    public init() {}

    /// Whether an escape sequence has begun and may go on.
    public var isWaiting: Bool { state != .ground }

    /// The keys that `bytes` complete, in order.
    public mutating func decode(_ bytes: some Sequence<UInt8>) -> [LiveKey] {
        bytes.flatMap { decode($0) }
    }

    /// The terminal fell silent: an escape that has begun was the key.
    public mutating func flush() -> [LiveKey] {
        defer { state = .ground }
        return state == .escape ? [.escape] : []
    }

    private mutating func decode(_ byte: UInt8) -> [LiveKey] {
        switch state {
        case .ground: return ground(byte)
        case .escape:
            switch byte {
            case UInt8(ascii: "["): state = .sequence([])
            case UInt8(ascii: "O"): state = .single
            default:
                state = .ground
                return [.escape] + ground(byte)
            }
            return []
        case .single:
            state = .ground
            return Self.arrow(byte).map { [$0] } ?? []
        case .sequence(let parameters): return sequence(byte, after: parameters)
        }
    }

    private mutating func ground(_ byte: UInt8) -> [LiveKey] {
        switch byte {
        case 0x1B:
            state = .escape
            return []
        case 0x0D, 0x0A: return [.enter]
        case 0x7F, 0x08: return [.backspace]
        case 0x03, 0x04, 0x1C: return [.interrupt]
        case 0x20...0x7E: return [.character(Character(UnicodeScalar(byte)))]
        default: return []
        }
    }

    private mutating func sequence(_ byte: UInt8, after parameters: [UInt8]) -> [LiveKey] {
        switch byte {
        case 0x40...0x7E:
            state = .ground
            if byte == UInt8(ascii: "~") {
                if parameters == Array("5".utf8) { return [.pageUp] }
                return parameters == Array("6".utf8) ? [.pageDown] : []
            }
            return Self.arrow(byte).map { [$0] } ?? []
        case 0x20...0x3F where parameters.count < Self.longestSequence:
            state = .sequence(parameters + [byte])
            return []
        default:
            // No such sequence, or noise: a control character is looked at by itself.
            state = .ground
            return byte < 0x20 ? ground(byte) : []
        }
    }

    private static func arrow(_ byte: UInt8) -> LiveKey? {
        switch byte {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "M"): .enter
        default: nil
        }
    }
}
