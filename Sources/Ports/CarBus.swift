public import Diagnostics

/// The way into the car: what the box sends on its bus.
///
/// Frames that the car sends come to the runtime from whoever reads the bus. Into the car go
/// ``Diagnostics/PermittedFrame`` values alone, and only a transmit allow-list makes those: any
/// other frame has no way to get here.
public protocol CarBus: AnyObject {
    /// Sends `frame` now, or not at all: what held when it was permitted may not hold later, so a
    /// frame that cannot be sent within some milliseconds is dropped.
    ///
    /// It returns at once. A frame that was lost shows as an answer that does not come.
    func send(_ frame: PermittedFrame)
}
