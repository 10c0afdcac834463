public import CAN
public import Units

/// How long one count of an odometer is.
public enum OdometerUnit: Hashable, Sendable {
    /// Always the same.
    case fixed(perCount: Millimetres)
    /// As a signal of the same frame says; a value that is not listed makes the reading unusable.
    case bySignal(SignalLayout, [OdometerUnitChoice])

    /// The lengths that a count can have.
    public var counts: [Millimetres] {
        switch self {
        case .fixed(let perCount): [perCount]
        case .bySignal(_, let choices): choices.map(\.perCount)
        }
    }

    /// The length of a count in `frame`; `nil` where it does not say, or says what is not listed.
    public func perCount(in frame: CANFrame) -> Millimetres? {
        switch self {
        case .fixed(let perCount):
            return perCount
        case .bySignal(let layout, let choices):
            guard let raw = layout.raw(from: frame) else { return nil }
            for choice in choices where choice.raw == raw { return choice.perCount }
            return nil
        }
    }
}

/// One unit that an odometer may be in.
public struct OdometerUnitChoice: Hashable, Sendable {
    /// The raw value of the unit signal.
    public var raw: Int64
    /// One count of the odometer then.
    public var perCount: Millimetres

    /// `perCount` where the unit signal is `raw`.
    public init(raw: Int64, perCount: Millimetres) {
        self.raw = raw
        self.perCount = perCount
    }
}

/// What an odometer's number is.
public enum OdometerRole: String, CaseIterable, Hashable, Sendable {
    /// What the dashboard shows.
    case dash
    /// A way since some event, such as PID 31 since the codes were cleared: it measures a trip, but
    /// is not what the dashboard shows.
    case delta
}

/// An odometer that the car tells, by broadcast or on request.
public struct OdometerSignal: Hashable, Sendable {
    /// Where it stands: without a sign, at most 40 bits, so that no reading overflows.
    public var signal: SignalSource
    /// Its unit and resolution.
    public var unit: OdometerUnit
    /// Raw values that are no reading. Zero and all ones are so without being listed, except that
    /// a way since some event may be zero.
    public var special: SpecialValues
    /// After how many counts it begins at zero again; `nil` where it never does.
    public var modulus: Int64?
    /// What its number is.
    public var role: OdometerRole

    /// The longest that one count may be: a little over a mile.
    public static let longestCount = Millimetres(2_000_000)

    /// An odometer at `signal`.
    ///
    /// Traps for a signal with a sign or of more than 40 bits, for a count that is not 1 to
    /// 2 000 000 mm, and for a modulus below 2 or beyond the signal.
    public init(
        signal: SignalSource, unit: OdometerUnit, special: SpecialValues = SpecialValues(),
        modulus: Int64? = nil, role: OdometerRole = .dash
    ) {
        let layout = signal.layout
        precondition(
            !layout.isSigned && layout.length <= 40, "An odometer has no sign and at most 40 bits.")
        precondition(
            unit.counts.allSatisfy { $0 > .zero && $0 <= Self.longestCount },
            "An odometer's count is 1 to 2 000 000 mm long.")
        precondition(
            modulus.map { $0 >= 2 && $0 - 1 <= layout.range.upperBound } ?? true,
            "An odometer's modulus lies within its signal.")
        self.signal = signal
        self.unit = unit
        self.special = special
        self.modulus = modulus
        self.role = role
    }
}
