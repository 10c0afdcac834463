public import Units

/// A technician's number, as the log has it: never a name.
public struct TechnicianID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The numbers that there are.
    public static let range: ClosedRange<UInt32> = 1...999_999

    /// 1...999999
    public let number: UInt32

    /// The technician with this number; `nil` for one out of range.
    public init?(_ number: Int64) {
        guard let number = UInt32(exactly: number), Self.range.contains(number) else { return nil }
        self.number = number
    }

    /// The number.
    public var description: String { "\(number)" }

    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// A technician's key could not be used.
public struct TechnicianKeyFailure: Error, Equatable, CustomStringConvertible {
    /// Why it did not answer, without any secret.
    public let reason: String

    /// A technician's key did not answer for `reason`.
    public init(reason: String) {
        self.reason = reason
    }

    /// `the technician's key did not answer: …`
    public var description: String { "the technician's key did not answer: \(reason)" }
}

/// The keys of the technicians that one box lets in. Like code keys, they answer questions and
/// nobody reads them.
public protocol TechnicianKeys {
    /// HMAC-SHA-256 of `message` under the key of `technician`; `nil` for one that the box does not
    /// know.
    ///
    /// - Throws: ``TechnicianKeyFailure`` when the holder of the key does not answer.
    func authenticate(
        _ message: [UInt8], as technician: TechnicianID
    ) throws(TechnicianKeyFailure) -> Digest256?

    /// SHA-1 of the technician's PIN, which is as secret as the key; `nil` for one that the box
    /// does not know.
    func pinHash(of technician: TechnicianID) -> [UInt8]?
}

/// One try to log in on the console: the question to the keys, as a value.
///
/// The answer is bound to the box and to the technician by its key, which the fleet derives for
/// this pair alone: see ``keyMessage(box:technician:)``. The challenge is used once.
public struct TechnicianLogin: Hashable, Sendable {
    /// The suite as it is written.
    public static let suiteText = "OCRA-1:HOTP-SHA256-8:QN08-PSHA1"
    /// How many digits a challenge and an answer have.
    public static let digits = 8

    /// Who wants in.
    public let technician: TechnicianID
    /// The eight digits that the box showed.
    public let challenge: String
    /// What was typed.
    public let answer: String

    /// `technician` answers `challenge` with `answer`.
    public init(technician: TechnicianID, challenge: String, answer: String) {
        self.technician = technician
        self.challenge = challenge
        self.answer = answer
    }

    /// Whether the answer is right. An unknown technician is as wrong as a wrong answer.
    ///
    /// - Throws: ``TechnicianKeyFailure``.
    public func run(with keys: some TechnicianKeys) throws(TechnicianKeyFailure) -> Bool {
        let expected = try Self.answer(to: challenge, by: technician, with: keys)
        // Compared without a branch on where it differs.
        let typed = Array(answer.utf8)
        guard let expected, typed.count == expected.utf8.count else { return false }
        return zip(typed, expected.utf8).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// The answer of `technician` to `challenge`; `nil` for one that `keys` do not know, or for
    /// what is no challenge.
    ///
    /// - Throws: ``TechnicianKeyFailure``.
    public static func answer(
        to challenge: String, by technician: TechnicianID, with keys: some TechnicianKeys
    ) throws(TechnicianKeyFailure) -> String? {
        guard challenge.utf8.count == digits, let suite = OCRASuite(suiteText),
            let pinHash = keys.pinHash(of: technician),
            let message = suite.message(OCRAInput(challenge: challenge, pinHash: pinHash)),
            let mac = try keys.authenticate(message, as: technician)
        else { return nil }
        return suite.response(mac: mac.bytes)
    }

    /// What the fleet's master of technicians is asked for: HMAC-SHA-256 of this is the key of
    /// `technician` on `box`, so that a box that is stolen opens no other.
    public static func keyMessage(box: BoxID, technician: TechnicianID) -> [UInt8] {
        let box = stride(from: 56, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: box.value >> $0)
        }
        let number = stride(from: 24, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: technician.number >> $0)
        }
        return Array("CZB1/tech".utf8) + box + number
    }
}
