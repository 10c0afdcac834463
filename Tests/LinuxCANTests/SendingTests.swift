import CAN
import Diagnostics
import LinuxCAN
import Netlink
import Testing
import Units

@Suite struct `Sending` {
    private static let now = BootTime(milliseconds: 100_000)

    private static let good = PollingConditions(
        isIgnitionOn: true, isLocked: false, busHeardAt: now, voltage: Millivolts(13_800))

    /// A bus that polls and was just heard, on an interface of these modes.
    private static func bus(
        _ role: BusExpectation.Role = .polls, modes: CANController.Modes = []
    ) -> BusSupervisor {
        var bus = BusSupervisor(
            BusExpectation(interface: "can0", bitRate: 500_000, role: role))
        _ = bus.see(Links.controller(modes: modes), at: now)
        _ = bus.hear(at: now)
        return bus
    }

    private static func refusal(
        _ bus: BusSupervisor, permittedAt: BootTime = now, _ conditions: PollingConditions = good,
        at time: BootTime = now
    ) -> SendRefusal? {
        bus.refusal(permittedAt: permittedAt, under: conditions, at: time)
    }

    @Test func `a bus that polls, works and is heard takes a frame`() {
        #expect(Self.refusal(Self.bus()) == nil)
    }

    @Test func `a box that only listens sends nothing, whatever else holds`() {
        #expect(Self.refusal(Self.bus(.listens, modes: .listenOnly)) == .listensOnly)
    }

    @Test func `nothing is sent to a controller that would not`() {
        #expect(Self.refusal(Self.bus(modes: .listenOnly)) == .controllerListensOnly)
    }

    @Test func `nothing is sent before the interface was seen, while it is down, or off the bus`() {
        let expectation = BusExpectation(interface: "can0", bitRate: 500_000, role: .polls)
        #expect(Self.refusal(BusSupervisor(expectation)) == .busNotUp)
        var down = Self.bus()
        _ = down.see(Links.controller(isUp: false, modes: []), at: Self.now)
        #expect(Self.refusal(down) == .busNotUp)
        var off = Self.bus()
        _ = off.take(.busOff, at: Self.now)
        #expect(Self.refusal(off) == .busNotUp)
        var gone = Self.bus()
        _ = gone.miss(interface: 4)
        #expect(Self.refusal(gone) == .busNotUp)
        var broken = Self.bus()
        _ = broken.socketBroke(100, at: Self.now)
        #expect(Self.refusal(broken) == .busNotUp)
        var wrong = Self.bus()
        _ = wrong.see(Links.controller(bitRate: 125_000, modes: []), at: Self.now)
        #expect(Self.refusal(wrong) == .busNotUp)
    }

    @Test func `who errs too much keeps quiet, and who was silenced stays so`() {
        var bus = Self.bus()
        _ = bus.take(.errorState(.warning), at: Self.now)
        #expect(Self.refusal(bus) == nil)
        _ = bus.take(.errorState(.passive), at: Self.now)
        #expect(Self.refusal(bus) == .errorPassive)
        for _ in 0..<3 {
            _ = bus.take(.busOff, at: Self.now)
            _ = bus.take(.restarted, at: Self.now)
        }
        #expect(Self.refusal(bus) == .silenced)
    }

    @Test(arguments: [(Int64(-1), false), (0, true), (999, true), (1000, false), (1001, false)])
    func `a permission lasts less than a second, and is never of the future`(
        age: Int64, holds: Bool
    ) {
        let refusal = Self.refusal(Self.bus(), permittedAt: Self.now - Milliseconds(age))
        #expect(refusal == (holds ? nil : .permissionExpired))
    }

    @Test(arguments: [(Int64(999), true), (1000, false)])
    func `a bus that this box did not hear for a second takes nothing`(age: Int64, holds: Bool) {
        let later = Self.now + Milliseconds(age)
        var conditions = Self.good
        conditions.busHeardAt = later
        let refusal = Self.refusal(Self.bus(), permittedAt: later, conditions, at: later)
        #expect(refusal == (holds ? nil : .obstacle(.busSilent)))
    }

    @Test func `the conditions of polling hold for every frame`() {
        #expect(Self.refusal(Self.bus(), PollingConditions()) == .obstacle(.locked))
        var conditions = Self.good
        conditions.isIgnitionOn = false
        #expect(Self.refusal(Self.bus(), conditions) == .obstacle(.ignitionOff))
        conditions = Self.good
        conditions.voltage = Millivolts(12_199)
        #expect(Self.refusal(Self.bus(), conditions) == .obstacle(.voltageLow))
        conditions.voltage = Millivolts(12_200)
        #expect(Self.refusal(Self.bus(), conditions) == nil)
    }
}
