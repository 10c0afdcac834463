public import Units

/// What an OCRA response is computed of, by RFC 6287 section 6: `OCRA-1:HOTP-SHA256-8:QN08-PSHA1`.
///
/// Erratum 3729 counts: a time step of hours has 1 to 48 of them, and none of 0 exists. Responses
/// have four to nine digits: a tenth would not be even, and "no truncation" is nothing to type.
public struct OCRASuite: Hashable, Sendable, CustomStringConvertible {
    /// A hash function of the suite.
    public enum Hash: String, CaseIterable, Sendable {
        /// SHA-1, 20 bytes.
        case sha1 = "SHA1"
        /// SHA-256, 32 bytes.
        case sha256 = "SHA256"
        /// SHA-512, 64 bytes.
        case sha512 = "SHA512"

        /// How many bytes it gives.
        public var length: Int {
            switch self {
            case .sha1: 20
            case .sha256: 32
            case .sha512: 64
            }
        }
    }

    /// What a challenge is written with.
    public enum Alphabet: String, CaseIterable, Sendable {
        /// Printing characters.
        case alphanumeric = "A"
        /// Decimal digits.
        case numeric = "N"
        /// Hexadecimal digits.
        case hexadecimal = "H"
    }

    /// The suite as it is written, which is itself hashed.
    public let description: String
    /// The hash of the HMAC.
    public let hash: Hash
    /// How many digits a response has: 4...9.
    public let digits: Int
    /// Whether a counter goes in.
    public let hasCounter: Bool
    /// What a challenge is written with.
    public let alphabet: Alphabet
    /// How many characters a challenge has at most: 4...64.
    public let challengeMaximum: Int
    /// The hash of the PIN that goes in; `nil` for none.
    public let pin: Hash?
    /// How many bytes of session information go in: 1...512; `nil` for none.
    public let sessionLength: Int?
    /// The length of a time step; `nil` where no time goes in.
    public let timeStep: Milliseconds?

    /// The suite written as `text`; `nil` for anything that RFC 6287 does not know.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "OCRA-1" else { return nil }
        let function = parts[1].split(separator: "-", omittingEmptySubsequences: false)
        guard function.count == 3, function[0] == "HOTP",
            let hash = Hash(rawValue: "\(function[1])"),
            let digits = Self.number(function[2], in: 4...9, width: 1)
        else { return nil }
        var inputs = parts[2].split(separator: "-", omittingEmptySubsequences: false)[...]
        hasCounter = inputs.first == "C"
        if hasCounter { inputs = inputs.dropFirst() }
        guard let challenge = inputs.popFirst(), challenge.utf8.count == 4, challenge.first == "Q",
            let alphabet = Alphabet(rawValue: "\(challenge.dropFirst().prefix(1))"),
            let most = Self.number(challenge.dropFirst(2), in: 4...64, width: 2)
        else { return nil }
        pin = inputs.first.flatMap(Self.pin)
        if pin != nil { inputs = inputs.dropFirst() }
        sessionLength = inputs.first.flatMap(Self.session)
        if sessionLength != nil { inputs = inputs.dropFirst() }
        timeStep = inputs.first.flatMap(Self.step)
        if timeStep != nil { inputs = inputs.dropFirst() }
        guard inputs.isEmpty else { return nil }
        self.hash = hash
        self.digits = digits
        self.alphabet = alphabet
        challengeMaximum = most
        description = text
    }

    private static func pin(_ text: Substring) -> Hash? {
        text.first == "P" ? Hash(rawValue: "\(text.dropFirst())") : nil
    }

    private static func session(_ text: Substring) -> Int? {
        guard text.first == "S" else { return nil }
        return text.utf8.count == 1 ? 64 : number(text.dropFirst(), in: 1...512, width: 3)
    }

    private static func step(_ text: Substring) -> Milliseconds? {
        guard text.first == "T" else { return nil }
        let count = text.dropFirst().dropLast()
        switch text.last {
        case "S": return number(count, in: 1...59).map { .seconds(Int64($0)) }
        case "M": return number(count, in: 1...59).map { .minutes(Int64($0)) }
        case "H": return number(count, in: 1...48).map { .hours(Int64($0)) }
        case _: return text.utf8.count == 1 ? .minutes(1) : nil
        }
    }

    private static func number(
        _ text: Substring, in range: ClosedRange<Int>, width: Int? = nil
    ) -> Int? {
        let isNumber = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isNumber, text.utf8.count == width ?? text.utf8.count, text.utf8.count < 4,
            width != nil || text.first != "0", let value = Int(text), range.contains(value)
        else { return nil }
        return value
    }
}
