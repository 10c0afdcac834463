import Box
import LinuxBench
import LinuxIO
import Units
import Wiring

@testable import LinuxBoard

func checkInputs(_ report: Report) {
    guard let bench = makeBench(report) else { return }
    let first = Set(bench.takeInputs())
    report.note(
        "every input is told when the board opens",
        holds: first.isSuperset(of: [
            .lineRead(.ignition, false), .lineRead(.doorContact, false),
            .lineRead(.starterInhibitSense, false),
        ]), "\(first.count) inputs")

    for level in [true, false] {
        bench.car.drive(.ignition, active: level)
        let isTold = bench.run(
            until: { bench.inputs.last == .lineRead(.ignition, level) }, within: .seconds(2))
        report.note(
            "the ignition is told as \(level)",
            holds: isTold && bench.takeInputs() == [.lineRead(.ignition, level)])
    }

    for round in 0..<7 { bench.car.drive(.doorContact, active: round.isMultiple(of: 2)) }
    bench.run(for: Milliseconds(400))
    let bounced = bench.takeInputs()
    report.note(
        "a door contact that bounces is one change",
        holds: bounced == [.lineRead(.doorContact, true)], "\(bounced.count) told")

    bench.car.drive(.doorContact, active: false)
    bench.car.drive(.doorContact, active: true)
    bench.run(for: Milliseconds(400))
    report.note("a spike is nothing", holds: bench.takeInputs().isEmpty)

    let wakes = bench.linux.nextDeadline
    report.note("a board at rest wakes nobody", holds: wakes == nil)
}

/// The lines themselves, below the board.
func checkEdges(_ report: Report) {
    guard let car = try? WiredCar(), let contact = WiredCar.board[.doorContact],
        let ignition = WiredCar.board[.ignition]
    else { return report.note("a simulated chip can be had", ["it cannot"]) }
    do throws(LineError) {
        let request = try LineRequest([contact, ignition], consumer: "linuxcheck")
        report.note(
            "an input that is active low reads as its meaning",
            holds: try request.isActive(0) == false && car.chip.isHigh(8) == true)
        // A kernel that debounces stamps the moment at which it believes the level: on a busy
        // machine some time behind the cause, never behind the reading.
        let begin = bootTime()
        car.drive(.ignition, active: true)
        var edges: [LineEdge] = []
        while edges.isEmpty, bootTime() - begin < .seconds(4) {
            _ = PollSource.wait(for: [request.source], milliseconds: 100)
            edges += try request.takeEdges()
        }
        let read = bootTime()
        let at = edges.first?.at ?? .boot
        report.note(
            "an edge has the kernel's time",
            holds: edges.map(\.line) == [1] && edges.map(\.isActive) == [true]
                && at >= begin - Milliseconds(1) && at <= read,
            "\((at - begin).count) ms behind its cause")
        report.note("no more edges is no error", holds: try request.takeEdges().isEmpty)
    } catch {
        report.note("inputs can be had", ["\(error)"])
    }
}
