internal import Glibc

/// What can happen to a descriptor, as `poll` of POSIX names it.
public struct PollEvents: OptionSet, Hashable, Sendable {
    /// The bits of `pollfd.events`.
    public let rawValue: Int16

    /// These bits.
    public init(rawValue: Int16) { self.rawValue = rawValue }

    /// Bytes can be read, or the end.
    public static let readable = PollEvents(rawValue: Int16(POLLIN))
    /// Bytes can be written.
    public static let writable = PollEvents(rawValue: Int16(POLLOUT))
    /// The kernel has an error to tell; never asked for, always told.
    public static let failed = PollEvents(rawValue: Int16(POLLERR))
    /// The other end is gone; never asked for, always told.
    public static let hungUp = PollEvents(rawValue: Int16(POLLHUP))
    /// The descriptor is not open: a bug; never asked for, always told.
    public static let notOpen = PollEvents(rawValue: Int16(POLLNVAL))
}

/// A descriptor and what its owner waits for.
///
/// Adapters have no threads: they tell their sources to the one loop, and are called when one of
/// them is ready. A source is asked for anew before each wait, for owners reopen what they lose.
public struct PollSource: Hashable, Sendable {
    /// The number of the descriptor, valid until its owner is called.
    public let descriptor: Int32
    /// What to wait for.
    public let events: PollEvents

    /// Waits for `events` on `descriptor`.
    public init(descriptor: Int32, events: PollEvents) {
        self.descriptor = descriptor
        self.events = events
    }

    /// Waits until one of `sources` is ready, `milliseconds` have passed or a signal came; for
    /// ever with a negative time.
    ///
    /// - Returns: what happened to each source, in their order.
    public static func wait(for sources: [PollSource], milliseconds: Int32) -> [PollEvents] {
        var files = sources.map {
            pollfd(fd: $0.descriptor, events: $0.events.rawValue, revents: 0)
        }
        let ready = unsafe poll(&files, UInt(files.count), milliseconds)
        guard ready > 0 else { return sources.map { _ in [] } }
        return files.map { PollEvents(rawValue: $0.revents) }
    }
}
