public import Units

/// What the car can have driven.
public struct Plausibility: Hashable, Sendable {
    /// The highest speed.
    public var maxSpeed: MillimetresPerSecond
    /// The furthest that one reading may stand above the one before while the bus is awake.
    public var maxJump: Metres
    /// The highest average speed over a time in which nothing was heard.
    public var gapSpeed: MillimetresPerSecond

    /// The bounds of an ordinary car unless others are given.
    public init(
        maxSpeed: MillimetresPerSecond = .kilometresPerHour(250),
        maxJump: Metres = .kilometres(5),
        gapSpeed: MillimetresPerSecond = .kilometresPerHour(150)
    ) {
        self.maxSpeed = maxSpeed
        self.maxJump = maxJump
        self.gapSpeed = gapSpeed
    }
}
