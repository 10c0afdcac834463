/// How a CAN controller is set up and how it feels (`linux/can/netlink.h`).
public struct CANController: Hashable, Sendable {
    /// Bits a second of the arbitration phase; `nil` before it was set.
    public var bitRate: UInt32?
    /// Bits a second of the data phase of CAN FD; `nil` where it was not set.
    public var dataBitRate: UInt32?
    /// What it does and does not do.
    public var modes: Modes = []
    /// What its error counters make of it.
    public var state: State?
    /// After how many milliseconds the kernel restarts it from bus-off by itself; 0 for never.
    public var restartMilliseconds: UInt32?
    /// How many errors it counts as a sender.
    public var sendErrors: UInt16?
    /// How many errors it counts as a receiver.
    public var receiveErrors: UInt16?

    /// Modes of a controller (`CAN_CTRLMODE_…`).
    public struct Modes: OptionSet, Hashable, Sendable {
        /// The bits of `struct can_ctrlmode`.
        public let rawValue: UInt32

        /// These bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// It hears its own frames and nobody else's.
        public static let loopback = Modes(rawValue: 0x1)
        /// It is silent: it sends nothing, no acknowledgement and no error either.
        public static let listenOnly = Modes(rawValue: 0x2)
        /// It tells of every error on the bus, which floods.
        public static let busErrorReporting = Modes(rawValue: 0x10)
        /// It takes part in CAN FD.
        public static let flexible = Modes(rawValue: 0x20)
    }

    /// States of a controller (ISO 11898-1), with those in which it takes no part.
    public enum State: UInt32, Hashable, Sendable {
        /// It may say when a frame is wrong.
        case errorActive
        /// 96 errors and more.
        case errorWarning
        /// 128 errors and more: it may no longer disturb a frame that it finds wrong.
        case errorPassive
        /// 256 errors as a sender: it is off the bus.
        case busOff
        /// It is down.
        case stopped
        /// It sleeps.
        case sleeping
    }

    /// A controller of which nothing is known.
    public init() {}

    /// Reads the attributes in `range`.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        var walk = AttributeWalk(from: range.lowerBound, to: range.upperBound)
        while let (type, value) = walk.next(in: bytes) {
            let word = value.count >= 4 ? bytes.number32(at: value.lowerBound) : nil
            switch type {
            // A rate of 0 is how the kernel says that none was set.
            case Attribute.bitTiming: bitRate = word.flatMap { $0 == 0 ? nil : $0 }
            case Attribute.dataBitTiming: dataBitRate = word.flatMap { $0 == 0 ? nil : $0 }
            case Attribute.state: state = word.flatMap(State.init(rawValue:))
            case Attribute.modes where value.count >= 8:
                modes = Modes(rawValue: bytes.number32(at: value.lowerBound + 4) ?? 0)
            case Attribute.restart: restartMilliseconds = word
            case Attribute.errorCounters where value.count >= 4:
                sendErrors = bytes.number16(at: value.lowerBound)
                receiveErrors = bytes.number16(at: value.lowerBound + 2)
            case _: break
            }
        }
    }

    /// The numbers of attributes (`IFLA_CAN_…`).
    enum Attribute {
        static let bitTiming: UInt16 = 1
        static let state: UInt16 = 4
        static let modes: UInt16 = 5
        static let restart: UInt16 = 6
        static let restartNow: UInt16 = 7
        static let errorCounters: UInt16 = 8
        static let dataBitTiming: UInt16 = 9
    }
}
