public import CAN
public import Units

/// A frame with what the kernel told about it.
public struct ReceivedFrame: Hashable, Sendable {
    /// Who sent it.
    public enum Origin: UInt8, Hashable, Sendable {
        /// Somebody on the bus.
        case bus
        /// Another program of this machine.
        case thisMachine
        /// The socket itself, which hears its own frames only where it was asked to.
        case thisSocket
    }

    /// The frame.
    public var frame: BusFrame
    /// Who sent it.
    public var origin: Origin
    /// When it came.
    public var at: BootTime
    /// How many frames were lost between the one before and this one, as far as the socket knows.
    /// A counter of wheel turns that wraps is not to be followed across them.
    public var lostBefore: UInt32
    /// The controller's own time stamp in nanoseconds of a clock of its own; `nil` where it has
    /// none. For differences between frames of one controller only.
    public var controllerNanoseconds: Int64?
}

extension BusFrame {
    /// The frame that Linux hands over; words have the first byte in their lowest eight bits.
    ///
    /// `word` is the identifier with its flags. A CAN FD length between two lengths that exist is
    /// filled up with zeros, as a controller does.
    init(linux word: UInt32, length: UInt8, flags: UInt8, isFlexible: Bool, words: Words) {
        let number = word & 0x1FFF_FFFF
        let isError = word & 0x2000_0000 != 0
        let isExtended = word & 0x8000_0000 != 0 || isError
        let id =
            (isExtended ? CANID(extended: number) : CANID(base: number & 0x7FF)) ?? CANID(0)
        if isFlexible, let code = CANFDFrame.lengthCode(holding: Int(min(length, 64))),
            let frame = CANFDFrame(
                id: id, length: CANFDFrame.length(ofCode: code), words: words,
                bitRateSwitch: flags & 0x1 != 0, errorStateIndicator: flags & 0x2 != 0)
        {
            self = .flexible(frame)
            return
        }
        let isRemote = word & 0x4000_0000 != 0 && !isError
        self = .classic(
            CANFrame(
                id: id, length: Int(min(length, 8)), payload: words[0],
                kind: isError ? .error : isRemote ? .remote : .data))
    }

    /// Up to 64 bytes, eight to a word.
    typealias Words = InlineArray<8, UInt64>
}
