internal import CAN

/// Finds the message of an identifier: by index for 11 bits, by bisection for 29.
struct MessageRoutes: Sendable {
    private struct Route {
        var key: UInt32
        var message: Int32
    }

    /// One entry for each identifier of 11 bits; -1 for none. Empty where the file has none.
    private var base: [Int32] = []
    private var extended: [Route] = []
    /// By parameter group instead of by identifier.
    private var groups: [Route] = []

    init(_ file: DBCFile, matching: DBCDecoder.Matching) {
        for (index, message) in file.messages.enumerated() {
            let place = Int32(index)
            if message.id.isExtended {
                extended.append(Route(key: message.id.number, message: place))
                if matching == .parameterGroup, message.frameFormat == .parameterGroup {
                    let group = Self.parameterGroup(message.id.number)
                    groups.append(Route(key: group, message: place))
                }
            } else {
                if base.isEmpty { base = [Int32](repeating: -1, count: 0x800) }
                base[Int(message.id.number)] = place
            }
        }
        extended.sort { $0.key < $1.key }
        groups.sort { ($0.key, $0.message) < ($1.key, $1.message) }
    }

    subscript(id: CANID) -> Int? {
        if !id.isExtended {
            guard !base.isEmpty else { return nil }
            let message = base[Int(id.number)]
            return message < 0 ? nil : Int(message)
        }
        if let message = Self.find(id.number, in: extended) { return message }
        if groups.isEmpty { return nil }
        return Self.find(Self.parameterGroup(id.number), in: groups)
    }

    /// The first of the routes with this key.
    private static func find(_ key: UInt32, in routes: [Route]) -> Int? {
        var low = 0
        var high = routes.count
        while low < high {
            let middle = (low + high) / 2
            if routes[middle].key < key { low = middle + 1 } else { high = middle }
        }
        guard low < routes.count, routes[low].key == key else { return nil }
        return Int(routes[low].message)
    }

    /// Bits 8 to 25 of the identifier; those below 240 in bits 16 to 23 have a destination in
    /// bits 8 to 15, which is no part of the group.
    private static func parameterGroup(_ number: UInt32) -> UInt32 {
        let group = number >> 8 & 0x3_FFFF
        return group >> 8 & 0xFF < 240 ? group & 0x3_FF00 : group
    }
}
