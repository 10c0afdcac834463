public import Units

/// Which of LEDs and buzzer are on.
public struct Lamps: Hashable, Sendable {
    /// The green LED.
    public var green = false
    /// The red LED.
    public var red = false
    /// The buzzer.
    public var buzzer = false

    /// All dark and silent.
    public init() {}
}

/// Plays the pattern of one signal out in time. A new signal replaces the one before.
///
/// What is over when it is looked at is not made up for: the pattern keeps its beat with the time,
/// however late somebody looks.
public struct LampPlayer: Sendable {
    private var beats: [Signal.Beat] = []
    private var start = BootTime.boot

    /// Nothing to play.
    public init() {}

    /// Plays `signal` from `now` on.
    public mutating func play(_ signal: Signal, at now: BootTime) {
        beats = signal.beats
        start = now
    }

    /// The box lost its power: dark at once.
    public mutating func stop() {
        beats = []
    }

    /// What is on at `now`.
    public func lamps(at now: BootTime) -> Lamps {
        var lamps = Lamps()
        guard let beat = beat(at: now)?.beat else { return lamps }
        lamps.green = beat.green
        lamps.red = beat.red
        lamps.buzzer = beat.buzzer
        return lamps
    }

    /// When the beat that is playing at `now` ends; `nil` when nothing plays.
    public func nextChange(after now: BootTime) -> BootTime? { beat(at: now)?.end }

    private func beat(at now: BootTime) -> (beat: Signal.Beat, end: BootTime)? {
        var end = start
        for beat in beats {
            end = end + beat.length
            if now < end { return (beat, end) }
        }
        return nil
    }
}
