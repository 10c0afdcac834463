internal import AccessCode
public import Records
internal import Units
internal import Vehicle

/// The snapshot: canonical JSON, so that a technician can read it with `sqlite3` and `jq`.
extension DurableState {
    /// The version of the snapshot's form.
    static let snapshotVersion: Int64 = 1

    /// The bytes that the log keeps.
    public var snapshot: [UInt8] { json.bytes }

    /// Reads ``snapshot``.
    ///
    /// - Throws: ``Records/RecordError`` naming the member that is missing or wrong.
    public init(snapshot: [UInt8]) throws(RecordError) {
        let json: CanonicalJSON
        do throws(JSONParseError) { json = try CanonicalJSON(parsing: snapshot) } catch {
            throw .notJSON(error)
        }
        try self.init(Members(json))
    }

    private var json: CanonicalJSON {
        write { writer in
            writer.put("v", Self.snapshotVersion)
            writer.put("box", box.description)
            writer.put("epoch", epoch)
            writer.put("seq", sequence)
            writer.put("boots", boots)
            writer.put("book", book.json)
            writer.put("rentalLane", rentalLane.json)
            writer.put("ownerLane", ownerLane.json)
            writer.put(
                "technicianLane", technicianLane == Lockout() ? nil : technicianLane.json)
            writer.put("trip", trip?.json)
            writer.put("trusted", trusted?.milliseconds)
            writer.put("trustedErr", trustedError)
            writer.put("floor", floor.milliseconds)
            writer.put("odometer", odometer.map { odometer in write { odometer.put(into: &$0) } })
            writer.put("odometerAt", odometerAt?.json)
            writer.put("odometerSource", odometerSource?.name)
            writer.put("odometerConfirmed", isOdometerConfirmed)
            writer.put("unlocked", isUnlocked)
            writer.put("stopped", stopped)
        }
    }

    private init(_ members: Members) throws(RecordError) {
        guard try members.integer("v") == Self.snapshotVersion else { throw .member("v") }
        guard let box = BoxID(try members.string("box")) else { throw .member("box") }
        self.box = box
        epoch = try members.unsigned32("epoch")
        sequence = try members.integer("seq")
        boots = try members.unsigned32("boots")
        book = try CodeBook(Members(try members.object("book")), box: box)
        rentalLane = try Lockout(Members(try members.object("rentalLane")))
        ownerLane = try Lockout(Members(try members.object("ownerLane")))
        // Where no login ever failed there is none.
        technicianLane =
            try members.optionalObject("technicianLane").map {
                (lane) throws(RecordError) in try Lockout(Members(lane))
            } ?? Lockout()
        trip = nil
        if let trip = try members.optionalObject("trip") {
            self.trip = try OpenTrip(Members(trip))
        }
        trusted = try members.optionalInteger("trusted").map(WallTime.init(milliseconds:))
        trustedError = try members.quantity("trustedErr")
        floor = WallTime(milliseconds: try members.integer("floor"))
        odometer = nil
        if let odometer = try members.optionalObject("odometer") {
            self.odometer = try OdometerStatement.read(Members(odometer))
        }
        odometerAt = nil
        if let stamp = try members.optionalObject("odometerAt") {
            odometerAt = try Stamp(Members(stamp))
        }
        odometerSource = try members.optionalString("odometerSource").map { SourceKey($0) }
        isOdometerConfirmed = try members.bool("odometerConfirmed")
        isUnlocked = try members.bool("unlocked")
        stopped = try members.bool("stopped")
    }
}

extension CodeBook {
    fileprivate var json: CanonicalJSON {
        write { writer in
            writer.put("keyEpoch", keyEpoch.number)
            writer.put("coldSpare", hasColdSpare)
            writer.put("redemptions", .array(redemptions.map(\.json)))
            writer.put("revokedThrough", revokedThrough?.number)
            writer.put("timeCount", timeCount)
            writer.put("ownerStep", ownerStep)
        }
    }

    fileprivate init(_ members: Members, box: BoxID) throws(RecordError) {
        self.init(
            box: box, keyEpoch: KeyEpoch(try members.unsigned16("keyEpoch")),
            hasColdSpare: try members.bool("coldSpare"))
        for value in try members.array("redemptions") {
            redemptions.append(try Redemption(Members(value)))
        }
        if members.has("revokedThrough") {
            revokedThrough = Slot(try members.unsigned32("revokedThrough"))
        }
        timeCount = try members.unsigned32("timeCount")
        ownerStep = try members.integer("ownerStep")
    }
}

extension Redemption {
    fileprivate var json: CanonicalJSON {
        write { writer in
            writer.put("ref", rental.description)
            writer.put("keyEpoch", keyEpoch.number)
            writer.put("dur", duration.value)
            writer.put("extensions", extensions)
            writer.put("ended", ended)
        }
    }

    fileprivate init(_ members: Members) throws(RecordError) {
        guard let duration = DurationIndex(try members.integer("dur")) else {
            throw .member("dur")
        }
        self.init(
            rental: try members.rental("ref"),
            keyEpoch: KeyEpoch(try members.unsigned16("keyEpoch")), duration: duration,
            extensions: try members.unsigned16("extensions"), ended: try members.bool("ended"))
    }
}

extension Lockout {
    fileprivate var json: CanonicalJSON {
        write { writer in
            writer.put("failures", failures)
            writer.put("inARow", inARow)
            writer.put("until", until?.milliseconds)
        }
    }

    fileprivate init(_ members: Members) throws(RecordError) {
        self.init(
            failures: Int(try members.unsigned32("failures")),
            inARow: Int(try members.unsigned32("inARow")),
            until: try members.optionalInteger("until").map(BootTime.init(milliseconds:)))
    }
}

extension Stamp {
    fileprivate var json: CanonicalJSON {
        write { writer in
            writer.put("boot", boot)
            writer.put("mono", mono.milliseconds)
            writer.put("wall", wall?.time.milliseconds)
            writer.put("wallErr", wall?.error)
            writer.put("wallQ", wall?.quality.rawValue)
        }
    }

    fileprivate init(_ members: Members) throws(RecordError) {
        var wall: WallReading?
        if let time = try members.optionalInteger("wall") {
            wall = WallReading(
                time: WallTime(milliseconds: time), error: try members.quantity("wallErr"),
                quality: try members.choice("wallQ"))
        }
        self.init(
            boot: try members.unsigned32("boot"),
            mono: BootTime(milliseconds: try members.integer("mono")), wall: wall)
    }
}

extension OpenTrip {
    fileprivate var json: CanonicalJSON {
        write { writer in
            writer.put("open", RecordBody.tripOpen(open).json)
            writer.put("opened", opened.json)
            writer.put("mark", mark.map { RecordBody.tripMark($0).json })
            writer.put("flags", .array(flags.sorted().map { .string($0.rawValue) }))
            writer.put("gapM", gap)
            writer.put("written", written.json)
            writer.put("unwatchedMs", unwatched)
        }
    }

    fileprivate init(_ members: Members) throws(RecordError) {
        let open = try RecordBody(kind: .tripOpen, json: try members.object("open"))
        guard case .tripOpen(let open) = open else { throw .member("open") }
        self.init(open: open, opened: try Stamp(Members(try members.object("opened"))))
        if let mark = try members.optionalObject("mark"),
            case .tripMark(let mark) = try RecordBody(kind: .tripMark, json: mark)
        {
            self.mark = mark
        }
        gap = try members.quantity("gapM")
        written = try Stamp(Members(try members.object("written")))
        unwatched = try members.quantity("unwatchedMs")
        for value in try members.array("flags") {
            guard let flag = value.string.flatMap(TripFlag.init(rawValue:)) else {
                throw .member("flags")
            }
            flags.insert(flag)
        }
    }
}
