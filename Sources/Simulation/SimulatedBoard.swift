public import AccessCode
public import Box
public import Ports
public import Records
public import Units

/// The board's lines and what hangs on them: lock, latching starter relay, LEDs, buzzer, battery
/// switch.
public final class SimulatedBoard: Board {
    /// Whether the doors are locked.
    public private(set) var isLocked = true
    /// Whether the starter cannot turn: a latching relay keeps it through everything.
    public private(set) var isInhibited = false
    /// Whether the relay is stuck as it is.
    public var relayIsStuck = false
    /// What was signalled last, however short.
    public private(set) var lastSignal: Signal?
    /// What was signalled last, digits apart: what a driver waits for.
    public private(set) var lastAnswer: Signal?
    /// How many door pulses there were.
    public private(set) var doorPulses = 0
    /// Whether the box turned itself off.
    public private(set) var isOff = false
    /// Whether the relay moved and its read-back was not yet told.
    private var senseIsNews = false

    /// A board in a car that was just fitted: locked, the starter free.
    public init() {}

    /// Pulses the lock.
    public func pulseDoor(_ action: LockBody.Action) {
        doorPulses += 1
        isLocked = action == .lock
    }

    /// Pulses the reset coil.
    public func releaseStarter() { move(to: false) }

    /// Pulses the set coil.
    public func inhibitStarter(_ proof: InterlockProof) { move(to: true) }

    /// Shows and sounds `signal`.
    public func signal(_ signal: Signal) {
        lastSignal = signal
        if signal != .digit { lastAnswer = signal }
    }

    /// The box cuts its own supply.
    public func powerOff() { isOff = true }

    /// The supply is back.
    public func powerOn() { isOff = false }

    /// The driver looks away: what was signalled before is no answer to what is typed next.
    public func forgetAnswer() { lastAnswer = nil }

    /// The read-back, once after each change.
    public func takeSenseChange() -> Bool? {
        guard senseIsNews else { return nil }
        senseIsNews = false
        return isInhibited
    }

    private func move(to inhibited: Bool) {
        guard !relayIsStuck else { return }
        isInhibited = inhibited
        senseIsNews = true
    }
}

/// A battery-backed clock that drifts, steps and stops.
public final class SimulatedRTC: RealTimeClock {
    /// UTC as it truly is; whoever owns the clock keeps it up to date.
    public var truth: WallTime
    private var shown: WallTime
    private var since: WallTime
    private var stopped = false
    private let drift: Int64
    /// Whether it answers.
    public var isFitted = true

    /// A clock that shows `truth` and drifts by `drift` parts per billion.
    public init(truth: WallTime, drift: Int64) {
        self.truth = truth
        shown = truth
        since = truth
        self.drift = drift
    }

    /// What it shows.
    public func read() -> RTCReading? {
        isFitted ? RTCReading(time: now, stopped: stopped) : nil
    }

    /// Sets it and clears its stopped flag.
    public func set(to time: WallTime) {
        shown = time
        since = truth
        stopped = false
    }

    /// Its battery dies: it begins again at 2000-01-01 and says that it stopped.
    public func lose() {
        set(to: CivilTime.utc(2000, 1, 1))
        stopped = true
    }

    /// It jumps by `amount`.
    public func step(by amount: Milliseconds) {
        shown = now + amount
        since = truth
    }

    private var now: WallTime {
        let elapsed = (truth - since).count
        return shown + Milliseconds(elapsed + elapsed / 1000 * drift / 1_000_000)
    }
}
