import CAN
import Records
import TestData
import Testing
import Units
import Vehicle

@testable import Simulation

/// A drive of a car that was asked for its speed and its fuel, and what satellites say of it.
struct AskedDrive: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var recording: Result<RecordedFrames, any Error>
    /// The way by integrating the answers.
    var integral: Metres
    /// The way by the speed and by the odometer of a satellite receiver.
    var truths: [Millimetres]
    var fuel: (first: PerMille, last: PerMille)
    /// The rental, with every answer heard.
    var whole: Result<RecordedTrip, any Error>

    static let all = [first, second]
    static let first = AskedDrive(
        testDescription: "164", recording: Recordings.obd164, integral: Metres(41_650),
        truths: [Millimetres(41_031_639), Millimetres(40_579_000)],
        fuel: (PerMille(549), PerMille(513)),
        whole: Result { try run(Recordings.obd164.get()) })
    static let second = AskedDrive(
        testDescription: "165", recording: Recordings.obd165, integral: Metres(43_612),
        truths: [Millimetres(43_263_646), Millimetres(43_306_000)],
        fuel: (PerMille(513), PerMille(447)),
        whole: Result { try run(Recordings.obd165.get()) })

    static func run(
        _ recording: RecordedFrames, _ incidents: RecordedDrive.Incident...
    ) throws -> RecordedTrip {
        try RecordedDrive(recording, profile: "obd_generic", incidents: incidents).run()
    }

    func expect(_ trip: RecordedTrip, location: SourceLocation = #_sourceLocation) {
        for truth in truths {
            #expect(trip.holds(truth), "\(truth): \(trip.bill)", sourceLocation: location)
        }
        #expect(trip.close.quality == .speed, sourceLocation: location)
        #expect(
            trip.close.flags.isSuperset(of: [.odometerGap, .odometerStale]),
            sourceLocation: location)
        #expect(trip.close.odometer == nil, sourceLocation: location)
        #expect(trip.oddities == [], sourceLocation: location)
        #expect(trip.defect == nil, sourceLocation: location)
    }
}

// The recordings are too large for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of recordings"))
struct `Drives of a car that somebody else asks, as rentals` {
    @Test(arguments: AskedDrive.all)
    func `are billed by speed, within their bound, and flagged`(_ drive: AskedDrive) throws {
        let trip = try drive.whole.get()
        drive.expect(trip)
        #expect((trip.close.distance - drive.integral).magnitude <= Metres(2), "\(trip.bill)")
        #expect(trip.close.speed == trip.close.distance)
        // 3 % of the way, and little more.
        #expect(trip.close.error.count * 100 <= drive.integral.count * 4, "\(trip.bill)")
    }

    @Test(arguments: AskedDrive.all)
    func `end with the fuel that was answered last`(_ drive: AskedDrive) throws {
        let trip = try drive.whole.get()
        #expect(trip.fuelFirst == drive.fuel.first)
        #expect(trip.state.fuel?.value == drive.fuel.last)
    }

    @Test(arguments: AskedDrive.all, 1...2 as ClosedRange<UInt64>)
    func `hold the truth when 83 of 100 answers are lost`(
        _ drive: AskedDrive, seed: UInt64
    ) throws {
        drive.expect(try AskedDrive.run(drive.recording.get().keeping(17, seed: seed)))
    }

    @Test(arguments: [60, 1200] as [Int64])
    func `hold the truth when the power goes on the way`(lasting: Int64) throws {
        let drive = AskedDrive.first
        let trip = try AskedDrive.run(
            drive.recording.get(), .powerCut(at: .minutes(15), lasting: .seconds(lasting)))
        drive.expect(trip)
        #expect(trip.close.flags.isSuperset(of: [.rebooted, .powerLoss]))
    }
}
