public import CAN

/// Whom a request goes to, and whose frames answer it. Normal addressing only (ISO 15765-4).
public struct DiagnosticAddress: Hashable, Sendable {
    private enum Target: Hashable {
        /// All units that know the emission-related services.
        case functional
        /// One unit, which answers with these frames.
        case unit(response: CANID)
    }

    /// The identifier of the request.
    public let request: CANID
    private let target: Target

    private init(request: CANID, target: Target) {
        self.request = request
        self.target = target
    }

    /// All units, 11 bits: 7DF, answered with 7E8 to 7EF.
    public static let functional11 = Self(request: 0x7DF, target: .functional)
    /// All units, 29 bits: 18DB33F1, answered with 18DAF1xx.
    public static let functional29 = Self(request: 0x18DB_33F1, target: .functional)

    /// Unit 0 to 7 in the 11 bits of ISO 15765-4: 7E0 to 7E7, answered with 8 more; `nil` above 7.
    public static func unit11(_ number: UInt8) -> Self? {
        guard number < 8 else { return nil }
        return Self(request: CANID(integerLiteral: 0x7E0 | UInt32(number)))
    }

    /// The unit with an address in the 29 bits of ISO 15765-4: 18DAxxF1, answered with 18DAF1xx;
    /// `nil` for F1, which is the tester.
    public static func unit29(_ address: UInt8) -> Self? {
        Self(request: CANID(integerLiteral: 0x18DA_00F1 | UInt32(address) << 8))
    }

    /// The address of ISO 15765-4 that a request identifier is; `nil` for a maker's own.
    public init?(request: CANID) {
        switch (request.isExtended, request.number) {
        case (false, 0x7DF), (true, 0x18DB_33F1):
            self.init(request: request, target: .functional)
        case (false, 0x7E0...0x7E7):
            let response = CANID(integerLiteral: request.number + 8)
            self.init(request: request, target: .unit(response: response))
        case (true, let number) where number & 0x1FFF_00FF == 0x18DA_00F1:
            let address = number >> 8 & 0xFF
            guard address != 0xF1 else { return nil }
            let response = CANID(integerLiteral: 0x18DA_F100 | address)
            self.init(request: request, target: .unit(response: response))
        case _: return nil
        }
    }

    /// The address of a unit that the maker gave identifiers of its own, as a profile states them.
    ///
    /// `nil` where a request there could be taken for something else: an identifier of ISO 15765-4
    /// with another partner than the standard gives it, one that answers are sent with, and one
    /// whose priority on the bus is that of control messages (11 bits below 600, other than 240
    /// to 25F of GMLAN; 29 bits below 14000000).
    public init?(request: CANID, response: CANID) {
        if let standard = Self(request: request) {
            guard standard.target == .unit(response: response) else { return nil }
            self = standard
            return
        }
        guard request != response, Self(request: response) == nil, !Self.isAnswer(request)
        else { return nil }
        let number = request.number
        let yields =
            request.isExtended
            ? number >= 0x1400_0000 && !Self.isFixedFormat(number)
            : number >= 0x600 || (0x240...0x25F).contains(number)
        guard yields else { return nil }
        self.init(request: request, target: .unit(response: response))
    }

    /// Whether it means all units.
    public var isFunctional: Bool { target == .functional }

    /// Whether frames of `id` answer requests to this address.
    public func isAnswered(by id: CANID) -> Bool { requestID(ofUnit: id) != nil }

    /// Where the unit that answers with `id` is spoken to alone, for flow control; `nil` where
    /// nobody who is asked at this address answers so.
    public func requestID(ofUnit id: CANID) -> CANID? {
        switch target {
        case .unit(let response): return id == response ? request : nil
        case .functional:
            guard id.isExtended == request.isExtended else { return nil }
            return Self.requestID(ofStandardUnit: id)
        }
    }

    /// Whether the standard reserves `id` for answers of units to a tester.
    static func isAnswer(_ id: CANID) -> Bool { requestID(ofStandardUnit: id) != nil }

    /// Whether frames of `id` are requests of some tester in the identifiers of the standard.
    static func isRequest(_ id: CANID) -> Bool {
        guard id.isExtended else { return id.number == 0x7DF || 0x7E0...0x7E7 ~= id.number }
        // Testers have addresses from F0 up, units have others.
        let isFromTester = id.number & 0xFF >= 0xF0 && id.number >> 8 & 0xFF < 0xF0
        return isFixedFormat(id.number) && isFromTester
    }

    private static func isFixedFormat(_ number: UInt32) -> Bool {
        0x18DA...0x18DB ~= number >> 16
    }

    static func requestID(ofStandardUnit id: CANID) -> CANID? {
        if !id.isExtended, 0x7E8...0x7EF ~= id.number {
            return CANID(integerLiteral: id.number - 8)
        }
        guard id.isExtended, id.number >> 8 == 0x18_DAF1, id.number & 0xFF != 0xF1 else {
            return nil
        }
        return CANID(integerLiteral: 0x18DA_00F1 | (id.number & 0xFF) << 8)
    }
}
