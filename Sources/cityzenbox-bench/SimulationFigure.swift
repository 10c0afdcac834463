import Glibc
import Simulation

/// How many days of boxes a core simulates in a second, every rule checked at every step.
struct SimulationFigure {
    let rounds: Int

    private static let boxes = 10
    private static let days = 7

    func measure(_ fleet: BenchFleet) throws -> Row {
        var used = Sample()
        for _ in 0..<rounds {
            let start = nanoseconds(of: CLOCK_PROCESS_CPUTIME_ID)
            for index in 0..<Self.boxes {
                try BoxSimulation(
                    scenario: fleet.scenario, profile: fleet.profile, master: fleet.master,
                    seed: 1, index: index, days: Self.days
                ).run()
            }
            used.add(nanoseconds(of: CLOCK_PROCESS_CPUTIME_ID) - start)
        }
        let rate = Double(Self.boxes * Self.days) * 1e9 / Double(used.median)
        return Row(
            figure: "Box-days per second of one core, scenario `ordinary_week`",
            measured: "\(Self.boxes * Self.days) box-days in \(Text.time(used.median)) of "
                + "processor time",
            value: rate, result: Text.grouped(Int64(rate)), target: .atLeast(300),
            targetText: "at least 300")
    }
}
