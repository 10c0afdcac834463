internal import CAN
internal import Units

/// Chooses among fields those that may be an odometer.
struct FieldJudge {
    /// How many guesses are made at most.
    static let most = 8
    /// How often an odometer is told: five times a second to every five seconds.
    private static let periods = Milliseconds(180)...Milliseconds.seconds(5)
    /// The shortest way that a field is held against.
    private static let shortest = Metres(500)
    /// The highest value: 200 000 km in steps of 10 m.
    private static let highest: UInt32 = 20_000_000
    /// No odometer is beyond this: 1 000 000 km in metres.
    private static let furthest: UInt32 = 1_000_000_000
    /// The lengths that counts of odometers have, in millimetres: km and miles and their tenths,
    /// hundredths, 64ths and eighths of a km, 5 m, 1 m.
    private static let counts: [Int64] = [
        1_000_000, 100_000, 10_000, 1_609_344, 160_934, 15_625, 125_000, 5000, 1000,
    ]

    let census: FrameCensus
    let way: WayLog?
    let dash: Metres?

    func guesses(_ search: FieldSearch) -> [FieldGuess] {
        var guesses: [FieldGuess] = []
        for (place, watch) in search.watches.enumerated() {
            let sight = census.sights[place]
            guard let period = sight.period, Self.periods.contains(period), sight.count >= 5,
                let best = best(of: watch, period)
            else { continue }
            guesses.append(best)
        }
        guesses.sort {
            let (left, right) = (Self.rank($0), Self.rank($1))
            return left == right ? $0.id < $1.id : left < right
        }
        return Array(guesses.prefix(Self.most))
    }

    private static func rank(_ guess: FieldGuess) -> Int {
        switch guess.relation {
        case .dash: 0
        case .way: 1
        case .rising: 2
        }
    }

    /// The best field of an identifier: by what it is guessed by, then the one that changes most,
    /// then the widest whose value an odometer can have.
    private func best(of watch: FieldSearch.Watch, _ period: Milliseconds) -> FieldGuess? {
        var best: (guess: FieldGuess, changes: Int, bytes: Int)?
        let clocks = FieldSearch.fields.indices.filter { index in
            watch.isAlive(index) && isClock(watch.tracks[index])
        }
        for (index, field) in FieldSearch.fields.enumerated() where watch.isAlive(index) {
            let track = watch.tracks[index]
            // The high bytes of a clock run slower, and no less evenly.
            if clocks.contains(where: { FieldSearch.fields[$0].holds(field) }) { continue }
            guard let relation = relation(track, bytes: field.bytes), let layout = field.layout
            else { continue }
            let guess = FieldGuess(
                id: watch.id, layout: layout, first: Int64(track.first), last: Int64(track.last),
                changes: track.changes, period: period, relation: relation)
            if let other = best {
                let (mine, theirs) = (Self.rank(guess), Self.rank(other.guess))
                let isBetter =
                    mine != theirs
                    ? mine < theirs
                    : track.changes != other.changes
                        ? track.changes > other.changes
                        : field.bytes > other.bytes && track.last <= Self.highest
                guard isBetter else { continue }
            }
            best = (guess, track.changes, field.bytes)
        }
        return best?.guess
    }

    private func relation(_ track: FieldSearch.Track, bytes: Int) -> FieldGuess.Relation? {
        let top = bytes == 4 ? UInt32.max : 1 << UInt32(8 * bytes) - 1
        guard track.last > 0, track.last != top else { return nil }
        if let dash, let count = Self.count(of: track, showing: dash) { return .dash(count) }
        let rise = track.last - track.first
        // An odometer has gone further than in this recording, and does not leap.
        // Where the low byte never moves, the field ends before it.
        guard rise > 0, track.last / 10 >= rise, rise % 256 != 0, track.last <= Self.furthest
        else { return nil }
        guard let way, way.length >= Self.shortest else { return .rising }
        guard track.changes >= 3 else { return .rising }
        return wayPerCount(track, way).map { .way($0) }
    }

    private static func count(
        of track: FieldSearch.Track, showing dash: Metres
    ) -> Millimetres? {
        for count in counts {
            let wanted = dash.count * 1000 / count
            // A dashboard and a bus can be a count apart; small numbers are everywhere.
            if wanted >= 500, abs(Int64(track.last) - wanted) <= 1 { return Millimetres(count) }
        }
        return nil
    }

    /// Whether it rises with the time as evenly as a clock.
    private func isClock(_ track: FieldSearch.Track) -> Bool {
        guard track.changes >= 10, let first = track.marks.first, let last = track.marks.last,
            last.value > first.value
        else { return false }
        let time = (last.at - first.at).count
        let whole = Int64(last.value - first.value)
        for mark in track.marks {
            let expected = whole * (mark.at - first.at).count / max(1, time)
            let apart = abs(Int64(mark.value - first.value) - expected)
            if apart > max(1, whole / 100) { return false }
        }
        return true
    }

    /// The length of a count, where the field rises with the way and not otherwise.
    private func wayPerCount(_ track: FieldSearch.Track, _ way: WayLog) -> Millimetres? {
        var marks: [(value: Int64, way: Metres)] = []
        for mark in track.marks {
            if let place = way.way(at: mark.at) { marks.append((Int64(mark.value), place)) }
        }
        guard marks.count >= 3, let first = marks.first, let last = marks.last,
            last.value > first.value, last.way > first.way
        else { return nil }
        let whole = last.value - first.value
        let gone = (last.way - first.way).count
        for mark in marks {
            let expected = whole * (mark.way - first.way).count / gone
            guard abs(mark.value - first.value - expected) <= max(1, whole * 3 / 100) else {
                return nil
            }
        }
        return Millimetres(gone * 1000 / whole)
    }
}
