import AccessCode
import Box
import CAN
import KeyStore
import Ports
import Records
import SimulatedDisk
import Testing
import TripLog
import Units
import Vehicle

@testable import Runtime

@Suite("The runtime", .serialized)
struct RuntimeTests {
    @Test func `a typed code of the fleet opens the car through real keys and a real log`() throws {
        let bench = try Bench()
        bench.start()
        bench.enter(try bench.code())
        #expect(bench.signals.last == .opened)
        #expect(bench.board.done.contains(.pulseDoor(.unlock)))
        #expect(bench.board.done.last == .releaseStarter)
        #expect(bench.runtime.box.durable.book.active?.rental == rental)
        #expect(bench.log.head.sequence == bench.runtime.box.durable.sequence)
        #expect(bench.uplink.calls == 1)
    }

    @Test(arguments: [0, 1, 30, 31, 32, 33, 63, 64, 65, 100])
    func `a restart rebuilds the state from snapshot and tail`(_ doors: Int) throws {
        let bench = try Bench()
        bench.start()
        bench.enter(try bench.code())
        bench.moveDoors(doors)
        let before = bench.runtime.box.durable
        try bench.restart()
        #expect(bench.runtime.box.durable == before)
    }

    @Test func `a snapshot is written every 32 records`() throws {
        let bench = try Bench()
        bench.start()
        #expect(bench.log.head.sequence == 1)
        bench.moveDoors(30)
        #expect(try bench.log.snapshot() == nil)
        bench.moveDoors(1)
        #expect(try bench.log.snapshot() == bench.runtime.box.durable.snapshot)
        bench.moveDoors(31)
        #expect(try bench.log.snapshot() != bench.runtime.box.durable.snapshot)
        bench.moveDoors(1)
        #expect(try bench.log.snapshot() == bench.runtime.box.durable.snapshot)
    }

    @Test func `restarts between few records do not put the snapshot off`() throws {
        let bench = try Bench()
        bench.start()
        bench.moveDoors(20)
        try bench.restart()
        bench.start()
        bench.moveDoors(20)
        let bytes = try #require(try bench.log.snapshot())
        let covered = try DurableState(snapshot: bytes).sequence
        #expect(bench.log.head.sequence - covered < BoxRuntime.snapshotPeriod)
    }

    @Test func `every prefix of the log replays to the state that was committed there`() throws {
        let bench = try Bench()
        bench.start()
        bench.enter(try bench.code())
        bench.enter([3, 6, 3])
        var state = provisionedState()
        var commits: [Int64: DurableState] = [:]
        for effect in bench.observer.effects {
            if case .commit(let commit) = effect { commits[commit.state.sequence] = commit.state }
        }
        #expect(commits.count >= 4)
        for record in try bench.log.records(1...bench.log.head.sequence) {
            let draft = try #require(try RecordDraft(record))
            state.apply(draft)
            if let committed = commits[state.sequence] { #expect(state == committed) }
        }
        #expect(state == bench.runtime.box.durable)
    }

    @Test func `erased bodies are skipped by the replay`() throws {
        let bench = try Bench()
        bench.start()
        bench.moveDoors(6)
        _ = try bench.log.erase(bodiesOf: 3...4)
        let sequence = bench.runtime.box.durable.sequence
        try bench.restart()
        #expect(bench.runtime.box.durable.sequence == sequence)
    }

    @Test func `a snapshot that is damaged stops the box and says what to do`() throws {
        let bench = try Bench()
        bench.start()
        try bench.log.append([], snapshot: [0x7B])
        let error = #expect(throws: StorageError.self) { try bench.restart() }
        #expect(error?.code == .damaged)
        #expect(error?.reason.contains("provision the box again") == true)
    }

    @Test func `records behind the snapshot that are missing stop the box`() throws {
        let bench = try Bench()
        bench.start()
        bench.moveDoors(5)
        var state = bench.runtime.box.durable
        state.sequence = 2
        let log = GappyLog(bench.log)
        let error = #expect(throws: StorageError.self) {
            try Replay.state(of: log, provisioned: provisionedState())
        }
        #expect(error?.code == .damaged)
    }

    @Test func `a log of another epoch is a bug`() async {
        await #expect(processExitsWith: .failure) {
            let disk = SimulatedDisk(seed: 1)
            let log = try TripLog.create(
                path: "log.db", vfs: disk.vfsName, box: testBox, epoch: 8,
                hashing: OpenSSLHashing())
            _ = try Replay.state(of: log, provisioned: provisionedState(epoch: 7))
        }
    }

    @Test func `a write that fails opens nothing, is kept for status and is told as storage`()
        throws
    {
        let bench = try Bench()
        bench.start()
        let code = try bench.code()
        bench.disk.faults.readOnly = true
        bench.enter(code)
        #expect(!bench.board.done.contains(.pulseDoor(.unlock)))
        #expect(bench.signals.last == .storageFailed)
        #expect(bench.runtime.lastStorageError != nil)
        #expect(bench.runtime.box.storage == .none)
        #expect(bench.observer.inputs.last == .storageRead(.none))
        bench.enter(code)
        #expect(bench.signals.last == .storageFull)
    }

    @Test func `keys that do not answer are signalled and kept for status`() throws {
        let bench = try Bench()
        bench.start()
        let code = try bench.code()
        bench.keys.isBroken = true
        bench.enter(code)
        #expect(bench.signals.last == .keysFailed)
        #expect(bench.runtime.lastKeyFailure?.reason == "unplugged")
    }

    @Test func `a rental ends without a receipt where the keys do not answer`() throws {
        let bench = try Bench()
        bench.start()
        bench.enter(try bench.code())
        bench.keys.isBroken = true
        bench.enter([3, 6, 3])
        #expect(bench.signals.last == .ended([]))
        #expect(bench.runtime.lastKeyFailure != nil)
    }

    @Test func `the receipt on the display is the one the fleet computes`() throws {
        let bench = try Bench()
        bench.start()
        bench.enter(try bench.code())
        bench.enter([3, 6, 3])
        let returned = ReturnedRental(
            rental: rental, endMinute: ReturnedRental.minute(of: startWall + .seconds(3)),
            distance: .zero)
        let receipt = try CodeIssuer(box: testBox, keyEpoch: KeyEpoch(0))
            .receipt(returned, with: bench.keys)
        #expect(bench.signals.last == .ended(receipt.digits))
    }

    @Test func `the floor survives a restart and a clock below it is lost`() throws {
        let bench = try Bench()
        bench.start()
        bench.now = bench.now + .minutes(10)
        bench.runtime.wake(at: bench.now)
        try bench.restart()
        #expect(bench.runtime.box.clock.floor > startWall + .minutes(9))
        bench.runtime.start(inhibit: nil, at: bench.now)
        #expect(bench.runtime.box.clock.interval(at: bench.now) == nil)
        #expect(bench.runtime.box.starter.sensed == .unknown)
    }

    @Test func `a floor that cannot be stored is kept for status and stops nothing`() throws {
        let bench = try Bench()
        bench.start()
        bench.disk.faults.readOnly = true
        bench.now = bench.now + .minutes(10)
        bench.runtime.wake(at: bench.now)
        #expect(bench.runtime.lastStorageError != nil)
    }

    @Test func `the battery-backed clock is read every ten minutes and set by the fleet`() throws {
        let bench = try Bench()
        bench.start()
        bench.now = bench.now + .minutes(10)
        bench.rtc.reading = RTCReading(time: startWall + .hours(5), stopped: false)
        bench.runtime.wake(at: bench.now)
        #expect(bench.runtime.box.clock.interval(at: bench.now) == nil)
        let time = startWall + .hours(6)
        bench.runtime.deliver(
            .timeOffered(TimeOffer(time: time, error: .zero, source: .server)), at: bench.now)
        #expect(bench.rtc.set == [time])
    }

    @Test func `doors are locked, the starter inhibited and the box turned off by the board`()
        throws
    {
        let bench = try Bench()
        bench.start()
        bench.enter(try bench.code())
        bench.runtime.deliver(.lineRead(.starterInhibitSense, false), at: bench.now)
        bench.enter([3, 6, 3])
        bench.now = bench.now + .minutes(2)
        bench.runtime.wake(at: bench.now)
        bench.runtime.deliver(.stopping, at: bench.now)
        #expect(bench.board.done.contains(.pulseDoor(.lock)))
        #expect(
            bench.board.done.contains {
                if case .inhibitStarter = $0 { true } else { false }
            })
        #expect(bench.board.done.last == .powerOff)
    }
}

/// A log that lost its records but not its head.
final class GappyLog: RecordLog {
    let real: TripLog
    init(_ real: TripLog) { self.real = real }
    var box: BoxID { real.box }
    var epoch: UInt32 { real.epoch }
    var head: LogHead { real.head }
    var level: StorageLevel { real.level }
    func append(_ drafts: [RecordDraft], snapshot: [UInt8]?) throws(StorageError) {}
    func snapshot() throws(StorageError) -> [UInt8]? { nil }
    func records(_ sequences: ClosedRange<Int64>) throws(StorageError) -> [StoredRecord] { [] }
}
