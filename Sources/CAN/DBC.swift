/// What a DBC file tells about a bus: the messages, and where their signals stand.
public struct DBC: Hashable, Sendable {
    /// A line that could not be used, and why. Real files have many oddities; the rest is read.
    public struct Warning: Hashable, Sendable {
        /// The line, counted from 1.
        public var line: Int
        /// What is odd there.
        public var reason: String
    }

    /// The messages in the order of the file. Each identifier stands once: the first counts.
    public internal(set) var messages: [DBCMessage] = []
    /// What could not be read.
    public internal(set) var warnings: [Warning] = []
    private var index: [CANID: Int] = [:]

    init() {}

    /// The message with this identifier.
    public func message(_ id: CANID) -> DBCMessage? {
        index[id].map { messages[$0] }
    }

    /// Adds a message; `false` where its identifier is taken.
    mutating func add(_ message: DBCMessage) -> Bool {
        guard index[message.id] == nil else { return false }
        index[message.id] = messages.count
        messages.append(message)
        return true
    }

    /// Where in ``messages`` the identifier stands.
    func position(of id: CANID) -> Int? { index[id] }
}

/// A message (`BO_`) of a DBC file.
public struct DBCMessage: Hashable, Sendable {
    /// Its identifier.
    public var id: CANID
    /// Its name.
    public var name: String
    /// How many bytes it has: up to 8 in classic CAN, more in CAN FD and multi-packet protocols.
    public var length: Int
    /// Who sends it.
    public var sender: String
    /// Its signals in the order of the file.
    public var signals: [DBCSignal]
    /// What the file says about it.
    public var comment: String?

    /// The signal of this name.
    public func signal(_ name: String) -> DBCSignal? {
        signals.first { $0.name == name }
    }

    /// The signal that says which multiplexed signals a frame holds.
    public var multiplexor: DBCSignal? {
        signals.first { $0.role == .multiplexor }
    }

    /// The signals that `frame` holds: all that are not multiplexed, and those of its branch.
    public func signals(in frame: CANFrame) -> [DBCSignal] {
        let branch = multiplexor?.layout.bits(from: frame)
        return signals.filter { signal in
            switch signal.role {
            case .plain, .multiplexor: true
            case .multiplexed(let wanted), .both(let wanted): wanted == branch
            }
        }
    }
}

/// A signal (`SG_`) of a DBC file.
public struct DBCSignal: Hashable, Sendable {
    /// What a signal is to multiplexing.
    public enum Role: Hashable, Sendable {
        /// In every frame.
        case plain
        /// Says which branch the frame holds (`M`).
        case multiplexor
        /// In the frames of one branch (`m3`).
        case multiplexed(UInt64)
        /// In the frames of one branch, and chooses among further branches (`m3M`).
        case both(UInt64)
    }

    /// How the bits are to be read.
    public enum Format: Hashable, Sendable {
        /// A whole number.
        case integer
        /// IEEE 754, 32 bits (`SIG_VALTYPE_` 1).
        case float
        /// IEEE 754, 64 bits (`SIG_VALTYPE_` 2).
        case double
    }

    /// One line of a value table.
    public struct Choice: Hashable, Sendable {
        /// The raw value.
        public var raw: Int64
        /// What it means.
        public var text: String
    }

    /// Its name.
    public var name: String
    /// Where it stands.
    public var layout: SignalLayout
    /// What it is to multiplexing.
    public var role: Role
    /// How the bits are read.
    public var format: Format
    /// The physical value is `raw * scale + offset`.
    public var scale: Double
    /// The physical value of a raw zero.
    public var offset: Double
    /// The lowest physical value by the file; often a mere habit.
    public var minimum: Double
    /// The highest physical value by the file; 0 where the lowest is, too, when not stated.
    public var maximum: Double
    /// The unit as the file writes it; may be empty.
    public var unit: String
    /// The value table (`VAL_`), in the order of the file.
    public var choices: [Choice]
    /// What the file says about it.
    public var comment: String?
}
