public import CAN
public import Units
public import Vehicle

/// Finds out which profile reads a car, by listening to it.
///
/// A pure value: frames come with their time, on one clock that runs forward. The memory does not
/// grow with the recording beyond the tables of identifiers, of oddities and of the way.
public struct Probe {
    /// What the whole recording says.
    public struct Report: Hashable, Sendable {
        /// From the first frame to the last.
        public let recording: Milliseconds
        /// How many data frames were heard.
        public let frames: Int
        /// How many identifiers they had.
        public let identifiers: Int
        /// What is to be said of each profile, the best first.
        public let findings: [ProfileFinding]
        /// Fields that may be an odometer, the likeliest first; none where a profile fits.
        public let guesses: [FieldGuess]

        /// The profile that fits best; `nil` where none does.
        public var best: ProfileFinding? { findings.first { $0.verdict == .fits } }

        /// The profiles that may fit, the best first.
        public var open: [ProfileFinding] { findings.filter { $0.verdict.rank == 1 } }
    }

    private var census = FrameCensus()
    private var search = FieldSearch()
    private var trials: [ProfileTrial]
    private var ways: [WayLog]
    private let dash: Metres?
    /// Which trials read an identifier.
    private var readers: [CANID: [Int]] = [:]
    private var begin: BootTime?
    private var now = BootTime.boot
    private var toldAllAt: BootTime?
    private var frames = 0

    /// Nothing heard yet of a car that may be any of `profiles`.
    ///
    /// `dash` is what its dashboard shows, where somebody has looked.
    public init(profiles: [VehicleProfile], dash: Metres? = nil) {
        trials = profiles.map { ProfileTrial($0, dash: dash) }
        ways = profiles.map { _ in WayLog() }
        self.dash = dash
        for (index, trial) in trials.enumerated() {
            for use in trial.uses where readers[use.id]?.last != index {
                readers[use.id, default: []].append(index)
            }
        }
    }

    /// Hears a frame. Only data frames count.
    ///
    /// A time before the last one counts as the last one.
    public mutating func receive(_ frame: CANFrame, at time: BootTime) {
        guard frame.kind == .data else { return }
        now = begin == nil ? time : max(time, now)
        begin = begin ?? now
        frames += 1
        if let place = census.count(frame.id, at: now) {
            search.receive(frame, place: place, at: now)
        }
        // A profile needs to know that the bus is awake, but not of every frame.
        if toldAllAt.map({ now - $0 >= .seconds(1) }) ?? true {
            toldAllAt = now
            for index in trials.indices { tell(index, frame) }
        } else if let interested = readers[frame.id] {
            for index in interested { tell(index, frame) }
        }
    }

    private mutating func tell(_ index: Int, _ frame: CANFrame) {
        trials[index].receive(frame, at: now)
        if let way = trials[index].way { ways[index].note(way, at: now) }
    }

    /// What is to be said so far.
    public func report() -> Report {
        let found = trials.enumerated().map { index, trial in
            (finding: trial.finding(census), way: ways[index])
        }
        .sorted { ProfileFinding.isBetter($0.finding, $1.finding) }
        let findings = found.map(\.finding)
        var guesses: [FieldGuess] = []
        if !findings.contains(where: { $0.verdict == .fits }) {
            let speed = found.first { $0.finding.hasSpeed && $0.way.length > .zero }
            let judge = FieldJudge(census: census, way: speed?.way, dash: dash)
            guesses = judge.guesses(search)
        }
        return Report(
            recording: now - (begin ?? now), frames: frames, identifiers: census.sights.count,
            findings: findings, guesses: guesses)
    }
}

extension ProfileFinding {
    /// Whether its speed was heard and is plausible.
    var hasSpeed: Bool {
        for evidence in evidence {
            if case .speed = evidence { return true }
        }
        return false
    }
}
