internal import AccessCode
internal import Box
public import CAN
public import Console
internal import Ports
internal import Probe
internal import Records
internal import Runtime
internal import TripLog
public import Units

/// Answers what the console asks, from a box that runs.
///
/// Time has passed since the console looked, so whatever changes something looks again whether it
/// may be done.
public final class ConsoleService {
    /// The box that is served; another one after a restart.
    public unowned var box: any ServedBox
    /// What was tested since this service was made.
    var tests = BoxFacts.Tests()
    private var listening: (probe: Probe, until: BootTime)?

    /// A service for `box`, which is kept alive by somebody else.
    public init(_ box: any ServedBox) {
        self.box = box
    }

    /// The answer to `request`; `nil` for one that takes time: ``tend()`` gives it.
    public func answer(_ request: ConsoleRequest) -> ConsoleAnswer? {
        switch request {
        case .facts: return facts.map { .facts($0) } ?? .unavailable(Self.noBox)
        case .challenge: return .challenge(challenge)
        case .login(let login): return .login(check(login))
        case .record(let body): return .recorded(record(body))
        case .act(let action):
            return box.runtime == nil ? .unavailable(Self.noBox) : .acted(act(action))
        case .testRelays: return .relays(testRelays())
        case .testNet: return .net(box.testNet())
        case .enrolment: return .enrolment(enrolmentRequest)
        case .verifyLog: return .verified(verify())
        case .readLog(let from): return .lines(lines(from: from))
        case .probe(let time):
            listening = (Probe(profiles: box.profiles), box.now + time)
            return nil
        }
    }

    /// A frame of the car came: a probe listens.
    public func receive(_ frame: CANFrame, at moment: BootTime) {
        listening?.probe.receive(frame, at: moment)
    }

    /// Whether a probe wants to hear the car.
    public var isListening: Bool { listening != nil }

    /// When ``tend()`` is due; `nil` where nothing takes time.
    public var nextDeadline: BootTime? { listening?.until }

    /// The answer that took time, once it is there.
    public func tend() -> ConsoleAnswer? {
        guard let listening, box.now >= listening.until else { return nil }
        return finish()
    }

    /// The console does not want to wait any longer: what was heard so far.
    public func hurry() -> ConsoleAnswer? { finish() }

    /// A key of the keypad was pressed.
    public func keyPressed() { tests.keypad = true }

    /// The power went: nothing is listened to any more.
    public func forget() { listening = nil }

    private static let noBox = "the box has no power, or its log does not open"

    private func finish() -> ConsoleAnswer? {
        defer { listening = nil }
        return listening.map { .probed($0.probe.report()) }
    }

    /// Eight digits, each as likely as any other.
    private var challenge: String? {
        let span = UInt64(100_000_000)
        // Above the last whole span the first numbers would come more often.
        let limit = UInt64.max - UInt64.max % span
        for _ in 0..<Self.drawsMaximum {
            guard let bytes = box.random(8) else { return nil }
            let number = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard number < limit else { continue }
            let digits = String(number % span)
            return String(repeating: "0", count: TechnicianLogin.digits - digits.count) + digits
        }
        return nil
    }

    /// A draw fails once in a hundred thousand million: more than two failures are no chance.
    private static let drawsMaximum = 8

    private func check(_ login: TechnicianLogin) -> Bool? {
        do throws(TechnicianKeyFailure) { return try login.run(with: box.keys) } catch {
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

    private var enrolmentRequest: String? {
        guard let log = box.log, let setup = box.runtime?.box.setup else { return nil }
        let data = EnrolmentData(logEpoch: log.epoch, firmware: setup.firmware)
        do throws(KeyStoreFailure) { return try box.keys.request(data) } catch { return nil }
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
