import AccessCode
import Box
import LinuxBench
import LinuxBoard
import Records
import Wiring

/// LEDs and buzzer on a chip of their own, by the names of their lines.
func checkTwoChips(_ report: Report) {
    let label = "cityzenbox-lamps"
    guard let car = try? WiredCar(),
        let lamps = try? SimulatedChip(
            label: label, lines: 4, names: [(0, "GREEN"), (1, "RED"), (3, "BUZZER")])
    else { return report.note("two simulated chips can be had", ["they cannot"]) }

    checkOpen(car, lamps, report)
    checkMissingLamp(car, label, report)
    let twin = try? SimulatedChip(label: label, lines: 4, folder: "twin")
    let third = LinuxBoard(layout: layout(label), clock: bootTime) {}
    report.note(
        "two chips of one label are not told apart",
        holds: twin != nil && third.lampsFailure?.code == .severalChips,
        "\(third.lampsFailure.map { "\($0)" } ?? "no failure")")
    withExtendedLifetime((car, lamps, twin)) {}
}

/// LEDs and buzzer that cannot be had leave everything else at work.
private func checkMissingLamp(_ car: WiredCar, _ label: String, _ report: Report) {
    let board = LinuxBoard(layout: layout(label, green: "BLUE"), clock: bootTime) {}
    report.note(
        "a name that no line has is told", holds: board.lampsFailure?.code == .noLine,
        "\(board.lampsFailure.map { "\($0)" } ?? "no failure")")
    board.pulseDoor(.unlock)
    report.note(
        "a board without its lamps is ready and moves the doors",
        holds: board.condition == .ready && car.waits(for: .doorUnlock, active: true),
        "\(board.condition)")
    withExtendedLifetime(board) {}
}

/// The board is let go of at the end.
private func checkOpen(_ car: WiredCar, _ lamps: SimulatedChip, _ report: Report) {
    let board = LinuxBoard(layout: layout(lamps.label), clock: bootTime) {}
    report.note(
        "a board of two chips opens, its lines found by name",
        holds: board.condition == .ready, "\(board.condition)")
    board.signal(.refused(.wrong))
    report.note(
        "its lamps are on the second",
        holds: lamps.isHigh(0) == false && lamps.isHigh(1) == true && lamps.isHigh(3) == true)
    board.pulseDoor(.lock)
    report.note("its doors are on the first", holds: car.waits(for: .doorLock, active: true))
    withExtendedLifetime(board) {}
}

private func layout(_ label: String, green: String = "GREEN") -> BoardLayout {
    var draft = WiredCar.draft
    let names = [
        LineName.ledGreen.rawValue: green, LineName.ledRed.rawValue: "RED",
        LineName.buzzer.rawValue: "BUZZER",
    ]
    for index in draft.lines.indices {
        guard let name = names[draft.lines[index].line] else { continue }
        draft.lines[index].chip = label
        draft.lines[index].offset = nil
        draft.lines[index].name = name
        draft.lines[index].polarity = LinePolarity.activeHigh.rawValue
    }
    return WiredCar.layout(draft)
}
