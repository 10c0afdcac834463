public import CAN
public import Units
public import Vehicle

/// A car as it truly is, and the frames by which its bus tells of it.
///
/// The frames are made from the same profile that the box reads them with, through the decoder's
/// own layouts: in kilometres, miles or tenths, with placeholders where a scenario wants them.
/// A car whose profile asks for its odometer does not broadcast it: its control units answer.
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
    /// The voltage of its battery.
    public var battery = Millivolts(12_600)
    /// Fuel or state of charge.
    public var fuel = PerMille(800)
    /// Shows this raw value instead of the odometer, as clusters do while they wake.
    public var placeholder: Int64?
    private let bus: SpokenBus

    /// Full braking and full throttle, in mm/s each second.
    static let acceleration: Int64 = 2_000
    static let braking: Int64 = 4_000

    /// A car that has gone `odometer` and speaks by `profile`; `unit` picks among the units that
    /// the profile knows.
    public init(profile: VehicleProfile, odometer: Metres, unit: Int = 0) {
        travelled = odometer.count * 1_000_000
        bus = SpokenBus(
            profile: profile, plans: FramePlan.broadcasts(of: profile, unit: unit),
            units: SimulatedUnit.all(of: profile, unit: unit))
    }

    /// The odometer that it shows on its dashboard, as records name it.
    var shownOdometer: SourceKey? {
        let first =
            profile.isListenOnly
            ? profile.odometers.first
            : profile.odometers.first { $0.signal.selector.broadcastID == nil }
        guard let first, case .answer(let key) = first.signal.selector,
            key.responder == .firstFunctional,
            let unit = units.first(where: { $0.functionalID != nil })
        else { return first?.signal.key ?? profile.odometerKeys.first }
        let name = first.signal.key.name.drop { $0 != "/" }
        return SourceKey("\(unit.responseID)\(name)")
    }

    /// Its control units, as far as the profile asks them.
    var units: [SimulatedUnit] { bus.units }

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
private final class SpokenBus: Sendable {
    let profile: VehicleProfile
    /// The frames of the bus.
    let plans: [FramePlan]
    /// The control units behind it.
    let units: [SimulatedUnit]

    init(profile: VehicleProfile, plans: [FramePlan], units: [SimulatedUnit]) {
        self.profile = profile
        self.plans = plans
        self.units = units
    }
}
