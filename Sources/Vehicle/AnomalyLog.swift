internal import Units

/// Oddities waiting to be taken: each value once, and never more than a few.
struct AnomalyLog: Hashable, Sendable {
    /// How many may wait; further ones are dropped until they are taken.
    static let capacity = 16
    /// After how long unseen a value counts as new.
    static let forgetAfter = Milliseconds.minutes(1)

    private struct Seen: Hashable {
        var kind: OdometerAnomaly.Kind
        var source: Int
        var value: Int64
        var at: BootTime
    }

    private var waiting: [OdometerAnomaly] = []
    private var seen: [Seen] = []

    init() {
        waiting.reserveCapacity(Self.capacity)
        seen.reserveCapacity(Self.capacity)
    }

    var isEmpty: Bool { waiting.isEmpty }

    /// Whether an oddity of this kind, source and value is to be written down now.
    mutating func isNew(
        _ kind: OdometerAnomaly.Kind, of source: Int, value: Int64, at now: BootTime
    ) -> Bool {
        for index in seen.indices
        where seen[index].kind == kind && seen[index].source == source
            && seen[index].value == value
        {
            let isNew = now - seen[index].at > Self.forgetAfter
            seen[index].at = now
            return isNew
        }
        if seen.count == Self.capacity { removeOldest() }
        seen.append(Seen(kind: kind, source: source, value: value, at: now))
        return true
    }

    mutating func add(_ anomaly: OdometerAnomaly) {
        if waiting.count < Self.capacity { waiting.append(anomaly) }
    }

    /// All that wait, in order; none wait afterwards.
    mutating func take() -> [OdometerAnomaly] {
        let taken = waiting
        waiting.removeAll(keepingCapacity: true)
        return taken
    }

    private mutating func removeOldest() {
        var oldest = 0
        for index in seen.indices where seen[index].at < seen[oldest].at { oldest = index }
        seen.remove(at: oldest)
    }
}
