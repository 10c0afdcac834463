/// What happened in a run, summed over its boxes.
public struct RunStatistics: Hashable, Sendable {
    /// What is counted. The order is that of the table.
    public enum Item: String, CaseIterable, Sendable {
        /// Days that boxes lived through.
        case boxDays = "box-days"
        /// Rentals that began.
        case rentals
        /// Metres that were truly driven in trips.
        case metresDriven = "metres driven"
        /// Metres that were billed.
        case metresBilled = "metres billed"
        /// Entries of honest drivers at a time when their code was good.
        case honestEntries = "honest entries"
        /// Those of them that the rules refused.
        case honestRefusals = "honest refusals"
        /// Honest drivers who met a box without power, clock or room for the log.
        case hindered
        /// Codes that met a box which has lost the time.
        case clockLost = "met a lost clock"
        /// TIME codes that gave it back.
        case timeCodes = "TIME codes taken"
        /// Codes for a new rental that met a log without room.
        case storageFull = "met a full log"
        /// Entries that had to wait after wrong ones.
        case waits = "waits after wrong codes"
        /// Drives that a released starter should have allowed and did not.
        case starterFailures = "starter failures"
        /// Entries too early.
        case tooEarly = "too early"
        /// Wrong entries.
        case wrong
        /// Entries by people without a right.
        case hostileEntries = "hostile entries"
        /// Returned codes that were typed again and refused.
        case closedRefusals = "closed codes refused"
        /// Extensions.
        case extensions
        /// Rentals that the box ended itself.
        case endedByBox = "ended by the box"
        /// Times the power was cut.
        case powerCuts = "power cuts"
        /// Times it was cut in the middle of a write.
        case cutsInWrites = "power cuts in a write"
        /// Times the box turned itself off to spare the battery.
        case turnedOff = "turned itself off"
        /// Times a car with a flat battery was jump-started.
        case jumpStarts = "jump starts"
        /// Times the clock was lost.
        case clockLosses = "clock losses"
        /// Odometer anomalies that were recorded.
        case anomalies
        /// Records written.
        case records
        /// Records that the fleet acknowledged.
        case acknowledged
        /// Bytes written to the disk.
        case bytesWritten = "bytes written"
        /// Things that must never happen.
        case violations
    }

    private var counts: [Int] = Array(repeating: 0, count: Item.allCases.count)

    /// Nothing happened.
    public init() {}

    /// How often `item` happened.
    public subscript(item: Item) -> Int {
        get { counts[Self.index(item)] }
        set { counts[Self.index(item)] = newValue }
    }

    /// Both together.
    public static func + (left: Self, right: Self) -> Self {
        var sum = left
        for index in sum.counts.indices { sum.counts[index] += right.counts[index] }
        return sum
    }

    private static func index(_ item: Item) -> Int {
        guard let index = Item.allCases.firstIndex(of: item) else {
            preconditionFailure("every item is counted")
        }
        return index
    }
}

/// Something that must never happen, happened.
public struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
    /// What must never happen.
    public let invariant: String
    /// What was seen.
    public let detail: String

    /// `invariant` was broken, as `detail` shows.
    public init(_ invariant: String, _ detail: String) {
        self.invariant = invariant
        self.detail = detail
    }

    /// `no code opens twice: 12712-15-0`
    public var description: String { "\(invariant): \(detail)" }
}
