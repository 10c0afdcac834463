public import CAN

extension VehicleProfile {
    /// The payloads that anything is read from, each once, in the order of the profile.
    public var selectors: [FrameSelector] {
        var all = odometers.map(\.signal.selector)
        if case .counter(let counter) = distance { all.append(counter.signal.selector) }
        all += speed.map(\.signal.selector)
        for source in ignition {
            switch source {
            case .signal(let flag): all.append(flag.signal.selector)
            case .busActivity(let id, within: _): all.append(.broadcast(id))
            }
        }
        all += doors.map(\.signal.selector)
        all += (fuel + charge).map(\.signal.selector)
        all += supply.map(\.signal.selector)
        var known: Set<FrameSelector> = []
        return all.filter { known.insert($0).inserted }
    }
}
