import Netlink
import Testing

@Suite struct `Ways out of the machine` {
    private func link(
        _ index: Int32 = 2, up: Bool = true, carrier: Bool = true, hardware: UInt16 = 1
    ) -> NetworkLink {
        var link = NetworkLink(index: index, name: "wwan0")
        link.isUp = up
        link.hasCarrier = carrier
        link.hardware = hardware
        return link
    }

    private let route = NetworkRoute(defaultOver: 2, family: .v4)

    private func hasWayOut(_ events: NetlinkEvent...) -> Bool {
        var view = Reachability()
        for event in events { view.apply(event) }
        return view.hasWayOut
    }

    @Test func `a default route over a working interface is a way out, in either order`() {
        #expect(hasWayOut(.link(link()), .route(route)))
        #expect(hasWayOut(.route(route), .link(link())))
    }

    @Test func `nothing is known at first, and one half is not enough`() {
        #expect(!hasWayOut())
        #expect(!hasWayOut(.link(link())))
        #expect(!hasWayOut(.route(route)))
    }

    @Test func `an interface that is off, unplugged or leads nowhere is no way out`() {
        #expect(!hasWayOut(.link(link(up: false)), .route(route)))
        #expect(!hasWayOut(.link(link(carrier: false)), .route(route)))
        #expect(!hasWayOut(.link(link(hardware: 772)), .route(route)))
        #expect(!hasWayOut(.link(link(hardware: 280)), .route(route)))
        #expect(!hasWayOut(.link(link(3)), .route(route)))
    }

    @Test func `a route that is gone, or whose interface is, is no way out`() {
        #expect(!hasWayOut(.link(link()), .route(route), .routeRemoved(route)))
        #expect(!hasWayOut(.link(link()), .route(route), .linkRemoved(link())))
        #expect(
            !hasWayOut(.link(link()), .route(route), .link(link(up: false)), .link(link())),
            "the kernel drops the routes of what is turned off")
        #expect(
            hasWayOut(.link(link()), .route(route), .link(link(carrier: false)), .link(link())),
            "a cable that comes back needs no new route")
    }

    @Test func `a route over several interfaces counts while one of them works`() {
        var route = route
        route.interface = nil
        #expect(hasWayOut(.link(link(7)), .route(route)))
        #expect(!hasWayOut(.link(link(7, carrier: false)), .route(route)))
    }

    @Test func `a route that is told twice is gone when it is taken back once`() {
        #expect(!hasWayOut(.link(link()), .route(route), .route(route), .routeRemoved(route)))
    }
}
