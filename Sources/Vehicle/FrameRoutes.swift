internal import CAN

/// What a payload is good for.
struct FrameRoute: OptionSet, Hashable {
    let rawValue: UInt8

    static let odometer = Self(rawValue: 1)
    static let distance = Self(rawValue: 2)
    static let speed = Self(rawValue: 4)
    static let ignition = Self(rawValue: 8)
    static let doors = Self(rawValue: 16)
    static let fuel = Self(rawValue: 32)
    static let charge = Self(rawValue: 64)
    static let supply = Self(rawValue: 128)
}

/// Finds the route of an identifier: by index for 11 bits, by search among the few of 29 bits; and
/// that of an answer, by search.
struct FrameRoutes: Hashable {
    private var base = [UInt8](repeating: 0, count: 0x800)
    private var extended: [Entry] = []
    private var answers: [Answer] = []

    private struct Entry: Hashable {
        var id: CANID
        var route: UInt8
    }

    private struct Answer: Hashable {
        var selector: FrameSelector
        var route: UInt8
    }

    init(_ profile: VehicleProfile) {
        for odometer in profile.odometers { add(.odometer, odometer.signal) }
        if case .counter(let counter) = profile.distance { add(.distance, counter.signal) }
        for speed in profile.speed { add(.speed, speed.signal) }
        for ignition in profile.ignition {
            switch ignition {
            case .signal(let flag): add(.ignition, flag.signal)
            case .busActivity(let id, within: _): add(.ignition, id)
            }
        }
        for door in profile.doors { add(.doors, door.signal) }
        for fuel in profile.fuel { add(.fuel, fuel.signal) }
        for charge in profile.charge { add(.charge, charge.signal) }
        for supply in profile.supply { add(.supply, supply.signal) }
    }

    /// The route of broadcast frames under `id`.
    @inline(__always)
    subscript(id: CANID) -> FrameRoute {
        if !id.isExtended { return FrameRoute(rawValue: base[Int(id.number)]) }
        for entry in extended where entry.id == id { return FrameRoute(rawValue: entry.route) }
        return []
    }

    /// The route of `frame`, which came in as `origin` says.
    @inline(__always)
    func route(of frame: CANFrame, _ origin: FrameOrigin) -> FrameRoute {
        switch origin {
        case .broadcast:
            return self[frame.id]
        case .answer:
            var route: FrameRoute = []
            for answer in answers where answer.selector.admits(frame, origin) {
                route.formUnion(FrameRoute(rawValue: answer.route))
            }
            return route
        }
    }

    private mutating func add(_ route: FrameRoute, _ signal: SignalSource) {
        switch signal.selector {
        case .broadcast(let id): add(route, id)
        case .answer: answers.append(Answer(selector: signal.selector, route: route.rawValue))
        }
    }

    private mutating func add(_ route: FrameRoute, _ id: CANID) {
        if !id.isExtended {
            base[Int(id.number)] |= route.rawValue
            return
        }
        for index in extended.indices where extended[index].id == id {
            extended[index].route |= route.rawValue
            return
        }
        extended.append(Entry(id: id, route: route.rawValue))
    }
}
