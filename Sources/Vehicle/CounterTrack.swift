internal import CAN
internal import Units

/// Follows a counter and knows whether it has been followed without a hole.
///
/// A counter that wraps is lost in a silence of half a turn. One that does not, a line's, tells
/// after any silence how far the car went in it; it breaks only where its count begins anew.
struct CounterTrack: Hashable, Sendable {
    /// A place on the counter to measure from.
    struct Mark: Hashable {
        var counts: Int64 = 0
        var breaks: Int64 = 0
        var isHeard = false
    }

    private struct Reading: Hashable {
        var raw: Int64
        var at: BootTime
    }

    private let modulus: Int64?
    private let maxSilence: Milliseconds
    private let calibrates: Bool
    private(set) var calibration: CounterCalibration
    private(set) var mark = Mark()
    private var last: Reading?

    init(_ input: DistanceInput) {
        let nominal: Int64
        switch input {
        case .counter(let counter):
            modulus = counter.modulus
            maxSilence = counter.maxSilence
            calibrates = counter.calibrates
            nominal = counter.nanometresPerCount
        case .line(let line):
            modulus = nil
            maxSilence = line.maxSilence
            calibrates = line.calibrates
            nominal = line.nanometresPerPulse
        }
        calibration = CounterCalibration(nominal: nominal, isMeasured: calibrates)
    }

    /// Counts on. Where the counter wraps, a longer silence than it bears is a break, unless the
    /// car stood since `standingSince`, before the silence.
    mutating func receive(_ raw: Int64, at now: BootTime, standingSince: BootTime?) {
        guard raw >= 0, modulus.map({ raw < $0 }) ?? true else { return }
        defer {
            last = Reading(raw: raw, at: now)
            mark.isHeard = true
        }
        guard let last else { return }
        let rise = raw - last.raw
        guard let modulus else {
            if rise >= 0 { mark.counts += rise } else { mark.breaks += 1 }
            return
        }
        if now - last.at > maxSilence {
            if isLost(at: now, standingSince: standingSince) { mark.breaks += 1 }
            return
        }
        mark.counts += rise >= 0 ? rise : rise + modulus
    }

    /// The length of a count, rounded up.
    @inline(__always)
    var oneCount: Millimetres {
        Millimetres((calibration.nanometresPerCount + 999_999) / 1_000_000)
    }

    /// How long ago the counter was heard.
    @inline(__always)
    func age(at now: BootTime) -> Milliseconds {
        last.map { now - $0.at } ?? .zero
    }

    /// Micrometres counted in all.
    @inline(__always)
    var total: Int64 { length(mark.counts) }

    /// Whether it has been silent for longer than it bears, and the car may have moved meanwhile.
    @inline(__always)
    func isLost(at now: BootTime, standingSince: BootTime?) -> Bool {
        guard let last, now - last.at > maxSilence else { return false }
        guard let standingSince else { return true }
        return standingSince > last.at + maxSilence
    }

    /// Micrometres since `start` and how far they can be off; `nil` after a break, and where
    /// nothing had been heard at `start`.
    @inline(__always)
    func since(_ start: Mark) -> (distance: Int64, error: Int64)? {
        guard start.isHeard, start.breaks == mark.breaks else { return nil }
        let distance = length(mark.counts - start.counts)
        let oneCount = (calibration.nanometresPerCount + 999) / 1000
        let scale = distance / 1000 * calibration.errorPerMille
        return (distance, scale + (distance == 0 ? 0 : oneCount))
    }

    /// Learns the length of a count from a tick: the odometer has just reached `odometer`, which
    /// it did `offset` ± `error` micrometres ago.
    mutating func tick(at odometer: Millimetres, offset: Int64, error: Int64) {
        guard calibrates else { return }
        calibration.tick(at: odometer, offset: offset, error: error, mark: mark)
    }

    @inline(__always)
    private func length(_ counts: Int64) -> Int64 {
        // Split so that a lifetime of counts cannot overflow.
        let each = calibration.nanometresPerCount
        return counts / 1000 * each + counts % 1000 * each / 1000
    }
}

/// The length of a count, measured between ticks of the odometer.
///
/// Each measurement spans at least a kilometre; one that is more than 5 % off what the profile
/// says is not used. What counts is the median of the last twenty.
struct CounterCalibration: Hashable, Sendable {
    /// How many measurements are kept.
    static let kept = 20
    /// The shortest distance that is measured.
    static let shortest = Millimetres(1_000_000)
    /// What the profile's own length can be off, in thousandths.
    static let nominalError: Int64 = 50
    /// The same for a length that is not measured, because the car states it.
    static let statedError: Int64 = 10

    private struct Start: Hashable {
        var odometer: Millimetres
        var offset: Int64
        var error: Int64
        var mark: CounterTrack.Mark
    }

    private let nominal: Int64
    private(set) var nanometresPerCount: Int64
    /// How far ``nanometresPerCount`` can be off, in thousandths: 1 to 50.
    private(set) var errorPerMille: Int64
    private var start: Start?
    private var measured: [Int64] = []

    init(nominal: Int64, isMeasured: Bool) {
        self.nominal = nominal
        errorPerMille = isMeasured ? Self.nominalError : Self.statedError
        nanometresPerCount = nominal
        measured.reserveCapacity(Self.kept + 1)
    }

    mutating func tick(
        at odometer: Millimetres, offset: Int64, error: Int64, mark: CounterTrack.Mark
    ) {
        let here = Start(odometer: odometer, offset: offset, error: error, mark: mark)
        guard let start, start.mark.breaks == mark.breaks, start.odometer < odometer else {
            self.start = here
            return
        }
        let span = odometer - start.odometer
        guard span >= Self.shortest else { return }
        self.start = here
        let micrometres = span.count * 1000 + offset - start.offset
        let counts = mark.counts - start.mark.counts
        // Ticks seen too late tell nothing: the ends may be off by 2 % of the span at most.
        guard counts > 0, (error + start.error) * 50 <= micrometres else { return }
        let each = (micrometres * 1000 + counts / 2) / counts
        guard abs(each - nominal) * 1000 <= nominal * Self.nominalError else { return }
        keep(each)
    }

    private mutating func keep(_ each: Int64) {
        if measured.count == Self.kept { measured.removeFirst() }
        measured.append(each)
        let sorted = measured.sorted()
        nanometresPerCount = sorted[sorted.count / 2]
        guard sorted.count >= 3 else { return }
        let spread = (sorted[sorted.count - 1] - sorted[0] + 1) / 2
        let perMille = (spread * 1000 + nanometresPerCount - 1) / nanometresPerCount
        errorPerMille = min(max(perMille, 1), Self.nominalError)
    }
}
