import CAN
import Diagnostics
import Testing
import Units

/// A client and the clock it lives by, with all that it wanted done.
struct PolledCar {
    var client: DiagnosticClient
    var now = BootTime(milliseconds: 100_000)
    /// What came of all inputs, with its time.
    var effects: [(at: BootTime, effect: DiagnosticEffect)] = []
    /// Whether the bus is heard whenever time passes.
    var isAwake = true

    init(_ queries: [DiagnosticQuery?], timing: DiagnosticTiming = .init()) {
        client = DiagnosticClient(queries.compactMap(\.self), timing: timing)
        wake()
    }

    /// The conditions become good, or with `change` something else.
    @discardableResult
    mutating func wake(
        _ change: (inout PollingConditions) -> Void = { _ in }
    ) -> [DiagnosticEffect] {
        var conditions = PollingConditions(
            isIgnitionOn: true, isLocked: false, busHeardAt: now, voltage: Millivolts(12_600))
        change(&conditions)
        return note(client.update(conditions, at: now))
    }

    /// A frame is heard after some time.
    @discardableResult
    mutating func hear(_ text: String, after milliseconds: Int64 = 0) -> [DiagnosticEffect] {
        let before = pass(milliseconds)
        guard let frame = try? CANFrame(text) else {
            Issue.record("\(text) is no frame")
            return []
        }
        return before + note(client.receive(frame, at: now))
    }

    /// Time passes, deadline by deadline.
    @discardableResult
    mutating func pass(_ milliseconds: Int64) -> [DiagnosticEffect] {
        let end = now + Milliseconds(milliseconds)
        var all: [DiagnosticEffect] = []
        while now < end {
            // A bus in use is heard all the time.
            let step = min(end, now + Milliseconds(500))
            now = max(now, min(step, client.nextDeadline(at: now) ?? step))
            if isAwake {
                var conditions = client.conditions
                conditions.busHeardAt = now
                all += note(client.update(conditions, at: now))
            } else {
                all += note(client.advance(to: now))
            }
        }
        return all
    }

    /// The requests and flow controls that were sent, as text.
    var sent: [String] { effects.compactMap { $0.effect.sent } }

    private mutating func note(_ new: [DiagnosticEffect]) -> [DiagnosticEffect] {
        effects += new.map { (now, $0) }
        return new
    }
}

extension DiagnosticEffect {
    /// The frame to send, as text.
    var sent: String? {
        switch self {
        case .transmit(let permitted): permitted.frame.description
        case .answered, .refused, .silent: nil
        }
    }

    /// The effect in short: what is sent, who said what.
    var short: String {
        switch self {
        case .transmit(let permitted): "> \(permitted.frame)"
        case .answered(let query, let answer):
            "\(query.request) = \(hexadecimal(answer.data)) of \(answer.ecu)"
        case .refused(let query, let ecu, let code): "\(query.request) ! \(code) of \(ecu)"
        case .silent(let query): "\(query.request) ?"
        }
    }
}

extension DiagnosticQuery {
    /// The odometer of SAE J1979, of all units.
    static let odometer = DiagnosticQuery(
        .currentData(pid: 0xA6), to: .functional11, about: .odometer, every: .seconds(60))
    /// The speed of SAE J1979, twice a second.
    static let speed = DiagnosticQuery(
        .currentData(pid: 0x0D), to: .functional11, about: .other, every: Milliseconds(500))

    /// A question to the instrument cluster of a maker.
    static func cluster(
        _ identifier: UInt16 = 0x0207, about subject: Subject = .other,
        every interval: Milliseconds = .seconds(10)
    ) -> DiagnosticQuery? {
        guard let address = DiagnosticAddress(request: 0x743, response: 0x763) else { return nil }
        return DiagnosticQuery(
            .dataByIdentifier(identifier), to: address, about: subject, every: interval)
    }
}
