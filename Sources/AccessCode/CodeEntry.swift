public import Units

/// What was typed, once it has the form of a code.
public enum CodeEntry: Hashable, Sendable {
    /// Twelve digits: a rental of this duration.
    case rental(DurationIndex, tag: UInt32)
    /// `984` and nine digits: a later end for the active rental.
    case extend(tag: UInt32)
    /// `985` and nine digits: closes every code up to a start.
    case revoke(tag: UInt32)
    /// `986` and nine digits: retires the hot key epoch.
    case keySwitch(tag: UInt32)
    /// `987`, a count of five minutes in seven digits, and eight digits.
    case time(count: UInt32, tag: UInt32)
    /// Eight digits: the owner's one-time password.
    case owner(password: UInt32)

    /// Reads the digits that were typed; `nil` when no code has this length or prefix.
    public init?(digits: some Sequence<UInt8>) {
        let digits = Array(digits)
        guard digits.allSatisfy({ $0 <= 9 }) else { return nil }
        func number(_ range: Range<Int>) -> UInt32 {
            digits[range].reduce(0) { $0 * 10 + UInt32($1) }
        }
        switch digits.count {
        case 8: self = .owner(password: number(0..<8))
        case 12:
            let tag = number(3..<12)
            switch number(0..<3) {
            case 984: self = .extend(tag: tag)
            case 985: self = .revoke(tag: tag)
            case 986: self = .keySwitch(tag: tag)
            case let prefix:
                guard let duration = DurationIndex(prefix) else { return nil }
                self = .rental(duration, tag: tag)
            }
        case 18:
            guard number(0..<3) == 987 else { return nil }
            self = .time(count: number(3..<10), tag: number(10..<18))
        default: return nil
        }
    }

    /// Whose tries a wrong entry of this form uses up.
    public var isOwners: Bool {
        switch self {
        case .owner: true
        case .rental, .extend, .revoke, .keySwitch, .time: false
        }
    }
}

/// The digits of an issued code, for the text message.
public struct CodeText: Hashable, Sendable, CustomStringConvertible {
    /// The digits, each 0...9.
    public let digits: [UInt8]

    /// The code of these digits. Traps on anything above 9.
    public init(digits: [UInt8]) {
        precondition(digits.allSatisfy { $0 <= 9 }, "a code is made of decimal digits")
        self.digits = digits
    }

    /// The digits in `text`; spaces and hyphens are skipped. `nil` for any other character.
    public init?(_ text: some StringProtocol) {
        var digits: [UInt8] = []
        for byte in text.utf8 where byte != UInt8(ascii: " ") && byte != UInt8(ascii: "-") {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            digits.append(byte - UInt8(ascii: "0"))
        }
        self.digits = digits
    }

    /// `width` digits of `number`, zeros in front.
    static func padded(_ number: UInt32, _ width: Int) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: width)
        var rest = number
        for index in out.indices.reversed() {
            out[index] = UInt8(rest % 10)
            rest /= 10
        }
        return out
    }

    /// The digits without spaces.
    public var compact: String { digits.map { String($0) }.joined() }

    /// The digits as they are printed and sent: twelve as 4-4-4, eighteen as 6-6-6, eight as 4-4.
    public var description: String {
        let group = digits.count == 18 ? 6 : 4
        return stride(from: 0, to: digits.count, by: group)
            .map { start in
                digits[start..<min(start + group, digits.count)].map { String($0) }.joined()
            }
            .joined(separator: " ")
    }
}
