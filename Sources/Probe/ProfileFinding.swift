public import CAN
public import Units
public import Vehicle

/// What a recording says of one profile.
public struct ProfileFinding: Hashable, Sendable {
    /// The name of the profile.
    public let profile: String
    /// Whether it fits.
    public let verdict: Verdict
    /// What speaks for it, in order.
    public let evidence: [Evidence]
    /// What speaks against it, in order.
    public let contradictions: [Contradiction]
    /// The frames that it reads, each once, in the order of the quantities.
    public let frames: [FrameUse]

    /// The frames that it reads and the recording does not have.
    public var missing: [FrameUse] { frames.filter { $0.sight == nil } }

    /// Better first: by verdict, then by how much speaks for it and against it.
    static func isBetter(_ left: Self, _ right: Self) -> Bool {
        if left.verdict.rank != right.verdict.rank {
            return left.verdict.rank < right.verdict.rank
        }
        if left.weight != right.weight { return left.weight > right.weight }
        return left.profile < right.profile
    }

    private var weight: Int {
        let present = frames.count - missing.count
        let share = frames.isEmpty ? 0 : 100 * present / frames.count
        return 200 * evidence.filter(\.isWitness).count - 300
            * contradictions.filter(\.isGrave).count + share
    }
}

extension ProfileFinding {
    /// Whether a profile fits, and the one reason that decides it.
    public enum Verdict: Hashable, Sendable {
        /// The odometer was believed, moved, and went the way that another witness went.
        case fits
        /// Nothing decides against it, but this is still open.
        case mayFit(Doubt)
        /// What is heard says nothing of it.
        case cannotTell(Silence)
        /// This decides against it.
        case doesNotFit(Refusal)

        var rank: Int {
            switch self {
            case .fits: 0
            case .mayFit: 1
            case .cannotTell: 2
            case .doesNotFit: 3
            }
        }
    }

    /// Why listening says nothing of a profile.
    public enum Silence: Hashable, Sendable {
        /// The odometer is told on request only.
        case onRequest
        /// The profile has no odometer.
        case noOdometer
    }

    /// What keeps a profile from being found to fit.
    public enum Doubt: Hashable, Sendable {
        /// The odometer is there and never moved.
        case neverMoved
        /// The odometer was not heard long enough to be believed.
        case tooShort(Milliseconds)
        /// The odometer moved, but nothing else told how far the car went.
        case noWitness
        /// The odometer is right, but something else contradicts: see the contradictions.
        case contradicted
    }

    /// What decides against a profile.
    public enum Refusal: Hashable, Sendable {
        /// The car sends none of the frames that have the odometer.
        case noFrame([CANID])
        /// The frame is too short for the signal: it means something else in this car.
        case tooShort(CANID, length: Int, needed: Int)
        /// The unit is never one that the profile knows.
        case unitUnknown(CANID)
        /// The odometer's frame is there and never holds a value.
        case noValue(CANID)
        /// What is there changes as no odometer does.
        case neverBelieved(CANID)
        /// No car has gone so far.
        case implausible(Metres)
        /// The odometer stands though the car went this way by its speed.
        case stands(Metres)
        /// The odometer and the speed went different ways.
        case anotherWay(odometer: Metres, speed: Metres)
        /// None of its frames is there.
        case nothing
    }
}

extension ProfileFinding {
    /// Something that speaks for a profile.
    public enum Evidence: Hashable, Sendable {
        /// The odometer is valid and believed.
        case odometer(SourceKey, Metres, resolution: Metres)
        /// The car says in which unit it counts.
        case unit(Millimetres)
        /// An odometer of the profile said this last; it is not the one that was believed.
        case other(SourceKey, Metres)
        /// It is what the dashboard shows.
        case dash(Metres)
        /// It moved, so often, by so much.
        case moved(ticks: Int, Metres)
        /// It went the way that the speed went.
        case withSpeed(odometer: Metres, speed: Metres)
        /// The counter went the way that the speed went: a count is so many nanometres long, where
        /// the profile has so many.
        case counter(measured: Int64, stated: Int64, way: Metres)
        /// The speed is plausible; the highest was this.
        case speed(highest: MillimetresPerSecond)
        /// The ignition is told.
        case ignition(isOn: Bool)

        /// Whether it holds one thing against another, so that chance is unlikely.
        var isWitness: Bool {
            switch self {
            case .withSpeed, .counter, .dash: true
            case .odometer, .other, .unit, .moved, .speed, .ignition: false
            }
        }
    }

    /// Something that speaks against a profile.
    public enum Contradiction: Hashable, Sendable {
        /// Readings of the odometer were not believed, or it was odd otherwise.
        case oddity(OdometerAnomaly)
        /// The dashboard shows something else.
        case dash(shown: Metres, dash: Metres)
        /// The counter went another way than the speed.
        case counter(measured: Int64, stated: Int64, way: Metres)
        /// The speed is faster than any car that the profile is for.
        case speed(highest: MillimetresPerSecond)

        /// Whether it says that something is read wrongly. A cluster that has no value for a while
        /// is read rightly.
        public var isGrave: Bool {
            switch self {
            case .dash, .counter, .speed: true
            case .oddity(let oddity):
                switch oddity.kind {
                case .initial, .notAvailable, .error, .reserved: false
                case .unitUnknown, .unitChanged, .back, .jump, .step, .frozen, .short,
                    .counterApart, .speedApart, .sourcesApart, .sourceMissing:
                    true
                }
            }
        }
    }

    /// A frame that a profile reads.
    public struct FrameUse: Hashable, Sendable {
        /// Its identifier.
        public let id: CANID
        /// What for: `odometer`, `distance`, `speed`, `ignition`, `doors`, `fuel`, `charge`,
        /// `supply`.
        public internal(set) var quantities: [String]
        /// How often it was heard; `nil` where it was not.
        public let sight: FrameCensus.Sight?
    }
}
