public import Tariff
public import Units

/// A trip that a log closes and nobody may bill before a person has looked at it.
public struct TripDoubt: Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with it.
    public enum Reason: Hashable, Sendable {
        /// The log closes the trip a second time here: the first close counts.
        case closedTwice
        /// The close repeats another opening than the log has for the trip.
        case otherOpening
        /// No invoice can rest on its numbers.
        case refused(TripRefusal.Reason)
    }

    /// The `trip.close` record.
    public let record: RecordID
    /// The trip.
    public let trip: TripID
    /// What is wrong.
    public let reason: Reason

    /// One line for people.
    public var description: String {
        switch reason {
        case .closedTwice:
            "record \(record) closes trip \(trip) again; the first close counts, look at the box"
        case .otherOpening:
            "record \(record) repeats another opening of trip \(trip) than the log has; look at "
                + "the box"
        case .refused(let reason): TripRefusal(record: record, reason: reason).description
        }
    }
}
