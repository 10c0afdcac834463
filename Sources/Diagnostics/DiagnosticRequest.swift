/// The services that the box may ask for. Each reads, none changes anything.
///
/// What is not listed here cannot be expressed, and so is never sent: sessions, security,
/// writing, routines, input and output control, clearing of fault codes.
public enum DiagnosticService: UInt8, CaseIterable, Hashable, Sendable {
    /// Current data, "mode 01" (SAE J1979).
    case currentData = 0x01
    /// Information about the vehicle, "mode 09" (SAE J1979).
    case vehicleInformation = 0x09
    /// ReadEcuIdentification of KWP 2000 (ISO 14230-3), ReadDataByIdentifier of GMLAN (GMW 3110).
    case ecuIdentification = 0x1A
    /// ReadDataByIdentifier (ISO 14229-1, UDS).
    case dataByIdentifier = 0x22

    /// The first byte of a positive answer: the service and 0x40.
    public var positiveAnswer: UInt8 { rawValue | 0x40 }

    /// How many bytes name what is asked for: 2 in UDS, else 1.
    public var identifierLength: Int {
        switch self {
        case .currentData, .vehicleInformation, .ecuIdentification: 1
        case .dataByIdentifier: 2
        }
    }
}

/// A question to a control unit: one service, one identifier.
public enum DiagnosticRequest: Hashable, Sendable {
    /// The current value of a parameter (SAE J1979 PID).
    case currentData(pid: UInt8)
    /// Information about the vehicle, such as type 2, the VIN (SAE J1979 InfoType).
    case vehicleInformation(type: UInt8)
    /// An identification option or data identifier of one byte (KWP 2000, GMLAN).
    case ecuIdentification(option: UInt8)
    /// A data identifier of two bytes (UDS DID).
    case dataByIdentifier(UInt16)

    /// The request for `identifier` of a service; `nil` where the service has only one byte for it
    /// and the identifier is above 0xFF.
    public init?(service: DiagnosticService, identifier: UInt16) {
        guard service.identifierLength == 2 || identifier <= 0xFF else { return nil }
        let short = UInt8(truncatingIfNeeded: identifier)
        switch service {
        case .currentData: self = .currentData(pid: short)
        case .vehicleInformation: self = .vehicleInformation(type: short)
        case .ecuIdentification: self = .ecuIdentification(option: short)
        case .dataByIdentifier: self = .dataByIdentifier(identifier)
        }
    }

    /// The request that a message of exactly these bytes is; `nil` for any other message, also
    /// for one that asks for two things at once.
    public init?(message: some Collection<UInt8>) {
        guard let first = message.first, let service = DiagnosticService(rawValue: first),
            message.count == 1 + service.identifierLength
        else { return nil }
        let identifier = message.dropFirst().reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
        self.init(service: service, identifier: identifier)
    }

    /// The service that answers it.
    public var service: DiagnosticService {
        switch self {
        case .currentData: .currentData
        case .vehicleInformation: .vehicleInformation
        case .ecuIdentification: .ecuIdentification
        case .dataByIdentifier: .dataByIdentifier
        }
    }

    /// What is asked for, within the service.
    public var identifier: UInt16 {
        switch self {
        case .currentData(let short), .vehicleInformation(let short),
            .ecuIdentification(let short):
            UInt16(short)
        case .dataByIdentifier(let long): long
        }
    }

    /// The bytes of the request: two, or three in UDS.
    public var message: [UInt8] {
        let identifier = identifier
        switch service.identifierLength {
        case 1: return [service.rawValue, UInt8(truncatingIfNeeded: identifier)]
        case _:
            return [
                service.rawValue, UInt8(identifier >> 8), UInt8(truncatingIfNeeded: identifier),
            ]
        }
    }
}

extension DiagnosticRequest: CustomStringConvertible {
    /// The bytes in hexadecimal, as testers write them: `01 A6`, `22 02 07`.
    public var description: String {
        message.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "0" + digits : digits
        }.joined(separator: " ")
    }
}
