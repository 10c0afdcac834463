public import CAN

/// Which frames belong to one direction of a conversation (ISO 15765-2:2016, 10.3).
public struct ISOTPAddress: Hashable, Sendable {
    /// The identifier of its frames.
    public let id: CANID
    /// The byte that stands before everything else in each frame: the target address in extended
    /// addressing, the address extension in mixed addressing; `nil` in normal addressing.
    public let prefix: UInt8?
    /// Whether it means several units at once. Then a message is one single frame at most.
    public let isFunctional: Bool

    /// The frames of `id` that begin with `prefix`, if there is one.
    public init(id: CANID, prefix: UInt8? = nil, isFunctional: Bool = false) {
        self.id = id
        self.prefix = prefix
        self.isFunctional = isFunctional
    }

    /// How many bytes the address takes in a frame: 0 or 1.
    var prefixLength: Int { prefix == nil ? 0 : 1 }
}

/// Both directions of a conversation, seen from this side of it.
public struct ISOTPLink: Hashable, Sendable {
    /// What this side sends.
    public let outgoing: ISOTPAddress
    /// What this side listens to.
    public let incoming: ISOTPAddress

    /// A conversation over two addresses.
    public init(outgoing: ISOTPAddress, incoming: ISOTPAddress) {
        self.outgoing = outgoing
        self.incoming = incoming
    }

    /// The same conversation seen from the other side.
    public var reversed: Self { Self(outgoing: incoming, incoming: outgoing) }

    /// Normal addressing: the identifiers say everything.
    public static func normal(
        transmit: CANID, receive: CANID, isFunctional: Bool = false
    ) -> Self {
        Self(
            outgoing: ISOTPAddress(id: transmit, isFunctional: isFunctional),
            incoming: ISOTPAddress(id: receive))
    }

    /// Normal fixed addressing: 29 bits with target and source in them, 18DA or, for a functional
    /// target, 18DB.
    public static func normalFixed(
        target: UInt8, source: UInt8, isFunctional: Bool = false
    ) -> Self {
        Self(
            outgoing: ISOTPAddress(
                id: fixed(isFunctional ? 0xDB : 0xDA, target, source), isFunctional: isFunctional),
            incoming: ISOTPAddress(id: fixed(0xDA, source, target)))
    }

    /// Extended addressing: the first byte of a frame is the address of its target.
    public static func extended(
        transmit: CANID, target: UInt8, receive: CANID, source: UInt8, isFunctional: Bool = false
    ) -> Self {
        Self(
            outgoing: ISOTPAddress(id: transmit, prefix: target, isFunctional: isFunctional),
            incoming: ISOTPAddress(id: receive, prefix: source))
    }

    /// Mixed addressing with 11 bits: the first byte is the same extension both ways.
    public static func mixed(
        transmit: CANID, receive: CANID, extension: UInt8, isFunctional: Bool = false
    ) -> Self {
        Self(
            outgoing: ISOTPAddress(id: transmit, prefix: `extension`, isFunctional: isFunctional),
            incoming: ISOTPAddress(id: receive, prefix: `extension`))
    }

    /// Mixed addressing with 29 bits: target and source in the identifier, 18CE or, for a
    /// functional target, 18CD, and the extension in the first byte.
    public static func mixedFixed(
        target: UInt8, source: UInt8, extension: UInt8, isFunctional: Bool = false
    ) -> Self {
        Self(
            outgoing: ISOTPAddress(
                id: fixed(isFunctional ? 0xCD : 0xCE, target, source), prefix: `extension`,
                isFunctional: isFunctional),
            incoming: ISOTPAddress(id: fixed(0xCE, source, target), prefix: `extension`))
    }

    private static func fixed(_ format: UInt32, _ target: UInt8, _ source: UInt8) -> CANID {
        CANID(integerLiteral: 0x1800_0000 | format << 16 | UInt32(target) << 8 | UInt32(source))
    }
}

/// What frames a side builds: classic or CAN FD, how long, filled up with what.
public struct ISOTPFrameFormat: Hashable, Sendable {
    /// How many bytes a full frame has (TX_DL): 8, or up to 64 with CAN FD.
    public let dataLength: Int
    /// What frames are filled up with to eight bytes; `nil` leaves them as short as they are.
    public let padding: UInt8?
    private let isFlexible: Bool
    private let bitRateSwitch: Bool

    private init(dataLength: Int, padding: UInt8?, isFlexible: Bool, bitRateSwitch: Bool) {
        self.dataLength = dataLength
        self.padding = padding
        self.isFlexible = isFlexible
        self.bitRateSwitch = bitRateSwitch
    }

    /// Classic frames.
    public static func classic(padding: UInt8? = nil) -> Self {
        Self(dataLength: 8, padding: padding, isFlexible: false, bitRateSwitch: false)
    }

    /// Frames of CAN FD; `nil` unless full ones have 8, 12, 16, 20, 24, 32, 48 or 64 bytes.
    ///
    /// Where the last bytes of a message do not fill a length that CAN FD has, the frame is filled
    /// up to the next one, with 0xCC where no `padding` is given.
    public static func flexible(
        dataLength: Int, bitRateSwitch: Bool = false, padding: UInt8? = nil
    ) -> Self? {
        guard dataLength >= 8, CANFDFrame.lengthCode(of: dataLength) != nil else { return nil }
        return Self(
            dataLength: dataLength, padding: padding, isFlexible: true,
            bitRateSwitch: bitRateSwitch)
    }

    /// The frame of `address` with these bytes behind the address. Traps when they do not fit.
    func frame(_ address: ISOTPAddress, _ content: [UInt8]) -> BusFrame {
        var bytes = address.prefix.map { [$0] } ?? []
        bytes += content
        precondition(bytes.count <= dataLength, "A frame holds no more than its data length.")
        if let padding {
            while bytes.count < 8 { bytes.append(padding) }
        }
        guard isFlexible else {
            guard let frame = CANFrame(id: address.id, bytes: bytes) else {
                preconditionFailure("A classic frame has at most eight bytes.")
            }
            return .classic(frame)
        }
        guard let code = CANFDFrame.lengthCode(holding: bytes.count) else {
            preconditionFailure("A CAN FD frame has at most 64 bytes.")
        }
        while bytes.count < CANFDFrame.length(ofCode: code) { bytes.append(padding ?? 0xCC) }
        let frame = CANFDFrame(id: address.id, bytes: bytes, bitRateSwitch: bitRateSwitch)
        guard let frame else {
            preconditionFailure("A CAN FD frame has one of sixteen lengths.")
        }
        return .flexible(frame)
    }
}
