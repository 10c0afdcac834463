/// Why a line of a `candump -l` recording cannot be read, and where.
public struct CandumpError: Error, Hashable, Sendable {
    /// What stands there instead of what is needed.
    public enum Reason: String, Hashable, Sendable {
        /// A time in brackets: digits, a point, 6 or 9 digits.
        case time = "expected a time such as (1436509052.249713)"
        /// The name of an interface.
        case interface = "expected an interface name of 1 to 15 bytes"
        /// Three or eight hexadecimal digits and `#`.
        case identifier = "expected an identifier of 3 or 8 hexadecimal digits before '#'"
        /// An identifier above 29 bits.
        case identifierRange = "the identifier has more than 29 bits"
        /// Pairs of hexadecimal digits, eight at most.
        case data = "expected at most 8 bytes of two hexadecimal digits each"
        /// CAN FD.
        case flexibleDataRate = "a CAN FD frame ('##') cannot be read here"
        /// Something behind the frame.
        case trailing = "expected the end of the line"
        /// No end of line within the reader's window.
        case lineTooLong = "the line is longer than any frame"
    }

    /// The line, counted from 1.
    public var line: Int
    /// The byte in the line, counted from 1.
    public var column: Int
    /// What is wrong there.
    public var reason: Reason

    /// An error at `line` and `column`.
    public init(line: Int, column: Int, reason: Reason) {
        self.line = line
        self.column = column
        self.reason = reason
    }
}

extension CandumpError: CustomStringConvertible {
    /// `12:7: expected …`
    public var description: String { "\(line):\(column): \(reason.rawValue)" }
}
