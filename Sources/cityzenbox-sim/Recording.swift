import CANLog
import DataFiles
import Simulation
import Units

/// A recording that takes the place of the simulated drive.
struct Recording {
    let path: String
    let entries: [LogEntry]

    init(_ path: String) throws {
        self.path = path
        var file = try RecordingFile(path)
        var entries: [LogEntry] = []
        while let entry = try file.next() { entries.append(entry) }
        guard !entries.isEmpty else {
            throw DataFileError(
                file: path, reason: "there is no frame in it",
                remedy: "record one with 'candump -l can0'")
        }
        self.entries = entries
    }

    /// How long it lasts, in seconds.
    var seconds: Int64 {
        ((entries.last?.microseconds ?? 0) - (entries.first?.microseconds ?? 0)) / 1_000_000
    }
}
