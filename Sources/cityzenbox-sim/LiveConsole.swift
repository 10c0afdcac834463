import AccessCode
import Box
import Console
import ConsoleHost
import Runtime
import Simulation
import Units

/// The console of the box on the desk, on a serial line of its own.
final class LiveConsole {
    let service: ConsoleService
    private let site: SimulatedSite
    let technician: SimulatedTechnician
    let line: LiveSerialLine
    private let stage: Stage
    private var console = Console()
    private var boots: UInt32 = 0
    private var isOpen = false
    /// When the console started: it counts on the clock of its box.
    private var now = BootTime.boot

    /// The console of the box on `stage`.
    init(
        _ service: ConsoleService, _ site: SimulatedSite, _ technician: SimulatedTechnician,
        _ stage: Stage
    ) throws {
        self.service = service
        self.site = site
        self.technician = technician
        self.stage = stage
        line = try LiveSerialLine()
    }

    /// The challenge that waits for its answer, and the answer of the desk's technician.
    var challenge: (challenge: String, answer: String)? {
        guard let open = console.openChallenge else { return nil }
        do throws(TechnicianKeyFailure) {
            let answer = try technician.answer(to: open.challenge, for: open.technician)
            return answer.map { (open.challenge, $0) }
        } catch {
            return nil
        }
    }

    /// Takes in what came on the line, and lets time pass for the console.
    func tend() {
        let events = line.take()
        guard let boots = stage.box.runtime?.box.durable.boots else { return losePower(events) }
        if boots != self.boots { start(boots) }
        now = max(now, stage.box.bootTime)
        for event in events {
            switch event {
            case .connected:
                isOpen = true
                tell(.connected)
            case .hungUp:
                isOpen = false
                tell(.hungUp)
            case .bytes(let bytes): tell(.bytes(bytes))
            }
        }
        if stage.isBusAwake { site.speak(to: service) }
        if let answer = service.tend() { tell(.answered(answer)) }
        if let deadline = console.nextDeadline, deadline <= now { tell(.deadlinePassed) }
    }

    /// A box without power hears nothing, and its console is another one after.
    private func losePower(_ events: [LiveSerialLine.Event]) {
        for event in events {
            switch event {
            case .connected: isOpen = true
            case .hungUp: isOpen = false
            case .bytes: break
            }
        }
        boots = 0
    }

    private func start(_ boots: UInt32) {
        self.boots = boots
        service.forget()
        console = Console()
        now = stage.box.bootTime
        if isOpen { tell(.connected) }
    }

    private func tell(_ input: ConsoleInput) {
        var next: ConsoleInput? = input
        while let input = next {
            next = nil
            for effect in console.step(input, at: now) {
                switch effect {
                case .write(let bytes): line.write(bytes)
                case .ask(let request): next = service.answer(request).map { .answered($0) }
                case .hurry: next = service.hurry().map { .answered($0) }
                }
            }
            // What was asked took its time, such as a relay's.
            now = max(now, stage.box.bootTime)
        }
    }
}
