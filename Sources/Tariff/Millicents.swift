public import Units

/// Marks ``Millicents``.
public enum MillicentUnit: UnitOfMeasure {
    /// `mc`
    public static var symbol: StaticString { "mc" }
}

/// Money in thousandths of a cent: cents per kilometre times metres, and nothing is rounded.
public typealias Millicents = Quantity<MillicentUnit>

extension Millicents {
    /// `cents` exactly.
    public init(_ cents: Cents) {
        self.init(cents.count * 1000)
    }

    /// The nearest cent; half a cent goes away from zero.
    ///
    /// The one rounding of an invoice: it is done to the total and to nothing else.
    public var roundedToCents: Cents {
        let half: Int64 = count < 0 ? -500 : 500
        return Cents((count + half) / 1000)
    }
}
