import Ports
import Records
import SimulatedDisk
import Testing
import TripLog
import Units

/// A box that works until the plug is pulled, and what must be there afterwards.
private struct PowerCutRun {
    /// What was promised before the power went.
    struct Promises {
        /// Whether making the log returned.
        var made = false
        /// The last record whose append returned.
        var sequence: Int64 = 0
        /// What the append that was cut would have brought.
        var inFlight: Int64 = 0
    }

    static let appends = 60

    let disk: SimulatedDisk
    let options: TripLog.Options

    init(seed: UInt64, synchronous: String = "FULL") {
        disk = SimulatedDisk(seed: seed)
        // The write-ahead file is copied into the log and begun again every few appends.
        var options = TripLog.Options(writeAheadPages: 24)
        options.synchronous = synchronous
        options.insistsOnSynchronous = synchronous == "FULL"
        self.options = options
    }

    /// Works until the end, or until the power goes.
    func work() -> Promises {
        var promises = Promises()
        do throws(StorageError) {
            let log = try TripLog.create(
                path: "log.db", vfs: disk.vfsName, box: ourBox, epoch: 7, hashing: TestHashing(),
                options: options)
            promises.made = true
            for number in 0..<Self.appends {
                // Every seventh transaction carries three records.
                let drafts = (0..<(number % 7 == 6 ? 3 : 1)).map { draft(number + $0) }
                promises.inFlight = promises.sequence + Int64(drafts.count)
                try log.append(drafts, snapshot: state(promises.inFlight))
                promises.sequence = promises.inFlight
            }
        } catch {}
        return promises
    }

    /// What was promised and is not there, or is there and should not be; `nil` when all is well.
    func complaint(_ promises: Promises) throws -> String? {
        let log: TripLog
        do throws(StorageError) {
            log = try TripLog(
                path: "log.db", vfs: disk.vfsName, box: ourBox, hashing: TestHashing(),
                options: options)
        } catch {
            if promises.made { return "the log does not open: \(error)" }
            return try remake()
        }
        let found = log.head.sequence
        guard found == promises.sequence || found == promises.inFlight else {
            return
                "\(promises.sequence) were promised, \(promises.inFlight) under way, \(found) found"
        }
        let verification = try log.verify()
        if let defect = verification.defect { return "\(defect)" }
        guard verification.checked == found else { return "\(verification.checked) checked" }
        let expected = found == 0 ? nil : state(found)
        guard try log.snapshot() == expected else { return "the snapshot is of another state" }
        try log.append([draft(99)], snapshot: state(found + 1))
        return nil
    }

    /// Where making a log was cut short, it can be made again.
    private func remake() throws -> String? {
        let log = try TripLog.create(
            path: "log.db", vfs: disk.vfsName, box: ourBox, epoch: 7, hashing: TestHashing(),
            options: options)
        try log.fill(1)
        return log.head.sequence == 1 ? nil : "a log made again does not count from 1"
    }
}

@Suite("A power cut at every write")
struct PowerCutTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `loses nothing that was promised and leaves nothing half done`(_ seed: UInt64) throws {
        let whole = PowerCutRun(seed: seed)
        #expect(whole.work().sequence == 76)
        let mutations = whole.disk.mutations
        // The workload must wrap the write-ahead file, or the test would not see a copy being cut.
        #expect(whole.disk.syncs > PowerCutRun.appends + 6)
        for cut in 1...mutations {
            let run = PowerCutRun(seed: seed)
            run.disk.failAfter(writes: cut)
            let promises = run.work()
            run.disk.cutPower(entropy: seed << 32 | UInt64(cut))
            let complaint = try run.complaint(promises)
            #expect(complaint == nil, "seed \(seed), cut at mutation \(cut)")
        }
    }

    @Test(arguments: ["OFF", "NORMAL"])
    func `loses promised records where a commit does not wait for the disk`(
        _ setting: String
    ) throws {
        var complaints: [String] = []
        for cut in stride(from: 60, through: 180, by: 5) {
            let run = PowerCutRun(seed: 1, synchronous: setting)
            run.disk.failAfter(writes: cut)
            let promises = run.work()
            run.disk.cutPower(entropy: UInt64(cut))
            if let complaint = try run.complaint(promises) { complaints.append(complaint) }
        }
        #expect(complaints.contains { $0.contains("were promised") })
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `after another loses nothing either`(_ seed: UInt64) throws {
        let place = DiskInMemory(seed: seed)
        let options = TripLog.Options(writeAheadPages: 16)
        try place.create(options: options).fill(1)
        var dice = SplitMix64(seed: seed)
        var promised: Int64 = 1
        for round in 0..<30 {
            do throws(StorageError) {
                let log = try place.open(options: options)
                place.disk.failAfter(writes: Int(dice.next(below: 90)) + 1)
                while true {
                    try log.fill(1)
                    promised = log.head.sequence
                }
            } catch { #expect(error.code == .failed) }
            place.disk.cutPower(entropy: dice.next())
            let log = try place.open(options: options)
            let found = log.head.sequence
            #expect(found == promised || found == promised + 1, "round \(round)")
            #expect(try log.verify().defect == nil, "round \(round)")
            #expect(try log.snapshot() == state(found), "round \(round)")
            promised = found
        }
        #expect(promised > 100)
    }

    @Test func `leaves keeping house done or undone`() throws {
        let mutations = try PowerCutHousework(cut: nil).mutations
        #expect(mutations > 20)
        for cut in 1...mutations { try PowerCutHousework(cut: cut).check() }
    }

    @Test func `keeps the floor that was stored, or the one before while storing`() throws {
        for cut in 1...40 {
            let disk = SimulatedDisk()
            disk.failAfter(writes: cut)
            let store = SimulatedFloorStore(on: disk)
            var stored: WallTime?
            var underway: WallTime?
            do throws(StorageError) {
                for minute: Int64 in 1...30 {
                    underway = noon + .minutes(minute)
                    try store.store(noon + .minutes(minute))
                    stored = underway
                }
            } catch {}
            disk.cutPower(entropy: UInt64(cut))
            let found = try store.load()
            #expect(found == stored || found == underway, "cut at mutation \(cut)")
        }
    }
}

/// Acknowledging, removing and erasing on a log of forty records, cut at a mutation.
private struct PowerCutHousework {
    let mutations: Int
    private let place: DiskInMemory
    private var steps: [String] = []
    private let cut: Int?

    init(cut: Int?) throws {
        self.cut = cut
        place = DiskInMemory()
        let options = TripLog.Options(writeAheadPages: 8)
        let log = try place.create(options: options)
        try log.fill(40) { noon + .days(Int64($0)) }
        let hash = try #require(try log.hash(at: 30))
        let before = place.disk.mutations
        if let cut { place.disk.failAfter(writes: cut) }
        do throws(StorageError) {
            _ = try log.acknowledge(through: 30, hash: hash)
            steps.append("acknowledged")
            _ = try log.prune(keepingSince: noon + .days(20))
            steps.append("removed")
            _ = try log.erase(bodiesOf: 25...26)
            steps.append("erased")
            try log.append([draft(41)], snapshot: state(41))
            steps.append("appended")
        } catch {}
        mutations = place.disk.mutations - before
    }

    func check() throws {
        let entropy = UInt64(cut ?? 0)
        place.disk.cutPower(entropy: entropy)
        let log = try place.open()
        let note: Comment = "cut at mutation \(entropy) after \(steps)"
        #expect(try log.verify().defect == nil, note)
        #expect([40, 41].contains(log.head.sequence), note)
        #expect([0, 30].contains(log.acknowledged.sequence), note)
        #expect([0, 20].contains(log.removed.sequence), note)
        #expect(log.removed.sequence <= log.acknowledged.sequence, note)
        #expect([0, 2].contains(try log.verify().erased), note)
        if steps.contains("acknowledged") { #expect(log.acknowledged.sequence == 30, note) }
        if steps.contains("removed") { #expect(log.removed.sequence == 20, note) }
        if steps.contains("erased") { #expect(try log.verify().erased == 2, note) }
        if steps.contains("appended") { #expect(log.head.sequence == 41, note) }
    }
}
