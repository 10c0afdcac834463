/// A descriptor that its owner waits for, to be put into the one `poll` of the program.
///
/// Adapters have no threads: they tell their sources, and are called when one of them is ready. A
/// source is asked for anew before each wait, for owners reopen what they lose.
public struct PollSource: Hashable, Sendable {
    /// The number of the descriptor, valid until its owner is called.
    public let descriptor: Int32
    /// What to wait for, as the bits of `pollfd.events` of POSIX.
    public let events: Int16

    /// Waits for `events` on `descriptor`.
    public init(descriptor: Int32, events: Int16) {
        self.descriptor = descriptor
        self.events = events
    }
}
