public import CAN

/// What a socket receives (`struct can_filter`): frames whose identifier word agrees with
/// ``word`` in all bits of ``mask``.
///
/// A list of none receives nothing. The kernel takes 512 for a socket.
public struct CANFilter: Hashable, Sendable {
    /// The identifier with its flags, as Linux has it.
    public let word: UInt32
    /// The bits that count.
    public let mask: UInt32

    /// The most that one socket takes (`CAN_RAW_FILTER_MAX`).
    public static let maximum = 512

    private static let extendedFlag: UInt32 = 0x8000_0000
    private static let remoteFlag: UInt32 = 0x4000_0000

    /// Data frames with this identifier and no others: a frame of 29 bits does not pass for one
    /// of 11 with the same lower bits, and neither does a remote frame.
    public init(exactly id: CANID) {
        word = id.word
        mask = Self.extendedFlag | Self.remoteFlag | (id.isExtended ? 0x1FFF_FFFF : 0x7FF)
    }

    private init(word: UInt32, mask: UInt32) {
        self.word = word
        self.mask = mask
    }

    /// All data frames and remote frames: for recordings, not for a box at work.
    public static let everything = CANFilter(word: 0, mask: 0)

    /// Whether a frame with this identifier word of Linux passes.
    public func passes(_ frameWord: UInt32) -> Bool { frameWord & mask == word & mask }
}
