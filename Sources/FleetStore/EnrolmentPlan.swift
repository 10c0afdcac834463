public import Units

/// Why a request is not answered by a bundle.
public enum EnrolmentRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The box writes an older log epoch than before: the image of its card is an old one.
    case olderLog(BoxID, epoch: UInt32, known: UInt32)
    /// The request was answered, and another one after it.
    case oldRequest(BoxID)
    /// The box had its last key epoch.
    case lastKeyEpoch(BoxID)

    /// One line: why not, and the way out.
    public var description: String {
        switch self {
        case .olderLog(let box, let epoch, let known):
            "enrol box \(box): it writes log epoch \(epoch) and was enrolled in \(known), so its "
                + "card is an old copy; provision it anew in log epoch \(known + 1)"
        case .oldRequest(let box):
            "enrol box \(box): it made a later request than this one; let it make a new one"
        case .lastKeyEpoch(let box):
            "enrol box \(box): it had its last key epoch; give the car another box"
        }
    }
}

/// What an enrolment makes of a box: which key epoch its bundle has, and why.
public struct EnrolmentPlan: Hashable, Sendable {
    /// Why the key epoch is what it is.
    public enum Reason: String, CaseIterable, Hashable, Sendable {
        /// The box is new to the fleet.
        case new
        /// The same keys once more.
        case again
        /// With its log the box lost what it remembered of codes, so none of before may open.
        case newLog
        /// Codes go back from the cold master to the hot one.
        case afterKeySwitch
    }

    /// The highest key epoch that a bundle can have: a spare stands behind it.
    static let lastKeyEpoch = KeyEpoch(UInt16.max - 1)

    /// The box, as it is to be kept.
    public var box: FleetBox
    /// Why its key epoch is what it is.
    public let reason: Reason

    /// The plan for a box that asks to be enrolled.
    ///
    /// - Parameters:
    ///   - id: the box.
    ///   - logEpoch: in which it writes its log.
    ///   - nonce: of its request, in hexadecimal digits.
    ///   - known: the box as it was kept; `nil` for a new one.
    ///   - enrolments: what was made for it, the oldest first.
    ///   - now: the time of the enrolment.
    /// - Throws: ``EnrolmentRefusal``.
    public init(
        _ id: BoxID, logEpoch: UInt32, nonce: String, known: FleetBox?, enrolments: [Enrolment],
        at now: WallTime
    ) throws(EnrolmentRefusal) {
        guard var box = known else {
            self.box = FleetBox(
                id: id, keyEpoch: KeyEpoch(0), logEpoch: logEpoch, enrolled: now)
            reason = .new
            return
        }
        guard logEpoch >= box.logEpoch else {
            throw .olderLog(id, epoch: logEpoch, known: box.logEpoch)
        }
        guard
            enrolments.last?.nonce == nonce || !enrolments.contains(where: { $0.nonce == nonce })
        else {
            throw .oldRequest(id)
        }
        reason =
            logEpoch > box.logEpoch ? .newLog : box.master == .cold ? .afterKeySwitch : .again
        if reason != .again {
            guard box.keyEpoch < Self.lastKeyEpoch else { throw .lastKeyEpoch(id) }
            box.keyEpoch = box.keyEpoch.next
        }
        box.master = .hot
        box.logEpoch = logEpoch
        box.retired = nil
        self.box = box
    }
}
