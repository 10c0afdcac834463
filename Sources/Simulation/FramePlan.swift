internal import CAN
internal import Units
internal import Vehicle

/// One kind of payload, broadcast or told in answer to a request, and what it carries.
struct FramePlan: Sendable {
    enum Content: Sendable {
        case fixed(Int64)
        case odometer(perCount: Int64, modulus: Int64?)
        case counter(nanometres: Int64, modulus: Int64)
        case speed(nanometresPerSecond: Int64, offset: Int64)
        /// The raw values that say on and off.
        case ignition(on: Int64, off: Int64)
        case door(open: Int64, shut: Int64)
        case fuel(millionths: Int64, offset: Int64)
        case supply(microvolts: Int64, offset: Int64)

        var tellsOfWay: Bool {
            switch self {
            case .odometer, .counter, .speed: true
            case .fixed, .ignition, .door, .fuel, .supply: false
            }
        }
    }

    /// What a car that is asked says all the time besides: a sign of life that no profile reads.
    static let life: CANID = 0x0A1

    let selector: FrameSelector
    var parts: [(layout: SignalLayout, content: Content)] = []
    /// Whether it says something that changes while the car rolls.
    var tellsOfWay = false

    /// The frames that a car of `profile` broadcasts, in the order of their first mention.
    ///
    /// A message with an odometer is missing in a car that is asked for it.
    static func broadcasts(of profile: VehicleProfile, unit: Int) -> [FramePlan] {
        var plans = all(of: profile, unit: unit).filter { $0.selector.broadcastID != nil }
        guard !profile.isListenOnly else { return plans }
        let isAsked = profile.odometers.contains { $0.signal.selector.broadcastID == nil }
        if isAsked {
            let odometers = profile.odometers.map(\.signal.selector)
            plans.removeAll { odometers.contains($0.selector) }
        }
        plans.append(FramePlan(selector: .broadcast(life), tellsOfWay: true))
        return plans
    }

    /// What units of a car of `profile` answer.
    static func answers(of profile: VehicleProfile, unit: Int) -> [(
        key: AnswerKey, plan: FramePlan
    )] {
        all(of: profile, unit: unit).compactMap { plan in
            if case .answer(let key) = plan.selector { (key, plan) } else { nil }
        }
    }

    private static func all(of profile: VehicleProfile, unit: Int) -> [FramePlan] {
        var plans: [FramePlan] = []
        func add(_ signal: SignalSource, _ content: Content) {
            let index =
                plans.firstIndex { $0.selector == signal.selector }
                ?? {
                    plans.append(FramePlan(selector: signal.selector))
                    return plans.count - 1
                }()
            for gate in signal.gates {
                guard let value = gate.values.first?.lowerBound else { continue }
                plans[index].parts.append((gate.layout, .fixed(value)))
            }
            plans[index].parts.append((signal.layout, content))
            if content.tellsOfWay { plans[index].tellsOfWay = true }
        }
        for (index, odometer) in profile.odometers.enumerated() {
            // Of several broadcasts a car has the first.
            guard index == 0 || odometer.signal.selector.broadcastID == nil else { continue }
            let perCount: Int64
            switch odometer.unit {
            case .fixed(let count): perCount = count.count
            case .bySignal(let layout, let choices):
                let choice = choices[min(unit, choices.count - 1)]
                perCount = choice.perCount.count
                add(SignalSource(odometer.signal.selector, layout: layout), .fixed(choice.raw))
            }
            let top = odometer.signal.layout.range.upperBound
            let modulus = odometer.modulus ?? (odometer.role == .delta ? top + 1 : nil)
            add(odometer.signal, .odometer(perCount: perCount, modulus: modulus))
        }
        addOthers(of: profile, add)
        return plans
    }

    private static func addOthers(
        of profile: VehicleProfile, _ add: (SignalSource, Content) -> Void
    ) {
        if case .counter(let counter) = profile.distance {
            add(
                counter.signal,
                .counter(nanometres: counter.nanometresPerCount, modulus: counter.modulus))
        }
        for speed in profile.speed {
            add(
                speed.signal,
                .speed(
                    nanometresPerSecond: speed.nanometresPerSecond, offset: speed.offset.count))
        }
        for case .signal(let flag) in profile.ignition {
            let (on, off) = (value(of: flag, true), value(of: flag, false))
            add(flag.signal, .ignition(on: on, off: off))
        }
        for (index, door) in profile.doors.enumerated() {
            // Of several doors the first is the one that is opened.
            let shut = value(of: door, false)
            add(door.signal, .door(open: index == 0 ? value(of: door, true) : shut, shut: shut))
        }
        for level in profile.fuel + profile.charge {
            add(
                level.signal,
                .fuel(millionths: level.millionthsPerCount, offset: level.offset.count))
        }
        for supply in profile.supply where supply.signal.selector.broadcastID == nil {
            add(
                supply.signal,
                .supply(microvolts: supply.microvoltsPerCount, offset: supply.offset.count))
        }
    }

    /// The broadcast frame of `car`.
    func frame(of car: SimulatedCar) -> CANFrame {
        payload(of: car, id: selector.broadcastID ?? Self.life, length: 8)
    }

    /// The bytes behind service and identifier in an answer of `car`: as many as are needed.
    func answer(of car: SimulatedCar) -> [UInt8] {
        let length = parts.map(\.layout.bytesNeeded).max() ?? 0
        return payload(of: car, id: Self.life, length: min(length, 8)).bytes
    }

    private func payload(of car: SimulatedCar, id: CANID, length: Int) -> CANFrame {
        var frame = CANFrame(id: id, length: length)
        for (layout, content) in parts {
            // A value beyond its signal is left out, as a real sender would saturate it.
            _ = layout.insert(Self.raw(content, car), into: &frame)
        }
        return frame
    }

    private static func raw(_ content: Content, _ car: SimulatedCar) -> Int64 {
        switch content {
        case .fixed(let value): return value
        case .odometer(let perCount, let modulus):
            let count = car.placeholder ?? (car.travelled / 1000 / perCount)
            return modulus.map { count % $0 } ?? count
        case .counter(let nanometres, let modulus):
            return car.travelled * 1000 / nanometres % modulus
        case .speed(let nanometresPerSecond, let offset):
            // Standing still is a whole number of counts, which the offset in mm/s is not quite.
            let zero = (-offset * 1_000_000 + nanometresPerSecond / 2) / nanometresPerSecond
            return car.speed.count * 1_000_000 / nanometresPerSecond + zero
        case .ignition(let on, let off): return car.ignition ? on : off
        case .door(let open, let shut): return car.doorOpen ? open : shut
        case .fuel(let millionths, let offset):
            return (car.fuel.count - offset) * 1000 / millionths
        case .supply(let microvolts, let offset):
            return (car.battery.count - offset) * 1000 / microvolts
        }
    }

    /// The raw value that says `on`, or the first small one that says off.
    private static func value(of flag: FlagSignal, _ on: Bool) -> Int64 {
        if on { return flag.onValues.first ?? 1 }
        let length = flag.signal.layout.length
        let off = (0...15).first { raw in
            !flag.onValues.contains(raw)
                && flag.special.meaning(of: raw, length: length) == .measured
        }
        return off ?? 0
    }
}
