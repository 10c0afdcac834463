public import CAN

/// Which payloads a signal stands in.
public enum FrameSelector: Hashable, Sendable {
    /// The frames that the car sends of itself under an identifier.
    case broadcast(CANID)
    /// The answers to a diagnostic request, whoever asked it.
    case answer(AnswerKey)

    /// The identifier, of a broadcast.
    public var broadcastID: CANID? {
        switch self {
        case .broadcast(let id): id
        case .answer: nil
        }
    }

    /// Whether `frame`, which came in this way, is selected.
    @inline(__always)
    func admits(_ frame: CANFrame, _ origin: FrameOrigin) -> Bool {
        switch (self, origin) {
        case (.broadcast(let id), .broadcast):
            return id == frame.id
        case (.answer(let key), .answer(let service, let identifier)):
            return key.service == service && key.identifier == identifier
                && key.responder.admits(frame.id)
        case (.broadcast, .answer), (.answer, .broadcast):
            return false
        }
    }
}

extension FrameSelector: CustomStringConvertible {
    /// `611` for a broadcast, `7E8/01.A6` for an answer, `any/01.A6` where any unit may answer.
    public var description: String {
        switch self {
        case .broadcast(let id): id.description
        case .answer(let key): key.description(by: nil)
        }
    }
}

/// What is asked of a control unit, and which one answers.
public struct AnswerKey: Hashable, Sendable {
    /// Who answers.
    public enum Responder: Hashable, Sendable {
        /// The unit that answers under this identifier.
        case unit(CANID)
        /// The first unit that is heard to answer a functional request (ISO 15765-4): 7E8 to 7EF
        /// or 18DAF100 to 18DAF1FF. Once heard, only that unit is listened to.
        case firstFunctional

        /// Whether an answer under `id` counts.
        public func admits(_ id: CANID) -> Bool {
            switch self {
            case .unit(let unit): id == unit
            case .firstFunctional: Self.isFunctional(id)
            }
        }

        /// Whether `id` is one under which units answer functional requests.
        public static func isFunctional(_ id: CANID) -> Bool {
            id.isExtended
                ? id.number & 0x1FFF_FF00 == 0x18DA_F100 : (0x7E8...0x7EF).contains(id.number)
        }
    }

    /// Who answers.
    public var responder: Responder
    /// The service that was asked: 0x01, 0x09, 0x22 or 0x1A.
    public var service: UInt8
    /// The parameter or data identifier: one byte for the services 0x01, 0x09 and 0x1A.
    public var identifier: UInt16

    /// The answers of `responder` to `service` and `identifier`.
    public init(responder: Responder, service: UInt8, identifier: UInt16) {
        self.responder = responder
        self.service = service
        self.identifier = identifier
    }

    /// `7E8/01.A6`: by `unit` where it is given, else by the unit of the key itself.
    func description(by unit: CANID?) -> String {
        let who: String
        switch responder {
        case .unit(let id): who = id.description
        case .firstFunctional: who = unit?.description ?? "any"
        }
        let digits = service == 0x22 ? 4 : 2
        return "\(who)/\(hex(UInt16(service), 2)).\(hex(identifier, digits))"
    }

    private func hex(_ number: UInt16, _ digits: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

/// How a payload came in.
enum FrameOrigin: Hashable {
    case broadcast
    case answer(service: UInt8, identifier: UInt16)
}

/// The stable name of a source, as records state it: `611.ODOMETER`, `7E8/01.A6.ODOMETER`.
public struct SourceKey: Hashable, Sendable {
    /// The name.
    public let name: String

    /// The source called `name`.
    public init(_ name: String) { self.name = name }
}

extension SourceKey: CustomStringConvertible, ExpressibleByStringLiteral {
    /// The name.
    public var description: String { name }

    /// The source called `value`.
    public init(stringLiteral value: String) { self.init(value) }
}
