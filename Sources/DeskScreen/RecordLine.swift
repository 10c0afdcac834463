internal import AccessCode
public import Records
internal import Units

extension RecordDraft {
    /// The record in one short line: `#12 10:05:09 trip.open     1-12 for code, odometer 12 345
    /// km`.
    ///
    /// `sequence` is its number in the log.
    public func shortLine(_ sequence: Int64) -> String {
        let time = stamp.wall.map { LiveText.clock($0.time) } ?? "--:--:--"
        return Self.line(sequence, time, body.kind.rawValue, body.summary)
    }

    /// The line of a record whose body was erased or is of a kind that this program does not know.
    public static func unreadableLine(_ sequence: Int64) -> String {
        line(sequence, "--:--:--", "erased", "")
    }

    private static func line(
        _ sequence: Int64, _ time: String, _ kind: String, _ summary: String
    ) -> String {
        let number = "#\(sequence)"
        let line =
            padded(number, 5) + time + " " + padded(kind, 17) + summary
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

extension RecordBody {
    /// What the record says, in a few words.
    var summary: String {
        switch self {
        case .boot(let body):
            "\(body.firmware), \(body.clean ? "" : "not ")stopped in order before"
        case .clockStep(let body):
            body.cause.rawValue + (body.to.map { ", to \($0.iso)" } ?? ", lost")
        case .codeAccepted(let body): body.summary
        case .codeRefused(let body):
            body.outcome + (body.counted ? ", a try of the \(body.lane.rawValue) lane" : ", no try")
        case .lock(let body): "\(body.action.rawValue), \(body.cause.rawValue)"
        case .inhibit(let body): "\(body.event.rawValue): \(body.sensed.rawValue)"
        case .door(let body): body.open ? "open" : "closed"
        case .power(let body):
            body.event.rawValue + (body.battery.map { ", \(LiveText.volts($0))" } ?? "")
        case .odometerAnomaly(let body):
            body.anomaly + (body.held.map { ", held at \(LiveText.kilometres($0))" } ?? "")
        case .odometerGap(let body):
            "\(LiveText.metres(body.distance)) m unheard, to \(LiveText.kilometres(body.to))"
        case .technician(let body): "\(body.action) by \(body.who)"
        case .config(let body): "\(body.what) \(body.to)"
        case .update(let body): "\(body.from) to \(body.to)"
        case .erase(let body):
            "\(body.sequences.lowerBound) to \(body.sequences.upperBound), \(body.why)"
        case .tripOpen(let body):
            "\(body.trip) by \(body.authority.kind.rawValue)"
                + (body.odometer.map { ", at \(LiveText.kilometres($0.position))" } ?? "")
        case .tripMark(let body):
            "\(body.trip), driven \(body.driving) s"
                + (body.odometer.map { ", at \(LiveText.kilometres($0.position))" } ?? "")
        case .tripClose(let body):
            "\(body.open.trip) by \(body.cause.rawValue), "
                + "\(LiveText.metres(body.distance)) m ±\(body.error.count) m"
        }
    }
}

extension CodeAcceptedBody {
    fileprivate var summary: String {
        switch self {
        case .rental(let rental, _): "rental \(rental)"
        case .reopened(let rental): "\(rental) again"
        case .extended(let rental, let duration, _): "\(rental) extended to \(duration)"
        case .revoked(let target): "revoked up to \(target)"
        case .keySwitched(let epoch): "key epoch \(epoch)"
        case .time(let count): "time \(count)"
        case .owner(let step): "owner, step \(step)"
        }
    }
}
