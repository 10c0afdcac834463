/// How raw values are shared out between measurements and remarks.
public enum SignalCoding: String, CaseIterable, Hashable, Sendable {
    /// Every value is a measurement unless it is listed.
    case plain
    /// As SAE J1939-71 has it: the top byte 0xFB to 0xFD is reserved, 0xFE an error, 0xFF not
    /// available; of four to seven bits the top four, 0xB to 0xD, 0xE, 0xF; of two and three bits
    /// the top two, 0b10 an error, 0b11 not available.
    case j1939
}

/// What a raw value stands for.
public enum RawMeaning: Hashable, Sendable {
    /// A measurement.
    case measured
    /// What the sender says before it has measured anything.
    case initial
    /// The sender has no value.
    case notAvailable
    /// The sender knows that its value is wrong.
    case error
    /// Nothing that the standard gives a meaning to.
    case reserved
}

/// The raw values of a signal that are no measurement.
public struct SpecialValues: Hashable, Sendable {
    /// How the values are shared out.
    public var coding: SignalCoding
    /// What the sender says before it has measured anything.
    public var initial: [Int64]
    /// What stands for "no value".
    public var notAvailable: [Int64]
    /// What stands for "wrong value".
    public var error: [Int64]

    /// Every value is a measurement unless it is given, or is none by `coding`.
    public init(
        coding: SignalCoding = .plain, initial: [Int64] = [], notAvailable: [Int64] = [],
        error: [Int64] = []
    ) {
        self.coding = coding
        self.initial = initial
        self.notAvailable = notAvailable
        self.error = error
    }

    /// What `raw` stands for in a signal of `length` bits.
    public func meaning(of raw: Int64, length: Int) -> RawMeaning {
        if error.contains(raw) { return .error }
        if notAvailable.contains(raw) { return .notAvailable }
        if initial.contains(raw) { return .initial }
        switch coding {
        case .plain: return .measured
        case .j1939: return Self.meaning1939(of: raw, length: length)
        }
    }

    private static func meaning1939(of raw: Int64, length: Int) -> RawMeaning {
        guard raw >= 0, length >= 2 else { return .measured }
        let top: Int64
        switch length {
        case 2, 3:
            switch raw >> Int64(length - 2) {
            case 2: return .error
            case 3: return .notAvailable
            case _: return .measured
            }
        case 4...7: top = raw >> Int64(length - 4) | 0xF0
        case _: top = raw >> Int64(length - 8)
        }
        switch top {
        case 0xFB...0xFD: return .reserved
        case 0xFE: return .error
        case 0xFF: return .notAvailable
        case _: return .measured
        }
    }
}
