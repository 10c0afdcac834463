public import CAN
public import Units

/// A frame that may be sent into the car. Only a ``TransmitAllowList`` makes one, so a port that
/// takes nothing else cannot send anything else.
public struct PermittedFrame: Hashable, Sendable {
    /// The frame.
    public let frame: CANFrame
    /// When it was permitted. What held then may not hold much later.
    public let permittedAt: BootTime

    fileprivate init(frame: CANFrame, permittedAt: BootTime) {
        self.frame = frame
        self.permittedAt = permittedAt
    }
}

/// Why a frame may not be sent. The raw value is the stable code.
public enum TransmitRefusal: String, CaseIterable, Hashable, Sendable {
    /// A remote frame or an error frame.
    case notData
    /// Nobody is asked with this identifier.
    case unknownID
    /// It is neither a single frame nor flow control.
    case notSingleFrame
    /// A single frame of which the length and the request in it do not fit.
    case malformed
    /// The request is none of those that only read.
    case serviceNotAllowed
    /// Bytes behind the request that could be a message of their own.
    case suspectPadding
    /// A flow control that does not let all of the answer come, or none of it.
    case flowStatusNotAllowed
    /// A flow control to a unit that sends us no answer.
    case nobodyAnswers
}

/// The outcome of asking a ``TransmitAllowList``.
public enum TransmitVerdict: Hashable, Sendable {
    /// It may be sent.
    case permitted(PermittedFrame)
    /// It may not.
    case refused(TransmitRefusal)
}

/// Decides what may be sent into a car: requests that only read, in single frames, to addresses
/// where control units are asked, and flow control to a unit that is answering one of them.
///
/// It judges the bytes alone and trusts nobody who built them. It remembers the last request that
/// it permitted, and of the frames heard since, which units answer it.
public struct TransmitAllowList: Hashable, Sendable {
    /// How long a unit may take to begin its answer: P2* of five seconds, and what is lost between
    /// two clocks. "Response pending" lets it begin anew.
    public static let answerTime = Milliseconds(5500)
    /// How long flow control may follow a first frame (N_Bs).
    public static let flowControlTime = Milliseconds(1000)
    /// The bytes that frames are filled up with in the field; one frame has one of them.
    static let paddings: [UInt8] = [0x00, 0x55, 0xAA, 0xCC, 0xFF]
    /// How many units can be answering at once.
    static let answeringMaximum = 8

    private struct Asked: Hashable {
        var address: DiagnosticAddress
        var request: DiagnosticRequest
        var until: BootTime
    }

    /// A unit that waits for flow control.
    private struct Answering: Hashable {
        var requestID: CANID
        var until: BootTime
    }

    /// The maker's own addresses, of a profile.
    private let addresses: [DiagnosticAddress]
    private var asked: Asked?
    private var answering: [Answering] = []

    /// A list with the identifiers of ISO 15765-4 and `addresses` of a profile.
    public init(addresses: [DiagnosticAddress] = []) {
        self.addresses = addresses
    }

    /// Whether `frame` may be sent at `now`. What it permits counts as sent.
    public mutating func judge(_ frame: CANFrame, at now: BootTime) -> TransmitVerdict {
        guard frame.kind == .data else { return .refused(.notData) }
        guard let address = address(of: frame.id) else { return .refused(.unknownID) }
        guard frame.length > 0 else { return .refused(.malformed) }
        switch frame[0] >> 4 {
        case 0: return judgeRequest(frame, to: address, at: now)
        case 3: return judgeFlowControl(frame, at: now)
        case _: return .refused(.notSingleFrame)
        }
    }

    /// Hears a frame of the bus: it may show that a unit answers.
    public mutating func observe(_ frame: CANFrame, at now: BootTime) {
        guard let asked, frame.kind == .data,
            let requestID = asked.address.requestID(ofUnit: frame.id), now <= asked.until
        else { return }
        switch ISOTPFrame(.classic(frame), from: 0) {
        case .single(let start, let count):
            let isPending =
                count == 3 && frame[start] == 0x7F
                && frame[start + 1] == asked.request.service.rawValue
                && frame[start + 2] == NegativeResponseCode.responsePending.rawValue
            if isPending { self.asked?.until = now + Self.answerTime }
        case .first(let start, _):
            let beginning = (start..<frame.length).map { frame[$0] }
            guard DiagnosticAnswer.request(answeredBy: beginning) == asked.request else { return }
            answering.removeAll { $0.requestID == requestID || $0.until < now }
            guard answering.count < Self.answeringMaximum else { return }
            answering.append(Answering(requestID: requestID, until: now + Self.flowControlTime))
        case .consecutive, .flowControl, .broken: return
        }
    }

    private func address(of id: CANID) -> DiagnosticAddress? {
        DiagnosticAddress(request: id) ?? addresses.first { $0.request == id }
    }

    private mutating func judgeRequest(
        _ frame: CANFrame, to address: DiagnosticAddress, at now: BootTime
    ) -> TransmitVerdict {
        let count = Int(frame[0])
        guard (1...7).contains(count), 1 + count <= frame.length else {
            return .refused(.malformed)
        }
        let message = (1...count).map { frame[$0] }
        guard DiagnosticService(rawValue: message[0]) != nil else {
            return .refused(.serviceNotAllowed)
        }
        guard let request = DiagnosticRequest(message: message) else {
            return .refused(.malformed)
        }
        guard Self.isPadded(frame, from: 1 + count) else { return .refused(.suspectPadding) }
        asked = Asked(address: address, request: request, until: now + Self.answerTime)
        answering = []
        return .permitted(PermittedFrame(frame: frame, permittedAt: now))
    }

    private mutating func judgeFlowControl(
        _ frame: CANFrame, at now: BootTime
    ) -> TransmitVerdict {
        guard frame.length >= 3 else { return .refused(.malformed) }
        // Go on to the end, or overflow: one flow control for each first frame is enough.
        guard frame[0] == 0x30 || frame[0] == 0x32, frame[1] == 0 else {
            return .refused(.flowStatusNotAllowed)
        }
        guard Self.isPadded(frame, from: 3) else { return .refused(.suspectPadding) }
        let place = answering.firstIndex { $0.requestID == frame.id && now <= $0.until }
        guard let place else { return .refused(.nobodyAnswers) }
        answering.remove(at: place)
        return .permitted(PermittedFrame(frame: frame, permittedAt: now))
    }

    /// Whether all bytes from `start` on are the same usual filling.
    private static func isPadded(_ frame: CANFrame, from start: Int) -> Bool {
        guard start < frame.length else { return true }
        guard paddings.contains(frame[start]) else { return false }
        return (start..<frame.length).allSatisfy { frame[$0] == frame[start] }
    }
}
