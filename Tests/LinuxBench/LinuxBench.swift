public import BoardContract
public import Box
public import LinuxBoard
internal import LinuxIO
public import Ports
public import Units
internal import Wiring

/// The real board on lines of the kernel's gpio-sim, with the car played from outside.
public final class LinuxBench: BoardBench {
    /// The car.
    public let car: WiredCar
    /// The board under test.
    public let linux: LinuxBoard
    /// What the board told the Box so far.
    public private(set) var inputs: [BoxInput] = []
    /// The longest that one turn of the loop took since it was last set to zero.
    ///
    /// Pulses are seen by looking: in a machine that was held up for most of one, what was not
    /// seen says nothing.
    public var longestTurn = Milliseconds.zero
    private var taken = 0
    private var lastTurn = bootTime()
    private let power = Power()

    /// A board at rest.
    ///
    /// - Throws: ``SimulatedChip/Failure`` where the kernel has no gpio-sim.
    public init() throws(SimulatedChip.Failure) {
        car = try WiredCar()
        let power = power
        linux = LinuxBoard(layout: WiredCar.board, clock: bootTime) { power.isOff = true }
        settle()
    }

    private final class Power {
        var isOff = false
    }

    /// The board.
    public var board: any Board { linux }
    /// Whether the central locking was locked last.
    public var isLocked: Bool { car.isLocked }
    /// Whether the relay keeps the starter from turning.
    public var starterIsInhibited: Bool { car.starterIsInhibited }
    /// How many pulses the central locking has seen.
    public var doorPulses: Int { car.doorPulses }
    /// How many pulses the relay has seen.
    public var starterPulses: Int { car.starterPulses }
    /// Whether both outputs of a pair were active in one moment.
    public var hasSeenBoth: Bool { car.hasSeenBoth }
    /// Whether the box was turned off.
    public var isOff: Bool { power.isOff }

    /// What the board last told the Box about the relay.
    public var readBack: Bool? {
        for case .lineRead(.starterInhibitSense, let level) in inputs.reversed() { return level }
        return nil
    }

    /// What is lit and sounds on the wires.
    public var lamps: BenchLamps {
        BenchLamps(
            green: car.isActive(.ledGreen) ?? false, red: car.isActive(.ledRed) ?? false,
            buzzer: car.isActive(.buzzer) ?? false)
    }

    /// Runs until nothing is under way and nothing was told for a tenth of a second.
    public func settle() {
        lastTurn = bootTime()
        var quietSince = bootTime()
        while bootTime() - quietSince < Milliseconds(100) {
            let told = inputs.count
            turn()
            if linux.nextDeadline != nil || inputs.count != told { quietSince = bootTime() }
        }
    }

    /// Runs for `time`.
    public func run(for time: Milliseconds) {
        let end = bootTime() + time
        while bootTime() < end { turn() }
    }

    /// Runs until `condition` holds, at most for `bound`.
    ///
    /// - Returns: whether it came to hold.
    public func run(until condition: () -> Bool, within bound: Milliseconds) -> Bool {
        let end = bootTime() + bound
        while bootTime() < end {
            if condition() { return true }
            turn()
        }
        return condition()
    }

    /// What the board told since the last call.
    public func takeInputs() -> [BoxInput] {
        defer { taken = inputs.count }
        return Array(inputs[taken...])
    }

    /// One turn of the loop that the program has, with the car looked at in between.
    private func turn() {
        let now = bootTime()
        longestTurn = max(longestTurn, now - lastTurn)
        lastTurn = now
        _ = PollSource.wait(for: linux.sources, milliseconds: 1)
        car.follow()
        inputs += linux.advance()
        car.follow()
    }
}
