import Records
import Testing
import Units

private let rental = RentalID(start: Slot(500_000), duration: .maximum, generation: 3)
private let odometer = OdometerStatement(
    display: Metres(123_456_000), position: Metres(123_456_000), error: Metres(1000),
    resolution: Metres(1000),
    quality: .odometerAndSpeed)
private let open = TripOpenBody(
    trip: TripID(epoch: 7, sequence: 40),
    authority: TripAuthority(kind: .code, rental: rental, window: noon..<noon + .hours(8)),
    odometer: odometer, fuel: PerMille(750), battery: Millivolts(12_400), firmware: "1.2.3",
    profile: "zoe")
private let bareOpen = TripOpenBody(
    trip: TripID(epoch: 7, sequence: 41),
    authority: TripAuthority(kind: .owner, rental: nil, window: nil), odometer: nil, fuel: nil,
    battery: nil, firmware: "", profile: "")

/// At least one body of every kind, with all its members and with as few as it may have.
private let bodies: [RecordBody] =
    [
        .boot(BootBody(firmware: "1.2.3", profile: "zoe", inhibit: .engaged, clean: false)),
        .door(DoorBody(open: true)), .door(DoorBody(open: false)),
        .technician(TechnicianBody(who: 17, action: "relay test")),
        .config(ConfigBody(what: "profile", to: "zoe \u{E9}\"\\\n")),
        .update(UpdateBody(from: "1.2.3", to: "1.3.0")),
        .erase(EraseBody(sequences: 4...9, why: "asked for")),
        .odometerAnomaly(
            OdometerAnomalyBody(
                anomaly: "back", reading: Metres(5), held: Metres(9), frame: "5D7#00")),
        .odometerAnomaly(
            OdometerAnomalyBody(anomaly: "back", reading: nil, held: nil, frame: nil)),
        .odometerGap(
            OdometerGapBody(
                trip: nil, from: Metres(5), to: Metres(9), error: Metres(1), silence: nil,
                source: "5D7.ODOMETER", profile: "zoe")),
        .tripOpen(open), .tripOpen(bareOpen),
        .tripMark(
            TripMarkBody(
                trip: open.trip, odometer: odometer, pulses: Metres(1), speed: Metres(2),
                driving: 3, ignitionCycles: 4)),
        .tripMark(
            TripMarkBody(
                trip: open.trip, odometer: nil, pulses: nil, speed: nil, driving: 0,
                ignitionCycles: 0)),
    ]
    + LockBody.Action.allCases.map { .lock(LockBody(action: $0, cause: .driver)) }
    + LockBody.Cause.allCases.map { .lock(LockBody(action: .lock, cause: $0)) }
    + InhibitState.allCases.map {
        .inhibit(InhibitBody(event: .mismatch, wanted: .released, sensed: $0))
    }
    + PowerBody.Event.allCases.map {
        .power(PowerBody(event: $0, battery: Millivolts(11_800), energy: nil))
    }
    + ClockStepBody.Cause.allCases.map { .clockStep(ClockStepBody(cause: $0, from: nil, to: noon)) }
    + TryLane.allCases.map {
        .codeRefused(CodeRefusedBody(outcome: "unknown", lane: $0, counted: true))
    }
    + accepted.map(RecordBody.codeAccepted) + closes.map(RecordBody.tripClose)

private let accepted: [CodeAcceptedBody] = [
    .rental(rental, keyEpoch: KeyEpoch(2)), .reopened(rental),
    .extended(rental, duration: .lastHalfHour, counter: 9), .revoked(through: Slot(.max)),
    .keySwitched(to: KeyEpoch(.max)), .time(count: .max), .owner(step: 1),
]

private let closes: [TripCloseBody] = TripCloseBody.Cause.allCases.map { cause in
    TripCloseBody(
        open: cause == .code ? open : bareOpen, openWall: cause == .key ? nil : noon, cause: cause,
        odometer: cause == .key ? nil : odometer, distance: Metres(12_345),
        quality: .odometerAndPulses, error: Metres(100), odometerDelta: Metres(12_000),
        pulses: Metres(12_300), speed: nil, duration: 3600, driving: 1800, ignitionCycles: 2,
        energy: MilliampereHours(90), endMinute: cause == .code ? 7_000_000 : nil,
        receipt: cause == .code ? "RETURN 1234" : nil,
        flags: cause == .window ? Set(TripFlag.allCases) : [])
}

@Suite("A record")
struct RecordTests {
    @Test func `of every kind is tried here`() {
        #expect(Set(bodies.map(\.kind)) == Set(RecordKind.allCases))
    }

    @Test(arguments: bodies)
    func `is read back from its line as it was sealed`(_ body: RecordBody) throws {
        let id = RecordID(box: ourBox, epoch: .max, sequence: 77)
        let draft = RecordDraft(stamp: draft(1).stamp, body: body)
        let previous = TestHashing().sha256([1])
        let record = StoredRecord(
            sealing: draft, id: id, previous: previous, with: TestHashing())
        let back = try StoredRecord(line: record.line)
        #expect(back == record)
        let envelope = try back.opened()
        #expect(envelope.id == id)
        #expect(envelope.stamp == draft.stamp)
        #expect(envelope.kind == body.kind.rawValue)
        #expect(envelope.previous == previous)
        let bytes = try #require(back.body)
        #expect(envelope.bodyHash == TestHashing().sha256(bytes))
        #expect(
            try RecordBody(kind: body.kind, json: CanonicalJSON(parsing: bytes)) == body)
    }

    @Test(arguments: [nil] + WallQuality.allCases.map(Optional.some))
    func `keeps its clocks`(_ quality: WallQuality?) throws {
        let stamp = Stamp(
            boot: .max, mono: BootTime(milliseconds: CanonicalJSON.integerMaximum),
            wall: quality.map { WallReading(time: noon, error: .zero, quality: $0) })
        let envelope = Envelope(
            id: RecordID(box: ourBox, epoch: 0, sequence: 1), stamp: stamp, kind: "boot",
            bodyHash: .zero, previous: .zero)
        #expect(try Envelope(json: envelope.json) == envelope)
    }

    @Test func `without its body is a line that still reads`() throws {
        let whole = chain(1)[0]
        let erased = StoredRecord(envelope: whole.envelope, body: nil)
        #expect(erased.line == whole.envelope)
        #expect(try StoredRecord(line: erased.line) == erased)
    }

    @Test(arguments: [
        "v", "box", "epoch", "seq", "boot", "mono", "wallQ", "wallErr", "kind", "ph", "prev",
    ])
    func `names the member of the envelope that is missing or wrong`(_ name: String) throws {
        for value: CanonicalJSON? in [nil, .null, ["list"]] {
            let line = try chain(1)[0].changing([name: value]).line
            #expect(throws: RecordError.member(name)) { try StoredRecord(line: line) }
        }
    }

    @Test(arguments: bodies)
    func `never traps on a body with members missing`(_ body: RecordBody) throws {
        guard case .object(let members) = body.json else { return }
        for name in members.keys.sorted() {
            var fewer = members
            fewer[name] = nil
            // Most members are needed, some are not: it is read or refused by name.
            do throws(RecordError) {
                _ = try RecordBody(kind: body.kind, json: .object(fewer))
            } catch { #expect(error == .member(name)) }
            fewer[name] = .array([.null])
            #expect(throws: RecordError.self) {
                try RecordBody(kind: body.kind, json: .object(fewer))
            }
        }
    }

    @Test(arguments: [
        ("7", RecordError.notAnObject), ("[]", .notAnObject), ("{\"v\":1 }", .notCanonical),
        ("{}", .member("v")),
    ])
    func `is not every JSON`(_ text: String, _ error: RecordError) {
        #expect(throws: error) { try StoredRecord(line: text.utf8) }
    }
}
