import Testing
import Units
import Vehicle

@testable import Box

@Suite("The starter interlock")
struct InterlockTests {
    /// What the interlock can be shown, each once as it must be and once as it must not.
    enum Sight: String, CaseIterable, Sendable {
        case ignitionUnknown, ignitionOn, speedUnknown, moving, creeping

        var reason: InterlockReason {
            switch self {
            case .ignitionUnknown: .ignitionUnknown
            case .ignitionOn: .ignitionOn
            case .speedUnknown: .speedUnknown
            case .moving, .creeping: .moving
            }
        }

        func show(_ interlock: inout Interlock, at now: BootTime) {
            var car = VehicleState()
            car.lastFrameAt = now
            car.speed = Reading(.zero, from: "test", at: now)
            var ignition: Bool? = false
            switch self {
            case .ignitionUnknown: ignition = nil
            case .ignitionOn: ignition = true
            case .speedUnknown: car.speed = nil
            case .moving: car.speed = Reading(MillimetresPerSecond(8_000), from: "test", at: now)
            case .creeping: car.speed = Reading(MillimetresPerSecond(1), from: "test", at: now)
            }
            interlock.observe(ignition: ignition, car: car, at: now)
        }
    }

    static let start = BootTime(milliseconds: 1_000_000)

    static func quiet(_ interlock: inout Interlock, at now: BootTime) {
        var car = VehicleState()
        car.lastFrameAt = now
        car.speed = Reading(.zero, from: "test", at: now)
        interlock.observe(ignition: false, car: car, at: now)
    }

    @Test(arguments: [
        (59_999 as Int64, false), (60_000, true), (60_001, true), (0, false),
    ])
    func `a proof needs a minute of quiet`(_ elapsed: Int64, _ proves: Bool) {
        var interlock = Interlock()
        Self.quiet(&interlock, at: Self.start)
        let now = Self.start + millis(elapsed)
        #expect((interlock.prove(at: now) != nil) == proves)
        #expect(interlock.reason(at: now) == (proves ? nil : .tooSoon))
        #expect(interlock.provableAt == Self.start + .seconds(60))
    }

    @Test func `the proof says since when and at what time`() {
        var interlock = Interlock()
        Self.quiet(&interlock, at: Self.start)
        let proof = interlock.prove(at: Self.start + .seconds(90))
        #expect(proof?.quietSince == Self.start)
        #expect(proof?.madeAt == Self.start + .seconds(90))
    }

    @Test(arguments: Sight.allCases)
    func `each condition that fails is named and there is no proof`(_ sight: Sight) {
        var interlock = Interlock()
        Self.quiet(&interlock, at: Self.start)
        let later = Self.start + .seconds(120)
        sight.show(&interlock, at: later)
        #expect(interlock.prove(at: later) == nil)
        #expect(interlock.reason(at: later) == sight.reason)
        #expect(interlock.obstacle == sight.reason)
        #expect(interlock.provableAt == nil)
    }

    @Test(arguments: Sight.allCases, [59_999 as Int64, 60_000, 60_001])
    func `the minute begins again behind each condition that failed`(
        _ sight: Sight, _ elapsed: Int64
    ) {
        var interlock = Interlock()
        Self.quiet(&interlock, at: Self.start)
        let broken = Self.start + .seconds(59)
        sight.show(&interlock, at: broken)
        Self.quiet(&interlock, at: broken + millis(1))
        let now = broken + millis(1) + millis(elapsed)
        #expect((interlock.prove(at: now) != nil) == (elapsed >= 60_000))
    }

    @Test func `looking again while all is quiet does not begin the minute again`() {
        var interlock = Interlock()
        for second in 0...60 as ClosedRange<Int64> {
            Self.quiet(&interlock, at: Self.start + .seconds(second))
        }
        #expect(interlock.prove(at: Self.start + .seconds(60)) != nil)
    }

    @Test func `an interlock that saw nothing proves nothing`() {
        let interlock = Interlock()
        #expect(interlock.obstacle == .ignitionUnknown)
        #expect(interlock.prove(at: BootTime(milliseconds: 1_000_000_000)) == nil)
    }

    @Test(arguments: [true, false])
    func `a metre on the odometer or the counter begins the minute again`(_ byOdometer: Bool) {
        var interlock = Interlock()
        var car = VehicleState()
        car.odometer = OdometerEstimate(
            display: Metres(1000), position: Metres(1000), error: .zero, resolution: Metres(1000),
            source: .odometer, key: testOdometer, at: Self.start)
        car.pulses = Metres(500)
        interlock.observe(ignition: false, car: car, at: Self.start)
        if byOdometer {
            car.odometer?.position = Metres(1001)
        } else {
            car.pulses = Metres(501)
        }
        let moved = Self.start + .seconds(30)
        interlock.observe(ignition: false, car: car, at: moved)
        interlock.observe(ignition: false, car: car, at: Self.start + .seconds(60))
        #expect(interlock.prove(at: Self.start + .seconds(60)) == nil)
        #expect(interlock.prove(at: moved + millis(59_999)) == nil)
        #expect(interlock.prove(at: moved + .seconds(60)) != nil)
    }

    @Test func `a metre that was counted while the ignition was on is not counted again`() {
        var interlock = Interlock()
        var car = VehicleState()
        car.pulses = Metres(500)
        interlock.observe(ignition: true, car: car, at: Self.start)
        interlock.observe(ignition: false, car: car, at: Self.start + .seconds(1))
        interlock.observe(ignition: false, car: car, at: Self.start + .seconds(2))
        #expect(interlock.provableAt == Self.start + .seconds(61))
    }

    @Test(arguments: [
        // A speed is believed for two seconds; a bus is asleep after two seconds without a frame.
        (0 as Int64?, 0 as Int64?, 0 as Int64, true as Bool?), (0, 0, 2_000, true),
        (0, 0, 2_001, true), (5_000, 0, 0, false), (5_000, 0, 2_000, false),
        (5_000, 0, 2_001, true), (-5_000, 0, 0, false), (nil, 0, 0, nil), (nil, 0, 1_999, nil),
        (nil, 0, 2_000, nil), (nil, 0, 2_001, true), (nil, nil, 0, true),
    ])
    func `whether the car stands`(
        _ speed: Int64?, _ frame: Int64?, _ later: Int64, _ stands: Bool?
    ) {
        var car = VehicleState()
        car.speed = speed.map { Reading(MillimetresPerSecond($0), from: "test", at: Self.start) }
        car.lastFrameAt = frame.map { Self.start + millis($0) }
        #expect(Interlock.stands(car, at: Self.start + millis(later)) == stands)
    }

    @Test func `frames without a speed are no sign of standing`() {
        var car = VehicleState()
        car.speed = Reading(.zero, from: "test", at: Self.start)
        car.lastFrameAt = Self.start + millis(2_001)
        #expect(Interlock.stands(car, at: Self.start + millis(2_001)) == nil)
    }
}
