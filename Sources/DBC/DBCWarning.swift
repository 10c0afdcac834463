/// Something odd in a DBC file: where it stands, what it is, and in words.
public struct DBCWarning: Hashable, Sendable {
    /// The kinds of oddities.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A statement that cannot be read; it is left out.
        case unreadable
        /// A line that begins no statement of the format; it is skipped, with those behind it.
        case unknownStatement
        /// A text without an end; its statement is left out.
        case unclosedText
        /// No `;` where a statement ends; the statement is read.
        case missingSemicolon
        /// An identifier of more than 29 bits; the message is left out.
        case identifierOutOfRange
        /// An identifier too large for 11 bits without the mark of 29 bits; it is taken for 29.
        case identifierWithoutMark
        /// An identifier for the second time; the first message counts.
        case repeatedMessage
        /// A signal's name for the second time in a message; statements mean the first.
        case repeatedSignal
        /// A name that is no name in C, such as one with a digit in front; it is taken.
        case unusualName
        /// A statement on a message that does not exist; it is left out.
        case missingMessage
        /// A statement on a signal that does not exist; it is left out.
        case missingSignal
        /// A signal before any message; it is left out.
        case signalWithoutMessage
        /// A signal that reaches beyond the length of its message; it is kept.
        case signalOutsideMessage
        /// A signal of no bits, of more than 64, or beyond 64 bytes; it is left out.
        case signalOutsideFrame
        /// A comment on a signal without its name; the message gets it.
        case commentWithoutSignal
        /// A comment on a number without `BO_` or `SG_`; the message gets it.
        case commentWithoutKeyword
        /// A float of a size that there is not, or not the stated one.
        case floatSize
        /// A multiplexed signal without a multiplexor; no frame has it.
        case missingMultiplexor
        /// A multiplexed signal that does not say which of several multiplexors it means; the
        /// first counts.
        case ambiguousMultiplexor
        /// Multiplexors that choose each other; no frame has them.
        case circularMultiplexors
        /// A value that no raw value can be; the line of the value table is left out.
        case choiceOutOfRange
    }

    /// The line, counted from 1.
    public internal(set) var line: Int
    /// The column, in bytes, counted from 1.
    public internal(set) var column: Int
    /// What kind of oddity it is.
    public internal(set) var kind: Kind
    /// What is odd there, in words.
    public internal(set) var reason: String
}

extension DBCWarning: CustomStringConvertible {
    /// `line 3, column 7: signal SPEED of message 0F6 does not exist`.
    public var description: String { "line \(line), column \(column): \(reason)" }
}
