public import Units

/// What goes into one OCRA response besides the key.
public struct OCRAInput: Hashable, Sendable {
    /// The counter, where the suite has one.
    public var counter: UInt64?
    /// The challenge; of two parties that challenge each other, both, one behind the other.
    public var challenge: String
    /// The hash of the PIN, where the suite has one.
    public var pinHash: [UInt8]?
    /// Session information, where the suite has any; shorter than the suite says, it is filled up
    /// with zeros in front.
    public var session: [UInt8]?
    /// The number of the time step, where the suite has one.
    public var time: UInt64?

    /// An input with `challenge`, and whatever else the suite wants.
    public init(
        challenge: String, counter: UInt64? = nil, pinHash: [UInt8]? = nil,
        session: [UInt8]? = nil, time: UInt64? = nil
    ) {
        self.challenge = challenge
        self.counter = counter
        self.pinHash = pinHash
        self.session = session
        self.time = time
    }
}

/// The OATH challenge-response algorithm (RFC 6287). The HMAC is whoever's holds the key.
extension OCRASuite {
    /// How many bytes a challenge takes in what is hashed.
    static let challengeLength = 128

    /// What the HMAC is computed of, by section 5.1; `nil` unless `input` has all that this suite
    /// wants, in its form, and nothing else.
    public func message(_ input: OCRAInput) -> [UInt8]? {
        guard (input.counter != nil) == hasCounter, (input.time != nil) == (timeStep != nil),
            input.pinHash?.count == pin?.length, (input.session == nil) == (sessionLength == nil),
            let challenge = encoded(input.challenge)
        else { return nil }
        var out = Array(description.utf8)
        out.append(0)
        if let counter = input.counter { out += Self.bigEndian(counter) }
        out += challenge
        out += [UInt8](repeating: 0, count: Self.challengeLength - challenge.count)
        out += input.pinHash ?? []
        if let session = input.session, let length = sessionLength {
            guard session.count <= length else { return nil }
            out += [UInt8](repeating: 0, count: length - session.count) + session
        }
        if let time = input.time { out += Self.bigEndian(time) }
        return out
    }

    /// The response in decimal digits, of the HMAC of ``message(_:)`` under the key.
    public func response(mac: [UInt8]) -> String {
        precondition(mac.count == hash.length, "the HMAC is of the suite's hash")
        let number = String(OneTimePassword.truncate(mac, digits: digits))
        return String(repeating: "0", count: digits - number.count) + number
    }

    /// The response to `input`, where `hmac` is the suite's HMAC under the shared key; `nil` where
    /// ``message(_:)`` is.
    public func response<Failure: Error>(
        _ input: OCRAInput, hmac: (_ message: [UInt8]) throws(Failure) -> [UInt8]
    ) throws(Failure) -> String? {
        guard let message = message(input) else { return nil }
        return response(mac: try hmac(message))
    }

    /// The number of the time step that holds `time`; `nil` where no time goes in.
    public func step(at time: WallTime) -> UInt64? {
        timeStep.flatMap { UInt64(exactly: time.milliseconds / $0.count) }
    }

    /// A challenge from 4 characters to twice as many as one party's, as the bytes that are hashed:
    /// a number as its hexadecimal digits, from the left.
    private func encoded(_ challenge: String) -> [UInt8]? {
        let text = Array(challenge.utf8)
        guard (4...2 * challengeMaximum).contains(text.count) else { return nil }
        switch alphabet {
        case .alphanumeric: return text.allSatisfy { (0x21...0x7E).contains($0) } ? text : nil
        case .hexadecimal: return Hex.decode(challenge + (text.count % 2 == 0 ? "" : "0"))
        case .numeric:
            guard let digits = Self.hexadecimal(decimal: text) else { return nil }
            return Hex.decode(digits + (digits.utf8.count % 2 == 0 ? "" : "0"))
        }
    }

    /// The hexadecimal digits of a decimal number of any length, without zeros in front.
    private static func hexadecimal(decimal: [UInt8]) -> String? {
        // Base 16, lowest digit first.
        var out: [UInt8] = [0]
        for character in decimal {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) else { return nil }
            var carry = UInt16(character - UInt8(ascii: "0"))
            for index in out.indices {
                let value = UInt16(out[index]) * 10 + carry
                out[index] = UInt8(value & 15)
                carry = value >> 4
            }
            if carry > 0 { out.append(UInt8(carry)) }
        }
        return out.reversed().map { String($0, radix: 16) }.joined()
    }

    private static func bigEndian(_ value: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt64($0)) }
    }
}
