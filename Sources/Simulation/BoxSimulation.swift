internal import AccessCode
internal import Box
public import KeyStore
public import Ports
internal import Records
internal import Runtime
internal import SimulatedDisk
internal import TripLog
public import Units
public import Vehicle

/// One box through days of a scenario: rentals one after the other, and what goes wrong meanwhile.
public final class BoxSimulation {
    /// What life is like.
    let scenario: Scenario
    /// The box, its car and the time around them.
    let stage: Stage
    /// What must never happen, and what did.
    public let checker = Checker()
    /// Where every chance comes from.
    var random: SplitMix64
    /// The fleet's side of this box.
    var bookings: SimulatedBookings
    /// What goes wrong meanwhile.
    var faults: FaultPlan
    /// When the run ends.
    let end: WallTime
    /// When the next rental's share of the week begins.
    private var share = BoxSimulation.beginning

    /// When every run begins: a Monday.
    public static let beginning = CivilTime.utc(2026, 6, 1)
    /// How often the bus tells about the car: slower than a real bus, so that days go by quickly.
    static let framePeriod = Milliseconds.seconds(1)
    /// How often it repeats what is not new: ignition, doors, fuel.
    static let repeatPeriod = Milliseconds.seconds(5)

    /// Box number `index` of the run that `seed` draws, for `days`.
    ///
    /// - Throws: ``Ports/StorageError``.
    public init(
        scenario: Scenario, profile: VehicleProfile, master: FleetMaster, seed: UInt64,
        index: Int, days: Int
    ) throws(StorageError) {
        self.scenario = scenario
        random = SplitMix64(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(index))
        let id = BoxID(0x0B0C_0000_0000_0000 + UInt64(index))
        let keys = master.codeKeys(for: id, keyEpoch: KeyEpoch(0))
        keys.install(SecretBytes((0..<32).map { UInt8($0) + UInt8(index & 63) }), as: .owner)
        let drift = Int64(random.next(below: UInt64(2 * scenario.faults.drift + 1)))
        let car = SimulatedCar(
            profile: profile, odometer: .kilometres(Int64(10_000 + random.next(below: 90_000))),
            unit: scenario.unit)
        let box = try SimulatedBox(
            SimulatedBox.Fitting(
                id: id, keys: keys, car: car, seed: random.next(),
                drift: drift - Int64(scenario.faults.drift),
                capacity: scenario.faults.logKilobytes == 0
                    ? nil : Int64(scenario.faults.logKilobytes) * 1024),
            at: Self.beginning, observer: checker)
        checker.box = box
        stage = Stage(
            box: box, framePeriod: Self.framePeriod, repeatPeriod: Self.repeatPeriod)
        end = Self.beginning + .days(Int64(days))
        bookings = SimulatedBookings(issuer: CodeIssuer(box: id, keyEpoch: KeyEpoch(0)))
        faults = FaultPlan(scenario.faults, from: Self.beginning, random: &random)
        checker.statistics[.boxDays] = days
        stage.background = self
    }

    /// Lives the days.
    ///
    /// - Throws: ``Violation`` at the first thing that must never happen.
    public func run() throws {
        try install()
        while stage.now < end {
            let plan = RentalPlan(scenario: scenario, share: share, after: stage.now, &random)
            // Each rental has its share of the week; one that lasts takes those of others.
            let length = RentalPlan.share(of: scenario)
            while share <= plan.window.lowerBound { share = share + length }
            guard plan.window.lowerBound < end else { break }
            try rent(plan)
            try check()
        }
        try stage.pass(to: max(end, stage.now))
        try restorePower()
        checker.checkWholeLog()
        try check()
        checker.statistics[.records] = Int(stage.box.log?.head.sequence ?? 0)
        checker.statistics[.bytesWritten] = Int(stage.box.disk.bytesWritten)
    }

    /// The hash of the last record: two runs are the same exactly if these are.
    public var head: Digest256 { stage.box.log?.head.hash ?? .zero }

    /// A technician fits the box: sets its clock, takes the car for a short drive.
    private func install() throws {
        stage.box.deliver(
            .timeOffered(
                TimeOffer(time: stage.now, error: .seconds(1), source: .technician)))
        stage.setIgnition(true)
        // An odometer that is asked for is chosen after a minute of listening for others.
        let asks = !stage.box.car.profile.isListenOnly
        try stage.pass(.seconds(asks ? 150 : 30))
        stage.setIgnition(false)
        try stage.pass(.minutes(5))
    }

    func check() throws(Violation) {
        if let violation = checker.violations.first { throw violation }
    }

    func chance(_ perMille: Int) -> Bool {
        random.next(below: 1000) < UInt64(perMille)
    }

    func draw(_ range: [Int]) -> Int {
        range[0] + Int(random.next(below: UInt64(range[1] - range[0] + 1)))
    }
}

/// One rental as it will be, if nothing comes between.
struct RentalPlan {
    /// From when to when it is booked.
    let window: Range<WallTime>
    /// When the driver comes.
    let arrival: WallTime

    /// The part of a week that belongs to one rental, so that there are not more than the scenario
    /// says.
    static func share(of scenario: Scenario) -> Milliseconds {
        Milliseconds.days(7) / Int64(max(1, scenario.rentals.perWeek))
    }

    /// The rental of the share that begins at `share`, at the earliest twenty minutes from `now`.
    init(
        scenario: Scenario, share: WallTime, after now: WallTime, _ random: inout SplitMix64
    ) {
        let part = UInt64(Self.share(of: scenario).count)
        let drawn = share + Milliseconds(Int64(random.next(below: part)))
        let start = max(drawn, now + .minutes(20))
        // Rentals begin on the quarter hour.
        let quarter = Milliseconds.minutes(15).count
        let begin = WallTime(milliseconds: (start.milliseconds / quarter + 1) * quarter)
        let hours = scenario.rentals.hours
        let length = hours[Int(random.next(below: UInt64(hours.count)))]
        window = begin..<begin + .hours(Int64(length))
        let early = random.next(below: 1000) < UInt64(scenario.drivers.early)
        let minutes = Int64(random.next(below: 60))
        arrival =
            early ? begin - .minutes(31 + minutes / 2) : begin - .minutes(25) + .minutes(minutes)
    }
}
