import Ports
import Records
import SimulatedDisk
import Testing
import TripLog
import Units

@Suite("An acknowledgement")
struct AcknowledgementTests {
    private let place = DiskInMemory()

    @Test func `moves only to a record with the same hash`() throws {
        let log = try place.create()
        try log.fill(5)
        let hash = try #require(try log.hash(at: 3))
        #expect(try log.acknowledge(through: 3, hash: .zero) == .mismatch)
        #expect(try log.acknowledge(through: 2, hash: hash) == .mismatch)
        #expect(log.acknowledged.sequence == 0)
        #expect(try log.acknowledge(through: 3, hash: hash) == .moved)
        #expect(log.acknowledged == LogHead(sequence: 3, hash: hash))
        #expect(try log.acknowledge(through: 3, hash: hash) == .unchanged)
    }

    @Test func `may reach the head and not beyond`() throws {
        let log = try place.create()
        try log.fill(2)
        #expect(try log.acknowledge(through: 2, hash: log.head.hash) == .moved)
        #expect(try log.acknowledge(through: 3, hash: log.head.hash) == .ahead)
        #expect(log.acknowledged == log.head)
    }

    @Test func `may move back, to the very beginning`() throws {
        let log = try place.create()
        try log.fill(4)
        #expect(try log.acknowledge(through: 4, hash: log.head.hash) == .moved)
        let hash = try #require(try log.hash(at: 1))
        #expect(try log.acknowledge(through: 1, hash: hash) == .moved)
        #expect(try log.acknowledge(through: 0, hash: .zero) == .moved)
        #expect(try log.acknowledge(through: -1, hash: .zero) == .removed)
        #expect(log.acknowledged.sequence == 0)
    }

    @Test func `is still there after opening again`() throws {
        var head = LogHead(sequence: 0, hash: .zero)
        do {
            let log = try place.create()
            try log.fill(4)
            _ = try log.acknowledge(through: 4, hash: log.head.hash)
            head = log.head
            try log.fill(1)
        }
        #expect(try place.open().acknowledged == head)
    }
}

@Suite("Removing old records")
struct PruneTests {
    private let place = DiskInMemory()

    /// A log of ten records, one a day from `noon`, acknowledged up to `acknowledged`.
    private func log(
        acknowledged: Int64, wall: (Int) -> WallTime? = { noon + .days(Int64($0)) }
    ) throws -> TripLog {
        let log = try place.create()
        try log.fill(10, wall: wall)
        let hash = try #require(try log.hash(at: acknowledged))
        _ = try log.acknowledge(through: acknowledged, hash: hash)
        return log
    }

    @Test(arguments: [(0, 0), (1, 1), (3, 3), (4, 4), (9, 4), (10, 4)] as [(Int64, Int)])
    func `takes only what is acknowledged and old`(_ acknowledged: Int64, _ removed: Int) throws {
        let log = try log(acknowledged: acknowledged)
        // Records 1 to 4 lie before the end of the fourth day.
        #expect(try log.prune(keepingSince: noon + .days(4)) == removed)
        #expect(log.removed.sequence == Int64(removed))
        #expect(try log.records(1...10).count == 10 - removed)
        let verification = try log.verify()
        #expect(verification.defect == nil)
        #expect(verification.first == Int64(removed) + 1)
        #expect(verification.checked == Int64(10 - removed))
    }

    @Test func `keeps a record at the limit and takes one a millisecond older`() throws {
        let log = try log(acknowledged: 10)
        #expect(try log.prune(keepingSince: noon) == 0)
        #expect(try log.prune(keepingSince: noon + Milliseconds(1)) == 1)
    }

    @Test func `always keeps the last record, and the log goes on`() throws {
        do {
            let log = try log(acknowledged: 10)
            #expect(try log.prune(keepingSince: noon + .days(1000)) == 9)
            try log.fill(2)
            #expect(log.head.sequence == 12)
        }
        let again = try place.open()
        #expect(again.head.sequence == 12)
        #expect(try again.verify().defect == nil)
        #expect(try again.verify().checked == 3)
    }

    @Test func `judges a record without time by the next that has one`() throws {
        // Records 1, 2, 3 and 9, 10 have no time; 4 is of day 3 and 8 of day 7.
        let log = try log(acknowledged: 10) {
            $0 < 3 || $0 > 7 ? nil : noon + .days(Int64($0))
        }
        #expect(try log.prune(keepingSince: noon + .days(3)) == 0)
        #expect(try log.prune(keepingSince: noon + .days(4)) == 4)
        #expect(try log.prune(keepingSince: noon + .days(400)) == 4)
        #expect(try log.records(1...10).count == 2)
    }

    @Test func `lets a record behind the acknowledged ones judge them`() throws {
        let log = try log(acknowledged: 3) { $0 < 5 ? nil : noon }
        #expect(try log.prune(keepingSince: noon) == 0)
        #expect(try log.prune(keepingSince: noon + .days(1)) == 3)
    }

    @Test func `stops at the first young record, whatever comes after`() throws {
        let log = try log(acknowledged: 10) { $0 == 2 ? noon + .days(100) : noon }
        #expect(try log.prune(keepingSince: noon + .days(50)) == 2)
    }

    @Test func `takes more than one transaction holds`() throws {
        let log = try place.create()
        for _ in 0..<10 {
            try log.append((0..<60).map { draft($0) }, snapshot: [1])
        }
        _ = try log.acknowledge(through: 600, hash: log.head.hash)
        #expect(try log.prune(keepingSince: noon + .days(1)) == 599)
        #expect(try log.verify().checked == 1)
        #expect(try log.verify().defect == nil)
    }

    @Test func `leaves acknowledgements of removed records unanswerable`() throws {
        let log = try log(acknowledged: 10)
        let second = try #require(try log.hash(at: 2))
        let fourth = try #require(try log.hash(at: 4))
        #expect(try log.prune(keepingSince: noon + .days(4)) == 4)
        #expect(try log.acknowledge(through: 2, hash: second) == .removed)
        #expect(try log.acknowledge(through: 4, hash: fourth) == .moved)
    }
}

@Suite("Erasing bodies")
struct EraseTests {
    @Test func `leaves the envelopes and the chain`() throws {
        let place = DiskInMemory()
        do {
            let log = try place.create()
            try log.fill(6)
            let before = try log.records(1...6)
            #expect(try log.erase(bodiesOf: 2...4) == 3)
            #expect(try log.erase(bodiesOf: 2...5) == 1)
            let after = try log.records(1...6)
            #expect(after.map(\.envelope) == before.map(\.envelope))
            #expect(after.map { $0.body == nil } == [false, true, true, true, true, false])
        }
        let verification = try place.open().verify()
        #expect(verification.defect == nil)
        #expect(verification.erased == 4)
    }

    @Test(arguments: Twin.allCases)
    func `leaves no byte of the body in any file`(_ twin: Twin) throws {
        let place = try twin.place()
        let secret = "an address that must go"
        let log = try place.create()
        let body = RecordBody.config(ConfigBody(what: "note", to: secret))
        try log.append([RecordDraft(stamp: draft(1).stamp, body: body)], snapshot: state(1))
        try log.fill(30)
        func isThere() throws -> Bool {
            try ["log.db", "log.db-wal"].contains { name in
                let bytes = try place.bytes(name) ?? []
                return String(decoding: bytes, as: UTF8.self).contains(secret)
            }
        }
        #expect(try isThere())
        #expect(try log.erase(bodiesOf: 1...1) == 1)
        #expect(try !isThere())
        try log.fill(1)
        #expect(try log.verify().defect == nil)
    }
}
