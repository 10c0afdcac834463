import CAN
import Records
import TestData
import Testing
import Units
import Vehicle

@testable import Simulation

/// Two trucks that stand.
enum RecordedTruck {
    static let tachograph: CANID = 0x18FE_C1EE
    static let cluster: CANID = 0x18FE_C117
    static let engine: CANID = 0x18FE_E000
    static let display = Metres(158_910_600)
    /// What the cluster says until the tachograph has woken.
    static let placeholder = Metres(37_500)

    static func key(_ id: CANID) -> SourceKey { SourceKey("\(id).ODOMETER") }

    /// The installer's visit on a day on which `id` says the true odometer.
    static func visit(_ id: CANID) throws -> RecordedDrive.Visit {
        let recording = try Recordings.truckJump.get()
        let told = try #require(recording.last(tachograph))
        let frames = [
            try #require(CANFrame(id: id, bytes: told.bytes)),
            try #require(recording.first(0x18FE_F100)),
        ]
        return RecordedDrive.Visit(frames: frames, dash: display, source: key(id))
    }

    static func run(
        _ recording: RecordedFrames, visit: RecordedDrive.Visit? = nil
    ) throws -> RecordedTrip {
        try RecordedDrive(recording, profile: "j1939").run(visit: visit)
    }
}

/// The truck stood: nothing is billed, the bound holds nothing, the log holds together.
private func expectStanding(_ trip: RecordedTrip, location: SourceLocation = #_sourceLocation) {
    #expect(trip.close.distance == .zero, "\(trip.bill)", sourceLocation: location)
    #expect(trip.holds(.zero), sourceLocation: location)
    #expect(trip.gaps.isEmpty, sourceLocation: location)
    #expect(trip.defect == nil, sourceLocation: location)
}

// The recording is too large for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of recordings"))
struct `A truck whose cluster wakes with a placeholder, as a rental` {
    /// The tachograph falls silent again 16 s before the end, which is said.
    @Test func `by its tachograph goes nowhere, and nothing is odd`() throws {
        let trip = try RecordedTruck.run(
            Recordings.truckJump.get(), visit: RecordedTruck.visit(RecordedTruck.tachograph))
        expectStanding(trip)
        #expect(trip.close.open.odometer?.display == RecordedTruck.display)
        #expect(trip.close.odometer?.display == RecordedTruck.display)
        #expect(trip.close.odometer?.source == "18FEC1EE.ODOMETER")
        #expect(trip.close.error <= Metres(50), "\(trip.bill)")
        #expect(trip.oddities == [])
        #expect(trip.close.flags == [.offline, .odometerGap, .odometerStale])
    }

    @Test func `by its cluster goes nowhere, and the placeholder is named`() throws {
        let trip = try RecordedTruck.run(
            Recordings.truckJump.get(), visit: RecordedTruck.visit(RecordedTruck.cluster))
        expectStanding(trip)
        #expect(trip.close.odometer?.display == RecordedTruck.display)
        #expect(trip.close.odometer?.source == "18FEC117.ODOMETER")
        // Below what was confirmed; for a minute; then the zero of half a second.
        #expect(trip.oddities == ["back", "step", "initial"])
        #expect(trip.anomalies.first?.reading == RecordedTruck.placeholder)
        #expect(trip.anomalies.first?.held == RecordedTruck.display)
        #expect(trip.close.flags.isSuperset(of: [.odometerBack, .odometerJump]))
    }

    @Test func `in a box that never heard it goes nowhere, and the jump is named`() throws {
        let trip = try RecordedTruck.run(Recordings.truckJump.get())
        expectStanding(trip)
        // The cluster is all there is for six minutes; nobody has confirmed it.
        #expect(trip.close.odometer?.source == "18FEC117.ODOMETER")
        #expect(trip.close.odometer?.display == RecordedTruck.placeholder)
        #expect(trip.oddities == ["initial", "jump"])
        #expect(trip.anomalies.last?.reading == RecordedTruck.display)
        #expect(trip.close.flags.isSuperset(of: [.odometerUnconfirmed, .odometerJump]))
    }

    /// An odometer that was chosen before the car was ever heard.
    @Test(arguments: [
        (RecordedTruck.tachograph, RecordedTruck.display, []),
        (RecordedTruck.cluster, RecordedTruck.placeholder, ["initial", "jump"]),
    ])
    func `by an odometer that nobody has confirmed goes nowhere, and says so`(
        id: CANID, display: Metres, oddities: [String]
    ) throws {
        let visit = RecordedDrive.Visit(frames: [], dash: nil, source: RecordedTruck.key(id))
        let trip = try RecordedTruck.run(Recordings.truckJump.get(), visit: visit)
        expectStanding(trip)
        #expect(trip.close.odometer?.display == display)
        #expect(trip.close.odometer?.source == RecordedTruck.key(id).name)
        #expect(trip.oddities == oddities)
        #expect(trip.close.flags.contains(.odometerUnconfirmed))
    }

    enum Anchor: CaseIterable {
        case tachograph, cluster, unconfirmedTachograph, unconfirmedCluster, none

        func visit() throws -> RecordedDrive.Visit? {
            switch self {
            case .tachograph: try RecordedTruck.visit(RecordedTruck.tachograph)
            case .cluster: try RecordedTruck.visit(RecordedTruck.cluster)
            case .unconfirmedTachograph:
                RecordedDrive.Visit(
                    frames: [], dash: nil, source: RecordedTruck.key(RecordedTruck.tachograph))
            case .unconfirmedCluster:
                RecordedDrive.Visit(
                    frames: [], dash: nil, source: RecordedTruck.key(RecordedTruck.cluster))
            case .none: nil
            }
        }
    }

    @Test(arguments: Anchor.allCases, 1...3 as ClosedRange<UInt64>)
    func `goes nowhere when 83 of 100 frames are lost`(_ anchor: Anchor, seed: UInt64) throws {
        let recording = try Recordings.truckJump.get().keeping(17, seed: seed)
        expectStanding(try RecordedTruck.run(recording, visit: anchor.visit()))
    }
}

// The recording is too large for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of recordings"))
struct `A truck whose trip distance is not available, as a rental` {
    static let display = Metres(13_832_875)

    private func visit() throws -> RecordedDrive.Visit {
        let recording = try Recordings.truckNotAvailable.get()
        let frames = [RecordedTruck.engine, 0x0CFE_F100].compactMap { recording.first($0) }
        return RecordedDrive.Visit(
            frames: frames, dash: Self.display, source: RecordedTruck.key(RecordedTruck.engine))
    }

    @Test func `stands at 13832.875 km and goes nowhere`() throws {
        for visit in [try visit(), nil] {
            let trip = try RecordedTruck.run(Recordings.truckNotAvailable.get(), visit: visit)
            expectStanding(trip)
            #expect(trip.close.odometer?.display == Self.display)
            #expect(trip.close.odometer?.source == "18FEE000.ODOMETER")
            #expect(trip.oddities == [])
            #expect(trip.close.flags.contains(.odometerUnconfirmed) == (visit == nil))
        }
    }

    /// All ones in the odometer's own place: the recording has them beside it.
    @Test func `never goes to the 536870911.875 km of all ones`() throws {
        let half = try Recordings.truckNotAvailable.get().length.count / 2
        let recording = try Recordings.truckNotAvailable.get().changed { at, frame in
            guard frame.id == RecordedTruck.engine, at.count > half else { return }
            for index in 4..<8 { frame[index] = 0xFF }
        }
        let trip = try RecordedTruck.run(recording, visit: try visit())
        expectStanding(trip)
        #expect(trip.close.odometer?.display == Self.display)
        #expect(trip.oddities == ["notAvailable"])
        #expect(trip.anomalies.first?.reading == nil)
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `goes nowhere when 83 of 100 frames are lost`(seed: UInt64) throws {
        let recording = try Recordings.truckNotAvailable.get().keeping(17, seed: seed)
        for visit in [try visit(), nil] {
            let trip = try RecordedTruck.run(recording, visit: visit)
            expectStanding(trip)
            #expect(trip.close.odometer?.display == Self.display)
            #expect(trip.oddities == [])
        }
    }
}
