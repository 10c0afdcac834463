internal import CAN
internal import Units
internal import Vehicle

/// What the frames of one odometer said, before anything was asked about plausibility.
struct OdometerReadings {
    let signal: OdometerSignal
    /// Frames of its identifier.
    private(set) var count = 0
    /// Those with a value in a known unit.
    private(set) var values = 0
    /// How often the value was another than before.
    private(set) var changes = 0
    private(set) var unknownUnits = 0
    /// The length of a frame that was too short.
    private(set) var shortLength: Int?
    private(set) var first: BootTime?
    private(set) var last: BootTime?
    private var value: Int64?
    private var perCount: Millimetres?

    init(signal: OdometerSignal) {
        self.signal = signal
    }

    mutating func receive(_ frame: CANFrame, at now: BootTime) {
        guard frame.kind == .data, signal.signal.selector.broadcastID == frame.id else { return }
        count += 1
        switch signal.sample(of: frame) {
        case .value(_, let raw, let perCount):
            values += 1
            if let value, value != raw { changes += 1 }
            value = raw
            self.perCount = perCount
            first = first ?? now
            last = now
        case .unitUnknown: unknownUnits += 1
        case .short(let length): shortLength = length
        case .initial, .error, .notAvailable, .reserved, .gated: break
        }
    }

    /// The unit that the car says, where the profile leaves it to the car.
    var unit: Millimetres? {
        switch signal.unit {
        case .fixed: nil
        case .bySignal: perCount
        }
    }

    /// The last value, whether or not it was believed.
    var metres: Metres? {
        guard let value, let perCount else { return nil }
        return (perCount * value).flooredToMetres
    }

    /// Of which odometer most can be said.
    var rank: Int {
        if values > 0 { return 3 }
        return unknownUnits > 0 ? 2 : count > 0 ? 1 : 0
    }
}

/// How long a count of a counter is, by the speed.
struct CounterReadings {
    /// Longer than this the speed is not taken to go on, and the counter is not held against it.
    private static let longest = Milliseconds.seconds(1)

    let signal: DistanceCounter
    private var counts: Int64 = 0
    private(set) var way = Metres.zero
    private var last: (raw: Int64, at: BootTime, way: Metres)?

    init(signal: DistanceCounter) {
        self.signal = signal
    }

    mutating func receive(_ frame: CANFrame, at now: BootTime, way place: Metres?) {
        guard frame.kind == .data, signal.signal.selector.broadcastID == frame.id,
            let raw = signal.signal.raw(from: frame), let place
        else { return }
        defer { last = (raw, now, place) }
        guard let last, now - last.at <= min(signal.maxSilence, Self.longest) else { return }
        counts += (raw - last.raw + signal.modulus) % signal.modulus
        way += place - last.way
    }

    /// The length of a count in nanometres; `nil` before `shortest` was driven.
    func nanometresPerCount(over shortest: Metres) -> Int64? {
        guard way >= shortest, counts > 0 else { return nil }
        return way.count * 1_000_000_000 / counts
    }
}
