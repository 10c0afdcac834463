public import CAN

/// What a controller tells about its bus, apart from frames.
public enum BusEvent: Hashable, Sendable {
    /// It disturbed too much and took itself off the bus.
    case busOff
    /// It is back from bus-off.
    case restarted
    /// Its error counters passed a limit, upwards or downwards.
    case errorState(ErrorState)
    /// Nobody acknowledged a frame that it sent.
    case notAcknowledged
    /// A frame could not be sent in time.
    case sendTimedOut
    /// It had no room for a frame: one was lost, heard or to be sent.
    case controllerOverflow
    /// Frames on the bus are broken: a wrong bit rate looks like this.
    case brokenFrame
    /// The transceiver found a fault of the wires, as a byte of Linux (`CAN_ERR_TRX_…`).
    case wireFault(UInt8)
    /// Another frame went first; harmless.
    case arbitrationLost

    /// How far a controller's errors have gone (ISO 11898-1).
    public enum ErrorState: String, CaseIterable, Comparable, Hashable, Sendable {
        /// All is well.
        case active
        /// 96 errors and more.
        case warning
        /// 128 errors and more.
        case passive

        /// Better first.
        public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// The error classes that a socket asks for: all but the one that floods (`BUSERROR`).
    public static let wantedClasses: UInt32 =
        Class.sendTimeout | Class.arbitration | Class.controller | Class.frame | Class.wires
        | Class.acknowledge | Class.busOff | Class.restarted

    /// What an error frame tells, the most serious first; nothing for other frames.
    ///
    /// The identifier is a set of classes and the bytes say more about some of them, as in
    /// `linux/can/error.h`. Bytes that are missing count as zero.
    public static func events(of frame: CANFrame) -> [BusEvent] {
        guard frame.kind == .error else { return [] }
        let classes = frame.id.number
        var events: [BusEvent] = []
        if classes & Class.busOff != 0 { events.append(.busOff) }
        if classes & Class.restarted != 0 { events.append(.restarted) }
        if classes & Class.controller != 0 {
            let detail = UInt8(truncatingIfNeeded: frame.payload >> 8)
            if let state = errorState(detail) { events.append(.errorState(state)) }
            if detail & ControllerDetail.overflow != 0 { events.append(.controllerOverflow) }
        }
        if classes & Class.acknowledge != 0 { events.append(.notAcknowledged) }
        if classes & Class.sendTimeout != 0 { events.append(.sendTimedOut) }
        if classes & Class.frame != 0 { events.append(.brokenFrame) }
        if classes & Class.wires != 0 {
            events.append(.wireFault(UInt8(truncatingIfNeeded: frame.payload >> 32)))
        }
        if classes & Class.arbitration != 0 { events.append(.arbitrationLost) }
        return events
    }

    private static func errorState(_ detail: UInt8) -> ErrorState? {
        if detail & ControllerDetail.passive != 0 { return .passive }
        if detail & ControllerDetail.warning != 0 { return .warning }
        return detail & ControllerDetail.active != 0 ? .active : nil
    }

    private enum Class {
        static let sendTimeout: UInt32 = 0x1
        static let arbitration: UInt32 = 0x2
        static let controller: UInt32 = 0x4
        static let frame: UInt32 = 0x8
        static let wires: UInt32 = 0x10
        static let acknowledge: UInt32 = 0x20
        static let busOff: UInt32 = 0x40
        static let restarted: UInt32 = 0x100
    }

    private enum ControllerDetail {
        static let overflow: UInt8 = 0x3
        static let warning: UInt8 = 0xC
        static let passive: UInt8 = 0x30
        static let active: UInt8 = 0x40
    }
}
