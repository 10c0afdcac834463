public import CAN

/// What a control unit said to a request, whoever asked.
public struct DiagnosticAnswer: Hashable, Sendable {
    /// What stands in an answer.
    public enum Content: Hashable, Sendable {
        /// The data that were asked for, without the service and the identifier.
        case data(DiagnosticRequest, [UInt8])
        /// No, to any request of this service.
        case refusal(DiagnosticService, NegativeResponseCode)
    }

    /// The identifier of the frames that the unit answers with.
    public let ecu: CANID
    /// What it says.
    public let content: Content

    /// The answer `content` of a unit.
    public init(ecu: CANID, content: Content) {
        self.ecu = ecu
        self.content = content
    }

    /// The answer that a whole message of a unit is.
    ///
    /// `nil` for everything that answers none of the services of ``DiagnosticService``, and for
    /// messages that end within their identifier. An answer to several identifiers at once counts
    /// as one to the first; the others stand in its data.
    public init?(ecu: CANID, message: [UInt8]) {
        guard let first = message.first else { return nil }
        if first == 0x7F {
            guard message.count >= 3, let service = DiagnosticService(rawValue: message[1])
            else { return nil }
            let code = NegativeResponseCode(rawValue: message[2])
            self.init(ecu: ecu, content: .refusal(service, code))
            return
        }
        guard let request = Self.request(answeredBy: message) else { return nil }
        let data = Array(message.dropFirst(1 + request.service.identifierLength))
        self.init(ecu: ecu, content: .data(request, data))
    }

    /// The request that a message which begins so answers with data; `nil` where it does not.
    static func request(answeredBy start: some Collection<UInt8>) -> DiagnosticRequest? {
        guard let first = start.first, first & 0x40 != 0,
            let service = DiagnosticService(rawValue: first & ~0x40),
            start.count >= 1 + service.identifierLength
        else { return nil }
        let name = start.dropFirst().prefix(service.identifierLength)
        let identifier = name.reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
        return DiagnosticRequest(service: service, identifier: identifier)
    }

    /// The request, where it was answered with data.
    public var request: DiagnosticRequest? {
        switch content {
        case .data(let request, _): request
        case .refusal: nil
        }
    }

    /// The data behind the identifier; empty for a refusal.
    public var data: [UInt8] {
        switch content {
        case .data(_, let data): data
        case .refusal: []
        }
    }

    /// The data as a frame of the unit, so that a ``SignalLayout`` reads values from it: the first
    /// data byte first, the first eight where there are more. `nil` for a refusal.
    public var payload: CANFrame? {
        switch content {
        case .data(_, let data): CANFrame(id: ecu, bytes: data.prefix(8))
        case .refusal: nil
        }
    }

    /// Whether this is an answer to `request`: its data, or a no to its service.
    public func answers(_ request: DiagnosticRequest) -> Bool {
        switch content {
        case .data(let answered, _): answered == request
        case .refusal(let service, _): service == request.service
        }
    }
}
