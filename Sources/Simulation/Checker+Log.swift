internal import Box
internal import Ports
internal import Records
internal import Runtime
internal import SimulatedDisk
internal import TripLog
internal import Units

/// What must hold of a whole log.
extension Checker {
    /// The whole log: the chain verifies, replaying it gives the box's state, trips pair up, and
    /// nothing is in it that must not be.
    public func checkWholeLog() {
        guard let box, let log = box.log else { return }
        do {
            if let defect = try log.verify().defect { violate("the log verifies", "\(defect)") }
            var replay = LogReplay(box.provisioned)
            try replay.goOn(through: log) { checkPrivacy($0) }
            check(replay, box)
        } catch {
            violate("the log can be read", "\(error)")
        }
    }

    /// What came since the last restart: the log goes on from where it was, replaying it gives the
    /// box's state, and trips pair up. That the end of the chain verifies is known from opening.
    func checkNewRecords() {
        guard let box, let log = box.log else { return }
        do {
            var replay = replayed ?? LogReplay(box.provisioned)
            if try log.hash(at: replay.head.sequence) != replay.head.hash {
                violate("the log goes on from where it was", "behind \(replay.head.sequence)")
            }
            try replay.goOn(through: log) { _ in }
            check(replay, box)
            replayed = replay
        } catch {
            violate("the log can be read", "\(error)")
        }
    }

    private func check(_ replay: LogReplay, _ box: SimulatedBox) {
        if let complaint = replay.trips.complaint { violate("trips open and close", complaint) }
        if let runtime = box.runtime, replay.state != runtime.box.durable {
            violate("replaying the log gives the state", "at record \(replay.state.sequence)")
        }
    }

    func checkPrivacy(_ record: StoredRecord) {
        let names = Self.names(of: record.body ?? [])
        for word in ["lat", "lon", "latitude", "longitude", "pos", "name", "phone"]
        where names.contains(word) {
            violate("no record has a position or a person", "\(word) in \(record)")
        }
    }

    /// The names of all members of a canonical body, at every depth: texts with a colon behind.
    private static func names(of body: [UInt8]) -> [String] {
        let (quote, colon) = (UInt8(ascii: "\""), UInt8(ascii: ":"))
        var names: [String] = []
        var begin: Int?
        for index in body.indices where body[index] == quote {
            guard let start = begin else {
                begin = index + 1
                continue
            }
            if body[index - 1] == UInt8(ascii: "\\") { continue }
            begin = nil
            if index + 1 < body.count, body[index + 1] == colon, index - start <= 12 {
                names.append(String(decoding: body[start..<index], as: UTF8.self))
            }
        }
        return names
    }
}

/// A log replayed from its first record, as far as it had come.
struct LogReplay {
    private(set) var state: DurableState
    private(set) var trips = TripPairs()
    private(set) var head = LogHead(sequence: 0, hash: .zero)

    init(_ provisioned: DurableState) {
        state = provisioned
    }

    /// Replays what `log` has beyond ``head``.
    mutating func goOn(through log: TripLog, _ look: (StoredRecord) -> Void) throws {
        guard log.head.sequence > head.sequence else { return }
        for record in try log.records(head.sequence + 1...log.head.sequence) {
            look(record)
            guard let draft = try RecordDraft(record) else { continue }
            state.apply(draft)
            trips.add(draft.body)
        }
        head = log.head
    }
}

/// At most one trip is open, every open has one close or is the last, a code opens one trip, and
/// the bill is covered by the odometer.
struct TripPairs {
    private var open: TripOpenBody?
    private var first: OdometerStatement?
    private var last: OdometerStatement?
    private var billed = Metres.zero
    private var errors = Metres.zero
    private var authorities: [RentalID: TripID] = [:]
    private(set) var complaint: String?

    mutating func add(_ body: RecordBody) {
        switch body {
        case .tripOpen(let body):
            if let open { complaint = "\(open.trip) is open while \(body.trip) opens" }
            if let rental = body.authority.rental {
                if let earlier = authorities[rental] {
                    complaint = "\(rental) opened \(earlier) and \(body.trip)"
                }
                authorities[rental] = body.trip
            }
            open = body
        case .tripClose(let body):
            if open?.trip != body.open.trip { complaint = "\(body.open.trip) closes, unopened" }
            open = nil
            add(body)
        case .boot, .clockStep, .codeAccepted, .codeRefused, .lock, .inhibit, .door, .power,
            .odometerAnomaly, .odometerGap, .technician, .config, .update, .erase, .tripMark:
            break
        }
    }

    /// The sum of what is billed is at most what the odometer went, give or take the errors.
    private mutating func add(_ body: TripCloseBody) {
        guard let from = body.open.odometer, let to = body.odometer else { return }
        first = first ?? from
        last = to
        billed += body.distance
        errors += body.error
        guard let first else { return }
        // A reading that was not fresh says so by its own error.
        let went = to.position + to.error - first.position + first.error
        if billed > went + errors {
            complaint = "billed \(billed), the odometer went \(to.position - first.position)"
        }
    }
}
