import Charts
import Probe
import Units
import Vehicle

/// What a recording comes to, in lines.
struct OdometerSummary {
    private let drive: Drive
    private let history: OdometerHistory
    private let recording: String

    init(_ history: OdometerHistory, _ recording: String) {
        self.history = history
        self.recording = recording
        drive = history.drive
    }

    var lines: [String] {
        var rows: [(String, String)] = [("distance", distance)]
        if let odometer = drive.odometer {
            rows.append(("quality", Self.words(odometer.source)))
            rows.append(
                (
                    "odometer",
                    DistanceText.both(odometer.display, resolution: odometer.resolution)
                        + ", the car at "
                        + DistanceText.kilometres(odometer.position, resolution: Metres(1))
                        + " ± \(odometer.error)"
                ))
            rows.append(("resolution", "\(odometer.resolution)"))
        }
        rows.append(("by counter", drive.pulses.map { "\($0)" } ?? "not heard"))
        rows.append(("by speed", drive.speed.map { "\($0)" } ?? "not heard"))
        rows.append(
            ("recording", "\(DistanceText.time(drive.recording)), \(history.frames) frames"))
        rows.append(("driving", DistanceText.time(drive.driving)))
        rows.append(("ticks", "\(drive.ticks)"))
        rows.append(("rejected", "\(drive.rejected)"))
        rows.append(("gaps", "\(drive.gaps)"))
        rows.append(("alarms", "\(drive.alarms)"))
        if history.entriesLeftOut > 0 {
            rows.append(("left out", "\(history.entriesLeftOut) events beyond those"))
        }
        rows.append(("profile", history.profile.title))
        return rows.map { name, value in
            name + String(repeating: " ", count: max(1, 14 - name.count)) + value
        }
    }

    private var distance: String {
        guard let distance = drive.distance else { return "not known" }
        let error = drive.error.map { " ± \($0)" } ?? ", nobody knows how exact"
        switch drive.basis {
        case .odometer: return "\(distance)\(error), by the odometer"
        case .watchedWay: return "\(distance)\(error), watched from beginning to end"
        case .witnessAlone: return "\(distance)\(error), without an odometer"
        }
    }

    private static func words(_ source: OdometerSource) -> String {
        switch source {
        case .odometer: "odometer alone"
        case .odometerAndPulses: "odometer, with the counter between its ticks"
        case .odometerAndSpeed: "odometer, with the speed between its ticks"
        }
    }

    var json: String {
        var line = JSONLine()
        line.add("event", "summary")
        line.add("recording", recording)
        line.add("profile", history.profile.title)
        line.add("distance_m", drive.distance)
        line.add("error_m", drive.error)
        switch drive.basis {
        case .odometer: line.add("basis", "odometer")
        case .watchedWay: line.add("basis", "watched_way")
        case .witnessAlone: line.add("basis", "witness_alone")
        }
        if let odometer = drive.odometer { line.add(odometer) }
        line.add("pulses_m", drive.pulses)
        line.add("speed_m", drive.speed)
        line.add("recording_ms", drive.recording.count)
        line.add("driving_ms", drive.driving.count)
        line.add("frames", Int64(history.frames))
        line.add("ticks", Int64(drive.ticks))
        line.add("rejected", Int64(drive.rejected))
        line.add("gaps", Int64(drive.gaps))
        line.add("alarms", Int64(drive.alarms))
        return line.text
    }
}

/// Odometer and speed over time.
enum OdometerChart {
    /// A silence as long as this is shaded, as the box calls it a gap.
    private static let silence = VehicleMonitor.listeningSilence

    static func of(_ history: OdometerHistory, named name: String) -> TimeChart {
        var display: [ChartPoint] = []
        var position: [ChartPoint] = []
        var speed: [ChartPoint] = []
        var shades: [ChartShade] = []
        var before: OdometerHistory.Sample?
        for sample in history.samples {
            let time = Self.seconds(sample.at)
            if let before, sample.at - before.at > silence {
                shades.append(
                    ChartShade(name: "nothing heard", span: Self.seconds(before.at)...time))
                position.append(ChartPoint(time: time, value: .nan))
                speed.append(ChartPoint(time: time, value: .nan))
            }
            before = sample
            let odometer = sample.odometer
            display.append(ChartPoint(time: time, value: Self.kilometres(odometer?.display)))
            position.append(
                ChartPoint(
                    time: time, value: Self.kilometres(odometer?.position),
                    error: odometer.map { Double($0.error.count) / 1000 } ?? 0))
            let metres = sample.speed.map { Double($0.count) * 3.6 / 1000 }
            speed.append(ChartPoint(time: time, value: metres ?? .nan))
        }
        let begin = history.samples.first?.at ?? .boot
        let file = name.split(separator: "/").last ?? ""
        return TimeChart(
            title: "Odometer and speed", subtitle: "\(file), profile \(history.profile.title)",
            span: Self.seconds(begin)...Self.seconds(history.end ?? begin),
            panels: [
                ChartPanel(
                    title: "Odometer", unit: "km", height: 280,
                    series: [
                        ChartSeries(
                            name: "where the car is, with its error", colour: .second,
                            points: position),
                        ChartSeries(
                            name: "what the odometer says", shape: .steps, points: display),
                    ]),
                ChartPanel(
                    title: "Speed", unit: "km/h", height: 150, beginsAtZero: true,
                    series: [ChartSeries(name: "what the car says", points: speed)]),
            ],
            shades: shades, marks: marks(history))
    }

    private static func marks(_ history: OdometerHistory) -> [ChartMark] {
        var marks: [ChartMark] = []
        for entry in history.entries {
            guard case .oddity(let oddity) = entry.event else { continue }
            marks.append(
                ChartMark(
                    name: oddity.kind.isAlarm ? "alarm" : "reading not believed",
                    detail: oddity.kind.words + (oddity.frame.map { ", \($0)" } ?? ""),
                    time: Self.seconds(entry.at)))
        }
        return marks
    }

    private static func seconds(_ time: BootTime) -> Double { Double(time.milliseconds) / 1000 }

    private static func kilometres(_ metres: Metres?) -> Double {
        metres.map { Double($0.count) / 1000 } ?? .nan
    }
}
