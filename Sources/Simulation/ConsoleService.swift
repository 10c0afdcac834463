internal import AccessCode
internal import Box
public import Console
public import KeyStore
internal import Ports
internal import Probe
internal import Records
internal import Runtime
internal import TripLog
internal import Units
public import Vehicle

/// Answers what the console asks, from a simulated box.
public final class ConsoleService {
    /// Whom the box lets in: like a key store, it outlives the power.
    public let technicians: SoftwareTechnicianKeys
    /// Whether the fleet can be reached, as whoever plays the fleet sees it.
    public var isOnline = false
    let box: SimulatedBox
    /// What was tested since the box was made.
    var tests = BoxFacts.Tests()
    private let profiles: [VehicleProfile]
    private var random: SplitMix64
    private var listening: (probe: Probe, until: WallTime)?

    /// A service for `box`, whose challenges come from `seed`. A probe tells `profiles` apart.
    public init(
        _ box: SimulatedBox, technicians: SoftwareTechnicianKeys, profiles: [VehicleProfile],
        seed: UInt64
    ) {
        self.box = box
        self.technicians = technicians
        self.profiles = profiles
        random = SplitMix64(seed: seed ^ 0x636F_6E73_0000_0000)
    }

    /// The answer to `request`; `nil` for one that takes time: ``tend(isBusAwake:)`` gives it.
    public func answer(_ request: ConsoleRequest) -> ConsoleAnswer? {
        guard box.isOn else { return .unavailable("the box has no power") }
        switch request {
        case .facts: return facts.map { .facts($0) } ?? .unavailable("the box has no power")
        case .challenge: return .challenge(challenge)
        case .login(let login): return .login(check(login))
        case .record(let body): return .recorded(record(body))
        case .act(let action): return .acted(act(action))
        case .testRelays: return .relays(testRelays())
        case .testNet:
            let words = isOnline ? "the desk has coverage" : "the desk has no coverage"
            return .net([LineTest("fleet", passed: isOnline, words)])
        case .verifyLog: return .verified(verify())
        case .readLog(let from): return .lines(lines(from: from))
        case .probe(let time):
            listening = (Probe(profiles: profiles), box.truth + time)
            return nil
        }
    }

    /// Listens to the bus for a probe; its answer, once its time is over.
    public func tend(isBusAwake: Bool) -> ConsoleAnswer? {
        guard var listening else { return nil }
        if isBusAwake {
            for frame in box.car.frames { listening.probe.receive(frame, at: box.bootTime) }
        }
        self.listening = listening
        return box.truth < listening.until ? nil : finish()
    }

    /// The console does not want to wait any longer: what was heard so far.
    public func hurry() -> ConsoleAnswer? { finish() }

    /// A key of the keypad was pressed.
    public func keyPressed() { tests.keypad = true }

    /// The power went: nothing is listened to any more.
    public func forget() { listening = nil }

    private func finish() -> ConsoleAnswer? {
        defer { listening = nil }
        return listening.map { .probed($0.probe.report()) }
    }

    private var challenge: String {
        let number = String(random.next(below: 100_000_000))
        return String(repeating: "0", count: TechnicianLogin.digits - number.count) + number
    }

    private func check(_ login: TechnicianLogin) -> Bool? {
        do throws(TechnicianKeyFailure) { return try login.run(with: technicians) } catch {
            return nil
        }
    }

    /// Through the Box, whose state is the fold of its records; durable when its number is given.
    private func record(_ body: TechnicianBody) -> Bool {
        let before = box.runtime?.box.durable.sequence
        box.deliver(.technicianActed(body))
        guard let before, let after = box.runtime?.box.durable.sequence else { return false }
        return after > before
    }

    private func verify() -> LogCheck? {
        guard let log = box.log else { return nil }
        do throws(StorageError) {
            let found = try log.verify()
            return LogCheck(
                checked: found.checked, erased: found.erased, first: found.first,
                last: found.last.sequence, hash: found.last.hash,
                defect: found.defect.map { "\($0)" })
        } catch {
            return nil
        }
    }

    private func lines(from: Int64) -> LogLines? {
        guard let log = box.log else { return nil }
        let last = min(log.head.sequence, from + Int64(Console.linesOfPage) - 1)
        guard from <= last else { return LogLines(lines: [], next: nil) }
        do throws(StorageError) {
            let lines = try log.records(from...last).map(\.line)
            return LogLines(lines: lines, next: last < log.head.sequence ? last + 1 : nil)
        } catch {
            return nil
        }
    }
}
