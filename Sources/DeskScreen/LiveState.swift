public import Box
public import Records
public import Units

/// All that the screen shows, as values.
public struct LiveState: Hashable, Sendable {
    /// Which page lies under the instruments.
    public enum Page: Hashable, Sendable {
        /// The log.
        case log
        /// The phone with the codes.
        case phone
        /// The keys.
        case help
    }

    /// The box's identity.
    public var box: BoxID
    /// The car's profile.
    public var profile: String
    /// UTC as it truly is.
    public var time: WallTime
    /// How fast time runs: 1 or 60.
    public var rate: Int64 = 1
    /// The language of the answers.
    public var language = Language.english
    /// LEDs and buzzer.
    public var lamps = Lamps()
    /// What was answered last.
    public var answer: Signal?
    /// Whether what is typed is hidden.
    public var isMasked = false
    /// The car as it truly is.
    public var car = CarPart()
    /// What the box knows; `nil` while it has no power.
    public var knows: BoxPart?
    /// The records, oldest first.
    public var log: [String] = []
    /// The number of the last record that the fleet has; 0 for none.
    public var acknowledged: Int64 = 0
    /// How many records back the log is scrolled.
    public var scrolled = 0
    /// The page that is shown.
    public var page = Page.log
    /// What the phone shows.
    public var phone: [PhoneEntry] = []
    /// What the desk itself has to say.
    public var notice = ""

    /// The desk of `box` at `time`, in a car of `profile`.
    public init(box: BoxID, profile: String, time: WallTime) {
        self.box = box
        self.profile = profile
        self.time = time
    }

    /// The car as it truly is, with the board's lines.
    public struct CarPart: Hashable, Sendable {
        /// Whether the ignition is on.
        public var ignition = false
        /// Whether the engine runs.
        public var engineRuns = false
        /// How fast it goes.
        public var speed = MillimetresPerSecond.zero
        /// How fast it is wanted to go.
        public var wanted = MillimetresPerSecond.zero
        /// Whether a door stands open.
        public var doorOpen = false
        /// Whether the doors are locked.
        public var isLocked = true
        /// Whether the starter cannot turn.
        public var isInhibited = false
        /// The way it has gone in its life.
        public var odometer = Millimetres.zero
        /// The battery's voltage.
        public var battery = Millivolts.zero
        /// Whether the fleet can be reached.
        public var online = false

        /// A car that stands, locked.
        public init() {}
    }

    /// What the box knows.
    public struct BoxPart: Hashable, Sendable {
        /// The digits that are typed.
        public var typed: [UInt8] = []
        /// How many times it started.
        public var boots: UInt32 = 0
        /// The time as it knows it; `nil` while it is lost.
        public var clock: WallReading?
        /// Why it does not know the time.
        public var clockLoss = ""
        /// Why the starter inhibit may not be engaged; `nil` when it may.
        public var interlock: InterlockReason?
        /// How long all must stay quiet until it may; `nil` when that is not the reason.
        public var quietNeeded: Milliseconds?
        /// What the starter inhibit should be.
        public var wanted = InhibitState.unknown
        /// From when to when the active rental lasts.
        public var rental: Range<WallTime>?
        /// The trip that is open.
        public var trip: TripPart?
        /// What the car's dashboard shows, as the bus tells it.
        public var dash: Metres?
        /// What the medium still takes.
        public var storage = StorageRoom.normal
        /// How long typed codes are not looked at; `nil` when they are.
        public var wait: Milliseconds?

        /// A box that knows nothing.
        public init() {}
    }

    /// The trip that is open.
    public struct TripPart: Hashable, Sendable {
        /// Its identity.
        public var trip: TripID
        /// How far it went.
        public var distance: Metres
        /// The truth lies within this of the distance.
        public var error: Metres
        /// What stands behind the distance.
        public var quality: DistanceQuality

        /// `trip` went `distance` ± `error`.
        public init(trip: TripID, distance: Metres, error: Metres, quality: DistanceQuality) {
            self.trip = trip
            self.distance = distance
            self.error = error
            self.quality = quality
        }
    }

    /// One code on the phone.
    public struct PhoneEntry: Hashable, Sendable {
        /// What it is for.
        public var title: String
        /// The digits as they are sent.
        public var code: String
        /// When it is good.
        public var window: String

        /// The code `code` for `title`, good in `window`.
        public init(title: String, code: String, window: String) {
            self.title = title
            self.code = code
            self.window = window
        }
    }
}
