import CAN
import CANLog
import DataFiles
import FoundationEssentials
import Probe
import TestData
import Testing
import Units
import Vehicle

// The recordings are too large for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of recordings"))
struct `Recordings of real cars` {
    private func report(_ path: String, channel: String? = nil) throws -> Probe.Report {
        var probe = Probe(profiles: try TestProfiles.all())
        let folder = OutsideData.folder ?? ""
        var file = try RecordingFile("\(folder)/recordings/\(path)", channel: channel)
        var first: Int64?
        while let entry = try file.next() {
            first = first ?? entry.microseconds
            guard let frame = entry.frame.classicFrame else { continue }
            let time = (entry.microseconds - (first ?? 0)) / 1000
            probe.receive(frame, at: BootTime(milliseconds: time))
        }
        return probe.report()
    }

    @Test func `a RAV4 is a Toyota and nothing else`() throws {
        let report = try report("rav4_comma2k19/can0.log")
        #expect(report.best?.profile == "toyota_611")
        #expect(report.findings.filter { $0.verdict == .fits }.count == 1)
        #expect(report.frames == 53_800 && report.identifiers == 90)
    }

    @Test func `a lorry that stands may be one, and its cluster's placeholder is seen`() throws {
        let report = try report("j1939_css/truck_odometer_jump.log")
        #expect(report.best == nil)
        let first = try #require(report.open.first)
        #expect(first.profile == "j1939")
        // The tachograph, which comes late, and the cluster, which begins with a placeholder.
        let shown = first.evidence.compactMap { evidence in
            switch evidence {
            case .odometer(_, let metres, resolution: _), .other(_, let metres): metres
            case .unit, .dash, .moved, .withSpeed, .counter, .speed, .ignition: nil
            }
        }
        #expect(shown.contains(Metres(158_910_600)))
        #expect(first.contradictions.contains { $0.isGrave })
    }

    @Test func `a Kona that stands may be a Kia, on its second channel`() throws {
        let path = "kona_ev_cc0/230112-7-2019-pcan-ccan-power-off-on-ready-off.csv"
        let report = try report(path, channel: "1")
        #expect(report.best == nil)
        #expect(report.open.first?.profile == "hyundai_kia")
    }

    @Test func `what somebody else asks of a car by OBD is its way by speed`() throws {
        let profile = try #require(try TestProfiles.all().first { $0.name == "obd_generic" })
        var history = OdometerHistory(profile: profile)
        let folder = OutsideData.folder ?? ""
        var file = try RecordingFile(
            "\(folder)/recordings/obd2_gnss_css/session_00000164.log", channel: "can0")
        var first: Int64?
        while let entry = try file.next() {
            first = first ?? entry.microseconds
            guard let frame = entry.frame.classicFrame else { continue }
            let time = (entry.microseconds - (first ?? 0)) / 1000
            history.receive(frame, at: BootTime(milliseconds: time))
        }
        let way = try #require(history.state.speedIntegral)
        #expect((way - Metres(41_650)).magnitude <= Metres(2))
    }

    @Test func `a car that is only asked by OBD fits nothing`() throws {
        let report = try report("obd2_gnss_css/session_00000164.log", channel: "can0")
        #expect(report.best == nil && report.open.isEmpty)
    }
}
