public import CAN

/// Why a line of a recording cannot be read, and where.
public struct LogError: Error, Hashable, Sendable {
    /// What is wrong with the line.
    public enum Reason: Hashable, Sendable {
        /// No time where the format has one, or one beyond any clock.
        case time
        /// No number of the message where the format has one.
        case messageNumber
        /// No name of a channel, or one of more than 15 bytes.
        case channel
        /// No identifier in the form of the format.
        case identifier
        /// An identifier above 29 bits, or above 11 where the format marks 29.
        case identifierRange
        /// Neither of the words for received and transmitted.
        case direction
        /// No word for what kind of frame it is.
        case kind
        /// No length, or one that no such frame has.
        case length
        /// A byte is missing, or is none.
        case data
        /// A flag that is neither yes nor no.
        case flag
        /// No frame in the `cansend` form of candump.
        case frame(FrameTextError.Reason)
        /// The names of the columns are not those of a recording.
        case columns
        /// Something behind the frame.
        case trailing
        /// No end of line within the window.
        case lineTooLong
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

extension LogError.Reason: CustomStringConvertible {
    /// What was expected, in one line: `expected a time such as (1436509052.249713)`.
    public var description: String {
        switch self {
        case .time: "expected a time such as (1436509052.249713) or 12.249713"
        case .messageNumber: "expected the number of a message such as 12 or 12)"
        case .channel: "expected a channel of 1 to 15 bytes"
        case .identifier: "expected an identifier in hexadecimal digits"
        case .identifierRange: "the identifier has more bits than its format"
        case .direction: "expected Rx or Tx"
        case .kind: "expected a kind of frame that the format has"
        case .length: "expected a length that a frame can have"
        case .data: "expected as many data bytes as the length says"
        case .flag: "expected 0, 1, true or false"
        case .frame(let reason): reason.rawValue
        case .columns: "expected the names of the columns, a time and an identifier among them"
        case .trailing: "expected the end of the line"
        case .lineTooLong: "the line is longer than any frame"
        }
    }
}

extension LogError: CustomStringConvertible {
    /// `12:7: expected …`
    public var description: String { "\(line):\(column): \(reason)" }
}
