/// What life is like for the boxes of a run: a data file in `Scenarios`, checked when it is read.
///
/// Chances are per mille. All numbers are whole, so that a run is the same on every machine.
public struct Scenario: Hashable, Sendable, Decodable {
    /// The name, which is the name of its file.
    public var name: String
    /// One line for people.
    public var describes: String
    /// The car profile.
    public var profile: String
    /// Which of the units that the profile knows the car uses.
    public var unit: Int
    /// What rentals are like.
    public var rentals: Rentals
    /// What drivers do.
    public var drivers: Drivers
    /// What goes wrong.
    public var faults: Faults

    /// What rentals are like.
    public struct Rentals: Hashable, Sendable, Decodable {
        /// How many a week, at most: each begins after the one before.
        public var perWeek: Int
        /// How long they last, in hours; each is as likely as the others.
        public var hours: [Int]
        /// How many drives one has, from and to.
        public var drives: [Int]
        /// How long a drive lasts, in minutes, from and to.
        public var minutes: [Int]
        /// How fast it goes, in km/h, from and to.
        public var speed: [Int]
    }

    /// What drivers do.
    public struct Drivers: Hashable, Sendable, Decodable {
        /// Come before they may.
        public var early: Int
        /// Mistype the code at first.
        public var mistype: Int
        /// Bring the car back early.
        public var returnEarly: Int
        /// Bring it back up to an hour late.
        public var returnLate: Int
        /// Ask for a later end.
        public var extend: Int
        /// Leave without END.
        public var forgetEnd: Int
        /// Cancel before they came, so that another booking takes the window.
        public var cancel: Int
        /// Tries a day of somebody who has no right to the car, at most.
        public var hostilePerDay: Int
    }

    /// What goes wrong.
    public struct Faults: Hashable, Sendable, Decodable {
        /// How many hours of a hundred have coverage.
        public var coverage: Int
        /// How often a month the box loses its power.
        public var powerCutsPerMonth: Int
        /// How many of these come in the middle of a write.
        public var cutsInWrites: Int
        /// How often a month the battery-backed clock loses the time.
        public var clockLossesPerMonth: Int
        /// The true drift of clocks, in parts per billion, at most.
        public var drift: Int
        /// How often a month the car's battery runs flat.
        public var flatBatteriesPerMonth: Int
        /// How often a month the odometer shows a placeholder when the bus wakes.
        public var placeholdersPerMonth: Int
        /// Room for the log in kB; 0 for no bound.
        public var logKilobytes: Int
    }

    /// What contradicts itself, if anything does: the member and what is wrong with it.
    public var contradiction: (member: String, reason: String)? {
        let chances = [
            ("drivers.early", drivers.early), ("drivers.mistype", drivers.mistype),
            ("drivers.returnEarly", drivers.returnEarly),
            ("drivers.returnLate", drivers.returnLate), ("drivers.extend", drivers.extend),
            ("drivers.forgetEnd", drivers.forgetEnd), ("drivers.cancel", drivers.cancel),
            ("faults.cutsInWrites", faults.cutsInWrites),
        ]
        for (member, value) in chances where !(0...1000).contains(value) {
            return (member, "\(value) is no chance in a thousand")
        }
        for (member, range, most) in [
            ("rentals.drives", rentals.drives, 1...50),
            ("rentals.minutes", rentals.minutes, 1...600),
            // A driver goes up to 11 km/h slower than drawn, never backwards.
            ("rentals.speed", rentals.speed, 12...180),
        ]
        where range.count != 2 || range[0] > range[1] || range[0] < most.lowerBound
            || range[1] > most.upperBound
        {
            let (least, most) = (most.lowerBound, most.upperBound)
            return (member, "is not [from, to] with \(least) <= from <= to <= \(most)")
        }
        for (member, value, most) in counts where !(0...most).contains(value) {
            return (member, "\(value) is not within 0 to \(most)")
        }
        // An hour under the longest, as a start may be rounded down by an hour.
        guard drivers.cancel <= 900 else {
            return ("drivers.cancel", "\(drivers.cancel) leaves nobody who comes; 900 at most")
        }
        guard !rentals.hours.isEmpty, rentals.hours.allSatisfy({ (1...743).contains($0) }) else {
            return ("rentals.hours", "rentals last 1 to 743 hours")
        }
        guard (1...70).contains(rentals.perWeek) else {
            return ("rentals.perWeek", "1 to 70 rentals fit in a week")
        }
        return nil
    }

    private var counts: [(member: String, value: Int, most: Int)] {
        [
            ("unit", unit, 9),
            ("drivers.hostilePerDay", drivers.hostilePerDay, 1000),
            ("faults.coverage", faults.coverage, 100),
            ("faults.powerCutsPerMonth", faults.powerCutsPerMonth, 1000),
            ("faults.clockLossesPerMonth", faults.clockLossesPerMonth, 1000),
            ("faults.drift", faults.drift, 3500),
            ("faults.flatBatteriesPerMonth", faults.flatBatteriesPerMonth, 1000),
            ("faults.placeholdersPerMonth", faults.placeholdersPerMonth, 1000),
            ("faults.logKilobytes", faults.logKilobytes, 1_000_000_000),
        ]
    }
}
