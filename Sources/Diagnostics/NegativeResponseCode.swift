/// Why a control unit does not answer a request (ISO 14229-1, table A.1; ISO 14230-3).
public struct NegativeResponseCode: RawRepresentable, Hashable, Sendable {
    /// The byte behind the service.
    public let rawValue: UInt8

    /// The code with this byte.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The unit understood and needs more time.
    public static let responsePending = Self(rawValue: 0x78)

    /// What a code means for whoever asked.
    public enum Consequence: String, CaseIterable, Hashable, Sendable {
        /// The answer is still to come.
        case wait
        /// This unit never answers this question: it is not asked again.
        case never
        /// It would answer somebody with a key. The box does not try for one: as ``never``.
        case locked
        /// Another time it may answer.
        case later
    }

    /// What to do about it.
    ///
    /// What another diagnostic session would allow is for ever too, for the box stays in the
    /// default one. A code that is not known is taken for a refusal of the moment.
    public var consequence: Consequence {
        switch rawValue {
        case 0x78: .wait
        case 0x11, 0x12, 0x13, 0x14, 0x31, 0x7E, 0x7F: .never
        case 0x33...0x37: .locked
        case _: .later
        }
    }

    /// The name of the code in the standard; `nil` where it is the maker's own or reserved.
    public var name: String? {
        switch rawValue {
        case 0x10: "generalReject"
        case 0x11: "serviceNotSupported"
        case 0x12: "subFunctionNotSupported"
        case 0x13: "incorrectMessageLengthOrInvalidFormat"
        case 0x14: "responseTooLong"
        case 0x21: "busyRepeatRequest"
        case 0x22: "conditionsNotCorrect"
        case 0x24: "requestSequenceError"
        case 0x25: "noResponseFromSubnetComponent"
        case 0x26: "failurePreventsExecutionOfRequestedAction"
        case 0x31: "requestOutOfRange"
        case 0x33: "securityAccessDenied"
        case 0x34: "authenticationRequired"
        case 0x35: "invalidKey"
        case 0x36: "exceededNumberOfAttempts"
        case 0x37: "requiredTimeDelayNotExpired"
        case 0x78: "requestCorrectlyReceivedResponsePending"
        case 0x7E: "subFunctionNotSupportedInActiveSession"
        case 0x7F: "serviceNotSupportedInActiveSession"
        case 0x92: "voltageTooHigh"
        case 0x93: "voltageTooLow"
        case _: nil
        }
    }
}

extension NegativeResponseCode: CustomStringConvertible {
    /// The byte and its name: `0x31 requestOutOfRange`.
    public var description: String {
        let digits = String(rawValue, radix: 16, uppercase: true)
        let number = "0x" + (digits.count == 1 ? "0" + digits : digits)
        return name.map { "\(number) \($0)" } ?? number
    }
}
