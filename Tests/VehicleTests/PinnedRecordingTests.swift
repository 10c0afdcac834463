import CAN
import CANLog
import DataFiles
import TestData
import Testing
import Units
import Vehicle

// The recording is too large for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of recordings"))
struct `A truck with two odometers, of which one is pinned` {
    static let display = Metres(158_910_600)
    static let placeholder = Metres(37_500)
    private static let recording = Result {
        var file = try RecordingFile(
            OutsideData.path("recordings/j1939_css/truck_odometer_jump.log"))
        var heard: [(at: BootTime, frame: CANFrame)] = []
        while let entry = try file.next() {
            guard case .classic(let frame) = entry.frame else { continue }
            heard.append((BootTime(milliseconds: entry.microseconds / 1000), frame))
        }
        return heard
    }

    private func replay(_ pin: SourceKey?, isAnchored: Bool) throws -> VehicleMonitor {
        let anchor = pin.map {
            OdometerEstimate(
                display: Self.display, position: Self.display, error: Metres(5),
                resolution: Metres(5), source: .odometer, key: $0, at: .boot)
        }
        let recording = try Self.recording.get()
        let begin = try #require(recording.first).at
        var monitor = VehicleMonitor(
            profile: try TestProfiles.load("j1939"), pinned: pin,
            lastAccepted: isAnchored ? anchor : nil, heardAt: begin - .minutes(1))
        for heard in recording { _ = monitor.receive(heard.frame, at: heard.at) }
        return monitor
    }

    @Test(
        arguments: [
            ("18FEC1EE.ODOMETER", true, display, []),
            ("18FEC1EE.ODOMETER", false, display, []),
            ("18FEC117.ODOMETER", true, display, [.back, .step, .initial]),
            ("18FEC117.ODOMETER", false, placeholder, [.initial, .jump]),
            // The cluster is the best that is heard in the first minute.
            (nil, false, placeholder, [.initial, .jump]),
        ] as [(SourceKey?, Bool, Metres, [OdometerAnomaly.Kind])])
    func `never goes the 158 873 km of the jump`(
        pin: SourceKey?, isAnchored: Bool, display: Metres, kinds: [OdometerAnomaly.Kind]
    ) throws {
        var monitor = try replay(pin, isAnchored: isAnchored)
        #expect(monitor.state.odometer?.display == display)
        #expect(monitor.pinned == pin ?? "18FEC117.ODOMETER")
        #expect(monitor.takeAnomalies().map(\.kind) == kinds)
        #expect(monitor.takeGaps().isEmpty)
        #expect(monitor.state.way?.distance == .zero)
    }
}
