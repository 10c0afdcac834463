public import Units

/// Boxes and what was made for them.
extension FleetTransaction {
    private static let boxColumns =
        "box, plate, place, profile, key_epoch, key_master, log_epoch, owner_number, time_ms, "
        + "enrolled_ms, retired_ms"

    /// All boxes, by identity, those that were taken out as well.
    ///
    /// - Throws: ``FleetStoreError``.
    public func boxes() throws(FleetStoreError) -> [FleetBox] {
        try read(try rows("SELECT \(Self.boxColumns) FROM box ORDER BY box"), Self.box)
    }

    /// The box `id`; `nil` for one that was never enrolled.
    ///
    /// - Throws: ``FleetStoreError``.
    public func box(_ id: BoxID) throws(FleetStoreError) -> FleetBox? {
        try read(
            try rows("SELECT \(Self.boxColumns) FROM box WHERE box = ?", [.text("\(id)")]),
            Self.box
        ).first
    }

    /// Keeps `box`, in place of what was known of it.
    ///
    /// - Throws: ``FleetStoreError``.
    public func put(_ box: FleetBox) throws(FleetStoreError) {
        _ = try rows(
            """
            INSERT INTO box (\(Self.boxColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (box) DO UPDATE SET plate = excluded.plate, place = excluded.place,
                profile = excluded.profile, key_epoch = excluded.key_epoch,
                key_master = excluded.key_master, log_epoch = excluded.log_epoch,
                owner_number = excluded.owner_number, time_ms = excluded.time_ms,
                retired_ms = excluded.retired_ms
            """,
            [
                .text("\(box.id)"), .text(box.plate), .text(box.place), SQLiteValue(box.profile),
                .integer(Int64(box.keyEpoch.number)), .text(box.master.rawValue),
                .integer(Int64(box.logEpoch)), .integer(Int64(box.ownerNumber)),
                SQLiteValue(box.lastTime?.milliseconds), .integer(box.enrolled.milliseconds),
                SQLiteValue(box.retired?.milliseconds),
            ])
    }

    /// What was made for `box`, the oldest first.
    ///
    /// - Throws: ``FleetStoreError``.
    public func enrolments(of box: BoxID) throws(FleetStoreError) -> [Enrolment] {
        let found = try rows(
            """
            SELECT nonce, serial, certificate, key_epoch, log_epoch, firmware, backend, issued_ms
            FROM enrolment WHERE box = ? ORDER BY number
            """, [.text("\(box)")])
        return try read(found) { row in
            guard let nonce = row.text(), let serial = row.text(), let certificate = row.text(),
                let keyEpoch = row.number(as: UInt16.self),
                let logEpoch = row.number(as: UInt32.self), let firmware = row.text(),
                let backend = row.text(), let issued = row.time()
            else { return nil }
            return Enrolment(
                box: box, nonce: nonce, serial: serial, certificate: certificate,
                keyEpoch: KeyEpoch(keyEpoch), logEpoch: logEpoch, firmware: firmware,
                backend: backend, issued: issued)
        }
    }

    /// Keeps one more enrolment of a box that is kept.
    ///
    /// - Throws: ``FleetStoreError``.
    public func add(_ enrolment: Enrolment) throws(FleetStoreError) {
        _ = try rows(
            """
            INSERT INTO enrolment (box, nonce, serial, certificate, key_epoch, log_epoch,
                firmware, backend, issued_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text("\(enrolment.box)"), .text(enrolment.nonce), .text(enrolment.serial),
                .text(enrolment.certificate), .integer(Int64(enrolment.keyEpoch.number)),
                .integer(Int64(enrolment.logEpoch)), .text(enrolment.firmware),
                .text(enrolment.backend), .integer(enrolment.issued.milliseconds),
            ])
    }

    /// The codes that were disclosed for `box`, the oldest first.
    ///
    /// - Throws: ``FleetStoreError``.
    public func codes(of box: BoxID) throws(FleetStoreError) -> [DisclosedCode] {
        let found = try rows(
            """
            SELECT kind, key_epoch, detail, disclosed_ms, booking FROM code WHERE box = ?
            ORDER BY number
            """, [.text("\(box)")])
        return try read(found) { row in
            guard let kind = row.text().flatMap({ DisclosedCode.Kind(rawValue: $0) }),
                let keyEpoch = row.number(as: UInt16.self), let detail = row.text(),
                let disclosed = row.time()
            else { return nil }
            return DisclosedCode(
                box: box, booking: row.number().map { Int($0) }, kind: kind,
                keyEpoch: KeyEpoch(keyEpoch), detail: detail, disclosed: disclosed)
        }
    }

    /// Keeps that a code is about to be disclosed.
    ///
    /// - Throws: ``FleetStoreError``.
    public func add(_ code: DisclosedCode) throws(FleetStoreError) {
        _ = try rows(
            """
            INSERT INTO code (box, booking, kind, key_epoch, detail, disclosed_ms)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .text("\(code.box)"), SQLiteValue(code.booking.map { Int64($0) }),
                .text(code.kind.rawValue), .integer(Int64(code.keyEpoch.number)),
                .text(code.detail), .integer(code.disclosed.milliseconds),
            ])
    }

    private static func box(_ row: inout RowReader) -> FleetBox? {
        guard let id = row.text().flatMap({ BoxID($0) }), let plate = row.text(),
            let place = row.text()
        else { return nil }
        let profile = row.text()
        guard let keyEpoch = row.number(as: UInt16.self),
            let master = row.text().flatMap({ FleetBox.Master(rawValue: $0) }),
            let logEpoch = row.number(as: UInt32.self),
            let ownerNumber = row.number(as: UInt16.self)
        else { return nil }
        let lastTime = row.time()
        guard let enrolled = row.time() else { return nil }
        return FleetBox(
            id: id, plate: plate, place: place, profile: profile, keyEpoch: KeyEpoch(keyEpoch),
            master: master, logEpoch: logEpoch, ownerNumber: ownerNumber, lastTime: lastTime,
            enrolled: enrolled, retired: row.time())
    }
}
