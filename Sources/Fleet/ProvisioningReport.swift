public import AccessCode
public import Records
public import Units

/// What became of an installation: for the technician to read, and for the fleet to sign.
public struct ProvisioningReport: Hashable, Sendable {
    /// A step, as the box saw it in the end.
    public struct Step: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// Whether it is done.
        public let isDone: Bool
    }

    /// What is asked of the box in the end, in this order.
    public static let commands = [
        "keys show", "car profile", "clock show", "board show", "car odometer", "log show",
    ]

    /// The box.
    public let box: BoxID
    /// What it runs.
    public let firmware: String
    /// Who installed it.
    public let technician: TechnicianID
    /// The profile of the car.
    public let profile: String
    /// All steps.
    public let steps: [Step]
    /// What else is to be known.
    public let notes: [String]
    /// What the box said of itself in the end, by command.
    public let facts: [String: CanonicalJSON]

    /// What is still to be done.
    public var open: [String] { steps.filter { !$0.isDone }.map(\.name) }

    /// What is signed.
    ///
    /// - Parameters:
    ///   - fleet: SHA-256 of the certificate of the fleet's authority.
    ///   - started: when the dialogue began.
    ///   - finished: when it was over.
    /// - Returns: an object, of which each member is always there.
    public func json(fleet: Digest256, started: WallTime, finished: WallTime) -> CanonicalJSON {
        .object([
            "v": 1, "kind": "provisioning", "fleet": .string(fleet.hex),
            "box": .string("\(box)"), "firmware": .string(firmware),
            "technician": .integer(Int64(technician.number)), "profile": .string(profile),
            "started": .integer(started.milliseconds),
            "finished": .integer(finished.milliseconds),
            "done": .bool(open.isEmpty),
            "steps": .array(
                steps.map {
                    .object(["step": .string($0.name), "done": .bool($0.isDone)])
                }),
            "notes": .array(notes.map { .string($0) }),
            "box facts": .object(facts),
        ])
    }

    /// What the technician reads.
    public func lines(started: WallTime, finished: WallTime) -> [String] {
        var lines = [
            "Installation of box \(box), firmware \(firmware)",
            "by technician \(technician), \(started.iso) to \(finished.iso)",
            "profile \(profile)",
        ]
        lines += steps.map { "  [\($0.isDone ? "x" : " ")] \($0.name)" }
        lines += notes.map { "  note: \($0)" }
        lines.append(
            open.isEmpty
                ? "all steps are done" : "left for later: \(open.joined(separator: ", "))")
        return lines
    }
}
