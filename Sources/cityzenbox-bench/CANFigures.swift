import CAN
import CANLog
import DBC
import DataFiles
import Glibc
import Units
import Vehicle

/// How fast recordings are read and frames decoded, beside other programs on the same files.
struct CANFigures {
    let rounds: Int

    /// The recording: a minute of a car's bus, 53,800 frames, 90 identifiers.
    private static let recording = "recordings/rav4_comma2k19/can0.log"
    private static let database = "dbc/toyota_new_mc_pt_generated.dbc"
    /// How often the recording stands in the file that is read.
    private static let copies = 4
    /// The size of the DBC file that is loaded.
    private static let databaseBytes = 800_000

    func measure(in folder: WorkFolder) throws -> [Row] {
        let data = try OutsideData()
        let log = folder.path + "/can0.log"
        let big = folder.path + "/big.dbc"
        let dbc = data.path(Self.database)
        try data.repeated(Self.recording, times: Self.copies, to: log)
        try LargeDBC.write(bytes: Self.databaseBytes, to: big)
        let peers = try Peers(log: log, dbc: dbc, big: big)
        let frames = try Self.frames(of: log)
        return [
            try reading(log, count: frames.count, peers),
            try decoding(frames, DBCFile(parsing: Machine.bytes(of: dbc)), peers),
            try loading(Machine.bytes(of: big), peers),
            try allocations(log, DBCFile(parsing: Machine.bytes(of: dbc))),
        ]
    }

    private static func frames(of log: String) throws -> [BusFrame] {
        var file = try RecordingFile(log)
        var frames: [BusFrame] = []
        while let entry = try file.next() { frames.append(entry.frame) }
        return frames
    }

    private func reading(_ log: String, count: Int, _ peers: Peers) throws -> Row {
        var sample = Sample()
        for _ in 0..<rounds {
            var read = 0
            try sample.time {
                var file = try RecordingFile(log)
                while try file.next() != nil { read += 1 }
            }
            guard read == count else { throw Failure("frames were lost") }
        }
        let rate = Double(count) * 1e9 / Double(sample.median)
        return Row(
            figure: "Recording (candump -l) to frames, per second of one core",
            measured: "\(Text.grouped(Int64(count))) frames in \(Text.time(sample.median))",
            against: peers.rate("python-can", of: count, "frames") + "; "
                + peers.rate("log2long", of: count, "lines rewritten"),
            value: rate, result: Text.millions(rate), target: .atLeast(2e6),
            targetText: "at least 2 M")
    }

    private func decoding(_ frames: [BusFrame], _ file: DBCFile, _ peers: Peers) throws -> Row {
        let decoder = DBCDecoder(file)
        var sample = Sample()
        var signals = 0
        var sum = 0.0
        for _ in 0..<rounds {
            signals = 0
            sample.time {
                for frame in frames {
                    decoder.decode(frame) { signal in
                        signals += 1
                        sum += signal.physical
                    }
                }
            }
        }
        guard sum.isFinite, signals > frames.count else { throw Failure("nothing was decoded") }
        let rate = Double(signals) * 1e9 / Double(sample.median)
        return Row(
            figure: "Frames to signals, all of the RAV4's, per second of one core",
            measured: "\(Text.grouped(Int64(signals))) signals in \(Text.time(sample.median))",
            against: peers.rate("cantools decode", of: 0, "signals"),
            value: rate, result: Text.millions(rate), target: .atLeast(10e6),
            targetText: "at least 10 M")
    }

    private func loading(_ bytes: [UInt8], _ peers: Peers) throws -> Row {
        var sample = Sample()
        var messages = 0
        for _ in 0..<max(5, rounds / 10) {
            sample.time { messages = DBCFile(parsing: bytes).messages.count }
        }
        return Row(
            figure: "Loading a DBC file of \(Text.grouped(Int64(bytes.count))) bytes, "
                + "\(Text.grouped(Int64(messages))) messages",
            measured: Text.time(sample.median), against: peers.time("cantools load"),
            value: Double(sample.median) / 1e9, result: Text.time(sample.median),
            target: .atMost(0.1), targetText: "under 100 ms")
    }

    /// What the second half of a recording costs in calls of `malloc`, once the first has been
    /// read: read from the file, decoded and heard by the vehicle layer.
    private func allocations(_ log: String, _ dbc: DBCFile) throws -> Row {
        let decoder = DBCDecoder(dbc)
        var monitor = VehicleMonitor(profile: try BenchFleet.profile("toyota_611"))
        var file = try RecordingFile(log)
        var frames = 0
        var before: UInt64 = 0
        var begin: Int64?
        while let entry = try file.next() {
            frames += 1
            if frames == 53_800 * Self.copies / 2 { before = Machine.allocations }
            guard let frame = entry.frame.classicFrame else { continue }
            decoder.decode(frame) { _ in }
            // The copies follow one another: the boot clock must not go back.
            let second = Int64(frames / 53_800) * 60_000
            let start = begin ?? entry.microseconds / 1000
            begin = start
            let now = entry.microseconds / 1000 - start + second
            _ = monitor.receive(frame, at: BootTime(milliseconds: now))
        }
        guard before > 0 else { throw Failure("calls of malloc are not counted here") }
        let made = Double(Machine.allocations - before)
        let share = made / Double(frames / 2)
        return Row(
            figure: "Calls of malloc per frame in steady state: read, decoded and heard",
            measured: "\(Int64(made)) in \(Text.grouped(Int64(frames / 2))) frames",
            value: share, result: Text.decimal(share, places: 4), target: .atMost(0.001),
            targetText: "none a frame")
    }
}

/// The recordings and databases that are kept outside the repository.
struct OutsideData {
    private let folder: String

    init() throws(Failure) {
        let given = Machine.environment("CITYZENBOX_DATA")
        for folder in [given, "../shared/data"] {
            if let folder, Machine.text(of: folder + "/SOURCES.md") != nil {
                self.folder = folder
                return
            }
        }
        throw Failure("CITYZENBOX_DATA names no folder of recordings")
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// Writes the file `name`, `times` over, to `path`.
    func repeated(_ name: String, times: Int, to path: String) throws {
        let text = try Machine.bytes(of: self.path(name))
        var whole: [UInt8] = []
        for _ in 0..<times { whole += text }
        try Machine.write(bytes: whole, to: path)
    }
}

/// A DBC file of any size.
enum LargeDBC {
    static func write(bytes: Int, to path: String) throws {
        var text = "VERSION \"\"\n\nNS_ :\n\nBS_:\n\nBU_: BOX CAR\n"
        var id = 0
        while text.utf8.count < bytes {
            id += 1
            // 29 bits, so that there is room for thousands of messages.
            text += "\nBO_ \(0x8000_0000 + 0x10000 + id) MESSAGE_\(id): 8 CAR\n"
            for signal in 0..<6 {
                text += " SG_ SIGNAL_\(id)_\(signal) : \(signal * 10)|10@1+ (0.1,-40) [-40|62.3] "
                    + "\"degC\" BOX\n"
            }
            text += "\nCM_ SG_ \(0x8000_0000 + 0x10000 + id) SIGNAL_\(id)_0 \"As measured.\";\n"
            text += "VAL_ \(0x8000_0000 + 0x10000 + id) SIGNAL_\(id)_1 1022 \"error\" "
                + "1023 \"not available\" ;\n"
        }
        try Machine.write(bytes: Array(text.utf8), to: path)
    }
}
