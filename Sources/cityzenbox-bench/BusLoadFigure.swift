import CAN
import CANLog
import DataFiles
import Glibc
import Runtime
import Units
import Vehicle

/// What a busy bus costs the box: the vehicle layer, the Box and its log, in a rental.
struct BusLoadFigure {
    private static let recording = "recordings/rav4_comma2k19/can0.log"
    /// How often each frame of the recording is heard: 897 frames a second become 4,483.
    private static let echoes = 5
    /// The rate that the figure is stated for.
    private static let rate = 4000.0

    func measure(_ fleet: BenchFleet, in folder: WorkFolder) throws -> Row {
        let entries = try Self.entries()
        guard let first = entries.first, let last = entries.last else {
            throw Failure("the recording is empty")
        }
        let box = try FileBox(
            in: folder.path, of: fleet, reading: BenchFleet.profile("toyota_611"), isNew: true,
            at: BenchFleet.beginning)
        box.rest(.minutes(5))
        _ = try box.open()
        let start = nanoseconds(of: CLOCK_PROCESS_CPUTIME_ID)
        for entry in entries {
            guard let frame = entry.frame.classicFrame else { continue }
            box.pass(until: Milliseconds((entry.microseconds - first.microseconds) / 1000))
            for _ in 0..<Self.echoes { box.hear(frame) }
        }
        let used = Double(nanoseconds(of: CLOCK_PROCESS_CPUTIME_ID) - start)
        guard box.runtime.monitor.state.odometer?.resolution == Metres(1610) else {
            throw Failure("the box did not hear the odometer in miles")
        }
        let frames = Double(entries.count * Self.echoes)
        let seconds = Double(last.microseconds - first.microseconds) / 1e6
        let share = used / 1e9 / seconds * Self.rate / (frames / seconds) * 100
        return Row(
            figure: "Processor time of a rental on a bus of 4,000 frames a second",
            measured: "\(Text.grouped(Int64(frames))) frames of \(Int64(seconds)) s in "
                + "\(Text.time(Int64(used)))",
            value: share, result: Text.decimal(share) + " % of a core", target: .atMost(5),
            targetText: "at most 5 %")
    }

    private static func entries() throws -> [LogEntry] {
        var file = try RecordingFile(OutsideData().path(recording))
        var entries: [LogEntry] = []
        while let entry = try file.next() { entries.append(entry) }
        return entries
    }
}
