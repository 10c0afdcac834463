public import CAN

/// One frame of a recording: when, where, which way, what.
public struct LogEntry: Hashable, Sendable {
    /// Which way a frame went, seen from the recorder.
    public enum Direction: UInt8, Hashable, Sendable {
        /// The format or the line does not say.
        case unknown
        /// It was heard.
        case received
        /// The recorder's own machine sent it.
        case transmitted
    }

    /// Microseconds since the zero of the recording, nanoseconds cut off.
    ///
    /// ``LogFormat`` says what the zero is.
    public var microseconds: Int64
    /// The channel it went over, as the recording names it: `can0`, `1`; empty where it has none.
    public var channel: String
    /// Which way it went.
    public var direction: Direction
    /// The frame.
    public var frame: BusFrame

    /// `frame` on `channel`.
    public init(
        microseconds: Int64, channel: String, direction: Direction = .unknown, frame: BusFrame
    ) {
        self.microseconds = microseconds
        self.channel = channel
        self.direction = direction
        self.frame = frame
    }
}

extension LogEntry: CustomStringConvertible {
    /// The line that `candump -l` writes: `(1436509052.249713) vcan0 044#2A366C2B R`.
    ///
    /// A channel without a name is written `-`.
    public var description: String {
        let (seconds, fraction) = microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        let sign = microseconds < 0 ? "-" : ""
        let name = channel.isEmpty ? "-" : channel
        let end =
            switch direction {
            case .unknown: ""
            case .received: " R"
            case .transmitted: " T"
            }
        let time = "\(sign)\(Self.padded(seconds, to: 10)).\(Self.padded(fraction, to: 6))"
        return "(\(time)) \(name) \(frame)\(end)"
    }

    private static func padded(_ number: UInt64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
