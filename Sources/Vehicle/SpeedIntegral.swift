internal import Units

/// The distance by speed: what is left where no counter counts.
struct SpeedIntegral: Hashable, Sendable {
    /// How long a speed is taken to go on when the next one does not come.
    static let hold = Milliseconds.seconds(1)
    /// How far the speed itself can be off, in thousandths.
    static let errorPerMille: Int64 = 30
    /// What speeds up to a second apart leave open, in micrometres: a metre.
    static let coarseness: Int64 = 1_000_000
    /// Slower than this is standing: 1 km/h.
    static let standing = MillimetresPerSecond.kilometresPerHour(1)
    /// A hole of this length between two standstills is parking, not a hole.
    static let parking = Milliseconds.seconds(10)

    /// A place on the way to measure from.
    struct Mark: Hashable {
        var distance: Int64 = 0
        var unheard = Milliseconds.zero
        var isHeard = false
    }

    /// Micrometres driven, and the time in which nothing was heard.
    private(set) var mark = Mark()
    /// Since when every speed heard was a standstill.
    private(set) var standingSince: BootTime?
    private var last: Aged<MillimetresPerSecond>?
    private let maxSpeed: MillimetresPerSecond

    init(maxSpeed: MillimetresPerSecond) {
        self.maxSpeed = maxSpeed
    }

    /// Drives on to `now`, where the speed is `speed`.
    mutating func receive(_ speed: MillimetresPerSecond, at now: BootTime) {
        // Reversing is driving, too.
        let speed = speed.magnitude
        let stands = speed < Self.standing
        defer {
            last = Aged(speed, at: now)
            mark.isHeard = true
            standingSince = stands ? standingSince ?? now : nil
        }
        guard let last else { return }
        let time = now - last.at
        if time <= Self.hold {
            // Millimetres a second times milliseconds are micrometres.
            mark.distance += (last.value.count + speed.count) * time.count / 2
        } else if standingSince != nil && stands && time > Self.parking {
            return
        } else {
            mark.distance += last.value.count * Self.hold.count
            mark.unheard += time - Self.hold
        }
    }

    /// The place at `now`, between two speeds: the last one is taken to go on.
    @inline(__always)
    func place(at now: BootTime) -> Mark {
        var place = mark
        place.distance += ahead(at: now)
        return place
    }

    /// The last speed, where there was one.
    var current: MillimetresPerSecond? { last?.value }

    /// Micrometres since the last speed was heard.
    @inline(__always)
    func ahead(at now: BootTime) -> Int64 {
        guard let last else { return 0 }
        return last.value.count * min(max(now - last.at, .zero), Self.hold).count
    }

    /// Micrometres since `start` and how far they can be off by `now`; `nil` where nothing had
    /// been heard at `start`.
    @inline(__always)
    func since(_ start: Mark, at now: BootTime) -> (distance: Int64, error: Int64)? {
        guard start.isHeard, let last else { return nil }
        // A place that was taken ahead of a speed may turn out to lie a little behind it.
        let distance = max(0, mark.distance + ahead(at: now) - start.distance)
        let silence = standingSince == nil ? max(.zero, now - last.at - Self.hold) : .zero
        let hole = travelled(maxSpeed, mark.unheard - start.unheard + silence)
        let scale = distance / 1000 * Self.errorPerMille + (distance == 0 ? 0 : Self.coarseness)
        return (distance, scale + min(hole.count, .max / 4000) * 1000)
    }

    /// Micrometres since `start`; `nil` where any of it was unheard.
    @inline(__always)
    func wholeWay(since start: Mark, at now: BootTime) -> Int64? {
        guard start.isHeard, let last, mark.unheard == start.unheard,
            standingSince != nil || now - last.at <= Self.hold
        else { return nil }
        return max(0, place(at: now).distance - start.distance)
    }
}
