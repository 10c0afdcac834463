import CAN
import Records
import TestData
import Testing
import Units
import Vehicle

@testable import Simulation

// The recording is too large for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of recordings"))
struct `A Kona that is switched on and off, as a rental` {
    static let odometer: CANID = 0x5B0
    static let display = Metres(26_716_500)

    private func visit() throws -> RecordedDrive.Visit {
        RecordedDrive.Visit(
            frames: [try #require(try Recordings.kona.get().first(Self.odometer))],
            dash: Self.display)
    }

    private func run(
        _ recording: RecordedFrames, visit: RecordedDrive.Visit? = nil
    ) throws -> RecordedTrip {
        try RecordedDrive(recording, profile: "hyundai_kia").run(visit: visit)
    }

    @Test func `has its odometer two seconds after the rest of its bus`() throws {
        let recording = try Recordings.kona.get()
        let begin = try #require(recording.begin(Self.odometer))
        #expect((2080...2100).contains(begin.count), "\(begin)")
        #expect(recording.heard.filter { $0.frame.id == Self.odometer }.count == 9)
    }

    @Test func `stands at 26716.5 km and goes nowhere`() throws {
        let trip = try run(Recordings.kona.get(), visit: try visit())
        #expect(trip.close.distance == .zero, "\(trip.bill)")
        #expect(trip.close.odometer?.display == Self.display)
        #expect(trip.close.open.odometer?.display == Self.display)
        #expect(trip.close.flags == [.offline])
        #expect(trip.oddities == [])
        #expect(trip.defect == nil)
    }

    @Test func `goes nowhere in a box that never heard it`() throws {
        let trip = try run(Recordings.kona.get())
        #expect(trip.close.distance == .zero, "\(trip.bill)")
        #expect(trip.holds(.zero))
        #expect([nil, Self.display].contains(trip.close.odometer?.display))
        #expect(trip.oddities == [])
        #expect(trip.defect == nil)
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `goes nowhere when 83 of 100 frames are lost`(seed: UInt64) throws {
        let recording = try Recordings.kona.get().keeping(17, seed: seed)
        for visit in [try visit(), nil] {
            let trip = try run(recording, visit: visit)
            #expect(trip.close.distance == .zero, "\(trip.bill)")
            #expect(trip.holds(.zero))
            #expect(trip.oddities == [])
            #expect(trip.defect == nil)
        }
    }
}
