public import CAN
internal import Diagnostics
public import Units
public import Vehicle

/// Listens to a car through a profile and keeps what became of its odometer.
///
/// A pure value: frames come with their time, on one clock that runs forward.
public struct OdometerHistory: Sendable {
    /// What happened to the odometer.
    public enum Event: Hashable, Sendable {
        /// It was believed for the first time, or another one was taken in its place.
        case believed(OdometerEstimate)
        /// It moved on.
        case tick(OdometerEstimate)
        /// A reading was not believed, or something else about it was odd.
        case oddity(OdometerAnomaly)
        /// It moved while nothing was heard.
        case gap(OdometerGap)
    }

    /// Something that happened, and when.
    public struct Entry: Hashable, Sendable {
        /// When, on the clock of the frames.
        public let at: BootTime
        /// What.
        public let event: Event
    }

    /// Where the car stood at a time, and how fast it went.
    public struct Sample: Hashable, Sendable {
        /// When, on the clock of the frames.
        public let at: BootTime
        /// The odometer; `nil` while none is believed.
        public let odometer: OdometerEstimate?
        /// The speed; `nil` where it was not heard for two seconds.
        public let speed: MillimetresPerSecond?
    }

    /// Everything that happened, in order; the first ``entriesMaximum``.
    public private(set) var entries: [Entry] = []
    /// How many entries there would have been beyond those.
    public private(set) var entriesLeftOut = 0
    /// Where the car stood, in order, at even distances of time: at most ``samplesMaximum``.
    public private(set) var samples: [Sample] = []
    /// When the first frame was heard.
    public private(set) var begin: BootTime?
    /// When the last frame was heard.
    public private(set) var end: BootTime?
    /// How many frames were heard.
    public private(set) var frames = 0
    /// How long the car moved: as fast as 1 km/h, by the speed.
    public private(set) var driving = Milliseconds.zero

    /// How many entries are kept.
    public static let entriesMaximum = 100_000
    /// How many samples are kept; where there would be more, every other one is given up.
    public static let samplesMaximum = 4096
    /// After how long without a new one a speed is not taken to go on.
    static let speedAge = Milliseconds.seconds(2)
    /// Slower than this is standing: 1 km/h.
    static let standing = MillimetresPerSecond.kilometresPerHour(1)

    private var monitor: VehicleMonitor
    private var listener: VehiclePoller
    private var believed: SourceKey?
    private var sampledAt: BootTime?
    private var sampleEvery = Milliseconds(100)
    private var movedAt: BootTime?
    private var beginning = DriveBeginning()

    /// Nothing heard yet of a car that is read through `profile`.
    public init(profile: VehicleProfile) {
        monitor = VehicleMonitor(profile: profile)
        listener = VehiclePoller(profile.listening)
    }

    /// What the car has told.
    public var state: VehicleState { monitor.state }

    /// The profile it is read through.
    public var profile: VehicleProfile { monitor.profile }

    /// Hears a frame; what came of it, in order.
    ///
    /// A time before the last one counts as the last one.
    @discardableResult
    public mutating func receive(_ frame: CANFrame, at time: BootTime) -> [Entry] {
        let now = max(time, end ?? time)
        if begin == nil { begin = now }
        end = now
        frames += 1
        var changes = monitor.receive(frame, at: now)
        for case .heard(let answer, to: _) in listener.receive(frame, at: now) {
            guard let request = answer.request, let payload = answer.payload else { continue }
            changes.formUnion(
                monitor.receive(
                    answer: payload, service: request.service.rawValue,
                    identifier: request.identifier, at: now))
        }
        var news: [Entry] = []
        if changes.contains(.gap) {
            for gap in monitor.takeGaps() { news.append(Entry(at: now, event: .gap(gap))) }
        }
        if changes.contains(.odometer), let odometer = monitor.state.odometer {
            let isNew = odometer.key != believed
            believed = odometer.key
            news.append(Entry(at: now, event: isNew ? .believed(odometer) : .tick(odometer)))
        }
        if changes.contains(.anomaly) {
            for oddity in monitor.takeAnomalies() {
                news.append(Entry(at: now, event: .oddity(oddity)))
            }
        }
        if !news.isEmpty || sampledAt.map({ now - $0 >= sampleEvery }) ?? true { sample(now) }
        for entry in news {
            if entries.count < Self.entriesMaximum {
                entries.append(entry)
            } else {
                entriesLeftOut += 1
            }
        }
        return news
    }

    private mutating func sample(_ now: BootTime) {
        let speed = monitor.state.speed?.fresh(within: Self.speedAge, at: now)
        if let speed, speed.magnitude >= Self.standing {
            if let movedAt, now - movedAt <= Self.speedAge { driving += now - movedAt }
            movedAt = now
        } else {
            movedAt = nil
        }
        beginning.look(monitor.state, since: begin ?? now, profile.plausibility)
        sampledAt = now
        samples.append(Sample(at: now, odometer: monitor.state.odometer, speed: speed))
        guard samples.count >= Self.samplesMaximum else { return }
        var kept = 0
        for index in stride(from: 0, to: samples.count, by: 2) {
            samples[kept] = samples[index]
            kept += 1
        }
        samples.removeLast(samples.count - kept)
        sampleEvery = sampleEvery * 2
    }
}

extension OdometerHistory {
    /// What the whole recording comes to.
    public var drive: Drive {
        var drive = Drive()
        for entry in entries {
            switch entry.event {
            case .believed: break
            case .tick: drive.ticks += 1
            case .gap: drive.gaps += 1
            case .oddity(let oddity):
                if oddity.kind.isAlarm { drive.alarms += 1 } else { drive.rejected += 1 }
            }
        }
        drive.recording = (end ?? .boot) - (begin ?? .boot)
        drive.driving = driving
        drive.pulses = state.pulses
        drive.speed = state.speedIntegral
        drive.odometer = state.odometer
        guard let begin else { return drive }
        drive.measure(beginning, state, since: begin, profile.plausibility)
        return drive
    }
}

extension OdometerAnomaly.Kind {
    /// Whether the odometer's reading itself was believed, and only what it comes to is odd.
    public var isAlarm: Bool {
        switch self {
        case .frozen, .counterApart, .speedApart, .sourcesApart, .sourceMissing: true
        case .initial, .notAvailable, .error, .reserved, .unitUnknown, .unitChanged, .back, .jump,
            .step, .short:
            false
        }
    }

    /// What is odd, in a few words.
    public var words: String {
        switch self {
        case .initial: "zero, or what a cluster says before it has read its memory"
        case .notAvailable: "stands for no value"
        case .error: "the car says its odometer is wrong"
        case .reserved: "a value that the coding keeps back"
        case .unitUnknown: "the unit is none that the profile knows"
        case .unitChanged: "another unit than before"
        case .back: "lower than before"
        case .jump: "higher than the car can have driven"
        case .step: "the same impossible value for a minute"
        case .frozen: "it stands while the car moves"
        case .short: "the frame is shorter than the signal needs"
        case .counterApart: "it went another way than the counter"
        case .speedApart: "it went another way than the speed"
        case .sourcesApart: "another odometer of the car went another way"
        case .sourceMissing: "the profile has no such odometer"
        }
    }
}
