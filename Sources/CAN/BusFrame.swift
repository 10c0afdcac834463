/// A frame as a bus carries it: a classic one, or one of CAN FD.
public enum BusFrame: Hashable, Sendable {
    /// A classic CAN frame: data, a remote request, or a controller's error report.
    case classic(CANFrame)
    /// A frame with a flexible data rate (CAN FD).
    case flexible(CANFDFrame)

    /// Who speaks.
    @inlinable
    public var id: CANID {
        switch self {
        case .classic(let frame): frame.id
        case .flexible(let frame): frame.id
        }
    }

    /// How many bytes. For a remote frame, how many are asked for.
    @inlinable
    public var length: Int {
        switch self {
        case .classic(let frame): frame.length
        case .flexible(let frame): frame.length
        }
    }

    /// What the frame carries. A CAN FD frame carries data.
    @inlinable
    public var kind: CANFrame.Kind {
        switch self {
        case .classic(let frame): frame.kind
        case .flexible: .data
        }
    }

    /// The classic frame; `nil` for one of CAN FD.
    @inlinable
    public var classicFrame: CANFrame? {
        switch self {
        case .classic(let frame): frame
        case .flexible: nil
        }
    }

    /// The byte at `index`. Traps outside the frame.
    public subscript(index: Int) -> UInt8 {
        switch self {
        case .classic(let frame): frame[index]
        case .flexible(let frame): frame[index]
        }
    }

    /// The bytes in order; none for a remote frame.
    public var bytes: [UInt8] {
        switch self {
        case .classic(let frame): frame.bytes
        case .flexible(let frame): frame.bytes
        }
    }

    /// Eight bytes from byte `start` on, the first in the lowest eight bits; zero beyond the end.
    /// Traps for a negative start.
    @inlinable
    public func word(atByte start: Int) -> UInt64 {
        switch self {
        case .classic(let frame): frame.word(atByte: start)
        case .flexible(let frame): frame.word(atByte: start)
        }
    }
}

extension BusFrame: CustomStringConvertible {
    /// The frame as `cansend` of can-utils takes it: `611#2000050000003CE5`, `123##1112233`.
    public var description: String {
        switch self {
        case .classic(let frame): frame.description
        case .flexible(let frame): frame.description
        }
    }

    /// The frame that `text` writes in the `cansend` form.
    ///
    /// Dots between bytes and a length code above 8 (`_E`) are skipped.
    ///
    /// - Throws: ``FrameTextError`` with the column at fault.
    public init(_ text: some StringProtocol) throws(FrameTextError) {
        let bytes = Array(text.utf8)
        var reader = FrameTextReader(from: 0, to: bytes.count)
        self = try reader.frame(bytes.span)
        guard reader.isAtEnd else { throw reader.error(.trailing) }
    }
}
