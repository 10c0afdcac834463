import ArgumentParser
import CAN
import CANLog
import DataFiles
import Probe
import Units
import Vehicle

/// `cityzenbox-sim can probe`: which profile fits a car.
struct CanProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Say which known profiles fit a recording, and what speaks for and against them.",
        discussion: """
            Best is a drive of 3 km at changing speeds, recorded from before the ignition is \
            switched on. With --dash the odometer is compared with what the dashboard shows. Where \
            no profile fits, fields are listed that may be an odometer: guesses, to begin with. \
            Ends with exit status 1 where nothing fits or may fit.

              cityzenbox-sim can probe can0.log
              cityzenbox-sim can probe can0.log --dash 87412
              cityzenbox-sim can probe can0.log --dash 54312mi
              candump -L can0 | cityzenbox-sim can probe -
            """)

    @OptionGroup var recording: RecordingOptions

    @Option(
        help: ArgumentHelp(
            "What the dashboard shows at the end: kilometres, or miles with mi behind.",
            valueName: "reading"))
    var dash: DashReading?

    @Option(help: "Try only this profile, a name or a path; give several.")
    var profile: [String] = []

    func run() throws {
        let names = profile.isEmpty ? DataFolder.profiles.names : profile
        var profiles: [VehicleProfile] = []
        for name in names { profiles.append(try ProfileSheet.vehicle(name)) }
        var probe = Probe(profiles: profiles, dash: dash?.metres)
        var recording = try CanRecording(recording)
        var ticker = VerdictTicker()
        while let entry = try recording.next() {
            guard let frame = entry.frame.classicFrame else { continue }
            let now = recording.time(entry)
            probe.receive(frame, at: now)
            if self.recording.isLive {
                for line in ticker.lines(probe, at: now) { ReadingProgress(size: nil).say(line) }
            }
        }
        try recording.finish()
        try recording.requireTimes()
        let report = probe.report()
        print(
            "\(recording.name): \(report.frames) data frames of \(report.identifiers) identifiers "
                + "in \(DistanceText.time(report.recording))")
        if let note = recording.channelsNote { print("note: \(note)") }
        for line in ProbeLines(report, dash: dash, arguments: next(recording.name)).lines {
            print(line)
        }
        guard report.best != nil || !report.open.isEmpty else { throw ExitCode(1) }
    }

    /// The recording and its options, as the next command takes them.
    private func next(_ name: String) -> String {
        let path = recording.isLive ? "LOG" : name
        return path + (recording.channel.map { " --channel \($0)" } ?? "")
    }
}

/// Tells verdicts of a live recording as they change, on standard error.
struct VerdictTicker {
    /// How often is looked, by the clock of the frames.
    private static let interval = Milliseconds.seconds(5)
    private var lookedAt = BootTime.boot
    private var told: [String: String] = [:]

    mutating func lines(_ probe: Probe, at now: BootTime) -> [String] {
        guard now - lookedAt >= Self.interval else { return [] }
        lookedAt = now
        var lines: [String] = []
        for finding in probe.report().findings {
            // What does not fit yet is told only where it did before.
            let isOut =
                switch finding.verdict {
                case .fits, .mayFit: false
                case .cannotTell, .doesNotFit: true
                }
            guard told[finding.profile] != finding.line, !isOut || told[finding.profile] != nil
            else { continue }
            told[finding.profile] = finding.line
            lines.append("\(DistanceText.time(now - .boot)): \(finding.line)")
        }
        return lines
    }
}

/// What a dashboard shows, as it is typed: `87412`, `87412.3`, `54312mi`.
struct DashReading: ExpressibleByArgument {
    let metres: Metres

    init?(argument: String) {
        var text = argument[...]
        var unit: Int64 = 1_000_000
        if text.hasSuffix("mi") {
            text = text.dropLast(2)
            unit = 1_609_344
        } else if text.hasSuffix("km") {
            text = text.dropLast(2)
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = Int64(parts[0]),
            (0...9_999_999).contains(whole)
        else { return nil }
        var tenths: Int64 = 0
        if parts.count == 2 {
            guard parts[1].count == 1, let digit = Int64(parts[1]) else { return nil }
            tenths = digit
        }
        metres = Metres((whole * 10 + tenths) * unit / 10_000)
    }
}

/// What a probe has found, in lines.
struct ProbeLines {
    private let report: Probe.Report
    private let dash: DashReading?
    private let arguments: String

    init(_ report: Probe.Report, dash: DashReading?, arguments: String) {
        self.report = report
        self.dash = dash
        self.arguments = arguments
    }

    var lines: [String] {
        var lines: [String] = []
        for finding in report.findings {
            switch finding.verdict {
            case .fits, .mayFit: lines += [""] + about(finding)
            case .cannotTell, .doesNotFit: break
            }
        }
        let others = report.findings.filter { finding in
            switch finding.verdict {
            case .fits, .mayFit: false
            case .cannotTell, .doesNotFit: true
            }
        }
        if !others.isEmpty { lines += [""] + others.map(\.line) }
        if !report.guesses.isEmpty {
            lines.append("")
            lines.append("guesses: fields that may be an odometer; only the dashboard can tell")
            lines += report.guesses.map { "  \($0)" }
        }
        return lines + [""] + next
    }

    private func about(_ finding: ProfileFinding) -> [String] {
        var lines = [finding.line]
        lines += finding.evidence.map { "  + \($0)" }
        lines += finding.contradictions.map { "  - \($0)" }
        for use in finding.frames {
            let what = use.quantities.joined(separator: ", ")
            if let sight = use.sight {
                let often = sight.period.map { "every \(DistanceText.time($0))" } ?? "once"
                lines.append("  + frame \(use.id) \(often): \(what)")
            } else {
                lines.append("  ? no frame \(use.id): \(what)")
            }
        }
        return lines
    }

    /// What to do next.
    private var next: [String] {
        if let best = report.best {
            var lines = [
                "next: cityzenbox-sim can odometer \(arguments) --profile \(best.profile)"
            ]
            let also = report.findings.filter { $0.verdict == .fits }.dropFirst()
            if !also.isEmpty {
                let names = also.map(\.profile).joined(separator: ", ")
                lines.append("      the odometer is read the same way by \(names)")
            }
            if dash == nil, let shown = shown(best) {
                lines.append("      and see that the dashboard shows \(shown)")
            }
            return lines
        }
        guard let first = report.open.first, case .mayFit(let doubt) = first.verdict else {
            return [
                "next: record a drive of 3 km at changing speeds on every bus that can be reached,",
                "      and probe it with --dash and what the dashboard shows at its end",
            ]
        }
        var lines = ["next: for \(first.profile), \(doubt.remedy)"]
        if dash == nil, let shown = shown(first) {
            lines.append("      or look whether the dashboard shows \(shown): --dash says so")
        }
        return lines
    }

    private func shown(_ finding: ProfileFinding) -> String? {
        for evidence in finding.evidence {
            if case .odometer(_, let metres, resolution: let resolution) = evidence {
                return DistanceText.both(metres, resolution: resolution)
            }
        }
        return nil
    }
}
