public import CAN
public import Units

/// What a side of a transfer wants done, or has to tell.
public enum ISOTPEffect: Hashable, Sendable {
    /// Send this frame, and say `transmitted` when it is on the bus.
    case transmit(BusFrame)
    /// A message is complete.
    case received([UInt8])
    /// The message is on the bus, and as far as the protocol tells, it was taken.
    case sent
    /// The transfer that was under way is lost.
    case failed(ISOTPFault)
    /// A frame was not used. A transfer that is under way goes on.
    case ignored(ISOTPFault)
}

/// What is wrong with a frame or a transfer.
public enum ISOTPFault: Hashable, Sendable {
    /// Nothing came in time.
    case timeout(ISOTPTimer)
    /// A frame that has no place for what it must say: empty, or cut off.
    case frameTooShort
    /// The kind of frame is none of the four.
    case unknownFrameType(UInt8)
    /// A single frame that states no length, or more than it has.
    case badSingleFrameLength
    /// A first frame for so few bytes that a single frame would do, or with a long form for a
    /// length of the short form.
    case needlessFirstFrame(UInt32)
    /// A segmented message to several units at once.
    case segmentedToFunctional
    /// A message longer than the receiver takes.
    case tooLong(UInt32)
    /// A consecutive frame although no message has begun.
    case unexpectedConsecutiveFrame
    /// A frame is missing or came twice.
    case wrongSequence(expected: UInt8, found: UInt8)
    /// A single frame came before the end of a message.
    case interruptedBySingleFrame
    /// Another first frame came before the end of a message.
    case interruptedByFirstFrame
    /// A flow control that nobody waits for.
    case unexpectedFlowControl
    /// The receiver has no room for the message.
    case overflow
    /// The receiver asked to wait too often.
    case tooManyWaits
    /// A flow control that says none of go on, wait and overflow.
    case unknownFlowStatus(UInt8)
}

/// The times of ISO 15765-2 (9.7) after which a side gives up.
public enum ISOTPTimer: String, CaseIterable, Hashable, Sendable {
    /// N_As: the sender's frame is not on the bus.
    case transmitBySender
    /// N_Ar: the receiver's flow control is not on the bus.
    case transmitByReceiver
    /// N_Bs: the sender gets no flow control.
    case flowControl
    /// N_Cr: the receiver gets no consecutive frame.
    case consecutiveFrame
}

/// The four time-outs. All are one second unless the maker says otherwise.
public struct ISOTPTiming: Hashable, Sendable {
    /// N_As and N_Ar.
    public var transmit = Milliseconds(1000)
    /// N_Bs.
    public var flowControl = Milliseconds(1000)
    /// N_Cr.
    public var consecutiveFrame = Milliseconds(1000)

    /// The times of the standard.
    public init() {}
}

/// The pause that a receiver wants between consecutive frames (STmin), as its byte on the bus.
public struct SeparationTime: RawRepresentable, Hashable, Sendable {
    /// The byte: 0 to 0x7F milliseconds, 0xF1 to 0xF9 hundreds of microseconds.
    public let rawValue: UInt8

    /// The time that this byte states.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The time in microseconds. What is reserved means the longest, 127 ms (ISO 15765-2, 9.6.5.6).
    public var microseconds: Int64 {
        switch rawValue {
        case 0...0x7F: Int64(rawValue) * 1000
        case 0xF1...0xF9: Int64(rawValue - 0xF0) * 100
        case _: 127_000
        }
    }

    /// How far two readings of a millisecond clock must lie apart so that the time has passed for
    /// certain: rounded up, and one more because readings are cut.
    var pause: Milliseconds {
        microseconds == 0 ? .zero : Milliseconds((microseconds + 999) / 1000 + 1)
    }
}
