public import Records
public import Units

/// A record with its place in the log, as it was read from a verified log.
public struct LoggedRecord: Hashable, Sendable {
    /// Its place, which invoices cite.
    public let id: RecordID
    /// What it says.
    public let body: RecordBody

    /// The record `body` at `id`.
    public init(id: RecordID, body: RecordBody) {
        self.id = id
        self.body = body
    }
}

/// A later end that the box accepted for a rental.
public struct BilledExtension: Hashable, Sendable {
    /// The `code.accepted` record.
    public let record: RecordID
    /// The rental's whole duration from then on.
    public let duration: DurationIndex

    /// The extension to `duration` that `record` states.
    public init(record: RecordID, duration: DurationIndex) {
        self.record = record
        self.duration = duration
    }
}

/// A closed trip that can be billed: all that its price depends on.
public struct BilledTrip: Hashable, Sendable {
    /// The `trip.close` record.
    public let record: RecordID
    /// What it says.
    public let close: TripCloseBody
    /// The extensions of its rental, in the order of the log.
    public let extensions: [BilledExtension]

    /// The trip that the record `id` of `log` closes.
    ///
    /// `log` holds it, and every extension of its rental: they decide what is late. Refused is
    /// what no invoice can rest on.
    public static func find(
        _ id: RecordID, in log: [LoggedRecord]
    ) -> Result<BilledTrip, TripRefusal> {
        guard let record = log.first(where: { $0.id == id }) else {
            return .failure(TripRefusal(record: id, reason: .missing))
        }
        guard case .tripClose(let close) = record.body else {
            return .failure(TripRefusal(record: id, reason: .otherKind(record.body.kind)))
        }
        if let reason = TripRefusal.Reason(close) {
            return .failure(TripRefusal(record: id, reason: reason))
        }
        let extensions = log.compactMap { BilledExtension($0, of: close, closedBy: id) }
        return .success(BilledTrip(record: id, close: close, extensions: extensions))
    }

    /// When the car was to be back, extensions included; `nil` for a trip without a window.
    public var agreedEnd: WallTime? {
        guard let window = close.open.authority.window else { return nil }
        guard let rental = close.open.authority.rental else { return window.upperBound }
        return extensions.reduce(window.upperBound) { end, later in
            max(end, rental.start.start + later.duration.length)
        }
    }

    /// Seconds from the agreed end to the return; 0 unless the box found the return late and knew
    /// the time.
    public var lateness: Int64 {
        guard close.flags.contains(.lateClose), let openWall = close.openWall, let agreedEnd
        else { return 0 }
        // A clock that was far off at the opening says nothing of the return.
        let late = (openWall - agreedEnd).wholeSeconds + close.duration
        return min(max(0, late), close.duration)
    }
}

extension BilledExtension {
    init?(_ record: LoggedRecord, of close: TripCloseBody, closedBy id: RecordID) {
        guard let rental = close.open.authority.rental, record.id.box == id.box,
            case .codeAccepted(.extended(rental, duration: let duration, counter: _)) = record.body
        else { return nil }
        self.init(record: record.id, duration: duration)
    }
}

/// Why a trip is not billed.
public struct TripRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with it.
    public enum Reason: Hashable, Sendable {
        /// The log has no such record, or its body was erased.
        case missing
        /// The record is no `trip.close`.
        case otherKind(RecordKind)
        /// The duration is negative or beyond ``TripPrice/durationMaximum``.
        case duration(Int64)
        /// The distance is negative or beyond ``TripPrice/distanceMaximum``.
        case distance(Metres)
        /// It stands on the invoice already.
        case twice
    }

    /// The record that was asked for.
    public let record: RecordID
    /// Why it is not billed.
    public let reason: Reason

    /// The trip of `record` is not billed for `reason`.
    public init(record: RecordID, reason: Reason) {
        self.record = record
        self.reason = reason
    }

    /// One line for people: the record, what is wrong, what to do.
    public var description: String {
        let text =
            switch reason {
            case .missing: "it is not in this log, or erased; pull the log again up to it"
            case .otherKind(let kind): "it is a \(kind.rawValue), not a trip.close"
            case .duration(let seconds):
                "its duration of \(seconds) s cannot be; have the box looked at"
            case .distance(let distance):
                "its distance of \(distance) cannot be; have the box looked at"
            case .twice: "it stands on this invoice already; name it once"
            }
        return "record \(record) is not billed: \(text)"
    }
}

extension TripRefusal.Reason {
    init?(_ close: TripCloseBody) {
        if close.duration < 0 || close.duration > TripPrice.durationMaximum {
            self = .duration(close.duration)
        } else if close.distance < .zero || close.distance > TripPrice.distanceMaximum {
            self = .distance(close.distance)
        } else {
            return nil
        }
    }
}
