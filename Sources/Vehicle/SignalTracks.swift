internal import Units

/// A value that has several sources: the best one that is heard counts.
struct RankedReading<Value: Hashable & Sendable>: Hashable, Sendable {
    private(set) var reading: Reading<Value>?
    private var rank = Int.max
    private var maxAge = Milliseconds.zero

    /// Takes the value from the source of this rank; `false` where a better one has one.
    mutating func hear(
        _ value: Value, rank: Int, key: SourceKey, maxAge: Milliseconds, at now: BootTime
    ) -> Bool {
        if rank > self.rank, let at = reading?.at, reading?.validity == .valid,
            now - at <= self.maxAge
        {
            return false
        }
        self.rank = rank
        self.maxAge = maxAge
        reading = Reading(value, from: key, at: now)
        return true
    }

    /// The source of this rank says that it has no value.
    mutating func hearNone(raw: Int64, rank: Int) {
        guard rank == self.rank else { return }
        reading?.validity = .invalid(raw: raw)
    }

    /// Calls a value stale whose source has been silent for too long; `true` where it is news.
    mutating func growOld(at now: BootTime) -> Bool {
        guard reading?.validity == .valid, let at = reading?.at, now - at > maxAge else {
            return false
        }
        reading?.validity = .stale
        return true
    }
}

/// A flag that counts as another only when it stays so.
struct FlagTrack: Hashable, Sendable {
    private let debounce: Milliseconds
    private(set) var isOn: Bool?
    private(set) var heardAt: BootTime?
    private var otherSince: BootTime?

    init(debounce: Milliseconds = .zero) {
        self.debounce = debounce
    }

    /// When it counts as another if nothing more is heard.
    var due: BootTime? { otherSince.map { $0 + debounce } }

    mutating func hear(_ value: Bool, at now: BootTime) {
        heardAt = now
        guard let isOn, isOn != value, debounce > .zero else {
            isOn = value
            otherSince = nil
            return
        }
        otherSince = otherSince ?? now
        settle(at: now)
    }

    mutating func settle(at now: BootTime) {
        guard let due, now >= due else { return }
        isOn?.toggle()
        otherSince = nil
    }
}

/// One sign of the ignition.
struct IgnitionTrack: Hashable, Sendable {
    let key: SourceKey
    private let within: Milliseconds?
    private let maxAge: Milliseconds
    private(set) var flag: FlagTrack
    private var seenAt: BootTime?

    init(_ source: IgnitionSource) {
        switch source {
        case .signal(let signal):
            key = signal.signal.key
            within = nil
            maxAge = signal.signal.maxAge
            flag = FlagTrack(debounce: signal.debounce)
        case .busActivity(let id, let within):
            key = SourceKey("\(id).ACTIVITY")
            self.within = within
            maxAge = within
            flag = FlagTrack()
        }
    }

    /// When it changes by itself, on a bus that woke at `awakeSince`.
    func due(awakeSince: BootTime?) -> BootTime? {
        guard let within else { return flag.due }
        guard let awakeSince, flag.isOn != false else { return nil }
        return (seenAt ?? awakeSince) + within + Milliseconds(1)
    }

    /// Whether what it says still holds.
    func isFresh(at now: BootTime) -> Bool {
        guard flag.isOn != nil else { return false }
        return within != nil || flag.heardAt.map { now - $0 <= maxAge } ?? false
    }

    mutating func hear(_ isOn: Bool, at now: BootTime) {
        seenAt = now
        flag.hear(isOn, at: now)
    }

    /// Changes what is due by `now`.
    mutating func settle(at now: BootTime, awakeSince: BootTime?) {
        guard within != nil else { return flag.settle(at: now) }
        guard let due = due(awakeSince: awakeSince), now >= due else { return }
        flag.hear(false, at: now)
    }

    /// The bus fell asleep: what lives by its frames is off.
    mutating func sleep(at now: BootTime) {
        if within != nil { flag.hear(false, at: now) }
    }
}
