public import Box
public import Ports

/// A board in a car of which the outside can be seen: what the contract is held against.
public protocol BoardBench: AnyObject {
    /// The board.
    var board: any Board { get }
    /// Lets the board and the car run on until everything that was begun has ended.
    func settle()
    /// Whether the central locking was locked last.
    var isLocked: Bool { get }
    /// Whether the relay keeps the starter from turning.
    var starterIsInhibited: Bool { get }
    /// What the board tells the Box about that; `nil` is unknown.
    var readBack: Bool? { get }
    /// How many pulses the central locking has seen.
    var doorPulses: Int { get }
    /// How many pulses the relay has seen.
    var starterPulses: Int { get }
    /// Whether both outputs of a pair were ever active in one moment.
    var hasSeenBoth: Bool { get }
    /// What is lit and sounds now.
    var lamps: BenchLamps { get }
    /// Whether the box was turned off.
    var isOff: Bool { get }
}

/// Which of LEDs and buzzer are on.
public struct BenchLamps: Hashable, Sendable {
    /// The green LED.
    public var green: Bool
    /// The red LED.
    public var red: Bool
    /// The buzzer.
    public var buzzer: Bool

    /// These.
    public init(green: Bool, red: Bool, buzzer: Bool) {
        self.green = green
        self.red = red
        self.buzzer = buzzer
    }

    /// What `signal` begins with.
    public init(beginning signal: Signal) {
        let beat = signal.beats.first
        self.init(
            green: beat?.green ?? false, red: beat?.red ?? false, buzzer: beat?.buzzer ?? false)
    }
}
