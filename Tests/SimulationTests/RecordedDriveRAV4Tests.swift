import CAN
import Records
import TestData
import Testing
import Units
import Vehicle

@testable import Simulation

/// A minute of a RAV4, and what is known of it by satellite.
enum RecordedRAV4 {
    static let odometer: CANID = 0x611
    static let wheels: CANID = 0x0B4
    /// 15589 and 15590 miles, cut to metres.
    static let miles = (before: Metres(25_088_063), after: Metres(25_089_672))
    /// The way by speed and by position of a satellite receiver in the car.
    static let truths = [Millimetres(1_009_188), Millimetres(1_010_943)]

    /// The wheels' frame of a car that stands where `frame` says it is.
    private static func standing(_ frame: CANFrame) -> CANFrame {
        var standing = frame
        standing[5] = 0
        standing[6] = 0
        return standing
    }

    /// The installer's visit: the car stands where the recording begins.
    static func visit() throws -> RecordedDrive.Visit {
        RecordedDrive.Visit(frames: try frames(atEnd: false), dash: miles.before)
    }

    /// What the car says while it stands at the beginning, or at the end.
    private static func frames(atEnd: Bool) throws -> [CANFrame] {
        let recording = try Recordings.rav4.get()
        let frames = [wheels, odometer].compactMap {
            atEnd ? recording.last($0) : recording.first($0)
        }
        return [standing(try #require(frames.first)), try #require(frames.last)]
    }

    /// The recording with a quarter of a minute of standing before and behind it.
    static func whole() throws -> RecordedFrames {
        try Recordings.rav4.get().standing(
            .seconds(15), before: frames(atEnd: false), after: frames(atEnd: true))
    }

    /// When the car drives off in ``whole()``.
    static let start = Milliseconds.seconds(15)
    /// When the odometer ticks in ``whole()``.
    static let tick = start + Milliseconds(55_355)

    static func drive(
        _ recording: RecordedFrames, _ incidents: RecordedDrive.Incident...
    ) throws -> RecordedDrive {
        try RecordedDrive(recording, profile: "toyota_611", incidents: incidents)
    }

    /// The drive in a car whose odometer was confirmed.
    static let confirmed = Result { try drive(whole()).run(visit: visit()) }
    /// The bare recording in a car that the box had never heard.
    static let firstHeard = Result { try drive(Recordings.rav4.get()).run() }
}

/// A trip is right: it holds the way by satellite, and its log holds together.
func expectRAV4(_ trip: RecordedTrip, location: SourceLocation = #_sourceLocation) {
    for truth in RecordedRAV4.truths {
        #expect(trip.holds(truth), "\(truth): \(trip.bill)", sourceLocation: location)
    }
    #expect(trip.defect == nil, sourceLocation: location)
}

// The recording is too large for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of recordings"))
struct `A recorded minute of a RAV4 as a rental` {
    static let seeds: ClosedRange<UInt64> = 1...4

    @Test func `is billed in metres, within its bound, by the odometer and the pulses`() throws {
        let trip = try RecordedRAV4.confirmed.get()
        expectRAV4(trip)
        #expect(trip.close.quality == .odometerAndPulses)
        #expect(trip.close.error <= Metres(80), "\(trip.bill)")
        #expect(trip.close.flags == [.offline])
        #expect(trip.oddities == [])
        #expect(trip.gaps.isEmpty)
    }

    @Test func `shows 15589 miles in kilometres before and 15590 behind`() throws {
        let close = try RecordedRAV4.confirmed.get().close
        #expect(close.open.odometer?.display == RecordedRAV4.miles.before)
        #expect(close.odometer?.display == RecordedRAV4.miles.after)
        #expect(close.odometer?.resolution == Metres(1610))
        #expect(close.odometer?.source == "611.ODOMETER")
    }

    @Test func `has the way by pulses and by speed as witnesses`() throws {
        for trip in [try RecordedRAV4.confirmed.get(), try RecordedRAV4.firstHeard.get()] {
            // 20 900 counts of 4.84 cm; the integral of 1025.11 m of the recording.
            #expect(trip.close.pulses == Metres(1011))
            let speed = try #require(trip.close.speed)
            #expect((1024...1027).contains(speed.count), "\(speed)")
        }
    }

    @Test func `is billed within its bound, and flagged, by a box that never heard the car`() throws
    {
        let trip = try RecordedRAV4.firstHeard.get()
        expectRAV4(trip)
        #expect(trip.close.open.odometer == nil)
        #expect(trip.close.odometer?.display == RecordedRAV4.miles.after)
        #expect(trip.close.error <= Metres(80), "\(trip.bill)")
        #expect(trip.close.flags.contains(.odometerUnconfirmed))
        #expect(trip.oddities == [])
    }

    @Test(arguments: seeds)
    func `holds the truth when 83 of 100 frames are lost`(seed: UInt64) throws {
        let recording = try RecordedRAV4.whole().keeping(17, seed: seed)
        let trip = try RecordedRAV4.drive(recording).run(visit: RecordedRAV4.visit())
        expectRAV4(trip)
        #expect(!trip.close.flags.contains(.odometerUnconfirmed))
        #expect(trip.oddities == [])
    }

    @Test(arguments: seeds)
    func `holds the truth for a box that never heard the car and hears a sixth of it`(
        seed: UInt64
    ) throws {
        let trip = try RecordedRAV4.drive(Recordings.rav4.get().keeping(17, seed: seed)).run()
        expectRAV4(trip)
        #expect(trip.oddities == [])
    }

    @Test(arguments: seeds)
    func `holds the truth when the odometer is never heard and frames are lost`(
        seed: UInt64
    ) throws {
        let recording = try Recordings.rav4.get().without(RecordedRAV4.odometer)
        let trip = try RecordedRAV4.drive(recording.keeping(17, seed: seed)).run()
        expectRAV4(trip)
        #expect(trip.close.quality == .speed)
        #expect(trip.close.flags.isSuperset(of: [.odometerGap, .odometerStale]))
    }

    @Test func `is billed by pulses when the odometer is never heard`() throws {
        let recording = try Recordings.rav4.get().without(RecordedRAV4.odometer)
        let trip = try RecordedRAV4.drive(recording).run()
        expectRAV4(trip)
        #expect(trip.close.quality == .speed)
        #expect(trip.close.error <= Metres(80), "\(trip.bill)")
    }
}
