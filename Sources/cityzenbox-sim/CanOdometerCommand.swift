import ArgumentParser
import CAN
import CANLog
import Charts
import DataFiles
import Probe
import Units
import Vehicle

/// `cityzenbox-sim can odometer`: what a box would make of the odometer of a recording.
struct CanOdometerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "odometer",
        abstract: "Follow the odometer through a recording, as the box in the car would.",
        discussion: """
            Every tick, every reading that is not believed with its reason and its frame, every \
            way that went unheard; then how far the car went, and how far that can be off. Ends \
            with exit status 1 where no odometer was believed.

              cityzenbox-sim can odometer can0.log --profile toyota_611
              cityzenbox-sim can odometer can0.log --profile toyota_611 --svg drive.svg
              candump -L can0 | cityzenbox-sim can odometer - --profile toyota_611
            """)

    @OptionGroup var recording: RecordingOptions

    @Option(help: "The car profile: a name or a path.")
    var profile: String

    @Option(
        help: ArgumentHelp("Draw odometer and speed over time into this file.", valueName: "file"))
    var svg: String?

    @Flag(help: "A JSON object a line: the events, then a summary.")
    var json = false

    @Flag(help: "Print every tick of a fine odometer, not only the first and the last ones.")
    var all = false

    func run() throws {
        let profile = try ProfileSheet.vehicle(profile)
        var history = OdometerHistory(profile: profile)
        var output = OutputBuffer()
        var table = OdometerTable(isWhole: all || json || recording.isLive, isJSON: json)
        var recording = try CanRecording(recording)
        if !json { try output.say("      time  event") }
        while let entry = try recording.next() {
            let now = recording.time(entry)
            if let frame = entry.frame.classicFrame {
                for news in history.receive(frame, at: now) {
                    for line in table.lines(news) { try output.say(line) }
                }
            }
            if recording.isWaiting() { try output.flush() }
        }
        for line in table.rest { try output.say(line) }
        try output.flush()
        try recording.finish()
        try recording.requireTimes()
        let summary = OdometerSummary(history, recording.name)
        if json {
            try output.say(summary.json)
        } else {
            try output.say("")
            for line in summary.lines { try output.say(line) }
            if let note = recording.channelsNote { try output.say("note          \(note)") }
        }
        try output.flush()
        if let svg {
            let chart = OdometerChart.of(history, named: recording.name)
            try TextFile.write(chart.svg(), to: svg)
        }
        guard history.drive.odometer != nil else {
            throw Failure(
                "\(recording.name): no odometer was believed through \(profile.name); "
                    + "'cityzenbox-sim can probe' says which profile fits, and why others do not")
        }
    }
}

/// The rows of the table of what happened.
struct OdometerTable {
    /// How many ticks are printed at the beginning and at the end of a table that is not whole.
    private static let shown = 10

    private let isWhole: Bool
    private let isJSON: Bool
    private var ticks = 0
    private var waiting: [String] = []
    private var leftOut = 0

    init(isWhole: Bool, isJSON: Bool) {
        self.isWhole = isWhole
        self.isJSON = isJSON
    }

    /// What is to be printed now.
    mutating func lines(_ entry: OdometerHistory.Entry) -> [String] {
        let line = isJSON ? Self.json(entry) : Self.text(entry)
        guard case .tick = entry.event, !isWhole else { return rest(behind: line) }
        ticks += 1
        guard ticks > Self.shown else { return [line] }
        waiting.append(line)
        if waiting.count > Self.shown {
            waiting.removeFirst()
            leftOut += 1
        }
        return []
    }

    /// What is still to be printed at the end.
    var rest: [String] {
        let row =
            "        …   \(leftOut) more \(leftOut == 1 ? "tick" : "ticks"); --all prints them"
        return (leftOut > 0 ? [row] : []) + waiting
    }

    private mutating func rest(behind line: String) -> [String] {
        defer {
            waiting = []
            leftOut = 0
            ticks = 0
        }
        return rest + [line]
    }

    private static func text(_ entry: OdometerHistory.Entry) -> String {
        let seconds = DistanceText.fixed(entry.at.milliseconds / 100, decimals: 1)
        let time = String(repeating: " ", count: max(0, 8 - seconds.count)) + seconds + " s"
        let (event, detail) = words(entry.event)
        let name = event + String(repeating: " ", count: max(0, 10 - event.count))
        return "\(time)  \(name)\(detail)"
    }

    private static func words(_ event: OdometerHistory.Event) -> (String, String) {
        switch event {
        case .believed(let odometer): return ("believed", words(odometer))
        case .tick(let odometer): return ("tick", words(odometer))
        case .gap(let gap):
            return (
                "gap",
                "from \(DistanceText.kilometres(gap.from, resolution: gap.resolution)) to "
                    + "\(DistanceText.kilometres(gap.to, resolution: gap.resolution)), "
                    + "\(gap.distance) ± \(gap.resolution) that nobody heard"
            )
        case .oddity(let oddity):
            var detail = oddity.kind.words
            if let reading = oddity.reading {
                detail += ", \(DistanceText.kilometres(reading))"
            }
            if let held = oddity.held { detail += ", held \(DistanceText.kilometres(held))" }
            if let frame = oddity.frame { detail += ": \(frame)" }
            return (oddity.kind.isAlarm ? "alarm" : "rejected", detail)
        }
    }

    private static func words(_ odometer: OdometerEstimate) -> String {
        DistanceText.both(odometer.display, resolution: odometer.resolution)
            + ", \(odometer.key) in steps of \(odometer.resolution)"
    }

    private static func json(_ entry: OdometerHistory.Entry) -> String {
        var line = JSONLine()
        line.add("time", seconds: entry.at)
        switch entry.event {
        case .believed(let odometer):
            line.add("event", "believed")
            line.add(odometer)
        case .tick(let odometer):
            line.add("event", "tick")
            line.add(odometer)
        case .gap(let gap):
            line.add("event", "gap")
            line.add("from_m", gap.from)
            line.add("to_m", gap.to)
            line.add("resolution_m", gap.resolution)
            line.add("source", gap.source.name)
        case .oddity(let oddity):
            line.add("event", oddity.kind.isAlarm ? "alarm" : "rejected")
            line.add("kind", oddity.kind.rawValue)
            line.add("reading_m", oddity.reading)
            line.add("held_m", oddity.held)
            line.add("source", oddity.source.name)
            if let frame = oddity.frame { line.add("frame", frame) }
        }
        return line.text
    }
}
