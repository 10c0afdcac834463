public import Records
internal import Units

extension Tariff {
    /// The tariff's members: prices in cents, lengths in metres and seconds.
    public var json: CanonicalJSON {
        write { writer in
            writer.put("name", name)
            writer.put("currency", currency)
            writer.put("hourC", perHour)
            writer.put("dayC", perDay)
            writer.put("kmC", perKilometre)
            writer.put("includedM", includedPerDay)
            writer.put("late", lateFee?.json)
        }
    }

    /// Reads what ``json`` writes.
    ///
    /// - Throws: ``TariffFault`` naming the member or the price that is wrong.
    public init(json: CanonicalJSON) throws(TariffFault) {
        var lateFee: LateFee?
        if let late = json["late"] { lateFee = try LateFee(json: late) }
        try self.init(
            name: try json.string(named: "name"), currency: try json.string(named: "currency"),
            perHour: Cents(try json.integer(named: "hourC")),
            perDay: Cents(try json.integer(named: "dayC")),
            perKilometre: Cents(try json.integer(named: "kmC")),
            includedPerDay: Metres(try json.integer(named: "includedM")), lateFee: lateFee)
    }
}

extension LateFee {
    var json: CanonicalJSON {
        write { writer in
            writer.put("surchargePm", surcharge)
            writer.put("graceS", grace.wholeSeconds)
            writer.put("hours", hoursMaximum)
        }
    }

    init(json: CanonicalJSON) throws(TariffFault) {
        let grace = try json.integer(named: "graceS")
        guard grace >= 0, grace <= 86_400 else { throw .lateFee }
        try self.init(
            surcharge: PerMille(try json.integer(named: "surchargePm")), grace: .seconds(grace),
            hoursMaximum: try json.integer(named: "hours"))
    }
}

extension CanonicalJSON {
    fileprivate func string(named name: String) throws(TariffFault) -> String {
        guard let value = self[name]?.string else { throw .member(name) }
        return value
    }

    fileprivate func integer(named name: String) throws(TariffFault) -> Int64 {
        guard let value = self[name]?.integer else { throw .member(name) }
        return value
    }
}

extension Invoice {
    /// The invoice as canonical JSON (RFC 8785): amounts ending in `Mc` are thousandths of a cent,
    /// in `C` cents, in `M` metres, in `S` seconds. Trips are named by their `trip.close` record.
    public var json: CanonicalJSON {
        write { writer in
            writer.put("reference", reference)
            writer.put("tariff", tariff.json)
            writer.put("trips", .array(trips.map(\.json)))
            writer.put("exactMc", exact)
            writer.put("totalC", total)
        }
    }
}

extension InvoiceTrip {
    var json: CanonicalJSON {
        let close = trip.close
        return write { writer in
            writer.put("record", trip.record.description)
            writer.put("trip", close.open.trip.description)
            writer.put("openWall", close.openWall?.milliseconds)
            writer.put("durS", close.duration)
            writer.put("distM", close.distance)
            writer.put("distErrM", close.error)
            writer.put("distQ", close.quality.rawValue)
            writer.put("odoFromM", (close.start ?? close.open.odometer)?.position)
            writer.put("odoToM", close.odometer?.position)
            writer.put("agreedEnd", trip.agreedEnd?.milliseconds)
            writer.put("lateS", trip.lateness)
            writer.put("flags", .array(close.flags.sorted().map { .string($0.rawValue) }))
            writer.put("lines", .array(lines.map(\.json)))
        }
    }
}

extension InvoiceLine {
    var json: CanonicalJSON {
        write { writer in
            writer.put("kind", kind.rawValue)
            writer.put("quantity", quantity)
            writer.put("unitPriceMc", unitPrice)
            writer.put("amountMc", amount)
            writer.put("cites", .array(citations.map { .string($0.description) }))
        }
    }
}
