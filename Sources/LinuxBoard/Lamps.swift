internal import Box
internal import Units

/// Which of LEDs and buzzer are on.
struct Lamps: Hashable, Sendable {
    var green = false
    var red = false
    var buzzer = false
}

/// Plays the pattern of one signal out in time. A new signal takes the place of the one before.
struct PatternPlayer: Hashable, Sendable {
    /// What is on.
    private(set) var lamps = Lamps()
    /// When that changes; `nil` when nothing plays.
    private(set) var nextDeadline: BootTime?
    private var rest: ArraySlice<Signal.Beat> = []

    /// Begins `signal` at `now`.
    mutating func play(_ signal: Signal, at now: BootTime) {
        rest = signal.beats[...]
        begin(at: now)
    }

    /// Goes on to what is to be on at `now`.
    ///
    /// A beat that is over when it is looked at is not made up for: the pattern keeps its beat
    /// with the time, however late the loop comes.
    mutating func advance(to now: BootTime) {
        while let due = nextDeadline, now >= due { begin(at: due) }
    }

    private mutating func begin(at time: BootTime) {
        guard let beat = rest.popFirst() else {
            lamps = Lamps()
            nextDeadline = nil
            return
        }
        lamps = Lamps(green: beat.green, red: beat.red, buzzer: beat.buzzer)
        nextDeadline = time + beat.length
    }
}
