import AccessCode
import Simulation
import Testing
import Units

@Suite("Simulated battery-backed clock")
struct SimulatedClockTests {
    static let beginning = CivilTime.utc(2026, 6, 1)

    @Test(
        arguments: [
            (0, 0), (3_500, 302), (-3_500, -302), (1_000_000, 86_400), (-20_000, -1_728),
        ] as [(Int64, Int64)])
    func `drifts by parts per billion`(_ drift: Int64, _ millisecondsADay: Int64) {
        let clock = SimulatedRTC(truth: Self.beginning, drift: drift)
        clock.truth = Self.beginning + .days(1)
        let shown = clock.truth + Milliseconds(millisecondsADay)
        #expect(clock.read() == RTCReading(time: shown, stopped: false))
    }

    @Test func `drifts on from what it was set to`() {
        let clock = SimulatedRTC(truth: Self.beginning, drift: 1_000_000)
        clock.truth = Self.beginning + .days(1)
        clock.set(to: clock.truth)
        clock.truth = clock.truth + .hours(1)
        #expect(clock.read()?.time == clock.truth + Milliseconds(3_600))
    }

    @Test func `begins again in 2000 when its battery dies, and says so until it is set`() {
        let clock = SimulatedRTC(truth: Self.beginning, drift: 0)
        clock.lose()
        #expect(clock.read() == RTCReading(time: CivilTime.utc(2000, 1, 1), stopped: true))
        clock.truth = Self.beginning + .hours(1)
        #expect(
            clock.read() == RTCReading(time: CivilTime.utc(2000, 1, 1) + .hours(1), stopped: true))
        clock.set(to: clock.truth)
        #expect(clock.read() == RTCReading(time: clock.truth, stopped: false))
    }

    @Test(arguments: [.seconds(-90), .zero, .hours(7)] as [Milliseconds])
    func `steps by what it is told, and goes on`(_ amount: Milliseconds) {
        let clock = SimulatedRTC(truth: Self.beginning, drift: 0)
        clock.step(by: amount)
        clock.truth = Self.beginning + .minutes(5)
        #expect(clock.read()?.time == clock.truth + amount)
    }

    @Test func `says nothing where none is fitted`() {
        let clock = SimulatedRTC(truth: Self.beginning, drift: 0)
        clock.isFitted = false
        #expect(clock.read() == nil)
    }
}
