import Ports
import Records
import SimulatedDisk
import Testing
import TripLog
import Units

/// `count` records as a box writes them.
func chain(_ count: Int, box: BoxID = ourBox, epoch: UInt32 = 7) -> [StoredRecord] {
    var previous = Digest256.zero
    return (1...count).map { number in
        let record = StoredRecord(
            sealing: draft(number), id: RecordID(box: box, epoch: epoch, sequence: Int64(number)),
            previous: previous, with: TestHashing())
        previous = TestHashing().sha256(record.envelope)
        return record
    }
}

/// The first defect of `records`, checked one behind the other.
func firstDefect(_ records: [StoredRecord]) -> ChainDefect? {
    var verifier = ChainVerifier(box: ourBox, epoch: 7, hashing: TestHashing())
    for record in records {
        if let defect = verifier.check(record) { return defect }
    }
    return nil
}

extension StoredRecord {
    /// The record with other members in its envelope; a `nil` takes one out.
    func changing(_ changes: [String: CanonicalJSON?]) throws -> StoredRecord {
        guard case .object(var members) = try CanonicalJSON(parsing: envelope) else { return self }
        for (name, value) in changes { members[name] = value }
        return StoredRecord(envelope: CanonicalJSON.object(members).bytes, body: body)
    }
}

/// One member of an envelope and what it is changed to.
struct Change: Sendable, CustomTestStringConvertible {
    let name: String
    let value: CanonicalJSON
    let reason: ChainDefect.Reason
    var testDescription: String { "\(name) becomes \(value.text)" }
}

@Suite("A chain of records")
struct ChainTests {
    @Test func `holds as it was written`() {
        #expect(firstDefect(chain(20)) == nil)
    }

    @Test func `holds from any record whose hash before is known`() {
        let records = chain(9)
        for start in 0..<9 {
            let before =
                start == 0 ? Digest256.zero : TestHashing().sha256(records[start - 1].envelope)
            var verifier = ChainVerifier(
                box: ourBox, epoch: 7, behind: Int64(start), hash: before, hashing: TestHashing())
            for record in records[start...] { #expect(verifier.check(record) == nil) }
            #expect(verifier.checked == Int64(9 - start))
            #expect(verifier.sequence == 9)
        }
    }

    @Test(arguments: [
        Change(name: "box", value: .string(otherBox.description), reason: .otherBox(otherBox)),
        Change(name: "epoch", value: 8, reason: .otherEpoch(8)),
        Change(name: "seq", value: 6, reason: .gap(found: 6)),
        Change(name: "prev", value: .string(Digest256.zero.hex), reason: .previous),
        Change(name: "ph", value: .string(Digest256.zero.hex), reason: .body),
    ])
    func `does not hold where a member of the chain was changed`(_ change: Change) throws {
        var records = chain(10)
        records[4] = try records[4].changing([change.name: change.value])
        #expect(firstDefect(records) == ChainDefect(sequence: 5, reason: change.reason))
    }

    @Test(arguments: [
        Change(name: "boot", value: 2, reason: .previous),
        Change(name: "mono", value: 4999, reason: .previous),
        Change(name: "wall", value: 1, reason: .previous),
        Change(name: "wallErr", value: 1, reason: .previous),
        Change(name: "wallQ", value: "server", reason: .previous),
        Change(name: "kind", value: "lock", reason: .previous),
        Change(name: "v", value: 2, reason: .previous),
        Change(name: "extra", value: "more", reason: .previous),
    ])
    func `does not hold behind any other change`(_ change: Change) throws {
        var records = chain(10)
        records[4] = try records[4].changing([change.name: change.value])
        #expect(firstDefect(records) == ChainDefect(sequence: 6, reason: change.reason))
    }

    @Test func `does not hold with another body`() {
        var records = chain(4)
        records[2] = StoredRecord(envelope: records[2].envelope, body: Array("{}".utf8))
        #expect(firstDefect(records) == ChainDefect(sequence: 3, reason: .body))
    }

    @Test func `holds where a body was erased, and counts it`() {
        var records = chain(4)
        records[2] = StoredRecord(envelope: records[2].envelope, body: nil)
        var verifier = ChainVerifier(box: ourBox, epoch: 7, hashing: TestHashing())
        for record in records { #expect(verifier.check(record) == nil) }
        #expect(verifier.erased == 1)
        #expect(verifier.checked == 4)
    }

    @Test func `shows a record that was taken out, doubled or swapped`() {
        var missing = chain(5)
        missing.remove(at: 2)
        #expect(firstDefect(missing) == ChainDefect(sequence: 3, reason: .gap(found: 4)))
        var doubled = chain(5)
        doubled.insert(doubled[2], at: 2)
        #expect(firstDefect(doubled) == ChainDefect(sequence: 4, reason: .gap(found: 3)))
        var swapped = chain(5)
        swapped.swapAt(1, 2)
        #expect(firstDefect(swapped) == ChainDefect(sequence: 2, reason: .gap(found: 3)))
    }

    @Test func `goes on with the right record after a wrong one`() {
        let records = chain(3)
        var verifier = ChainVerifier(box: ourBox, epoch: 7, hashing: TestHashing())
        #expect(verifier.check(records[0]) == nil)
        #expect(verifier.check(records[2]) != nil)
        #expect(verifier.check(records[1]) == nil)
        #expect(verifier.check(records[2]) == nil)
    }

    @Test(arguments: [
        "", "{", "[]", "7", "{}", "{\"v\":1}", "\u{0}", "{\"seq\":1.5}",
    ])
    func `calls unreadable what is no envelope`(_ text: String) {
        let record = StoredRecord(envelope: Array(text.utf8), body: nil)
        guard case .unreadable = firstDefect([record])?.reason else {
            Issue.record("\(text) was taken for an envelope")
            return
        }
    }

    @Test func `tells another spelling of the same JSON`() throws {
        let record = chain(1)[0]
        let spaced = StoredRecord(envelope: [0x20] + record.envelope, body: record.body)
        #expect(firstDefect([spaced]) == ChainDefect(sequence: 1, reason: .notCanonical))
    }

    @Test func `keeps kinds and versions it does not know`() throws {
        var records = chain(1)
        records[0] = try records[0].changing(["kind": "tyre.pressure"])
        #expect(firstDefect(records) == nil)
        records[0] = try records[0].changing(["v": 2, "wallQ": nil, "mono": nil, "colour": 3])
        #expect(firstDefect(records) == nil)
    }
}

@Suite("A checkpoint")
struct CheckpointTests {
    @Test func `signs canonical JSON that reads back`() throws {
        let digest = TestHashing().sha256([1, 2, 3])
        let checkpoint = Checkpoint(box: ourBox, epoch: 7, sequence: 12, hash: digest)
        #expect(
            String(decoding: checkpoint.payload, as: UTF8.self)
                == "{\"box\":\"00c0ffee00000001\",\"epoch\":7,"
                + "\"hash\":\"\(digest.hex)\",\"seq\":12}"
        )
        #expect(try Checkpoint(payload: checkpoint.payload) == checkpoint)
    }

    @Test(arguments: ["box", "epoch", "hash", "seq"])
    func `names the member that is missing`(_ name: String) throws {
        let whole = Checkpoint(box: ourBox, epoch: 7, sequence: 12, hash: .zero).payload
        guard case .object(var members) = try CanonicalJSON(parsing: whole) else { return }
        members[name] = nil
        #expect(throws: RecordError.member(name)) {
            try Checkpoint(payload: CanonicalJSON.object(members).bytes)
        }
    }

    @Test func `stands where the log stands`() throws {
        let log = try DiskInMemory().create()
        try log.fill(3)
        #expect(log.checkpoint.sequence == 3)
        #expect(log.checkpoint.hash == log.head.hash)
        #expect(log.checkpoint.box == ourBox)
        #expect(log.checkpoint.epoch == 7)
    }
}
