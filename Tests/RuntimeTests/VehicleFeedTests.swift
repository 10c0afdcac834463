import Box
import CAN
import Ports
import Records
import Testing
import Units
import Vehicle

@testable import Runtime

@Suite("What the Box is told about the car", .serialized)
struct VehicleFeedTests {
    static func speedProfile() throws -> VehicleProfile {
        let id = try #require(CANID(base: 0x100))
        let layout = try #require(SignalLayout(start: 0, length: 16, byteOrder: .littleEndian))
        return VehicleProfile(
            name: "test", hash: "0",
            speed: [
                SpeedSignal(
                    signal: SignalSource(id: id, layout: layout), nanometresPerSecond: 10_000_000)
            ])
    }

    /// A frame of `speed` centimetres a second.
    static func frame(_ speed: UInt64) throws -> CANFrame {
        CANFrame(id: try #require(CANID(base: 0x100)), length: 8, payload: speed)
    }

    @Test func `a car of which nothing notable changes is told once a second`() throws {
        let bench = try Bench(profile: try Self.speedProfile())
        bench.start()
        bench.runtime.receive(try Self.frame(900), at: bench.now)
        let before = bench.observer.tellings
        for _ in 0..<1_000 {
            bench.now = bench.now + Milliseconds(10)
            bench.runtime.receive(try Self.frame(900), at: bench.now)
        }
        #expect(bench.observer.tellings - before == 10)
        #expect(bench.runtime.box.car.speed?.value == MillimetresPerSecond(9_000))
    }

    @Test(arguments: [(999 as Int64, 0), (1_000, 1), (1_001, 1)])
    func `the second begins with the last telling`(_ later: Int64, _ count: Int) throws {
        let bench = try Bench(profile: try Self.speedProfile())
        bench.start()
        bench.runtime.receive(try Self.frame(900), at: bench.now)
        let before = bench.observer.tellings
        bench.now = bench.now + Milliseconds(later)
        bench.runtime.receive(try Self.frame(901), at: bench.now)
        #expect(bench.observer.tellings - before == count)
    }

    @Test func `a car that starts to move is told at once`() throws {
        let bench = try Bench(profile: try Self.speedProfile())
        bench.start()
        bench.runtime.receive(try Self.frame(0), at: bench.now)
        let before = bench.observer.tellings
        bench.now = bench.now + Milliseconds(10)
        bench.runtime.receive(try Self.frame(900), at: bench.now)
        #expect(bench.observer.tellings - before == 1)
        #expect(Interlock.stands(bench.runtime.box.car, at: bench.now) == false)
    }

    @Test func `a silent bus is told at its deadline and then never again`() throws {
        let bench = try Bench(profile: try Self.speedProfile())
        bench.start()
        bench.runtime.receive(try Self.frame(0), at: bench.now)
        let before = bench.observer.tellings
        for _ in 0..<200 {
            #expect(bench.runtime.nextDeadline > bench.now)
            bench.now = bench.runtime.nextDeadline
            bench.runtime.wake(at: bench.now)
        }
        #expect(bench.observer.tellings - before == 1)
    }
}

@Suite("Levels and estimates")
struct TranslationTests {
    @Test(arguments: zip(StorageLevel.allCases, [StorageRoom.normal, .tight, .none, .none]))
    func `what a level of the medium means`(_ level: StorageLevel, _ room: StorageRoom) {
        #expect(StorageRoom(level) == room)
    }

    @Test(
        arguments: zip(
            DistanceQuality.allCases,
            [OdometerSource.odometer, .odometerAndPulses, .odometerAndSpeed, nil, nil]))
    func `a statement goes on as an estimate where an odometer stands behind it`(
        _ quality: DistanceQuality, _ source: OdometerSource?
    ) {
        let statement = OdometerStatement(
            display: Metres(1), position: Metres(2), error: Metres(3), resolution: Metres(4),
            quality: quality, source: "611.ODOMETER")
        let estimate = source.map {
            OdometerEstimate(
                display: Metres(1), position: Metres(2), error: Metres(3),
                resolution: Metres(4), source: $0, key: "611.ODOMETER", at: .boot)
        }
        #expect(OdometerEstimate(statement, pinned: nil, at: .boot) == estimate)
        #expect(OdometerEstimate(statement, pinned: "611.ODOMETER", at: .boot) == estimate)
        #expect(OdometerEstimate(statement, pinned: "4F2.ODOMETER", at: .boot) == nil)
        #expect(OdometerEstimate(nil, pinned: "611.ODOMETER", at: .boot) == nil)
    }
}
