/// What a ``Quantity`` counts. A marker: it is never instantiated.
public protocol UnitOfMeasure: Sendable {
    /// The symbol written behind the number, after SI where there is one.
    static var symbol: StaticString { get }
}

/// A whole number of one unit, so that metres are never added to millivolts.
///
/// Arithmetic traps on overflow: a wrapped distance would be billed.
public struct Quantity<Unit: UnitOfMeasure>: Hashable, Comparable, Sendable {
    /// How many of the unit.
    public var count: Int64

    /// Makes a quantity of `count` units.
    @inlinable
    public init(_ count: Int64) {
        self.count = count
    }

    /// None at all.
    @inlinable
    public static var zero: Self { Self(0) }

    /// Smaller first.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.count < right.count }

    /// The sum.
    @inlinable
    public static func + (left: Self, right: Self) -> Self { Self(left.count + right.count) }

    /// The difference.
    @inlinable
    public static func - (left: Self, right: Self) -> Self { Self(left.count - right.count) }

    /// The opposite.
    @inlinable
    public static prefix func - (value: Self) -> Self { Self(-value.count) }

    /// A multiple.
    @inlinable
    public static func * (left: Self, right: Int64) -> Self { Self(left.count * right) }

    /// Adds in place.
    @inlinable
    public static func += (left: inout Self, right: Self) { left.count += right.count }

    /// Subtracts in place.
    @inlinable
    public static func -= (left: inout Self, right: Self) { left.count -= right.count }

    /// The size without its sign.
    @inlinable
    public var magnitude: Self { Self(abs(count)) }
}

extension Quantity: CustomStringConvertible {
    /// The number and its symbol: `1610 m`.
    public var description: String { "\(count) \(Unit.symbol)" }
}

/// Marks ``Metres``.
public enum MetreUnit: UnitOfMeasure {
    /// `m`
    public static var symbol: StaticString { "m" }
}

/// Marks ``Millimetres``.
public enum MillimetreUnit: UnitOfMeasure {
    /// `mm`
    public static var symbol: StaticString { "mm" }
}

/// Marks ``Milliseconds``.
public enum MillisecondUnit: UnitOfMeasure {
    /// `ms`
    public static var symbol: StaticString { "ms" }
}

/// Marks ``MillimetresPerSecond``.
public enum MillimetrePerSecondUnit: UnitOfMeasure {
    /// `mm/s`
    public static var symbol: StaticString { "mm/s" }
}

/// Marks ``Millivolts``.
public enum MillivoltUnit: UnitOfMeasure {
    /// `mV`
    public static var symbol: StaticString { "mV" }
}

/// Marks ``MilliampereHours``.
public enum MilliampereHourUnit: UnitOfMeasure {
    /// `mAh`
    public static var symbol: StaticString { "mAh" }
}

/// Marks ``PerMille``.
public enum PerMilleUnit: UnitOfMeasure {
    /// `‰`
    public static var symbol: StaticString { "‰" }
}

/// Marks ``Cents``.
public enum CentUnit: UnitOfMeasure {
    /// `c`
    public static var symbol: StaticString { "c" }
}

/// A distance as records and bills state it.
public typealias Metres = Quantity<MetreUnit>
/// A distance as the odometer arithmetic carries it.
public typealias Millimetres = Quantity<MillimetreUnit>
/// A length of time.
public typealias Milliseconds = Quantity<MillisecondUnit>
/// A speed; 1 km/h is 277.8 mm/s.
public typealias MillimetresPerSecond = Quantity<MillimetrePerSecondUnit>
/// A voltage.
public typealias Millivolts = Quantity<MillivoltUnit>
/// A charge drawn from the car's battery.
public typealias MilliampereHours = Quantity<MilliampereHourUnit>
/// A share: 1000 is all of it.
public typealias PerMille = Quantity<PerMilleUnit>
/// Money in integer minor units.
public typealias Cents = Quantity<CentUnit>

extension Milliseconds {
    /// `count` seconds.
    @inlinable
    public static func seconds(_ count: Int64) -> Self { Self(count * 1000) }

    /// `count` minutes.
    @inlinable
    public static func minutes(_ count: Int64) -> Self { Self(count * 60_000) }

    /// `count` hours.
    @inlinable
    public static func hours(_ count: Int64) -> Self { Self(count * 3_600_000) }

    /// `count` days of 24 hours.
    @inlinable
    public static func days(_ count: Int64) -> Self { Self(count * 86_400_000) }

    /// Whole seconds, rounded towards zero.
    @inlinable
    public var wholeSeconds: Int64 { count / 1000 }
}

extension Metres {
    /// `count` kilometres.
    @inlinable
    public static func kilometres(_ count: Int64) -> Self { Self(count * 1000) }

    /// The same distance in millimetres.
    @inlinable
    public var inMillimetres: Millimetres { Millimetres(count * 1000) }
}

extension Millimetres {
    /// The same distance in metres, rounded down (also below zero).
    @inlinable
    public var flooredToMetres: Metres {
        Metres(count >= 0 ? count / 1000 : -((-count + 999) / 1000))
    }

    /// The same distance in metres, rounded up: for error bounds, which must not shrink.
    @inlinable
    public var raisedToMetres: Metres {
        Metres(count >= 0 ? (count + 999) / 1000 : -(-count / 1000))
    }
}

extension MillimetresPerSecond {
    /// `count` kilometres an hour, rounded down.
    @inlinable
    public static func kilometresPerHour(_ count: Int64) -> Self { Self(count * 10_000 / 36) }

    /// Whole kilometres an hour, rounded down.
    @inlinable
    public var wholeKilometresPerHour: Int64 { count * 36 / 10_000 }
}
