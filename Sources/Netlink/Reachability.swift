/// Whether a way out of this machine exists: a default route over an interface that works.
///
/// A hint and no more: behind the way there may be nobody. It is the fold of the kernel's events
/// over what was asked for at the start.
public struct Reachability: Hashable, Sendable {
    private var working: [Int32: Bool] = [:]
    private var routes: [NetworkRoute] = []

    /// Nothing is known: no way out.
    public init() {}

    /// Whether there is a way out.
    ///
    /// A route over several interfaces at once names none of them, and counts while any interface
    /// that leads out of the machine works.
    public var hasWayOut: Bool {
        routes.contains { route in
            route.interface.map { working[$0] ?? false } ?? working.values.contains(true)
        }
    }

    /// Takes in what the kernel told.
    public mutating func apply(_ event: NetlinkEvent) {
        switch event {
        case .link(let link):
            let leadsOut = !link.isCAN && link.hardware != NetworkLink.loopback
            working[link.index] = leadsOut && link.isUp && link.hasCarrier
            // The kernel drops the routes of what is turned off, those of IPv4 without a word.
            if !link.isUp { routes.removeAll { $0.interface == link.index } }
        case .linkRemoved(let link):
            working[link.index] = nil
            routes.removeAll { $0.interface == link.index }
        case .route(let route):
            if route.isDefault, !routes.contains(route) { routes.append(route) }
        case .routeRemoved(let route):
            routes.removeAll { $0 == route }
        case .listEnded, .acknowledged, .refused, .overrun, .malformed: break
        }
    }
}
