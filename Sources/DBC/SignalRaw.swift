/// The raw value of a signal, exactly as it stands in a frame.
public enum SignalRaw: Hashable, Sendable {
    /// A whole number without a sign.
    case unsigned(UInt64)
    /// A whole number in two's complement.
    case signed(Int64)
    /// A number in IEEE 754; those of 16 and 32 bits are exact in 64.
    case float(Double)

    /// The nearest number that a `Double` can hold: exact up to 2^53.
    public var double: Double {
        switch self {
        case .unsigned(let value): Double(value)
        case .signed(let value): Double(value)
        case .float(let value): value
        }
    }

    /// The whole number, if it is one that an `Int64` can hold.
    public var whole: Int64? {
        switch self {
        case .unsigned(let value): Int64(exactly: value)
        case .signed(let value): value
        case .float(let value): Int64(exactly: value)
        }
    }
}

extension SignalRaw: CustomStringConvertible {
    /// The number in decimal digits.
    public var description: String {
        switch self {
        case .unsigned(let value): "\(value)"
        case .signed(let value): "\(value)"
        case .float(let value): "\(value)"
        }
    }
}
