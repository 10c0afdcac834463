import Glibc
import LinuxBench
import Units
import Wiring

/// How much later than it should a pulse may end in an emulated machine that others share.
private let slack: Int64 = 150

func checkPulses(_ report: Report) {
    guard let car = try? WiredCar() else {
        return report.note("a simulated chip can be had", ["it cannot"])
    }
    checkWidths(car, report)
    checkHeldUp(car, report)
    checkKilled(car, report)
    checkGuardKilled(car, report)
}

/// Pulses of a program that runs, measured on the wire.
private func checkWidths(_ car: WiredCar, _ report: Report) {
    guard let box = makeBox(report) else { return }
    let guardian = box.guardian ?? 0
    report.note(
        "a board that opens has a guard", holds: guardian != 0,
        "\(privateKilobytes(guardian)) kB of its own")
    for (order, line, width): (Character, LineName, Int64) in [
        ("u", .doorUnlock, 500), ("l", .doorLock, 500), ("i", .starterInhibitSet, 60),
        ("r", .starterInhibitReset, 60),
    ] {
        var length: ClosedRange<Int64> = 0...0
        for _ in 0..<triesMaximum {
            box.tell(order)
            length = car.pulse(on: line) ?? 0...0
            if length != 0...0, length.upperBound - length.lowerBound < heldUp.count { break }
        }
        report.note(
            "a pulse of \(line.rawValue) is as wide as it should be",
            holds: length.overlaps(width...width + slack), "\(length) ms of \(width)")
    }
    report.note("the read-back is there", holds: box.ask() == "inhibited false, ready\n")
    box.tell("w")
    _ = car.waits(for: .buzzer, active: true)
    box.send(SIGKILL)
    let isDark = car.waits(for: .buzzer, active: false)
    report.note("a buzzer does not outlast its program", holds: isDark)
}

/// The program is held up in the middle of a pulse: the guard ends it.
private func checkHeldUp(_ car: WiredCar, _ report: Report) {
    guard let box = makeBox(report) else { return }
    box.tell("u")
    box.tell("b")
    let held = car.pulse(on: .doorUnlock) ?? 0...0
    report.note(
        "a pulse ends while the program is busy for two seconds",
        holds: held.overlaps(500...550 + slack), "\(held) ms of 500")
    _ = box.ask()

    box.tell("u")
    let begin = car.waits(for: .doorUnlock, active: true)
    box.send(SIGSTOP)
    let length = car.remainder(of: .doorUnlock) ?? -1
    report.note(
        "a pulse ends while the program is stopped",
        holds: begin && length >= 0 && length <= 550 + slack, "\(length) ms after the stop")
    box.send(SIGCONT)
    report.note("a stopped program goes on", holds: box.ask().hasSuffix("ready\n"))
    box.tell("l")
    let next = car.pulse(on: .doorLock) ?? 0...0
    report.note(
        "and pulses as before", holds: next.overlaps(500...500 + slack), "\(next) ms of 500")
}

/// kill -9 in the middle of a pulse.
private func checkKilled(_ car: WiredCar, _ report: Report) {
    for (order, line): (Character, LineName) in [
        ("u", .doorUnlock), ("i", .starterInhibitSet),
    ] {
        guard let box = makeBox(report) else { return }
        box.tell(order)
        let began = car.waits(for: line, active: true)
        box.send(SIGKILL)
        let length = car.remainder(of: line) ?? -1
        report.note(
            "kill -9 ends a pulse of \(line.rawValue)",
            holds: began && length >= 0 && length <= slack, "\(length) ms after the kill")
        report.note("no guard is left behind", holds: car.waits { BoxProcess.guards == 0 })
    }
    // The relay moved when its coil was driven, and stays: nothing was undone by the crash.
    car.drive(.starterInhibitSense, active: true)
    guard let box = makeBox(report) else { return }
    report.note(
        "the next start reads the relay back as it is",
        holds: box.ask() == "inhibited true, ready\n")
    car.drive(.starterInhibitSense, active: false)
}

/// Guards are killed too.
private func checkGuardKilled(_ car: WiredCar, _ report: Report) {
    guard let box = makeBox(report), let first = box.guardian else {
        return report.note("a guard can be killed", ["there is none"])
    }
    box.tell("u")
    _ = car.waits(for: .doorUnlock, active: true)
    kill(first, SIGKILL)
    let length = car.remainder(of: .doorUnlock) ?? -1
    report.note(
        "without its guard the program ends its own pulse",
        holds: length >= 0 && length <= 500 + slack, "\(length) ms after the kill")
    let isNew = car.waits { box.guardian.map { $0 != first } ?? false }
    report.note("and has a new guard", holds: isNew && box.ask().hasSuffix("ready\n"))
    guard let second = box.guardian else { return }
    box.tell("u")
    _ = car.waits(for: .doorUnlock, active: true)
    kill(second, SIGSTOP)
    box.send(SIGKILL)
    kill(second, SIGKILL)
    let isEnded = car.waits(for: .doorUnlock, active: false)
    report.note("with both killed this kernel's chip lets the line go", holds: isEnded)
}

/// What only this process has written to, in kilobytes.
private func privateKilobytes(_ pid: pid_t) -> Int {
    let lines = KernelFile.read("/proc/\(pid)/smaps_rollup")?.split(separator: "\n") ?? []
    let words = lines.first { $0.hasPrefix("Private_Dirty:") }?.split(separator: " ") ?? []
    return words.count > 1 ? Int(words[1]) ?? 0 : 0
}

func makeBox(_ report: Report) -> BoxProcess? {
    guard let box = BoxProcess() else {
        report.note("a program with a board starts", ["it does not"])
        return nil
    }
    return box
}

extension WiredCar {
    /// How long `name` is active from when it next becomes so: at least, and at most; `nil` when it
    /// does not become active, or not inactive again, within two seconds each.
    ///
    /// Between two looks this program may be kept waiting, so a change lies between two moments.
    func pulse(on name: LineName) -> ClosedRange<Int64>? {
        guard let begin = change(of: name, to: true), let end = change(of: name, to: false) else {
            return nil
        }
        let shortest = max(0, end.lowerBound - begin.upperBound)
        return shortest / 1000...(end.upperBound - begin.lowerBound + 999) / 1000
    }

    private func change(of name: LineName, to active: Bool) -> ClosedRange<Int64>? {
        var before = bootMicroseconds()
        let end = before + 2_000_000
        while before < end {
            let now = bootMicroseconds()
            if isActive(name) == active { return before...bootMicroseconds() }
            before = now
            usleep(200)
        }
        return nil
    }

    /// How long `name` is still active, in milliseconds.
    func remainder(of name: LineName) -> Int64? {
        let begin = bootMicroseconds()
        guard waits(for: name, active: false) else { return nil }
        return (bootMicroseconds() - begin) / 1000
    }

    /// Whether `name` becomes active or inactive within ten seconds.
    func waits(for name: LineName, active: Bool) -> Bool {
        waits { isActive(name) == active }
    }

    /// Whether `condition` comes to hold within ten seconds.
    func waits(until condition: () -> Bool) -> Bool {
        let end = bootTime() + .seconds(10)
        while bootTime() < end {
            if condition() { return true }
            usleep(200)
        }
        return false
    }
}
