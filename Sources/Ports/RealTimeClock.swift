public import AccessCode
public import Units

/// The battery-backed clock.
public protocol RealTimeClock: AnyObject {
    /// What it shows; `nil` when there is none or it does not answer.
    func read() -> RTCReading?
    /// Sets it, which also clears its stopped flag. A clock that cannot be set stays as it is and
    /// is found out when it is read.
    func set(to time: WallTime)
}
