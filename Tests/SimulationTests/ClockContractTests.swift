import AccessCode
import ClockContract
import Testing
import Units

@testable import Simulation

@Suite struct `The simulated clock` {
    private static let truth = CivilTime.utc(2026, 6, 1)

    @Test func `keeps the contract of battery-backed clocks`() {
        let drifting = SimulatedRTC(truth: Self.truth, drift: 3_500)
        #expect(ClockContract.breaches(by: drifting) == [])
        let lost = SimulatedRTC(truth: Self.truth, drift: 0)
        lost.lose()
        #expect(lost.read()?.stopped == true)
        #expect(ClockContract.breaches(by: lost) == [])
    }

    @Test func `that is not fitted answers nothing`() {
        let clock = SimulatedRTC(truth: Self.truth, drift: 0)
        clock.isFitted = false
        #expect(ClockContract.breaches(byAbsent: clock) == [])
    }
}
