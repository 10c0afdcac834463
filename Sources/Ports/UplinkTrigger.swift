/// The way to the fleet, as far as the Box cares: a hint that there is something to tell.
public protocol UplinkTrigger: AnyObject {
    /// Tries to reach the fleet soon. Never waits.
    func syncSoon()
}
