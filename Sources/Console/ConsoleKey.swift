public import Units

/// What a terminal's keyboard says, as far as a line is edited with it.
public enum ConsoleKey: Hashable, Sendable {
    /// A printing character, whole.
    case character(Unicode.Scalar)
    /// Carriage return, line feed, or both.
    case enter
    /// Tabulator.
    case tab
    /// Backspace or Delete: the character before the cursor.
    case backspace
    /// The character under the cursor.
    case delete
    /// Cursor keys, and `^B` and `^F`.
    case left, right
    /// Cursor keys, and `^P` and `^N`: the lines before.
    case up, down
    /// Home and `^A`, End and `^E`.
    case home, end
    /// `^K`: up to the end of the line.
    case killToEnd
    /// `^U`: up to its beginning.
    case killToStart
    /// `^W`: the word before the cursor.
    case killWord
    /// `^L`: draw the line again.
    case redraw
    /// `^C`
    case interrupt
    /// `^D`
    case endOfInput
    /// A byte that no keyboard sends: noise on the line.
    case noise
}

/// Turns bytes of a serial line into keys: UTF-8, and the sequences of VT100 and ECMA-48 that stand
/// for cursor keys. A sequence that it does not know is dropped whole; a byte that is none of all
/// this is noise.
public struct ConsoleKeyDecoder: Hashable, Sendable {
    private enum State: Hashable {
        case ground
        /// An escape came, at this time.
        case escape(BootTime)
        /// `ESC [` and what followed.
        case sequence([UInt8])
        /// `ESC O`
        case single
        /// The beginning of a character of several bytes, and how many it has.
        case scalar([UInt8], length: Int)
    }

    /// How long an escape waits for the rest of its sequence.
    public static let patience = Milliseconds(500)
    private static let longestSequence = 16

    private var state = State.ground
    private var endedByReturn = false

    /// Nothing begun.
    public init() {}

    /// The key that `byte` ends at `now`; `nil` while there is none.
    public mutating func decode(_ byte: UInt8, at now: BootTime) -> ConsoleKey? {
        switch state {
        case .ground: return decodeGround(byte, at: now)
        case .escape(let since):
            state = .ground
            guard now - since <= Self.patience else { return decodeGround(byte, at: now) }
            switch byte {
            case UInt8(ascii: "["): state = .sequence([])
            case UInt8(ascii: "O"): state = .single
            case 0x1B: state = .escape(now)
            case _: break
            }
            return nil
        case .single:
            state = .ground
            return Self.cursor(byte)
        case .sequence(let bytes): return decodeSequence(bytes, byte)
        case .scalar(let bytes, let length): return decodeScalar(bytes + [byte], length, at: now)
        }
    }

    private mutating func decodeGround(_ byte: UInt8, at now: BootTime) -> ConsoleKey? {
        let follows = endedByReturn
        endedByReturn = byte == 0x0D
        switch byte {
        case 0x0D: return .enter
        // What a terminal sends behind a return belongs to it.
        case 0x0A: return follows ? nil : .enter
        case 0x00: return follows ? nil : .noise
        case 0x1B:
            state = .escape(now)
            return nil
        case 0x20...0x7E: return .character(Unicode.Scalar(byte))
        case 0xC2...0xDF: return begin(byte, 2)
        case 0xE0...0xEF: return begin(byte, 3)
        case 0xF0...0xF4: return begin(byte, 4)
        case _: return Self.control(byte) ?? .noise
        }
    }

    private mutating func begin(_ byte: UInt8, _ length: Int) -> ConsoleKey? {
        state = .scalar([byte], length: length)
        return nil
    }

    private mutating func decodeScalar(
        _ bytes: [UInt8], _ length: Int, at now: BootTime
    ) -> ConsoleKey? {
        guard let last = bytes.last, last & 0xC0 == 0x80 else {
            // The character was torn; what tore it may be a key of its own.
            state = .ground
            return .noise
        }
        guard bytes.count == length else {
            state = .scalar(bytes, length: length)
            return nil
        }
        state = .ground
        guard let text = String(validating: bytes, as: UTF8.self),
            let scalar = text.unicodeScalars.first, scalar.value >= 0xA0
        else { return .noise }
        return .character(scalar)
    }

    private mutating func decodeSequence(_ bytes: [UInt8], _ byte: UInt8) -> ConsoleKey? {
        switch byte {
        case 0x40...0x7E:
            state = .ground
            return byte == UInt8(ascii: "~") ? Self.numbered(bytes) : Self.cursor(byte)
        case 0x20...0x3F where bytes.count < Self.longestSequence:
            state = .sequence(bytes + [byte])
            return nil
        case _:
            state = .ground
            return .noise
        }
    }

    private static func control(_ byte: UInt8) -> ConsoleKey? {
        switch byte {
        case 0x01: .home
        case 0x02: .left
        case 0x03: .interrupt
        case 0x04: .endOfInput
        case 0x05: .end
        case 0x06: .right
        case 0x08, 0x7F: .backspace
        case 0x09: .tab
        case 0x0B: .killToEnd
        case 0x0C: .redraw
        case 0x0E: .down
        case 0x10: .up
        case 0x15: .killToStart
        case 0x17: .killWord
        case _: nil
        }
    }

    private static func cursor(_ byte: UInt8) -> ConsoleKey? {
        switch byte {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "F"): .end
        case _: nil
        }
    }

    private static func numbered(_ bytes: [UInt8]) -> ConsoleKey? {
        switch String(decoding: bytes, as: UTF8.self) {
        case "1", "7": .home
        case "4", "8": .end
        case "3": .delete
        case _: nil
        }
    }
}
