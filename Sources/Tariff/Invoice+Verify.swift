public import Records
public import Units

/// What comes of computing an invoice again from the log.
public enum InvoiceVerdict: Hashable, Sendable, CustomStringConvertible {
    /// The log gives exactly this invoice.
    case same
    /// The log gives another value here, such as `trips[0].lines[1].amountMc`.
    case differs(at: String)
    /// A trip of the invoice cannot be billed from this log.
    case refused(TripRefusal)
    /// The invoice itself cannot be read: this member of its JSON.
    case unreadable(String)

    /// One line for people.
    public var description: String {
        switch self {
        case .same: "the log gives the same invoice"
        case .differs(let place): "the log gives another value at \(place)"
        case .refused(let refusal): refusal.description
        case .unreadable(let reason): "the invoice cannot be read: \(reason)"
        }
    }
}

extension Invoice {
    /// Computes the invoice again from `log` and compares.
    ///
    /// Whether the tariff is the one that was agreed, only the agreement says: compare ``tariff``.
    /// `log` holds the verified records of the boxes concerned, at least the cited ones; an
    /// extension in it that the invoice overlooked shows as a difference.
    public func verify(against log: [LoggedRecord]) -> InvoiceVerdict {
        Self.verify(json, against: log)
    }

    /// Computes an invoice that was written as ``json`` again from `log` and compares all of it.
    ///
    /// Never traps, whatever `json` holds.
    public static func verify(
        _ json: CanonicalJSON, against log: [LoggedRecord]
    ) -> InvoiceVerdict {
        guard let reference = json["reference"]?.string else { return .unreadable("reference") }
        guard let prices = json["tariff"] else { return .unreadable("tariff") }
        guard let listed = json["trips"]?.array, listed.count <= tripsMaximum else {
            return .unreadable("trips")
        }
        let tariff: Tariff
        do throws(TariffFault) { tariff = try Tariff(json: prices) } catch {
            return .unreadable("tariff: \(error)")
        }
        var trips: [BilledTrip] = []
        for (index, trip) in listed.enumerated() {
            guard let text = trip["record"]?.string, let id = RecordID(citation: text) else {
                return .unreadable("trips[\(index)].record")
            }
            switch BilledTrip.find(id, in: log) {
            case .success(let trip): trips.append(trip)
            case .failure(let refusal): return .refused(refusal)
            }
        }
        switch bill(trips, tariff: tariff, reference: reference) {
        case .failure(let refusal): return .refused(refusal)
        case .success(let invoice):
            return json.difference(from: invoice.json).map { .differs(at: $0) } ?? .same
        }
    }
}

extension RecordID {
    /// Reads `box/epoch/sequence`, as invoices cite records; `nil` for anything else.
    public init?(citation text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let box = BoxID(parts[0]), let epoch = UInt32(parts[1]),
            let sequence = Int64(parts[2]), sequence > 0
        else { return nil }
        self.init(box: box, epoch: epoch, sequence: sequence)
    }
}

extension CanonicalJSON {
    /// Where this value first differs from `other`; `nil` when they are equal.
    func difference(from other: CanonicalJSON, at path: String = "") -> String? {
        switch (self, other) {
        case (.object(let left), .object(let right)):
            let names = Set(left.keys).union(right.keys).sorted()
            for name in names {
                let place = path.isEmpty ? name : "\(path).\(name)"
                guard let one = left[name], let two = right[name] else { return place }
                if let found = one.difference(from: two, at: place) { return found }
            }
            return nil
        case (.array(let left), .array(let right)):
            for (index, (one, two)) in zip(left, right).enumerated() {
                let place = "\(path)[\(index)]"
                if let found = one.difference(from: two, at: place) { return found }
            }
            return left.count == right.count ? nil : "\(path)[\(min(left.count, right.count))]"
        case (.null, _), (.bool, _), (.integer, _), (.string, _), (.array, _), (.object, _):
            return self == other ? nil : path
        }
    }
}
