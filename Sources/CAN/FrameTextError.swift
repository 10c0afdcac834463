/// Why a text is no frame in the `cansend` form, and where.
public struct FrameTextError: Error, Hashable, Sendable {
    /// What stands there instead of what is needed.
    public enum Reason: String, Hashable, Sendable {
        /// Three or eight hexadecimal digits and `#`.
        case identifier = "expected an identifier of 3 or 8 hexadecimal digits before '#'"
        /// An identifier above 29 bits.
        case identifierRange = "the identifier has more than 29 bits"
        /// Pairs of hexadecimal digits, eight at most.
        case data = "expected at most 8 bytes of two hexadecimal digits each"
        /// The digit behind `##`.
        case flags = "expected the flags of a CAN FD frame, one hexadecimal digit behind '##'"
        /// Pairs of hexadecimal digits, as many as CAN FD has a length code for.
        case flexibleData =
            "expected 0 to 8, 12, 16, 20, 24, 32, 48 or 64 bytes of two hexadecimal digits each"
        /// CAN FD where a classic frame is wanted.
        case flexibleDataRate = "expected a classic frame, found one of CAN FD ('##')"
        /// Something behind the frame.
        case trailing = "expected the end of the frame"
    }

    /// The byte of the text, counted from 1.
    public var column: Int
    /// What is wrong there.
    public var reason: Reason

    /// An error at `column`.
    public init(column: Int, reason: Reason) {
        self.column = column
        self.reason = reason
    }
}

extension FrameTextError: CustomStringConvertible {
    /// `7: expected …`
    public var description: String { "\(column): \(reason.rawValue)" }
}
