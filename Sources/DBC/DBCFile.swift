public import CAN

/// What a DBC file tells about a bus: its nodes, its messages, and where their signals stand.
///
/// DBC is the format of Vector's CANdb++; nobody has published it in full, and real files go their
/// own ways. Hence a file is never refused: what cannot be used is left out and stands in
/// ``warnings``.
public struct DBCFile: Hashable, Sendable {
    /// The text behind `VERSION`; often empty.
    public internal(set) var version = ""
    /// What the file says about itself (`CM_ "..."`).
    public internal(set) var comment: String?
    /// The control units on the bus (`BU_`), in the order of the file.
    public internal(set) var nodes: [DBCNode] = []
    /// The messages in the order of the file. Each identifier stands once: the first counts.
    public internal(set) var messages: [DBCMessage] = []
    /// The named value tables (`VAL_TABLE_`), in the order of the file.
    ///
    /// Signals do not refer to them: each has its own ``DBCSignal/choices``.
    public internal(set) var valueTables: [DBCValueTable] = []
    /// What is odd in the file, from top to bottom; at most ``warningsMaximum``.
    public internal(set) var warnings: [DBCWarning] = []
    /// How many further warnings there would have been.
    public internal(set) var warningsLeftOut = 0

    /// How many warnings are kept: a file with more is no DBC file.
    public static let warningsMaximum = 1000

    private var indices: [CANID: Int] = [:]

    init() {}

    /// The message with this identifier.
    public func message(_ id: CANID) -> DBCMessage? {
        indices[id].map { messages[$0] }
    }

    /// Where in ``messages`` the one with this identifier stands.
    public func messageIndex(_ id: CANID) -> Int? { indices[id] }

    /// The node of this name.
    public func node(_ name: String) -> DBCNode? {
        nodes.first { $0.name == name }
    }

    /// Adds a message; `false` where its identifier is taken.
    mutating func add(_ message: DBCMessage) -> Bool {
        guard indices[message.id] == nil else { return false }
        indices[message.id] = messages.count
        messages.append(message)
        return true
    }

    /// Puts the warnings in the order of the file.
    mutating func sortWarnings() {
        warnings.sort { ($0.line, $0.column) < ($1.line, $1.column) }
    }

    /// Adds a warning, unless there are more than enough.
    mutating func warn(_ warning: DBCWarning) {
        if warnings.count < Self.warningsMaximum {
            warnings.append(warning)
        } else {
            warningsLeftOut += 1
        }
    }
}

/// A control unit on the bus (`BU_`).
public struct DBCNode: Hashable, Sendable {
    /// Its name; the long one (`SystemNodeLongSymbol`), where the file has it.
    public internal(set) var name: String
    /// What the file says about it.
    public internal(set) var comment: String?
}

/// A value table that stands on its own (`VAL_TABLE_`).
public struct DBCValueTable: Hashable, Sendable {
    /// Its name.
    public internal(set) var name: String
    /// Its lines, in the order of the file.
    public internal(set) var choices: [DBCChoice]
}

/// One line of a value table: a raw value and what it means.
public struct DBCChoice: Hashable, Sendable {
    /// The raw value.
    public internal(set) var raw: Int64
    /// What it means.
    public internal(set) var text: String
}
