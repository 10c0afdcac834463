import Ports
import Records
import SimulatedDisk
import Testing
import TripLog
import Units

@Suite("A failing disk")
struct FaultTests {
    private let place = DiskInMemory()
    private let small = TripLog.Options(writeAheadPages: 8)

    @Test func `that is full takes nothing, keeps all, and goes on when there is room`() throws {
        do {
            let log = try place.create(options: small)
            try log.fill(3)
            let head = log.head
            place.disk.faults.capacity = 0
            let large = [UInt8](repeating: 1, count: 300_000)
            #expect(throws: storage(.full)) { try log.append([draft(4)], snapshot: large) }
            #expect(log.level == .full)
            #expect(log.head == head)
            #expect(try log.snapshot() == state(3))
            #expect(throws: storage(.full)) { try log.append([draft(4)], snapshot: large) }
            place.disk.faults.capacity = nil
            try log.append([draft(4)], snapshot: state(4))
            #expect(log.level == .normal)
            #expect(log.head.sequence == 4)
            #expect(try log.verify().defect == nil)
        }
        #expect(try place.open().head.sequence == 4)
    }

    @Test func `that takes no writes is told apart, and noticed when it takes them again`() throws {
        let log = try place.create()
        try log.fill(3)
        place.disk.faults.readOnly = true
        #expect(throws: storage(.readOnly)) { try log.fill(1) }
        #expect(log.level == .readOnly)
        #expect(try log.records(1...9).count == 3)
        #expect(throws: storage(.readOnly)) { try log.recheck() }
        #expect(log.level == .readOnly)
        place.disk.faults.readOnly = false
        try log.recheck()
        #expect(log.level == .normal)
        try log.fill(1)
        #expect(log.head.sequence == 4)
    }

    @Test func `that fails once loses the append it failed and no other`() throws {
        for failing in 1...60 {
            let place = DiskInMemory(seed: UInt64(failing))
            var acknowledged: [Int] = []
            do {
                let log = try place.create(options: small)
                place.disk.faults.failingMutation = failing
                for number in 0..<14 {
                    do throws(StorageError) {
                        try log.append([draft(number)], snapshot: state(Int64(number)))
                        acknowledged.append(number)
                    } catch { #expect(error.code == .failed) }
                }
                #expect(try log.verify().defect == nil)
            }
            #expect(acknowledged.count >= 13, "mutation \(failing)")
            place.disk.cutPower(entropy: UInt64(failing))
            let log = try place.open(options: small)
            let found = try log.records(1...20).map {
                try $0.opened().stamp.mono.milliseconds / 1000
            }
            #expect(found == acknowledged.map(Int64.init), "mutation \(failing)")
            #expect(try log.verify().defect == nil)
        }
    }

    @Test func `that refuses a record undoes those before it in the same transaction`() throws {
        try place.create().fill(1)
        let refusal = "SELECT RAISE(ABORT, 'no room for the third')"
        try alter(
            place,
            sql:
                "CREATE TRIGGER third BEFORE INSERT ON record WHEN new.seq = 3 "
                + "BEGIN \(refusal); END"
        )
        let log = try place.open()
        #expect(throws: storage(.failed)) {
            try log.append([draft(2), draft(3)], snapshot: state(3))
        }
        #expect(log.head.sequence == 1)
        #expect(try log.records(1...9).count == 1)
        #expect(try log.snapshot() == state(1))
        try log.fill(1)
        #expect(log.head.sequence == 2)
        #expect(try log.verify().defect == nil)
    }

    @Test func `without power answers nothing until it is cut`() throws {
        let log = try place.create()
        try log.fill(1)
        place.disk.failAfter(writes: 1)
        #expect(throws: storage(.failed)) { try log.fill(1) }
        #expect(place.disk.isDead)
        #expect(throws: storage(.failed)) { try log.fill(1) }
        #expect(throws: storage(.failed)) { try place.disk.read("log.db") }
        place.disk.cutPower(entropy: 1)
        #expect(throws: storage(.failed)) { try log.fill(1) }
        let again = try place.open()
        try again.fill(1)
        #expect(again.head.sequence >= 2)
    }
}

@Suite("The level of a log")
struct LevelTests {
    /// A million bytes; the write-ahead file takes 41,232 of them.
    private let options = TripLog.Options(capacity: 1_000_000, writeAheadPages: 8)

    @Test(arguments: [
        (100_000, StorageLevel.normal), (800_000, .normal), (860_000, .tight), (880_000, .full),
        (960_000, .full), (2_000_000, .full),
    ])
    func `follows the bytes in use, up and down`(_ size: Int, _ level: StorageLevel) throws {
        let place = DiskInMemory()
        do {
            let log = try place.create(options: options)
            #expect(log.level == .normal)
            try log.append([draft(1)], snapshot: [UInt8](repeating: 7, count: size))
            #expect(log.level == level)
        }
        let log = try place.open(options: options)
        #expect(log.level == level)
        try log.append([], snapshot: [])
        #expect(log.level == .normal)
    }

    @Test func `is never but normal without a bound`() throws {
        let log = try DiskInMemory().create()
        try log.append([draft(1)], snapshot: [UInt8](repeating: 7, count: 3_000_000))
        #expect(log.level == .normal)
    }
}

@Suite("A simulated disk")
struct SimulatedDiskTests {
    @Test func `keeps what was synced through a power cut`() throws {
        for entropy: UInt64 in 0..<20 {
            let disk = SimulatedDisk()
            try disk.write([UInt8](repeating: 1, count: 3000), to: "a")
            try disk.sync("a")
            try disk.write([UInt8](repeating: 2, count: 100), to: "a", at: 5000)
            disk.cutPower(entropy: entropy)
            let bytes = try #require(try disk.read("a"))
            #expect(bytes.prefix(3000) == [UInt8](repeating: 1, count: 3000)[...])
        }
    }

    @Test func `loses, keeps, reorders and tears what was not synced`() throws {
        var seen: Set<String> = []
        for entropy: UInt64 in 0..<200 {
            let disk = SimulatedDisk()
            try disk.write([UInt8](repeating: 0, count: 1024), to: "a")
            try disk.sync("a")
            try disk.write([UInt8](repeating: 1, count: 512), to: "a", at: 0)
            try disk.write([UInt8](repeating: 2, count: 512), to: "a", at: 512)
            disk.cutPower(entropy: entropy)
            let bytes = try #require(try disk.read("a"))
            let halves = [bytes.prefix(512), bytes.suffix(512)].map { half in
                Set(half).count == 1 ? "\(half.first ?? 9)" : Set(half).count == 2 ? "half" : "torn"
            }
            seen.insert(halves.joined(separator: ","))
        }
        // The second without the first is a write that overtook another.
        for outcome in ["0,0", "1,2", "0,2", "1,0", "half,0", "torn,0", "0,half", "0,torn"] {
            #expect(seen.contains(outcome), "\(outcome)")
        }
    }

    @Test func `loses a name that was never synced, and brings back one that was removed`() throws {
        var created: Set<Bool> = []
        var removed: Set<Bool> = []
        for entropy: UInt64 in 0..<50 {
            let disk = SimulatedDisk()
            try disk.write([1], to: "old")
            try disk.sync("old")
            try disk.write([1], to: "new")
            try disk.remove("old")
            disk.cutPower(entropy: entropy)
            created.insert(disk.names.contains("new"))
            removed.insert(!disk.names.contains("old"))
        }
        #expect(created == [true, false])
        #expect(removed == [true, false])
    }

    @Test func `is the same for the same entropy`() throws {
        func outcome(_ entropy: UInt64) throws -> [UInt8]? {
            let disk = SimulatedDisk(seed: 4)
            try disk.write([UInt8](repeating: 0, count: 9000), to: "a")
            try disk.sync("a")
            try disk.write([UInt8](repeating: 1, count: 9000), to: "a")
            disk.cutPower(entropy: entropy)
            return try disk.read("a")
        }
        #expect(try outcome(3) == outcome(3))
        #expect(try outcome(3) != outcome(4))
    }

    @Test func `counts writes, syncs and bytes`() throws {
        let disk = SimulatedDisk()
        try disk.write([1, 2, 3], to: "a")
        #expect(disk.mutations == 2)
        try disk.sync("a")
        #expect(disk.mutations == 4)
        #expect(disk.bytesWritten == 3)
        #expect(disk.syncs == 1)
    }

    @Test func `refuses what does not fit and takes what fits exactly`() throws {
        let disk = SimulatedDisk()
        disk.faults.capacity = 10
        try disk.write([UInt8](repeating: 1, count: 9), to: "a")
        #expect(throws: storage(.full)) { try disk.write([1, 2], to: "a", at: 9) }
        try disk.write([1], to: "a", at: 9)
        try disk.write([2], to: "a", at: 0)
        #expect(try disk.read("a")?.count == 10)
    }

    @Test func `stands beside others without a name in common`() throws {
        let disks = (0..<20).map { SimulatedDisk(seed: $0) }
        #expect(Set(disks.map(\.vfsName)).count == 20)
        let logs = try disks.enumerated().map { index, disk in
            let log = try TripLog.create(
                path: "log.db", vfs: disk.vfsName, box: BoxID(UInt64(index)), epoch: 1,
                hashing: TestHashing(), options: TripLog.Options(writeAheadPages: 8))
            try log.fill(index)
            return log
        }
        #expect(logs.map(\.head.sequence) == (0..<20).map(Int64.init))
    }
}
