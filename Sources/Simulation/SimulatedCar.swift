public import CAN
public import Units
public import Vehicle

/// A car as it truly is, and the frames by which its bus tells of it.
///
/// The frames are made from the same profile that the box reads them with, through the decoder's
/// own layouts: in kilometres, miles or tenths, with placeholders where a scenario wants them.
public struct SimulatedCar: Sendable {
    /// The profile that its bus follows.
    public var profile: VehicleProfile { bus.profile }
    /// The way it has gone in its life, in micrometres: the truth that bills are held against.
    public private(set) var travelled: Int64
    /// How fast it goes.
    public private(set) var speed = MillimetresPerSecond.zero
    /// How fast its driver wants it to go.
    public var wanted = MillimetresPerSecond.zero
    /// Whether the ignition is on.
    public var ignition = false
    /// Whether a door stands open.
    public var doorOpen = false
    /// Fuel or state of charge.
    public var fuel = PerMille(800)
    /// Shows this raw value instead of the odometer, as clusters do while they wake.
    public var placeholder: Int64?
    private let bus: CarBus

    /// Full braking and full throttle, in mm/s each second.
    static let acceleration: Int64 = 2_000
    static let braking: Int64 = 4_000

    /// A car that has gone `odometer` and speaks by `profile`; `unit` picks among the units that
    /// the profile knows.
    public init(profile: VehicleProfile, odometer: Metres, unit: Int = 0) {
        travelled = odometer.count * 1_000_000
        bus = CarBus(profile: profile, plans: FramePlan.all(of: profile, unit: unit))
    }

    /// The way it has gone, in millimetres.
    public var odometer: Millimetres { Millimetres(travelled / 1000) }

    /// Lets `time` pass: the speed approaches what is wanted, the way grows.
    public mutating func advance(by time: Milliseconds) {
        let before = speed.count
        let goal = ignition ? wanted.count : 0
        if before < goal {
            speed = MillimetresPerSecond(
                min(goal, before + Self.acceleration * time.count / 1000))
        } else if before > goal {
            speed = MillimetresPerSecond(max(goal, before - Self.braking * time.count / 1000))
        }
        travelled += (before + speed.count) * time.count / 2
    }

    /// Puts the truth where a recording says it is.
    public mutating func follow(odometer: Millimetres, speed: MillimetresPerSecond) {
        travelled = odometer.count * 1000
        self.speed = speed
    }

    /// What the bus says now: one frame of each kind.
    public var frames: [CANFrame] { bus.plans.map { $0.frame(of: self) } }

    /// Appends to `frames` what the bus says now: one frame of each kind, or, unless `all`, of the
    /// kinds that tell of its way, its speed or its odometer.
    func speak(all: Bool, into frames: inout [CANFrame]) {
        for plan in bus.plans where all || plan.tellsOfWay { frames.append(plan.frame(of: self)) }
    }
}

/// What never changes of a car, shared by its copies: a car is copied at every moment.
private final class CarBus: Sendable {
    let profile: VehicleProfile
    /// The frames of the bus.
    let plans: [FramePlan]

    init(profile: VehicleProfile, plans: [FramePlan]) {
        self.profile = profile
        self.plans = plans
    }
}

/// One kind of frame and what it carries.
private struct FramePlan: Sendable {
    enum Content: Sendable {
        case fixed(Int64)
        case odometer(perCount: Int64, modulus: Int64?)
        case counter(nanometres: Int64, modulus: Int64)
        case speed(nanometresPerSecond: Int64, offset: Int64)
        case ignition(FlagSignal)
        case door(FlagSignal, first: Bool)
        case fuel(millionths: Int64, offset: Int64)

        var tellsOfWay: Bool {
            switch self {
            case .odometer, .counter, .speed: true
            case .fixed, .ignition, .door, .fuel: false
            }
        }
    }

    let id: CANID
    var parts: [(layout: SignalLayout, content: Content)] = []
    /// Whether it says something that changes while the car rolls.
    var tellsOfWay = false

    /// The frames of `profile`, in the order of their first mention.
    static func all(of profile: VehicleProfile, unit: Int) -> [FramePlan] {
        var plans: [FramePlan] = []
        func add(_ signal: SignalSource, _ content: Content) {
            let index =
                plans.firstIndex { $0.id == signal.id }
                ?? {
                    plans.append(FramePlan(id: signal.id))
                    return plans.count - 1
                }()
            for gate in signal.gates {
                guard let value = gate.values.first?.lowerBound else { continue }
                plans[index].parts.append((gate.layout, .fixed(value)))
            }
            plans[index].parts.append((signal.layout, content))
            if content.tellsOfWay { plans[index].tellsOfWay = true }
        }
        if let odometer = profile.odometers.first {
            let perCount: Int64
            switch odometer.unit {
            case .fixed(let count): perCount = count.count
            case .bySignal(let layout, let choices):
                let choice = choices[min(unit, choices.count - 1)]
                perCount = choice.perCount.count
                add(SignalSource(id: odometer.signal.id, layout: layout), .fixed(choice.raw))
            }
            add(odometer.signal, .odometer(perCount: perCount, modulus: odometer.modulus))
        }
        if let counter = profile.distance {
            add(
                counter.signal,
                .counter(nanometres: counter.nanometresPerCount, modulus: counter.modulus))
        }
        if let speed = profile.speed {
            add(
                speed.signal,
                .speed(
                    nanometresPerSecond: speed.nanometresPerSecond, offset: speed.offset.count))
        }
        if case .signal(let flag) = profile.ignition { add(flag.signal, .ignition(flag)) }
        for (index, door) in profile.doors.enumerated() {
            add(door.signal, .door(door, first: index == 0))
        }
        if let fuel = profile.fuel {
            add(fuel.signal, .fuel(millionths: fuel.millionthsPerCount, offset: fuel.offset.count))
        }
        return plans
    }

    func frame(of car: SimulatedCar) -> CANFrame {
        var frame = CANFrame(id: id, length: 8)
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
            return (car.speed.count - offset) * 1_000_000 / nanometresPerSecond
        case .ignition(let flag): return value(of: flag, car.ignition)
        case .door(let flag, let first): return value(of: flag, car.doorOpen && first)
        case .fuel(let millionths, let offset):
            return (car.fuel.count - offset) * 1000 / millionths
        }
    }

    /// The raw value that says `on`, or the first small one that does not.
    private static func value(of flag: FlagSignal, _ on: Bool) -> Int64 {
        on ? flag.onValues.first ?? 1 : (0...1).first { !flag.onValues.contains($0) } ?? 0
    }
}
