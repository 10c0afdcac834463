import CAN
import CANLog
import DataFiles
import FoundationEssentials
import TestData
import Testing
import Units
import Vehicle

// The recording is too large for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of recordings"))
struct `A minute of a RAV4` {
    /// What is known of the drive by satellite.
    static let driven = Metres(1009)

    private func replay(
        keeping share: Int = 100, seed: UInt64 = 0, changing: (inout CANFrame) -> Void = { _ in }
    ) throws -> (start: VehicleState?, end: VehicleState, monitor: VehicleMonitor, frames: Int) {
        var random = SplitMix(state: seed)
        var monitor = VehicleMonitor(profile: try TestProfiles.load("toyota_611"))
        var file = try RecordingFile(OutsideData.path("recordings/rav4_comma2k19/can0.log"))
        var start: VehicleState?
        var frames = 0
        while let entry = try file.next() {
            frames += 1
            guard Int.random(in: 0..<100, using: &random) < share else { continue }
            var frame = try #require(entry.frame.classicFrame)
            changing(&frame)
            let now = BootTime(milliseconds: entry.microseconds / 1000)
            _ = monitor.receive(frame, at: now)
            if start == nil, monitor.state.odometer != nil { start = monitor.state }
        }
        return (start, monitor.state, monitor, frames)
    }

    @Test func `the odometer goes from 15589 to 15590 miles`() throws {
        var (start, end, monitor, frames) = try replay()
        #expect(frames == 53_800)
        // 25 088.063 616 km and 25 089.672 960 km, cut to metres.
        #expect(start?.odometer?.display == Metres(25_088_063))
        let odometer = try #require(end.odometer)
        #expect(odometer.display == Metres(25_089_672))
        #expect(odometer.resolution == Metres(1610))
        #expect(odometer.source == .odometerAndPulses)
        // After the tick the car went on for 4.6 s at about 19 m/s.
        #expect((50...130).contains(odometer.position.count - odometer.display.count))
        #expect(odometer.error < Metres(30))
        #expect(monitor.takeAnomalies().isEmpty)
        #expect(end.ignition?.value == true)
    }

    @Test func `the way by pulses and by speed is the way by satellite`() throws {
        let (_, end, _, _) = try replay()
        let pulses = try #require(end.pulses)
        #expect((pulses - Self.driven).magnitude <= Metres(10))
        let integral = try #require(end.speedIntegral)
        #expect((integral - Self.driven).magnitude.count * 100 <= 3 * Self.driven.count)
    }

    @Test func `the difference of the positions holds the way within their errors`() throws {
        let (start, end, _, _) = try replay()
        let first = try #require(start?.odometer)
        let last = try #require(end.odometer)
        // Ten seconds went by before the odometer was believed: at most 200 m of the way.
        let way = last.position - first.position
        let error = last.error + first.error
        #expect(way - error <= Self.driven)
        #expect(way + error >= Self.driven - Metres(200))
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `without 83 of 100 frames nothing false is said`(seed: UInt64) throws {
        let whole = try #require(try replay().end.odometer)
        var (_, end, monitor, _) = try replay(keeping: 17, seed: seed)
        #expect(monitor.takeAnomalies().isEmpty)
        let integral = try #require(end.speedIntegral)
        #expect((integral - Self.driven).magnitude.count * 100 <= 4 * Self.driven.count)
        guard let odometer = end.odometer else { return }
        #expect([Metres(25_088_063), Metres(25_089_672)].contains(odometer.display))
        let apart = (odometer.position - whole.position).magnitude
        #expect(apart <= odometer.error + whole.error)
    }

    @Test func `a unit that flips on the way is held and reported`() throws {
        var count = 0
        var (_, end, monitor, _) = try replay { frame in
            guard frame.id == 0x611 else { return }
            count += 1
            // From the thirtieth reading on, the bits of the unit say kilometres.
            if count >= 30 { frame[3] = frame[3] & 0xF9 | 0x02 }
        }
        #expect(end.odometer?.display == Metres(25_088_063))
        #expect(monitor.takeAnomalies().map(\.kind).contains(.unitChanged))
    }

    @Test func `a unit that is never said gives no odometer`() throws {
        var (_, end, monitor, _) = try replay { frame in
            if frame.id == 0x611 { frame[3] &= 0xF9 }
        }
        #expect(end.odometer == nil)
        #expect(monitor.takeAnomalies().map(\.kind) == [.unitUnknown, .unitUnknown])
    }

    @Test func `a zero on the way is held and reported once`() throws {
        var count = 0
        var (_, end, monitor, _) = try replay { frame in
            guard frame.id == 0x611 else { return }
            count += 1
            if (30..<34).contains(count) { for byte in 4..<8 { frame[byte] = 0 } }
        }
        #expect(end.odometer?.display == Metres(25_089_672))
        #expect(monitor.takeAnomalies().map(\.kind) == [.initial])
    }
}

// The recording is too large for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of recordings"))
struct `A truck whose cluster wakes with a placeholder` {
    /// 37.5 km for six minutes, nothing for half a second, then 158 910.6 km; it never moves.
    private func replay(anchor: OdometerEstimate?) throws -> VehicleMonitor {
        let id = try #require(CANID(extended: 0x18FE_C117))
        let layout = try #require(SignalLayout(start: 0, length: 32, byteOrder: .littleEndian))
        let odometer = OdometerSignal(
            signal: SignalSource(id: id, name: "VDHR", layout: layout),
            unit: .fixed(perCount: Millimetres(5000)))
        let profile = VehicleProfile(name: "truck", hash: "00000000", odometers: [odometer])
        var file = try RecordingFile(
            OutsideData.path("recordings/j1939_css/truck_odometer_jump.log"))
        var monitor: VehicleMonitor?
        while let entry = try file.next() {
            let now = BootTime(milliseconds: entry.microseconds / 1000)
            // Last heard a minute before the recording begins.
            var started =
                monitor
                ?? VehicleMonitor(
                    profile: profile, lastAccepted: anchor, heardAt: now - .minutes(1))
            _ = started.receive(try #require(entry.frame.classicFrame), at: now)
            monitor = started
        }
        return try #require(monitor)
    }

    @Test func `goes on from the reading before the placeholder`() throws {
        let anchor = OdometerEstimate(
            display: Metres(158_910_600), position: Metres(158_910_600), error: Metres(5),
            resolution: Metres(5), source: .odometer, key: "18FEC117.VDHR", at: .boot)
        var monitor = try replay(anchor: anchor)
        #expect(monitor.state.odometer?.display == Metres(158_910_600))
        #expect(monitor.takeAnomalies().map(\.kind) == [.back, .step, .initial])
    }

    @Test func `does not take the jump for a way that was driven`() throws {
        var monitor = try replay(anchor: nil)
        #expect(monitor.state.odometer?.display == Metres(37_500))
        #expect(monitor.takeAnomalies().map(\.kind) == [.initial, .jump])
    }
}

@Suite struct `Recording files` {
    @Test func `a missing file says so in one line`() {
        let error = #expect(throws: DataFileError.self) { _ = try RecordingFile("/nowhere/x.log") }
        let text = error?.description ?? ""
        #expect(text.hasPrefix("/nowhere/x.log: cannot be opened: No such file or directory; "))
    }

    /// Writes `bytes` to a file, and reads it until its end or its first error.
    private func read(_ bytes: [UInt8]) throws -> (entries: [LogEntry], error: DataFileError?) {
        let path = FileManager.default.temporaryDirectory.path + "/recording-\(UUID()).log"
        try Data(bytes).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        var file = try RecordingFile(path)
        var entries: [LogEntry] = []
        do throws(DataFileError) {
            while let entry = try file.next() { entries.append(entry) }
        } catch {
            return (entries, error)
        }
        return (entries, nil)
    }

    @Test func `every frame is read once, wherever the window ends`() throws {
        var text = ""
        for index in 0..<5000 {
            text += "(\(index).000000) can0 123#\(index % 2 == 0 ? "00" : "")\n"
        }
        let (entries, error) = try read(Array(text.utf8.dropLast()))
        #expect(error == nil)
        #expect(entries.map(\.microseconds) == (0..<5000).map { $0 * 1_000_000 })
    }

    @Test func `a damaged line is named by file, line and column`() throws {
        let (entries, error) = try read(Array("(1.000000) can0 123#\n(2.0) can0 123#\n".utf8))
        #expect(entries.count == 1)
        #expect(error?.place == "2:5")
    }

    @Test(arguments: [(65_535, true), (65_536, false)])
    func `a line without an end is refused, not gathered up`(
        length: Int, isRead: Bool
    ) throws {
        let blanks = [UInt8](repeating: 0x20, count: length)
        let (entries, error) = try read(blanks + Array("\n(1.000000) can0 123#".utf8))
        #expect(entries.count == (isRead ? 1 : 0))
        #expect((error == nil) == isRead)
    }
}
