internal import Units

/// Holds the odometer's way against that of another witness. An alarm, never a correction.
///
/// The two may be apart by one count, or by a share of the way where that is more, and by what
/// the witness itself leaves open. They are compared from a tick on, over at most 200 counts, so
/// that an old agreement hides nothing new.
/// A hole in what the witness saw begins a new comparison. Each disagreement is told once, and is
/// over when they have agreed for 200 counts.
struct CrossCheck<Mark: Hashable & Sendable>: Hashable, Sendable {
    /// How many counts are compared before a new comparison begins.
    static var longest: Int64 { 200 }

    private struct Start: Hashable {
        var odometer: Millimetres
        var mark: Mark
    }

    /// How far they may be apart, in thousandths of the way.
    let perMille: Int64
    /// What the witness leaves open on any way.
    let coarseness: Millimetres
    private var start: Start?
    private var isTold = false

    init(perMille: Int64, coarseness: Millimetres) {
        self.perMille = perMille
        self.coarseness = coarseness
    }

    /// Compares at a tick to `odometer`, where `watched` says what the witness saw since a mark,
    /// in micrometres; `nil` for a hole. Says what the witness would have the odometer show, once
    /// for each disagreement.
    mutating func judge(
        _ odometer: Millimetres, count: Millimetres, mark: Mark, watched: (Mark) -> Int64?
    ) -> Millimetres? {
        guard let start, start.odometer <= odometer, let way = watched(start.mark) else {
            self.start = Start(odometer: odometer, mark: mark)
            return nil
        }
        let gone = odometer - start.odometer
        let seen = Millimetres(way / 1000)
        let limit = max(count, Millimetres(gone.count * perMille / 1000)) + coarseness
        guard (gone - seen).magnitude <= limit else {
            self.start = Start(odometer: odometer, mark: mark)
            defer { isTold = true }
            return isTold ? nil : start.odometer + seen
        }
        if gone >= count * Self.longest {
            self.start = Start(odometer: odometer, mark: mark)
            isTold = false
        }
        return nil
    }

    /// Begins anew, where the odometer was taken up anew.
    mutating func forget() { start = nil }
}

/// Holds two odometers of one car against each other: their offset must stay what it was.
struct OffsetCheck: Hashable, Sendable {
    private var offset: Millimetres?
    private var agreedSince: Millimetres?
    private var isTold = false

    /// How far apart in time two readings may have been heard that are compared.
    static let together = Milliseconds.seconds(2)

    /// Compares `other` with `pinned`; `slack` is what both counts and the time between them leave
    /// open. Says what the pinned one would show by the other one, once for each disagreement.
    mutating func judge(
        _ other: Millimetres, against pinned: Millimetres, count: Millimetres, slack: Millimetres
    ) -> Millimetres? {
        guard let offset, let agreedSince, agreedSince <= pinned else {
            offset = other - pinned
            agreedSince = pinned
            return nil
        }
        guard (other - pinned - offset).magnitude <= slack else {
            self.offset = other - pinned
            self.agreedSince = pinned
            defer { isTold = true }
            return isTold ? nil : other - offset
        }
        if pinned - agreedSince >= count * CrossCheck<Int64>.longest { isTold = false }
        return nil
    }

    mutating func forget() { offset = nil }
}
