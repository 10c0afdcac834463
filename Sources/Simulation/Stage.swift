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
    /// How long the bus stays awake after the ignition went off or a door moved.
    public static let busLinger = Milliseconds.seconds(20)

    /// Whether the simulated car keeps off the bus: a recording speaks in its place.
    public var carIsSilent = false
    /// What happens meanwhile.
    weak var background: (any StageBackground)?
    private var nextFrame: WallTime
    private var busAwakeUntil: WallTime
    private var carAt: WallTime

    /// A stage for `box` whose bus speaks every `framePeriod`.
    public init(box: SimulatedBox, framePeriod: Milliseconds) {
        self.box = box
        self.framePeriod = framePeriod
        nextFrame = box.truth
        busAwakeUntil = box.truth
        carAt = box.truth
    }

    /// UTC as it truly is.
    public var now: WallTime { box.truth }

    /// Whether the bus speaks.
    public var isBusAwake: Bool {
        !carIsSilent && (box.car.ignition || box.truth < busAwakeUntil)
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
        while box.truth < end {
            let frame = isBusAwake ? max(nextFrame, box.truth + Milliseconds(1)) : end
            let deadline = max(box.nextDeadline ?? end, box.truth + Milliseconds(1))
            let other = max(background?.nextBackground() ?? end, box.truth)
            let next = min(min(end, frame), min(deadline, other))
            box.advance(to: next)
            roll()
            if isBusAwake, box.truth >= nextFrame {
                nextFrame = box.truth + framePeriod
                box.sendFrames()
            }
            if let deadline = box.nextDeadline, deadline <= box.truth { box.wake() }
            noticePower()
            while let time = background?.nextBackground(), time <= box.truth {
                try background?.runBackground()
            }
        }
        noticePower()
        roll()
    }

    /// A box whose disk died in a write, or that turned itself off, has no power.
    private func noticePower() {
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
        roll()
        wakeBus()
        box.setIgnition(on)
    }

    private func wakeBus() {
        if !isBusAwake { nextFrame = box.truth }
        busAwakeUntil = box.truth + Self.busLinger
    }

    /// Lets the car roll up to now.
    private func roll() {
        let time = box.truth - carAt
        carAt = box.truth
        guard box.car.ignition || box.car.speed != .zero else { return }
        box.car.advance(by: time)
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
