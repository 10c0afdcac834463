internal import Records
internal import Units

/// A step of the installation, in order. Whether it is done is read off the box, so it can be left
/// and taken up at any step. The raw values are stable codes.
public enum ProvisionStep: String, CaseIterable, Hashable, Sendable {
    /// The fleet's keys for this box are installed.
    case keys
    /// The car's profile is set.
    case profile
    /// The clock is set.
    case clock
    /// The odometer is confirmed against the dashboard.
    case odometer
    /// The relays do as told.
    case relays
    /// The keypad is heard.
    case keypad
    /// A code opens.
    case code

    /// What is typed at the guide's question.
    enum Entry: Hashable, Sendable {
        /// A bundle, in PEM.
        case bundle
        /// A value.
        case value(ArgumentKind)
        /// Nothing: Enter begins it.
        case start
        /// Nothing: Enter looks again.
        case look
    }

    /// Whether `facts` show that it is done.
    public func isDone(in facts: BoxFacts) -> Bool {
        switch self {
        case .keys: facts.keys.hasEpoch && facts.keys.hasSpare
        case .profile: facts.identity.profile != nil
        case .clock: facts.clock.reading != nil && !facts.clock.isDegraded
        case .odometer: facts.odometer.isConfirmed
        case .relays: facts.tests.relays
        case .keypad: facts.tests.keypad
        case .code: facts.tests.code
        }
    }

    /// What a technician does.
    public var instruction: String {
        switch self {
        case .keys: "Show the fleet what keys request says, and paste its bundle."
        case .profile: "Type the name of the car's profile; car probe finds it."
        case .clock: "Type UTC as 2026-06-01T10:00Z, within a second."
        case .odometer: "Switch the ignition on, wait 10 s, type the km that the dashboard shows."
        case .relays: "Ignition off and the car at rest for a minute, then Enter."
        case .keypad: "Press a key of the keypad, then Enter."
        case .code: "Type the test code and # at the keypad, then Enter."
        }
    }

    /// The command that does the same, for programs.
    public var command: CommandName {
        switch self {
        case .keys: .keysInstall
        case .profile: .carPair
        case .clock: .clockSet
        case .odometer: .carConfirm
        case .relays: .boardTest
        case .keypad: .boardShow
        case .code: .rentalShow
        }
    }

    var entry: Entry {
        switch self {
        case .keys: .bundle
        case .profile: .value(.name)
        case .clock: .value(.time)
        case .odometer: .value(.kilometres)
        case .relays: .start
        case .keypad, .code: .look
        }
    }

    /// What a value that was typed asks for; `nil` for a value of another kind.
    func action(_ value: ArgumentValue) -> ConsoleAction? {
        switch (self, value) {
        case (.profile, .text(let name)): .pairProfile(name)
        case (.clock, .time(let time)): .setClock(time)
        case (.odometer, .distance(let metres)): .confirmOdometer(metres)
        case _: nil
        }
    }

    /// All steps and whether they are done.
    static func report(_ facts: BoxFacts) -> Report {
        var report = Report()
        report.put("done", "all done", allCases.allSatisfy { $0.isDone(in: facts) })
        report.put(
            "steps", "steps",
            rows: allCases.map { step in
                var row = Report()
                let isDone = step.isDone(in: facts)
                row.put("done", "done", isDone ? "[x]" : "[ ]", json: .bool(isDone))
                row.put("step", "step", step.rawValue)
                row.put(
                    "command", "command", "(\(step.command.rawValue))",
                    json: .string(step.command.rawValue))
                return row
            })
        return report
    }
}

/// What the guide remembers between two steps.
struct Guide: Hashable, Sendable {
    let invocation: Invocation
    /// What was left for later.
    var left: Set<ProvisionStep> = []

    func next(_ facts: BoxFacts) -> ProvisionStep? {
        ProvisionStep.allCases.first { !$0.isDone(in: facts) && !left.contains($0) }
    }
}
