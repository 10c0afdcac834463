import Ports
import Records
import Testing
import TripLog
import Units

@Suite("The contract of a record log", .serialized)
struct RecordLogContractTests {
    @Test(arguments: Twin.allCases)
    func `an empty log stands before its first record`(_ twin: Twin) throws {
        let log = try twin.place().create()
        #expect(log.head == LogHead(sequence: 0, hash: .zero))
        #expect(log.box == ourBox)
        #expect(log.epoch == 7)
        #expect(log.level == .normal)
        #expect(try log.snapshot() == nil)
        #expect(try log.records(1...10).isEmpty)
    }

    @Test(arguments: Twin.allCases)
    func `what was appended is read back after opening again`(_ twin: Twin) throws {
        let place = try twin.place()
        var head = LogHead(sequence: 0, hash: .zero)
        do {
            let log = try place.create()
            try log.append([draft(1), draft(2)], snapshot: state(2))
            try log.append([draft(3)], snapshot: state(3))
            head = log.head
        }
        let log = try place.open()
        #expect(log.head == head)
        #expect(log.head.sequence == 3)
        #expect(try log.snapshot() == state(3))
        let records = try log.records(1...3)
        #expect(try records.map { try $0.opened().id.sequence } == [1, 2, 3])
        #expect(try records.map { try $0.opened().stamp } == [1, 2, 3].map { draft($0).stamp })
    }

    @Test(arguments: Twin.allCases)
    func `each record names the hash of the one before`(_ twin: Twin) throws {
        let log = try twin.place().create()
        try log.fill(5)
        var previous = Digest256.zero
        for record in try log.records(1...5) {
            #expect(try record.opened().previous == previous)
            previous = TestHashing().sha256(record.envelope)
        }
        #expect(previous == log.head.hash)
    }

    @Test(arguments: Twin.allCases)
    func `records come in order and only those asked for`(_ twin: Twin) throws {
        let log = try twin.place().create()
        try log.fill(6)
        for range: ClosedRange<Int64> in [1...1, 2...4, 6...6, 5...9, 7...9, 0...1] {
            let found = try log.records(range).map { try $0.opened().id.sequence }
            #expect(found == Array(range.clamped(to: 1...6)).filter { range.contains($0) })
        }
    }

    @Test(arguments: Twin.allCases)
    func `appending nothing replaces the snapshot alone`(_ twin: Twin) throws {
        let log = try twin.place().create()
        try log.fill(2)
        let head = log.head
        try log.append([], snapshot: [])
        #expect(log.head == head)
        #expect(try log.snapshot() == [])
    }

    @Test(arguments: Twin.allCases)
    func `a log is not made over another`(_ twin: Twin) throws {
        let place = try twin.place()
        try place.create().fill(1)
        let before = try place.bytes("log.db")
        #expect(throws: StorageError(.failed, operation: "", reason: "")) { try place.create() }
        #expect(try place.bytes("log.db") == before)
        #expect(try place.open().head.sequence == 1)
    }

    @Test(arguments: Twin.allCases)
    func `the write-ahead file has its length from the start and keeps it`(_ twin: Twin) throws {
        let place = try twin.place()
        let options = TripLog.Options(writeAheadPages: 24)
        // A header of 32 bytes, and a quarter more than 24 frames of a page and 24 bytes.
        let length = 32 + 30 * 4120
        do {
            let log = try place.create(options: options)
            #expect(try place.bytes("log.db-wal")?.count == length)
            try log.fill(60)
            #expect(try place.bytes("log.db-wal")?.count == length)
        }
        let log = try place.open(options: options)
        try log.fill(1)
        #expect(log.head.sequence == 61)
        #expect(try place.bytes("log.db-wal")?.count == length)
    }

    @Test(arguments: Twin.allCases)
    func `a second writer is kept out`(_ twin: Twin) throws {
        let place = try twin.place()
        let log = try place.create()
        #expect(throws: StorageError(.failed, operation: "", reason: "")) { try place.open() }
        try log.fill(1)
        #expect(log.head.sequence == 1)
    }
}

@Suite("The contract of a floor store", .serialized)
struct FloorStoreContractTests {
    @Test(arguments: Twin.allCases)
    func `there is no floor before the first`(_ twin: Twin) throws {
        #expect(try twin.place().floorStore().load() == nil)
    }

    @Test(arguments: Twin.allCases)
    func `the last floor stored is the one loaded`(_ twin: Twin) throws {
        let place = try twin.place()
        for minute: Int64 in 0..<5 {
            try place.floorStore().store(noon + .minutes(10 * minute))
            #expect(try place.floorStore().load() == noon + .minutes(10 * minute))
        }
        #expect(try place.bytes("floor")?.count == 1024)
    }

    @Test(arguments: Twin.allCases, [0, 1])
    func `a write that was torn leaves the one before it`(_ twin: Twin, _ slot: Int) throws {
        let place = try twin.place()
        let store = place.floorStore()
        for minute: Int64 in 1...4 { try store.store(noon + .minutes(minute)) }
        var bytes = try #require(try place.bytes("floor"))
        bytes[slot * 512 + 20] ^= 1
        try place.put(bytes, in: "floor")
        // The third write went to the first slot, the fourth to the second.
        #expect(try place.floorStore().load() == noon + .minutes(slot == 1 ? 3 : 4))
        try place.floorStore().store(noon + .minutes(9))
        #expect(try place.floorStore().load() == noon + .minutes(9))
    }
}
