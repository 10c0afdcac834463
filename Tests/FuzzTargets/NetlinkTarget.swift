internal import Netlink

extension FuzzTarget {
    /// What the kernel tells about interfaces and routes, as far as any bytes can be that.
    static let netlink = FuzzTarget("netlink") { bytes in
        var reachability = Reachability()
        for event in NetlinkMessages.events(in: bytes.span) {
            reachability.apply(event)
            if case .link(let link) = event {
                precondition(!link.name.utf8.contains(0), "a name ends before its zero")
            }
        }
        _ = reachability.hasWayOut
    }
}
