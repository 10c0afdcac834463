public import Box
public import Ports
internal import SimulatedDisk
public import Units

/// What happens around a box by itself while its driver does something else.
protocol StageBackground: AnyObject {
    /// When the next thing happens.
    func nextBackground() -> WallTime?
    /// Lets it happen.
    func runBackground() throws(StorageError)
    /// The box lost its power in the middle of a write.
    func boxDied()
    /// The box turned itself off.
    func boxTurnedOff()
}

/// Lets time pass around one box: wakes it when it asks, lets the car roll, puts its frames on the
/// bus, and notices when the power goes in the middle of something.
public final class Stage {
    /// The box.
    public let box: SimulatedBox
    /// How often the bus tells about the car while it is awake.
    public let framePeriod: Milliseconds
    /// How often those frames are repeated that say nothing of the car's way and nothing new.
    public let repeatPeriod: Milliseconds
    /// How long the bus stays awake after the ignition went off or a door moved.
    public static let busLinger = Milliseconds.seconds(20)

    /// Whether the simulated car keeps off the bus: a recording speaks in its place.
    public var carIsSilent = false
    /// What happens meanwhile.
    weak var background: (any StageBackground)?
    private var nextFrame: WallTime
    private var nextRepeat: WallTime
    private var busAwakeUntil: WallTime
    private var carAt: WallTime

    /// A stage for `box` whose bus speaks every `framePeriod`, and repeats what is not new every
    /// `repeatPeriod`, by default as often.
    public init(
        box: SimulatedBox, framePeriod: Milliseconds, repeatPeriod: Milliseconds? = nil
    ) {
        self.box = box
        self.framePeriod = framePeriod
        self.repeatPeriod = repeatPeriod ?? framePeriod
        nextFrame = box.truth
        nextRepeat = box.truth
        busAwakeUntil = box.truth
        carAt = box.truth
    }

    /// UTC as it truly is.
    public var now: WallTime { box.truth }

    /// Whether the bus speaks.
    public var isBusAwake: Bool { isBusAwake(at: box.truth) }

    private func isBusAwake(at now: WallTime) -> Bool {
        !carIsSilent && (now < busAwakeUntil || box.car.ignition)
    }

    /// Lets `time` pass.
    ///
    /// - Throws: ``Ports/StorageError`` when a box that lost its power does not start again.
    public func pass(_ time: Milliseconds) throws(StorageError) {
        try pass(to: box.truth + time)
    }

    /// Lets time pass until `end`.
    ///
    /// - Throws: ``Ports/StorageError``.
    public func pass(to end: WallTime) throws(StorageError) {
        let background = background
        var now = box.truth
        while now < end {
            let frame = isBusAwake(at: now) ? max(nextFrame, now + Milliseconds(1)) : end
            let deadline = max(box.nextDeadline ?? end, now + Milliseconds(1))
            let other = max(background?.nextBackground() ?? end, now)
            let speech = max(box.nextSpeech ?? end, now)
            now = min(min(end, frame), min(deadline, min(other, speech)))
            box.advance(to: now)
            roll(to: now)
            if speech <= now { box.hearUnits() }
            if now >= nextFrame, isBusAwake(at: now) { sendFrames(at: now) }
            box.wakeIfDue()
            noticePower(background)
            while let time = background?.nextBackground(), time <= box.truth {
                try background?.runBackground()
            }
            now = box.truth
        }
        noticePower(background)
        roll(to: now)
    }

    private func sendFrames(at now: WallTime) {
        nextFrame = now + framePeriod
        let repeats = now >= nextRepeat
        if repeats { nextRepeat = now + repeatPeriod }
        box.sendFrames(all: repeats)
    }

    /// A box whose disk died in a write, or that turned itself off, has no power.
    private func noticePower(_ background: (any StageBackground)?) {
        guard box.isOn else { return }
        if box.disk.isDead {
            background?.boxDied()
        } else if box.board.isOff {
            background?.boxTurnedOff()
        }
    }

    /// Types `text` on the keypad, a key every 300 ms, and waits a second for the answer.
    ///
    /// - Throws: ``Ports/StorageError``.
    @discardableResult
    public func type(_ text: String) throws(StorageError) -> Signal? {
        box.board.forgetAnswer()
        for character in text {
            guard let key = Key(character) else { continue }
            box.press(key)
            try pass(Milliseconds(300))
        }
        try pass(.seconds(1))
        return box.board.lastAnswer
    }

    /// Opens or closes a door.
    public func setDoor(open: Bool) {
        wakeBus()
        box.setDoor(open: open)
    }

    /// Switches the ignition.
    public func setIgnition(_ on: Bool) {
        roll(to: box.truth)
        wakeBus()
        box.setIgnition(on)
    }

    private func wakeBus() {
        if !isBusAwake { nextFrame = box.truth }
        busAwakeUntil = box.truth + Self.busLinger
        // Something is new: it is said with the next frames.
        nextRepeat = box.truth
    }

    /// Lets the car roll up to now.
    private func roll(to now: WallTime) {
        guard now > carAt else { return }
        box.roll(for: now - carAt)
        carAt = now
    }
}

extension Key {
    /// The key with this sign: `0`...`9`, `*` or `#`; `nil` for any other.
    public init?(_ character: Character) {
        switch character {
        case "*": self = .clear
        case "#": self = .enter
        default:
            guard character.isASCII, let digit = character.wholeNumberValue else { return nil }
            self = .digit(UInt8(digit))
        }
    }
}
