import CAN
import Records
import TestData
import Testing
import Units
import Vehicle

@testable import Simulation

// The recording is too large for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of recordings"))
struct `Faults in a recorded minute of a RAV4` {
    private func trip(
        _ recording: RecordedFrames, _ incidents: RecordedDrive.Incident...
    ) throws -> (trip: RecordedTrip, cuts: Int) {
        let drive = try RecordedDrive(recording, profile: "toyota_611", incidents: incidents)
        return (try drive.run(visit: RecordedRAV4.visit()), drive.cuts)
    }

    @Test func `a power cut between the tick and its record keeps the bill within its bound`()
        throws
    {
        let (trip, cuts) = try trip(
            RecordedRAV4.whole(),
            .cutInWrite(after: RecordedRAV4.tick - Milliseconds(500), lasting: .seconds(2)))
        #expect(cuts == 1)
        expectRAV4(trip)
        #expect(trip.close.odometer?.display == RecordedRAV4.miles.after)
        #expect(trip.close.flags.isSuperset(of: [.rebooted, .powerLoss]))
        #expect(trip.oddities == [])
    }

    /// From before the car drives off to after the last frame of the drive.
    @Test(arguments: [5, 15, 16, 30, 55, 69, 71, 74] as [Int64], [1, 20] as [Int64])
    func `a power cut anywhere keeps the bill within its bound`(
        at second: Int64, lasting: Int64
    ) throws {
        let (trip, cuts) = try trip(
            RecordedRAV4.whole(),
            .powerCut(at: .seconds(second), lasting: .seconds(lasting)))
        #expect(cuts == 1)
        expectRAV4(trip)
        #expect(trip.close.flags.isSuperset(of: [.rebooted, .powerLoss]))
    }

    @Test func `a power cut that outlasts the drive keeps the bill within its bound`() throws {
        let (trip, cuts) = try trip(
            Recordings.rav4.get(), .powerCut(at: .seconds(30), lasting: .seconds(31)))
        #expect(cuts == 1)
        expectRAV4(trip)
        #expect(trip.close.flags.contains(.odometerStale))
    }

    @Test(arguments: [-60, 60] as [Int64])
    func `a clock that steps by an hour changes no metre`(minutes: Int64) throws {
        let (trip, _) = try trip(
            RecordedRAV4.whole(), .clockStep(at: .seconds(40), by: .minutes(minutes)))
        let undisturbed = try RecordedRAV4.confirmed.get()
        expectRAV4(trip)
        #expect(trip.close.distance == undisturbed.close.distance)
        #expect(trip.close.error == undisturbed.close.error)
        #expect(trip.close.duration == undisturbed.close.duration)
        #expect(trip.close.driving == undisturbed.close.driving)
    }

    @Test func `frames that come twice change no metre`() throws {
        let (trip, _) = try trip(RecordedRAV4.whole().doubled())
        let undisturbed = try RecordedRAV4.confirmed.get()
        expectRAV4(trip)
        #expect(trip.close.distance == undisturbed.close.distance)
        #expect(trip.close.error == undisturbed.close.error)
        #expect(trip.oddities == [])
    }

    /// The wire breaks, and the car goes on with its ignition on.
    @Test(arguments: [15, 20, 45, 60, 71, 73] as [Int64])
    func `a bus that falls silent on the way widens the bound`(after second: Int64) throws {
        let whole = try RecordedRAV4.whole()
        let drive = try RecordedDrive(
            whole.before(.seconds(second)), profile: "toyota_611", ignitionOffAt: whole.length)
        let trip = try drive.run(visit: RecordedRAV4.visit())
        expectRAV4(trip)
        #expect(trip.oddities == [])
    }

    /// The same in a car whose odometer the box never hears.
    @Test(arguments: [1, 20, 45, 57, 59] as [Int64])
    func `a bus without odometer that falls silent widens the bound`(after second: Int64) throws {
        let bare = try Recordings.rav4.get()
        let drive = try RecordedDrive(
            bare.without(RecordedRAV4.odometer).before(.seconds(second)), profile: "toyota_611",
            ignitionOffAt: bare.length)
        expectRAV4(try drive.run())
    }
}
