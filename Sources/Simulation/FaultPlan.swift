internal import Units

/// When what goes wrong: drawn at the start, a month at a time, so that the driver's chances and
/// the world's do not disturb each other.
struct FaultPlan {
    enum Fault {
        case powerCut(inWrite: Bool)
        case powerBack
        case clockLoss
        case flatBattery
        case jumpStart
        case placeholder
        case batteryMeasured
        case coverageDrawn
    }

    private var queue = EventQueue<Fault>()
    private var random: SplitMix64
    private let faults: Scenario.Faults
    private var drawnUntil: WallTime

    init(_ faults: Scenario.Faults, from start: WallTime, random: inout SplitMix64) {
        self.faults = faults
        self.random = SplitMix64(seed: random.next())
        drawnUntil = start
        add(.batteryMeasured, at: start + .minutes(10))
        add(.coverageDrawn, at: start)
        drawMonth()
    }

    var nextTime: WallTime? { queue.nextTime.map(WallTime.init(milliseconds:)) }

    mutating func add(_ fault: Fault, at time: WallTime) {
        queue.add(fault, at: time.milliseconds)
    }

    mutating func take() -> Fault? {
        guard let (time, fault) = queue.take() else { return nil }
        if time >= (drawnUntil - .days(1)).milliseconds { drawMonth() }
        return fault
    }

    mutating func next(below bound: UInt64) -> UInt64 { random.next(below: bound) }

    mutating func entropy() -> UInt64 { random.next() }

    private mutating func drawMonth() {
        for _ in 0..<faults.powerCutsPerMonth {
            let inWrite = random.next(below: 1000) < UInt64(faults.cutsInWrites)
            scatter(.powerCut(inWrite: inWrite))
        }
        for _ in 0..<faults.clockLossesPerMonth { scatter(.clockLoss) }
        for _ in 0..<faults.flatBatteriesPerMonth { scatter(.flatBattery) }
        for _ in 0..<faults.placeholdersPerMonth { scatter(.placeholder) }
        drawnUntil = drawnUntil + .days(30)
    }

    private mutating func scatter(_ fault: Fault) {
        let month = Milliseconds.days(30)
        add(fault, at: drawnUntil + Milliseconds(Int64(random.next(below: UInt64(month.count)))))
    }
}
