public import LinuxIO
internal import Netlink

/// Whether this machine has a way out to the network, as far as the kernel can tell: a hint for
/// trying to reach the fleet, never for a decision.
public final class NetworkWatch {
    private var routes: RouteSocket
    private var known = Reachability()
    private var requestNumber: UInt32 = 0
    /// The kernel tells one list at a time: the routes are asked for when the interfaces are told.
    private var listing: UInt32?
    /// Whether there is a way out, as of the last ``handle()``.
    public private(set) var hasWayOut = false

    /// Watches from now on.
    ///
    /// - Throws: ``LinuxIO/SystemCallFailure``.
    public init() throws(SystemCallFailure) {
        routes = try RouteSocket(hearing: [.links, .routes])
        try list()
    }

    /// To wait on.
    public var source: PollSource { routes.source }

    /// Takes in what the kernel has to tell.
    ///
    /// - Returns: whether there is a way out, if that is news.
    public func handle() -> Bool? {
        var isBroken = false
        while !isBroken {
            switch routes.receive() {
            case .messages(let bytes):
                for event in NetlinkMessages.events(in: bytes.span) { take(event) }
            case .empty: return news()
            case .overrun: listAgain()
            case .failed: isBroken = true
            }
        }
        return news()
    }

    private func news() -> Bool? {
        // Half a list says nothing yet.
        guard listing == nil, known.hasWayOut != hasWayOut else { return nil }
        hasWayOut = known.hasWayOut
        return hasWayOut
    }

    private func take(_ event: NetlinkEvent) {
        known.apply(event)
        switch event {
        case .listEnded(let request) where request == listing:
            listing = nil
            if request % 2 == 1 { askForRoutes() }
        case .overrun: listAgain()
        case .link, .linkRemoved, .route, .routeRemoved, .listEnded, .acknowledged, .refused,
            .malformed:
            break
        }
    }

    /// Odd numbers are of lists of interfaces, even ones of lists of routes.
    private func list() throws(SystemCallFailure) {
        requestNumber += requestNumber % 2 == 1 ? 2 : 1
        try routes.send(NetlinkRequest.listLinks.bytes(number: requestNumber))
        listing = requestNumber
    }

    private func listAgain() {
        known = Reachability()
        // A socket that takes no requests still tells changes: what is known grows again.
        do throws(SystemCallFailure) { try list() } catch { listing = nil }
    }

    private func askForRoutes() {
        requestNumber += 1
        do throws(SystemCallFailure) {
            try routes.send(NetlinkRequest.listRoutes.bytes(number: requestNumber))
            listing = requestNumber
        } catch { listing = nil }
    }
}
