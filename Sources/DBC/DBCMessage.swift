public import CAN

/// A message (`BO_`) of a DBC file.
public struct DBCMessage: Hashable, Sendable {
    /// What the attribute `VFrameFormat` says of a message's frames.
    public enum FrameFormat: String, Hashable, Sendable, CaseIterable {
        /// Classic CAN, 11 bits.
        case standard = "StandardCAN"
        /// Classic CAN, 29 bits.
        case extended = "ExtendedCAN"
        /// A parameter group of SAE J1939: priority, source and, for some, destination of the
        /// identifier are those of one example.
        case parameterGroup = "J1939PG"
        /// CAN FD, 11 bits.
        case standardFlexible = "StandardCAN_FD"
        /// CAN FD, 29 bits.
        case extendedFlexible = "ExtendedCAN_FD"

        /// The format that the attribute's value stands for, where the file does not list them.
        init?(number: Int) {
            switch number {
            case 0: self = .standard
            case 1: self = .extended
            case 3: self = .parameterGroup
            case 14: self = .standardFlexible
            case 15: self = .extendedFlexible
            case _: return nil
            }
        }

        /// Whether the frames are those of CAN FD.
        public var isFlexible: Bool {
            switch self {
            case .standard, .extended, .parameterGroup: false
            case .standardFlexible, .extendedFlexible: true
            }
        }
    }

    /// Its identifier.
    public internal(set) var id: CANID
    /// Its name; the long one (`SystemMessageLongSymbol`), where the file has it.
    public internal(set) var name: String
    /// How many bytes it has: up to 8 in classic CAN, up to 64 in CAN FD, more in protocols that
    /// cut a message into several frames.
    public internal(set) var length: Int
    /// Who sends it: the node behind `BO_`, then those of `BO_TX_BU_`. Empty where the file names
    /// nobody (`Vector__XXX`).
    public internal(set) var senders: [String] = []
    /// Its signals in the order of the file.
    public internal(set) var signals: [DBCSignal] = []
    /// What the file says about it.
    public internal(set) var comment: String?
    /// How often it is sent, in milliseconds (`GenMsgCycleTime`); `nil` where not stated or 0.
    public internal(set) var cycleTime: Int?
    /// What its frames are (`VFrameFormat`); `nil` where not stated.
    public internal(set) var frameFormat: FrameFormat?

    /// The signal of this name, the first where there are several.
    public func signal(_ name: String) -> DBCSignal? {
        signals.first { $0.name == name }
    }
}
