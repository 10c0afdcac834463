import Console
import ConsoleHost
import DataFiles
import LinuxIO
import LinuxSerial
import Units

/// The technician's console on its serial line. It outlives a restart of the box within this
/// program: whoever is logged in stays so.
final class ConsoleDesk {
    /// How much may wait for a slow line before the log is read on.
    private static let crowded = SerialLine.queueLimit / 4

    /// Whoever answers the console; `nil` until the box is there.
    private(set) var service: ConsoleService?
    private var line: SerialLine
    private var console = Console()
    /// What is answered once the line has taken what waits.
    private var deferred: ConsoleRequest?

    /// A desk at the line that `place` names.
    init(_ place: BoxConfiguration.Console) {
        line = SerialLine(
            path: place.device, speed: SerialSpeed(rawValue: Int(place.speed)) ?? .b115200)
    }

    /// Serves `box` from now on.
    func serve(_ box: any ServedBox) {
        if let service { service.box = box } else { service = ConsoleService(box) }
    }

    /// What to wait for.
    var source: PollSource? { line.source }

    /// When ``tend(at:)`` is due if nothing happens before.
    var nextDeadline: BootTime? {
        [line.nextDeadline, console.nextDeadline, service?.nextDeadline].compactMap { $0 }.min()
    }

    /// Why there is no line; `nil` while there is one.
    var failure: SystemCallFailure? { line.failure }

    /// Takes in what came on the line, and lets time pass for the console.
    func tend(at now: BootTime) {
        take(line.handle(at: now), at: now)
        if let request = deferred, line.waiting < Self.crowded {
            deferred = nil
            if let answer = service?.answer(request) { tell(.answered(answer), at: now) }
        }
        if let answer = service?.tend() { tell(.answered(answer), at: now) }
        if let deadline = console.nextDeadline, deadline <= now { tell(.deadlinePassed, at: now) }
        // What was said just now is sent before anybody waits; what came meanwhile is not lost.
        take(line.handle(at: now), at: now)
    }

    private func take(_ events: [SerialLine.Event], at now: BootTime) {
        for event in events {
            switch event {
            case .opened: tell(.connected, at: now)
            case .hungUp:
                deferred = nil
                service?.forget()
                tell(.hungUp, at: now)
            case .received(let bytes): tell(.bytes(bytes), at: now)
            }
        }
    }

    private func tell(_ input: ConsoleInput, at now: BootTime) {
        var next: ConsoleInput? = input
        while let input = next {
            next = nil
            for effect in console.step(input, at: now) {
                switch effect {
                case .write(let bytes): _ = line.write(bytes)
                case .ask(let request): next = answer(request)
                case .hurry: next = service?.hurry().map { .answered($0) }
                }
            }
        }
    }

    /// A log that is longer than the line is fast must not fill the memory.
    private func answer(_ request: ConsoleRequest) -> ConsoleInput? {
        if case .readLog = request, line.waiting >= Self.crowded {
            deferred = request
            return nil
        }
        return service?.answer(request).map { .answered($0) }
    }
}
