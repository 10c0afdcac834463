public import Units

/// Something about the odometer that cannot be billed and must be written down.
public struct OdometerAnomaly: Hashable, Sendable {
    /// The stable names of what can be odd about an odometer.
    public enum Kind: String, CaseIterable, Sendable {
        /// Zero, or another value that a cluster gives before it has read its own memory.
        case initial
        /// All ones, or another value that stands for "no value".
        case notAvailable
        /// A value by which the car says that its odometer is wrong.
        case error
        /// A value that the coding of the signal keeps back.
        case reserved
        /// The unit is not one that the profile knows.
        case unitUnknown
        /// The unit is not the one that was pinned.
        case unitChanged
        /// Lower than before.
        case back
        /// Higher than the car can have driven.
        case jump
        /// The same implausible value for a minute: a repair or another cluster.
        case step
        /// It stands still while the car moves.
        case frozen
        /// The frame is shorter than the signal needs.
        case short
        /// It went another way than the fine counter, by more than a count and 1 %.
        case counterApart
        /// It went another way than the speed, by more than a count and 3 %.
        case speedApart
        /// Another odometer of the car went another way.
        case sourcesApart
        /// The source that was pinned is not in the profile of this start.
        case sourceMissing
    }

    /// What is odd.
    public var kind: Kind
    /// What the car said, where it could be read; for a comparison, what the other witness says.
    public var reading: Metres?
    /// What is still believed.
    public var held: Metres?
    /// The count in which that is believed: the truth was less than one above it.
    public var resolution: Metres?
    /// The odometer that is odd.
    public var source: SourceKey
    /// The frame in `cansend` form; `nil` where it was no frame.
    public var frame: String?

    /// An oddity of `source` in `frame`.
    public init(
        kind: Kind, reading: Metres?, held: Metres?, resolution: Metres? = nil,
        source: SourceKey, frame: String?
    ) {
        self.kind = kind
        self.reading = reading
        self.held = held
        self.resolution = resolution
        self.source = source
        self.frame = frame
    }
}

/// The odometer moved while nobody listened.
public struct OdometerGap: Hashable, Sendable {
    /// What was believed before.
    public var from: Metres
    /// The first reading that was accepted afterwards.
    public var to: Metres
    /// The step in which the car counts: the way is known to within one of it.
    public var resolution: Metres
    /// When the reading before was last heard; `nil` where it was before this boot.
    public var since: BootTime?
    /// The odometer.
    public var source: SourceKey

    /// The odometer `source` went from `from` to `to` unheard.
    public init(
        from: Metres, to: Metres, resolution: Metres, since: BootTime?, source: SourceKey
    ) {
        self.from = from
        self.to = to
        self.resolution = resolution
        self.since = since
        self.source = source
    }

    /// The way: what the odometer went.
    public var distance: Metres { to - from }
}
