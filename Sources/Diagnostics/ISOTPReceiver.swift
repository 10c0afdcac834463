public import CAN
public import Units

/// What a receiver answers to the beginning of a message.
public struct FlowControl: Hashable, Sendable {
    /// After how many consecutive frames it wants to be asked again; 0 is never.
    public var blockSize: UInt8
    /// The pause it wants between them.
    public var separation: SeparationTime
    /// The frames that it sends.
    public var format: ISOTPFrameFormat

    /// By default everything at once, in classic frames.
    public init(
        blockSize: UInt8 = 0, separation: SeparationTime = .init(rawValue: 0),
        format: ISOTPFrameFormat = .classic()
    ) {
        self.blockSize = blockSize
        self.separation = separation
        self.format = format
    }
}

/// Puts messages together from frames (ISO 15765-2:2016).
///
/// Pure: inputs are frames, "the flow control is on the bus" and the passing of time. Frames of
/// other addresses cost a comparison and no allocation. Without a ``FlowControl`` it only listens
/// to what somebody else asked for.
public struct ISOTPReceiver: Hashable, Sendable {
    private struct Assembly: Hashable {
        var message: [UInt8]
        var length: Int
        var sequence: UInt8 = 1
        /// Bytes in each frame but the last.
        var room: Int
        /// Frames until the next flow control; `nil` without end.
        var leftInBlock: Int?
        var awaited: ISOTPTimer
        var until: BootTime
    }

    private let link: ISOTPLink
    private let flowControl: FlowControl?
    private let maximumLength: Int
    private let timing: ISOTPTiming
    private var assembly: Assembly?

    /// A receiver over `link` of messages up to `maximumLength` bytes, which answers with
    /// `flowControl`; `nil` is a listener that never sends.
    public init(
        link: ISOTPLink, flowControl: FlowControl?, maximumLength: Int = 4095,
        timing: ISOTPTiming = .init()
    ) {
        self.link = link
        self.flowControl = flowControl
        self.maximumLength = maximumLength
        self.timing = timing
    }

    /// Whether no message is under way.
    public var isIdle: Bool { assembly == nil }

    /// When ``advance(to:)`` has something to do; `nil` when nothing is under way.
    public var nextDeadline: BootTime? { assembly?.until }

    /// The flow control that was handed out is on the bus.
    public mutating func transmitted(at now: BootTime) {
        guard assembly?.awaited == .transmitByReceiver else { return }
        assembly?.awaited = .consecutiveFrame
        assembly?.until = now + timing.consecutiveFrame
    }

    /// Lets time pass.
    public mutating func advance(to now: BootTime) -> ISOTPEffect? {
        guard let assembly, now >= assembly.until else { return nil }
        self.assembly = nil
        return .failed(.timeout(assembly.awaited))
    }

    /// Hears a frame. Nothing comes of frames of other addresses and of flow control.
    public mutating func receive(_ frame: BusFrame, at now: BootTime) -> [ISOTPEffect] {
        guard let kind = ISOTPFrame(frame, of: link.incoming) else { return [] }
        let late = advance(to: now).map { [$0] } ?? []
        switch kind {
        case .single(let start, let count):
            let message = (start..<start + count).map { frame[$0] }
            guard message.count <= maximumLength else {
                return late + [.ignored(.tooLong(UInt32(count)))]
            }
            return late + interrupt(.interruptedBySingleFrame) + [.received(message)]
        case .first(let start, let length):
            return late + begin(frame, from: start, length: length, at: now)
        case .consecutive(let start, let sequence):
            return late + goOn(frame, from: start, sequence: sequence, at: now)
        case .flowControl: return late
        case .broken(let fault): return late + [.ignored(fault)]
        }
    }

    private mutating func interrupt(_ fault: ISOTPFault) -> [ISOTPEffect] {
        guard assembly != nil else { return [] }
        assembly = nil
        return [.failed(fault)]
    }

    private mutating func begin(
        _ frame: BusFrame, from start: Int, length: UInt32, at now: BootTime
    ) -> [ISOTPEffect] {
        guard !link.incoming.isFunctional else { return [.ignored(.segmentedToFunctional)] }
        var effects = interrupt(.interruptedByFirstFrame)
        guard length <= maximumLength else {
            if let flowControl { effects.append(.transmit(flow(flowControl, status: 2))) }
            return effects + [.ignored(.tooLong(length))]
        }
        var message: [UInt8] = []
        message.reserveCapacity(Int(length))
        for index in start..<frame.length { message.append(frame[index]) }
        assembly = Assembly(
            message: message, length: Int(length),
            room: frame.length - link.incoming.prefixLength - 1,
            awaited: .consecutiveFrame, until: now + timing.consecutiveFrame)
        return effects + askOn(at: now)
    }

    private mutating func goOn(
        _ frame: BusFrame, from start: Int, sequence: UInt8, at now: BootTime
    ) -> [ISOTPEffect] {
        // Moved out, so that the message grows in place.
        guard var assembly else { return [.ignored(.unexpectedConsecutiveFrame)] }
        guard sequence == assembly.sequence else {
            self.assembly = nil
            return [.failed(.wrongSequence(expected: assembly.sequence, found: sequence))]
        }
        let count = min(assembly.length - assembly.message.count, assembly.room)
        guard frame.length - start >= count else { return [.ignored(.frameTooShort)] }
        self.assembly = nil
        for index in start..<start + count { assembly.message.append(frame[index]) }
        guard assembly.message.count < assembly.length else {
            return [.received(assembly.message)]
        }
        assembly.sequence = (sequence + 1) & 0x0F
        assembly.awaited = .consecutiveFrame
        assembly.until = now + timing.consecutiveFrame
        assembly.leftInBlock = assembly.leftInBlock.map { $0 - 1 }
        let isBlockOver = assembly.leftInBlock == 0
        self.assembly = assembly
        return isBlockOver ? askOn(at: now) : []
    }

    /// Asks for the next block; a listener leaves that to whoever asked.
    private mutating func askOn(at now: BootTime) -> [ISOTPEffect] {
        guard let flowControl else { return [] }
        assembly?.leftInBlock =
            flowControl.blockSize == 0 ? nil : Int(flowControl.blockSize)
        assembly?.awaited = .transmitByReceiver
        assembly?.until = now + timing.transmit
        return [.transmit(flow(flowControl, status: 0))]
    }

    private func flow(_ flowControl: FlowControl, status: UInt8) -> BusFrame {
        flowControl.format.frame(
            link.outgoing,
            [0x30 | status, flowControl.blockSize, flowControl.separation.rawValue])
    }
}
