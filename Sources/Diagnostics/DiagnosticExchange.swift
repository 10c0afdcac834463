internal import CAN
internal import Units

/// One request on its way: who has answered, who asked for time, whose answer is half there.
struct DiagnosticExchange: Hashable, Sendable {
    /// What a frame did to the exchange.
    enum Outcome: Hashable {
        /// Nothing: it is no part of it, or not all of it.
        case nothing
        /// A flow control has to be sent.
        case flowControl(CANFrame)
        /// A unit answered; for a refusal that only asks for time nothing is told.
        case answer(DiagnosticAnswer)
    }

    /// How many units are followed at once.
    static let unitsMaximum = 8
    /// The longest answer that is taken, in bytes.
    static let longestAnswer = 256

    private struct Unit: Hashable {
        var id: CANID
        var receiver: ISOTPReceiver
        /// Until when it may take, after it said "pending".
        var pendingUntil: BootTime?
        var pendings = 0
        var isDone = false

        var deadline: BootTime? {
            guard !isDone else { return nil }
            guard let pendingUntil, let next = receiver.nextDeadline else {
                return pendingUntil ?? receiver.nextDeadline
            }
            return max(pendingUntil, next)
        }
    }

    /// The query, by its place in the client's list.
    let query: Int
    /// How many times its request was sent.
    let attempt: Int
    private let request: DiagnosticRequest
    private let address: DiagnosticAddress
    private let timing: DiagnosticTiming
    private let flowControl: FlowControl
    /// The end of P2 for units that have said nothing.
    private let opensUntil: BootTime
    private var units: [Unit] = []
    /// Whether a unit gave data.
    private(set) var hasData = false
    /// Whether a unit said no, and every no was for ever.
    private(set) var isRefusedForEver: Bool?
    /// Whether a unit asked for time too often, so that asking again would not help.
    private(set) var isKeptWaiting = false

    init(
        query: Int, of queries: [DiagnosticQuery], attempt: Int, timing: DiagnosticTiming,
        padding: UInt8, at now: BootTime
    ) {
        self.query = query
        self.attempt = attempt
        request = queries[query].request
        address = queries[query].address
        self.timing = timing
        flowControl = FlowControl(format: .classic(padding: padding))
        opensUntil = now + timing.answer
    }

    /// When it is over unless something is heard.
    var deadline: BootTime {
        units.reduce(opensUntil) { latest, unit in max(latest, unit.deadline ?? latest) }
    }

    /// Whether nothing more is to come.
    func isOver(at now: BootTime) -> Bool {
        if !address.isFunctional, units.contains(where: \.isDone) { return true }
        return now >= deadline
    }

    /// Hears a frame.
    mutating func receive(_ frame: CANFrame, at now: BootTime) -> Outcome {
        guard let requestID = address.requestID(ofUnit: frame.id), frame.kind == .data,
            let index = unit(speaking: frame, requestID: requestID, at: now)
        else { return .nothing }
        var outcome = Outcome.nothing
        for effect in units[index].receiver.receive(.classic(frame), at: now) {
            switch effect {
            case .transmit(let flow):
                if let frame = flow.classicFrame { outcome = .flowControl(frame) }
                units[index].pendingUntil = nil
                units[index].receiver.transmitted(at: now)
            case .received(let message):
                if let answer = DiagnosticAnswer(ecu: frame.id, message: message) {
                    outcome = take(answer, of: index, at: now)
                }
            case .sent, .failed, .ignored: continue
            }
        }
        return outcome
    }

    /// The unit is not let to go on with its answer.
    mutating func abandon(_ id: CANID) {
        units.removeAll { $0.id == id }
    }

    /// The unit that speaks in a frame, if the frame can belong to an answer to this request.
    ///
    /// What begins an answer to somebody else's is left alone: that one asks for the rest of it.
    private mutating func unit(
        speaking frame: CANFrame, requestID: CANID, at now: BootTime
    ) -> Int? {
        let known = units.firstIndex { $0.id == frame.id }
        if let known, units[known].isDone { return nil }
        switch ISOTPFrame(.classic(frame), from: 0) {
        case .flowControl, .broken: return nil
        case .consecutive: return known
        case .first(let start, _):
            let beginning = (start..<frame.length).map { frame[$0] }
            guard DiagnosticAnswer.request(answeredBy: beginning) == request else { return nil }
        case .single: break
        }
        if let known {
            let isAwaited = units[known].pendingUntil.map { now < $0 } ?? false
            return isAwaited || now < opensUntil ? known : nil
        }
        guard now < opensUntil, units.count < Self.unitsMaximum else { return nil }
        let receiver = ISOTPReceiver(
            link: .normal(transmit: requestID, receive: frame.id), flowControl: flowControl,
            maximumLength: Self.longestAnswer)
        units.append(Unit(id: frame.id, receiver: receiver))
        return units.count - 1
    }

    private mutating func take(
        _ answer: DiagnosticAnswer, of index: Int, at now: BootTime
    ) -> Outcome {
        guard answer.answers(request) else { return .nothing }
        switch answer.content {
        case .data:
            hasData = true
        case .refusal(_, let code):
            switch code.consequence {
            case .wait:
                units[index].pendings += 1
                guard units[index].pendings <= timing.pendingMaximum else {
                    units[index].pendingUntil = nil
                    units[index].isDone = true
                    isKeptWaiting = true
                    return .nothing
                }
                units[index].pendingUntil = now + timing.pending
                return .nothing
            case .never, .locked: isRefusedForEver = isRefusedForEver ?? true
            case .later: isRefusedForEver = false
            }
        }
        units[index].isDone = true
        return .answer(answer)
    }
}
