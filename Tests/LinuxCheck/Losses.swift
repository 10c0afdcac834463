import Box
import LinuxBench
import LinuxBoard
import Records
import Units
import Wiring

func checkLosses(_ report: Report) {
    guard let bench = makeBench(report) else { return }
    let second = LinuxBoard(layout: WiredCar.board, clock: bootTime) {}
    report.note(
        "lines that somebody holds make a board that is absent and says so",
        holds: second.condition.code == .busy, second.condition.wording)

    bench.linux.pulseDoor(.unlock)
    _ = bench.takeInputs()
    bench.car.chip.vanish()
    let isGone = bench.run(
        until: { bench.linux.condition != .ready }, within: .seconds(5))
    report.note(
        "a chip that vanishes in a pulse makes an absent board", holds: isGone,
        bench.linux.condition.wording)
    let unknown: Set<BoxInput> = [
        .lineRead(.ignition, nil), .lineRead(.doorContact, nil),
        .lineRead(.starterInhibitSense, nil),
    ]
    report.note("and its inputs are unknown", holds: Set(bench.takeInputs()) == unknown)
    bench.linux.pulseDoor(.lock)
    bench.linux.releaseStarter()
    report.note("what is asked of it is counted as lost", holds: bench.linux.lostPulses == 2)
    bench.run(for: .seconds(1))
    report.note(
        "a chip that stays away has no label any more",
        holds: bench.linux.condition.code == .noChip, bench.linux.condition.wording)

    guard (try? bench.car.chip.appear()) != nil else {
        return report.note("the chip comes back", ["it does not"])
    }
    bench.car.rest()
    let isBack = bench.run(
        until: { bench.linux.condition == .ready }, within: .seconds(10))
    report.note("the board opens again when its chip is back", holds: isBack)
    bench.settle()
    let known = Set(bench.takeInputs())
    report.note(
        "and tells its inputs", holds: known.contains(.lineRead(.starterInhibitSense, false)))
    let pulses = bench.doorPulses
    bench.linux.pulseDoor(.lock)
    bench.settle()
    report.note(
        "and its doors are driven",
        holds: bench.doorPulses == pulses + 1 && bench.isLocked)
}

extension BoardCondition {
    fileprivate var error: LineError? {
        switch self {
        case .ready: nil
        case .unguarded(let error), .absent(let error): error
        }
    }

    fileprivate var code: LineError.Code? { error?.code }
    fileprivate var wording: String { error.map { "\($0)" } ?? "ready" }
}
