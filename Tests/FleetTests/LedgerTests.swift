import AccessCode
import Fleet
import KeyStore
import Records
import Tariff
import Testing
import Units

/// A box's log in memory, as it is exported.
struct ExportedLog {
    let box = BoxID(0x0011_2233_4455_6677)
    var records: [StoredRecord] = []
    var hashes: [Digest256] = [.zero]

    mutating func append(_ body: RecordBody) {
        let record = StoredRecord(
            sealing: RecordDraft(
                stamp: Stamp(
                    boot: 1, mono: BootTime(milliseconds: Int64(records.count) * 1000), wall: nil),
                body: body),
            id: RecordID(box: box, epoch: 1, sequence: Int64(records.count) + 1),
            previous: hashes[records.count], with: OpenSSLHashing())
        records.append(record)
        hashes.append(OpenSSLHashing().sha256(record.envelope))
    }

    /// The lines from record `first` on.
    func lines(from first: Int = 1) -> [UInt8] {
        records[(first - 1)...].flatMap { $0.line + [UInt8(ascii: "\n")] }
    }

    func checkpoint(at sequence: Int) -> Checkpoint {
        Checkpoint(box: box, epoch: 1, sequence: Int64(sequence), hash: hashes[sequence])
    }
}

/// A key pair and the log of two trips: the first extended, the second still open.
struct LedgerCase {
    let signing: SigningKey
    let verifying: VerifyingKey
    var log = ExportedLog()
    static let rental = RentalID(
        start: Slot(12_712), duration: DurationIndex(15) ?? .minimum, generation: 0)

    init() throws {
        signing = try SigningKey(scalar: (1...32).map { UInt8($0) })
        verifying = try VerifyingKey(pem: signing.publicKeyPEM)
        log.append(.codeAccepted(.rental(Self.rental, keyEpoch: KeyEpoch(0))))
        log.append(.tripOpen(Self.open(2)))
        log.append(
            .codeAccepted(
                .extended(Self.rental, duration: DurationIndex(23) ?? .minimum, counter: 1)))
        log.append(.tripClose(try Self.close(Self.open(2))))
        log.append(.tripOpen(Self.open(5)))
        log.append(.door(DoorBody(open: true)))
    }

    static func open(_ sequence: Int64) -> TripOpenBody {
        TripOpenBody(
            trip: TripID(epoch: 1, sequence: sequence),
            authority: TripAuthority(
                kind: .code, rental: rental, window: rental.start.start..<rental.end),
            odometer: nil, fuel: nil, battery: nil, firmware: "1", profile: "test")
    }

    static var keys: SoftwareCodeKeys {
        let keys = SoftwareCodeKeys()
        keys.install(SecretBytes((0..<32).map { UInt8($0) }), as: .epoch(KeyEpoch(0)))
        return keys
    }

    static func close(_ open: TripOpenBody) throws -> TripCloseBody {
        let returned = ReturnedRental(rental: rental, endMinute: 190_800, distance: Metres(43_512))
        let receipt = try CodeIssuer(box: box, keyEpoch: KeyEpoch(0)).receipt(returned, with: keys)
        return TripCloseBody(
            open: open, openWall: rental.start.start, cause: .code, odometer: nil,
            distance: Metres(43_512), quality: .speed, error: Metres(1315), odometerDelta: nil,
            pulses: nil, speed: Metres(43_512), duration: 7200, driving: 3000, ignitionCycles: 1,
            energy: .zero, endMinute: returned.endMinute, receipt: receipt.compact, flags: [])
    }

    func ledger(
        _ bytes: [UInt8]? = nil, signed: Checkpoint? = nil, behind: Checkpoint? = nil
    ) throws -> TripLedger {
        let checkpoint = signed ?? log.checkpoint(at: 6)
        return try TripLedger(
            log: bytes ?? log.lines(), checkpoint: try signing.jws(checkpoint.payload),
            key: verifying, box: box, behind: behind)
    }

    func fault(
        _ bytes: [UInt8]? = nil, signed: Checkpoint? = nil, behind: Checkpoint? = nil
    ) -> LedgerError? {
        do {
            _ = try ledger(bytes, signed: signed, behind: behind)
            return nil
        } catch { return error as? LedgerError }
    }
}

@Suite struct `The trip ledger` {
    @Test func `a good log gives its closed trips, with their extensions`() throws {
        let ledger = try LedgerCase().ledger()
        #expect(ledger.records.count == 6)
        #expect(ledger.trips.map(\.record.sequence) == [4])
        #expect(ledger.trips.first?.extensions.map(\.record.sequence) == [3])
        #expect(ledger.open == [TripID(epoch: 1, sequence: 5)])
        #expect(ledger.doubts.isEmpty)
        #expect(ledger.unsigned == 0)
        let invoice = try Invoice.bill(ledger.trips, tariff: Tariff.owners[0], reference: "1").get()
        #expect(invoice.total == Cents(2188))
        #expect(invoice.verify(against: ledger.records) == .same)
    }

    @Test func `nothing counts behind the checkpoint`() throws {
        let given = try LedgerCase()
        let ledger = try given.ledger(signed: given.log.checkpoint(at: 3))
        #expect(ledger.trips.isEmpty)
        #expect(ledger.unsigned == 3)
        #expect(ledger.open == [TripID(epoch: 1, sequence: 2)])
        #expect(try given.ledger(signed: given.log.checkpoint(at: 4)).trips.count == 1)
    }

    @Test func `no byte of a log can be changed unnoticed`() throws {
        let given = try LedgerCase()
        let lines = given.log.lines()
        var taken = 0
        for index in stride(from: 0, to: lines.count, by: 3) {
            var changed = lines
            changed[index] ^= 1
            if given.fault(changed) == nil { taken += 1 }
        }
        #expect(taken == 0)
    }

    @Test func `a log that is not whole is refused, and where it breaks is said`() throws {
        let given = try LedgerCase()
        let whole = given.log
        #expect(given.fault([]) == .checkpoint(.beyondLog(0)))
        var short = whole
        short.records.removeLast()
        #expect(given.fault(short.lines()) == .checkpoint(.beyondLog(5)))
        var holed = whole
        holed.records.remove(at: 2)
        #expect(
            given.fault(holed.lines())
                == .chain(3, ChainDefect(sequence: 3, reason: .gap(found: 4))))
        #expect(
            given.fault(Array("not json\n".utf8) + whole.lines()).map { error in
                guard case .line(1, .notJSON) = error else { return false }
                return true
            } == true)
        let other = Checkpoint(box: box, epoch: 1, sequence: 6, hash: .zero)
        #expect(given.fault(signed: other) == .checkpoint(.otherHash))
        let otherBox = Checkpoint(box: BoxID(9), epoch: 1, sequence: 6, hash: whole.hashes[6])
        #expect(given.fault(signed: otherBox) == .checkpoint(.otherLog))
        let otherEpoch = Checkpoint(box: box, epoch: 2, sequence: 6, hash: whole.hashes[6])
        #expect(
            given.fault(signed: otherEpoch)
                == .chain(1, ChainDefect(sequence: 1, reason: .otherEpoch(1))))
    }

    @Test func `a checkpoint of another key or no signature at all is refused`() throws {
        let given = try LedgerCase()
        let stranger = try SigningKey(scalar: (2...33).map { UInt8($0) })
        let jws = try stranger.jws(given.log.checkpoint(at: 6).payload)
        for text in [jws, "", "a.b.c"] {
            #expect(throws: LedgerError.checkpoint(.signature)) {
                _ = try TripLedger(
                    log: given.log.lines(), checkpoint: text, key: given.verifying, box: box)
            }
        }
    }

    @Test func `a log goes on behind an earlier checkpoint`() throws {
        let given = try LedgerCase()
        let log = given.log
        let anchor = log.checkpoint(at: 3)
        let ledger = try given.ledger(log.lines(from: 4), behind: anchor)
        #expect(ledger.trips.map(\.record.sequence) == [4])
        #expect(try given.ledger([], signed: anchor, behind: anchor).records.isEmpty)
        #expect(
            given.fault(log.lines(from: 4), signed: log.checkpoint(at: 2), behind: anchor)
                == .checkpoint(.beyondLog(6)))
        #expect(
            given.fault(log.lines(from: 5), behind: anchor)
                == .chain(1, ChainDefect(sequence: 4, reason: .gap(found: 5))))
    }

    @Test func `a log does not go on behind a checkpoint of another log`() throws {
        let given = try LedgerCase()
        let hash = given.log.hashes[3]
        for anchor in [
            Checkpoint(box: box, epoch: 2, sequence: 3, hash: hash),
            Checkpoint(box: BoxID(9), epoch: 1, sequence: 3, hash: hash),
        ] {
            #expect(
                given.fault(given.log.lines(from: 4), behind: anchor) == .checkpoint(.otherLog))
        }
    }

    @Test func `an opening counts only at the place that its trip is named after`() throws {
        var given = try LedgerCase()
        given.log.append(.tripOpen(LedgerCase.open(6)))
        given.log.append(.tripClose(try LedgerCase.close(LedgerCase.open(6))))
        let ledger = try given.ledger(signed: given.log.checkpoint(at: 8))
        #expect(ledger.trips.map(\.record.sequence) == [4])
        #expect(ledger.doubts.map(\.reason) == [.otherOpening])
        #expect(ledger.open == [TripID(epoch: 1, sequence: 5)])
    }

    @Test func `an erased body keeps the chain and gives no trip`() throws {
        var given = try LedgerCase()
        given.log.records[3] = StoredRecord(envelope: given.log.records[3].envelope, body: nil)
        let ledger = try given.ledger()
        #expect(ledger.erased.map(\.sequence) == [4])
        #expect(ledger.trips.isEmpty)
    }

    @Test func `a trip that is closed twice or repeats another opening is for a person`() throws {
        var given = try LedgerCase()
        given.log.append(.tripClose(try LedgerCase.close(LedgerCase.open(2))))
        var other = LedgerCase.open(5)
        other.firmware = "2"
        given.log.append(.tripClose(try LedgerCase.close(other)))
        // Record 6 is no opening at all.
        given.log.append(.tripClose(try LedgerCase.close(LedgerCase.open(6))))
        var negative = try LedgerCase.close(LedgerCase.open(99))
        negative.duration = -1
        given.log.append(.tripClose(negative))
        let ledger = try given.ledger(signed: given.log.checkpoint(at: 10))
        #expect(ledger.trips.map(\.record.sequence) == [4])
        #expect(ledger.doubts.map(\.record.sequence) == [7, 8, 9, 10])
        #expect(
            ledger.doubts.map(\.reason) == [
                .closedTwice, .otherOpening, .otherOpening, .refused(.duration(-1)),
            ])
    }
}

@Suite struct Receipts {
    @Test func `a genuine receipt holds for its return and for no other`() throws {
        let receipts = FleetReceipts(box: box, keyEpoch: KeyEpoch(0))
        let keys = LedgerCase.keys
        let close = try LedgerCase.close(LedgerCase.open(2))
        #expect(try receipts.check(close, with: keys) == .genuine)
        var further = close
        further.distance = Metres(43_513)
        #expect(try receipts.check(further, with: keys) == .wrong)
        var later = close
        later.endMinute = 190_801
        #expect(try receipts.check(later, with: keys) == .wrong)
        var scrawled = close
        scrawled.receipt = "1234567x"
        #expect(try receipts.check(scrawled, with: keys) == .wrong)
        var without = close
        without.receipt = nil
        #expect(try receipts.check(without, with: keys) == .absent)
        let elsewhere = FleetReceipts(box: BoxID(1), keyEpoch: KeyEpoch(0))
        #expect(try elsewhere.check(close, with: keys) == .wrong)
    }

    @Test func `a driver's eight digits are checked against what the driver says`() throws {
        let receipts = FleetReceipts(box: box, keyEpoch: KeyEpoch(0))
        let close = try LedgerCase.close(LedgerCase.open(2))
        let digits = try #require(CodeText(close.receipt ?? ""))
        #expect(digits.digits.count == 8)
        let claimed = ReturnedRental(
            rental: LedgerCase.rental, endMinute: 190_800, distance: Metres(43_512))
        #expect(try receipts.verify(digits, claimed, with: LedgerCase.keys))
        let shorter = ReturnedRental(
            rental: LedgerCase.rental, endMinute: 190_800, distance: Metres(40_000))
        #expect(try !receipts.verify(digits, shorter, with: LedgerCase.keys))
    }

    @Test func `without the key there is no verdict`() throws {
        let receipts = FleetReceipts(box: box, keyEpoch: KeyEpoch(1))
        let close = try LedgerCase.close(LedgerCase.open(2))
        #expect(throws: CodeKeyFailure.self) {
            _ = try receipts.check(close, with: LedgerCase.keys)
        }
    }
}
