import CAN
import CANLog
import TestData
import Testing

/// What a golden log keeps of the frames that were written into it.
private struct Kept: Sendable {
    var log: String
    var format: LogFormat
    /// The frames as they were written.
    var truth: String
    var channel: String
    /// Whether times are since 1970; else since the first frame.
    var isAbsolute = true
    var hasDirection = true
    var hasErrorData = true
    /// Whether requests keep their length, or are there at all.
    var hasRemoteLength = true
    var hasRemotes = true
    /// Whether CAN FD is marked; else only its length shows it.
    var marksFlexible = true
}

// The logs are too large for the repository.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA names no folder of recordings"))
struct `Golden logs` {
    @Test(arguments: [
        Kept(
            log: "all.log", format: .candump, truth: "all.log", channel: "vcan0",
            hasRemoteLength: false),
        Kept(
            log: "classic.log", format: .candump, truth: "classic.log", channel: "can0",
            hasRemoteLength: false),
        Kept(
            log: "fd.log", format: .candump, truth: "fd.log", channel: "can0",
            hasRemoteLength: false),
        Kept(
            log: "canutils_log2long_classic.txt.log", format: .candump, truth: "classic.log",
            channel: "can0", hasDirection: false, hasRemoteLength: false),
        Kept(
            log: "classic.asc", format: .asc, truth: "classic.asc", channel: "1",
            isAbsolute: false),
        Kept(
            log: "fd.asc", format: .asc, truth: "fd.asc", channel: "1", isAbsolute: false,
            hasErrorData: false),
        Kept(
            log: "canutils_log2asc_classic.asc", format: .asc, truth: "classic.asc",
            channel: "1", isAbsolute: false, hasRemoteLength: false),
        Kept(
            log: "classic.csv", format: .csv, truth: "classic.csv", channel: "",
            hasDirection: false, marksFlexible: false),
        Kept(
            log: "classic.trc", format: .trc, truth: "classic.trc", channel: "2",
            isAbsolute: false, hasRemotes: false),
    ])
    private func `every frame that was written is read`(kept: Kept) throws {
        let bytes = try OutsideData.bytes("golden/logs/" + kept.log)
        #expect(LogFormat.detect(in: bytes.span, isLast: true) == kept.format)
        let contents = LogContents(reading: bytes.span, as: kept.format)
        #expect(contents.errors == [])
        let truth = "golden/logs/\(kept.truth).expected.json"
        let written = try OutsideData.decode(GoldenLog.self, truth).written
        let origin = try #require(written.first).t
        let frames = written.filter { kept.hasRemotes || !$0.rtr }
        try #require(contents.entries.count == frames.count)
        for (entry, frame) in zip(contents.entries, frames) {
            let time = kept.isAbsolute ? frame.t : frame.t - origin
            #expect(entry.microseconds == Int64((time * 1e6).rounded()))
            #expect(entry.channel == kept.channel)
            compare(entry, frame, kept)
        }
    }

    private func compare(_ entry: LogEntry, _ frame: GoldenLog.Frame, _ kept: Kept) {
        let bus = entry.frame
        if kept.hasDirection, !frame.err {
            #expect(entry.direction == (frame.rx ? .received : .transmitted))
        } else {
            #expect(entry.direction == .unknown)
        }
        let kind: CANFrame.Kind = frame.err ? .error : frame.rtr ? .remote : .data
        #expect(bus.kind == kind, "\(entry)")
        // No writer keeps an error's class: bus error stands in all their files.
        #expect(bus.id.number == (frame.err ? 0x80 : frame.id))
        #expect(bus.id.isExtended == frame.ext || frame.err)
        if frame.rtr {
            #expect(bus.length == (kept.hasRemoteLength ? frame.dlc : 0))
        } else if kept.hasErrorData || !frame.err {
            #expect(bus.bytes.map(Self.hex).joined() == frame.data)
        }
        switch bus {
        case .classic:
            #expect(!frame.fd || !kept.marksFlexible && frame.dlc <= 8, "\(entry)")
        case .flexible(let flexible):
            #expect(frame.fd)
            #expect(flexible.bitRateSwitch == frame.brs || !kept.marksFlexible)
            #expect(flexible.errorStateIndicator == frame.esi || !kept.marksFlexible)
        }
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    @Test func `every line that candump writes is read as it was meant`() throws {
        let golden = try OutsideData.decode(
            GoldenLines.self, "golden/logs/candump_variants.expected.json")
        #expect(golden.lines.count == 24)
        for line in golden.lines {
            let contents = LogContents(reading: line.line, as: .candump)
            try #require(contents.errors == [], "\(line.line)")
            let entry = try #require(contents.entries.first)
            let wanted = line.expect
            // Dates have a test of their own; nanoseconds are cut, not rounded.
            if !line.line.contains("(2020-") {
                let time = wanted.t?.microseconds ?? 0
                #expect(abs(entry.microseconds - time) <= 1, "\(line.line)")
            }
            #expect(entry.channel == wanted.channel)
            let direction: [String?: LogEntry.Direction] = ["R": .received, "T": .transmitted]
            #expect(entry.direction == direction[wanted.dir] ?? .unknown)
            #expect(entry.frame.id.number == wanted.id)
            if wanted.err != true { #expect(entry.frame.id.isExtended == (wanted.ext ?? false)) }
            #expect(entry.frame.bytes.map(Self.hex).joined() == wanted.data)
            let kind: CANFrame.Kind =
                wanted.err == true ? .error : wanted.rtr == true ? .remote : .data
            #expect(entry.frame.kind == kind)
            #expect(entry.frame.length == wanted.dlc ?? wanted.data.utf8.count / 2)
            #expect((entry.frame.classicFrame == nil) == (wanted.fd ?? false))
            guard case .flexible(let flexible) = entry.frame else { continue }
            let flags = (flexible.bitRateSwitch ? 1 : 0) | (flexible.errorStateIndicator ? 2 : 0)
            #expect(flags == wanted.flags)
        }
    }

    @Test func `the same lines in one file give the same frames`() throws {
        let bytes = try OutsideData.bytes("golden/logs/candump_variants.log")
        let contents = LogContents(reading: bytes.span, as: .candump)
        #expect(contents.errors == [])
        #expect(contents.entries.count == 24)
    }

    @Test func `a damaged line is an error or a comment, in every format`() throws {
        let golden = try OutsideData.decode(
            GoldenLines.self, "golden/logs/candump_variants.expected.json")
        #expect(golden.mustNotCrash.count == 12)
        for line in golden.mustNotCrash {
            let contents = LogContents(reading: line, as: .candump)
            #expect(contents.entries == [])
            let isSkipped = line.isEmpty || line.hasPrefix("#")
            #expect(contents.errors.isEmpty == isSkipped, "\(line)")
            for format in LogFormat.allCases {
                #expect(LogContents(reading: line, as: format).entries == [])
            }
        }
    }

    @Test func `a recording of SavvyCAN has its two buses and all its frames`() throws {
        let path =
            "recordings/kona_ev_cc0/230112-7-2019-pcan-ccan-power-off-on-ready-off.csv"
        let bytes = try OutsideData.bytes(path)
        #expect(LogFormat.detect(in: bytes.span, isLast: true) == .csv)
        let contents = LogContents(reading: bytes.span, as: .csv)
        #expect(contents.errors == [])
        // 70 more than are said to be in it: those of one byte.
        #expect(contents.entries.count == 39_546)
        #expect(contents.entries.count { $0.channel == "0" } == 24_263)
        #expect(contents.entries.count { $0.channel == "1" } == 15_283)
        #expect(contents.entries.first?.microseconds == 1_953_613_500)
        #expect(contents.entries.last?.microseconds == 1_964_453_900)
    }
}
