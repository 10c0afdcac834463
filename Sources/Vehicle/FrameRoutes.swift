internal import CAN

/// What the frames of an identifier are good for.
struct FrameRoute: OptionSet, Hashable {
    let rawValue: UInt8

    static let odometer = Self(rawValue: 1)
    static let distance = Self(rawValue: 2)
    static let speed = Self(rawValue: 4)
    static let ignition = Self(rawValue: 8)
    static let doors = Self(rawValue: 16)
    static let fuel = Self(rawValue: 32)
}

/// Finds the route of an identifier: by index for 11 bits, by search among the few of 29 bits.
struct FrameRoutes: Hashable {
    private var base = [UInt8](repeating: 0, count: 0x800)
    private var extended: [Entry] = []

    private struct Entry: Hashable {
        var id: CANID
        var route: UInt8
    }

    init(_ profile: VehicleProfile) {
        if let odometer = profile.odometers.first { add(.odometer, odometer.signal.id) }
        if let distance = profile.distance { add(.distance, distance.signal.id) }
        if let speed = profile.speed { add(.speed, speed.signal.id) }
        switch profile.ignition {
        case .signal(let flag): add(.ignition, flag.signal.id)
        case .busActivity(let id, within: _): add(.ignition, id)
        case nil: break
        }
        for door in profile.doors { add(.doors, door.signal.id) }
        if let fuel = profile.fuel { add(.fuel, fuel.signal.id) }
    }

    @inline(__always)
    subscript(id: CANID) -> FrameRoute {
        if !id.isExtended { return FrameRoute(rawValue: base[Int(id.number)]) }
        for entry in extended where entry.id == id { return FrameRoute(rawValue: entry.route) }
        return []
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
