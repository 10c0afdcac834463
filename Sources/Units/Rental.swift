/// A quarter of an hour, counted from 2012-01-01T00:00Z: the grid on which rentals start.
public struct Slot: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Slots since the origin.
    public let number: UInt32

    /// The length of a slot: 15 minutes.
    public static let length = Milliseconds.minutes(15)
    /// 2012-01-01T00:00Z, in POSIX milliseconds.
    public static let origin = WallTime(milliseconds: 1_325_376_000_000)
    /// Slots in a day.
    public static let perDay: UInt32 = 96

    /// The slot with this number.
    @inlinable
    public init(_ number: UInt32) {
        self.number = number
    }

    /// The slot that holds `time`; `nil` before the origin or beyond 32 bits.
    public init?(containing time: WallTime) {
        let elapsed = time - Self.origin
        guard elapsed >= .zero,
            let number = UInt32(exactly: elapsed.count / Self.length.count)
        else { return nil }
        self.number = number
    }

    /// When the slot begins.
    public var start: WallTime { Self.origin + Self.length * Int64(number) }

    /// Whole days since the origin: a day key covers one.
    @inlinable
    public var day: UInt32 { number / Self.perDay }

    /// The start in ISO 8601.
    public var description: String { start.iso }

    /// Earlier first.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// How long a rental lasts, as the three clear digits of its code say it:
/// 0...479 are (n + 1) half hours, 480...983 are 240 h + (n − 479) h, up to 31 days.
public struct DurationIndex: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The three digits, 0...983.
    public let value: UInt16

    /// The shortest: half an hour.
    public static let minimum = DurationIndex(unchecked: 0)
    /// The longest: 744 hours, 31 days.
    public static let maximum = DurationIndex(unchecked: 983)
    /// The last one that counts half hours: 240 hours.
    public static let lastHalfHour = DurationIndex(unchecked: 479)

    private init(unchecked value: UInt16) {
        self.value = value
    }

    /// The duration with this index; `nil` above 983.
    public init?(_ value: some BinaryInteger) {
        guard let value = UInt16(exactly: value), value <= Self.maximum.value else { return nil }
        self.value = value
    }

    /// The shortest duration that covers `length`; `nil` for nothing or for more than 31 days.
    public init?(covering length: Milliseconds) {
        guard length > .zero, length <= Self.maximum.length else { return nil }
        let halfHours = (length.count + 1_799_999) / 1_800_000
        if halfHours <= 480 {
            value = UInt16(halfHours - 1)
        } else {
            value = UInt16(479 + (length.count + 3_599_999) / 3_600_000 - 240)
        }
    }

    /// The length in time.
    public var length: Milliseconds {
        value <= 479
            ? .minutes(30 * (Int64(value) + 1)) : .hours(240 + Int64(value) - 479)
    }

    /// `8 h`, `0.5 h`
    public var description: String {
        let minutes = length.count / 60_000
        return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60).5 h"
    }

    /// Shorter first.
    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// One code as the fleet disclosed it: what a rental is identified by, on both sides.
public struct RentalID: Hashable, Sendable, CustomStringConvertible {
    /// When it starts.
    public let start: Slot
    /// How long it lasts, before any extension.
    public let duration: DurationIndex
    /// Which of the codes for overlapping windows it is: the newer has the greater number.
    public let generation: UInt16

    /// The rental of `duration` from `start` in its `generation`.
    public init(start: Slot, duration: DurationIndex, generation: UInt16) {
        self.start = start
        self.duration = duration
        self.generation = generation
    }

    /// When it ends, before any extension.
    public var end: WallTime { start.start + duration.length }

    /// `start-duration-generation` as numbers, as records refer to a code without showing it.
    public var description: String { "\(start.number)-\(duration.value)-\(generation)" }

    /// Reads ``description``; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0.first?.isNumber == true }),
            let start = UInt32(parts[0]), let index = UInt16(parts[1]),
            let duration = DurationIndex(index), let generation = UInt16(parts[2])
        else { return nil }
        self.init(start: Slot(start), duration: duration, generation: generation)
    }
}
