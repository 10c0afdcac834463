public import CAN
public import Units

/// Sends messages of any length in frames (ISO 15765-2:2016), one at a time.
///
/// Pure: inputs are frames, "that frame is on the bus" and the passing of time; at most one thing
/// is to be done after each.
public struct ISOTPSender: Hashable, Sendable {
    private enum State: Hashable {
        case idle
        /// A frame was handed out and is not known to be on the bus.
        case transmitting(until: BootTime)
        /// The receiver must say how to go on.
        case awaitingFlowControl(until: BootTime)
        /// The next frame may not be sent before.
        case pausing(until: BootTime)
    }

    /// How often the receiver may ask to wait (N_WFTmax).
    public static let waitsMaximum = 10

    private let link: ISOTPLink
    private let format: ISOTPFrameFormat
    private let timing: ISOTPTiming
    private var state = State.idle
    private var message: [UInt8] = []
    /// How many bytes were handed out.
    private var position = 0
    private var sequence: UInt8 = 1
    private var waits = 0
    /// What the first flow control of a message asked for; it holds for all of the message.
    private var agreement: Agreement?
    /// Frames until the next flow control; those of a block of size 0 never run out.
    private var leftInBlock = 0

    private struct Agreement: Hashable {
        var blockSize: Int
        var pause: Milliseconds
    }

    /// A sender over `link` that builds frames of `format`.
    public init(
        link: ISOTPLink, format: ISOTPFrameFormat = .classic(), timing: ISOTPTiming = .init()
    ) {
        self.link = link
        self.format = format
        self.timing = timing
    }

    /// Whether it can begin a message.
    public var isIdle: Bool { state == .idle }

    /// When ``advance(to:)`` has something to do; `nil` when nothing is under way.
    public var nextDeadline: BootTime? {
        switch state {
        case .idle: nil
        case .transmitting(let until), .awaitingFlowControl(let until), .pausing(let until): until
        }
    }

    /// How many bytes a single frame takes.
    public var singleFrameCapacity: Int {
        let length = format.dataLength
        return length - link.outgoing.prefixLength - (length > 8 ? 2 : 1)
    }

    /// Begins to send a message. Traps while another is under way, and for an empty one.
    ///
    /// To several units at once goes only what fits into a single frame; else it fails.
    public mutating func send(_ message: [UInt8], at now: BootTime) -> ISOTPEffect {
        precondition(isIdle, "One message at a time.")
        precondition(!message.isEmpty, "An empty message cannot be sent.")
        precondition(message.count <= UInt32.max, "A message has less than 2^32 bytes.")
        self.message = message
        sequence = 1
        waits = 0
        agreement = nil
        if message.count <= singleFrameCapacity {
            position = message.count
            let isShort = link.outgoing.prefixLength + 1 + message.count <= 8
            let count = UInt8(message.count)
            return transmit((isShort ? [count] : [0, count]) + message, at: now)
        }
        guard !link.outgoing.isFunctional else { return .failed(.segmentedToFunctional) }
        let count = UInt32(message.count)
        let head: [UInt8] =
            count <= 0xFFF
            ? [0x10 | UInt8(count >> 8), UInt8(count & 0xFF)]
            : [0x10, 0] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
        position = format.dataLength - link.outgoing.prefixLength - head.count
        return transmit(head + message[..<position], at: now)
    }

    /// The frame that was handed out is on the bus.
    public mutating func transmitted(at now: BootTime) -> ISOTPEffect? {
        switch state {
        case .idle, .awaitingFlowControl, .pausing: return nil
        case .transmitting: break
        }
        if position == message.count {
            state = .idle
            return .sent
        }
        guard let agreement, leftInBlock != 0 || agreement.blockSize == 0 else {
            state = .awaitingFlowControl(until: now + timing.flowControl)
            return nil
        }
        guard agreement.pause == .zero else {
            state = .pausing(until: now + agreement.pause)
            return nil
        }
        return transmitConsecutive(at: now)
    }

    /// Hears a frame; only flow control on its own address matters.
    public mutating func receive(_ frame: BusFrame, at now: BootTime) -> ISOTPEffect? {
        guard
            case .flowControl(let status, let blockSize, let separation)? = ISOTPFrame(
                frame, of: link.incoming)
        else { return nil }
        if let late = advance(to: now) { return late }
        guard isFlowControlDue else { return .ignored(.unexpectedFlowControl) }
        switch status {
        case 0:
            if agreement == nil {
                agreement = Agreement(blockSize: Int(blockSize), pause: separation.pause)
            }
            leftInBlock = agreement?.blockSize ?? 0
            waits = 0
            return transmitConsecutive(at: now)
        case 1:
            waits += 1
            guard waits <= Self.waitsMaximum else { return fail(.tooManyWaits) }
            state = .awaitingFlowControl(until: now + timing.flowControl)
            return nil
        case 2: return fail(.overflow)
        case let other: return fail(.unknownFlowStatus(other))
        }
    }

    /// Lets time pass.
    public mutating func advance(to now: BootTime) -> ISOTPEffect? {
        guard let nextDeadline, now >= nextDeadline else { return nil }
        switch state {
        case .idle: return nil
        case .transmitting: return fail(.timeout(.transmitBySender))
        case .awaitingFlowControl: return fail(.timeout(.flowControl))
        case .pausing: return transmitConsecutive(at: now)
        }
    }

    /// Whether a flow control is waited for. The frame it answers is on the bus then, even where
    /// nobody has said so yet.
    private var isFlowControlDue: Bool {
        switch state {
        case .awaitingFlowControl: true
        case .idle, .pausing: false
        case .transmitting:
            position < message.count
                && (agreement.map { $0.blockSize != 0 && leftInBlock == 0 } ?? true)
        }
    }

    private mutating func transmitConsecutive(at now: BootTime) -> ISOTPEffect {
        let room = format.dataLength - link.outgoing.prefixLength - 1
        let end = min(position + room, message.count)
        let content = [0x20 | sequence] + message[position..<end]
        position = end
        sequence = (sequence + 1) & 0x0F
        if leftInBlock > 0 { leftInBlock -= 1 }
        return transmit(content, at: now)
    }

    private mutating func transmit(_ content: [UInt8], at now: BootTime) -> ISOTPEffect {
        state = .transmitting(until: now + timing.transmit)
        return .transmit(format.frame(link.outgoing, content))
    }

    private mutating func fail(_ fault: ISOTPFault) -> ISOTPEffect {
        state = .idle
        return .failed(fault)
    }
}
