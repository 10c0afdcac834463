/// A raw value of a J1939 signal, with the ranges that SAE J1939-71 keeps for messages about it.
public enum J1939Value: Hashable, Sendable {
    /// A value to be scaled.
    case valid(UInt64)
    /// An indication that the parameter itself defines (top byte 0xFB).
    case indicator(UInt64)
    /// Reserved for later (top byte 0xFC or 0xFD).
    case reserved
    /// The sensor or the unit has failed (top byte 0xFE).
    case error
    /// There is no such value, or it was not asked for (top byte 0xFF).
    case notAvailable

    /// What `raw`, a number of `bits` bits, means.
    ///
    /// From eight bits up the top eight decide; for four and two bits the standard has rows of
    /// their own (B, C to D, E, F; 2 is error, 3 not available). Other widths have no such ranges:
    /// every value is valid. Traps unless the width is 1 to 64; bits above it are not looked at.
    public init(_ raw: UInt64, bits: Int) {
        precondition((1...64).contains(bits), "A signal has 1 to 64 bits.")
        let raw = bits == 64 ? raw : raw & (1 << UInt64(bits) &- 1)
        let mark: UInt64
        switch bits {
        case 8...64: mark = raw >> UInt64(bits - 8)
        case 4: mark = 0xF0 | raw
        case 2: mark = raw >= 2 ? 0xFC | raw : 0
        case _: mark = 0
        }
        switch mark {
        case 0xFF: self = .notAvailable
        case 0xFE: self = .error
        case 0xFC, 0xFD: self = .reserved
        case 0xFB: self = .indicator(raw)
        case _: self = .valid(raw)
        }
    }

    /// The number, where it is one to be scaled.
    public var value: UInt64? {
        switch self {
        case .valid(let raw): raw
        case .indicator, .reserved, .error, .notAvailable: nil
        }
    }
}
