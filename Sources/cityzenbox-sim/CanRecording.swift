import ArgumentParser
import CANLog
import DataFiles
import Glibc
import Units

/// What every command on a recording takes.
struct RecordingOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The recording: candump, ASC, CSV or TRC; - reads standard input, live.",
            valueName: "log"))
    var path: String

    @Option(
        help: ArgumentHelp(
            "Only the frames of this channel, such as can1.", valueName: "name"))
    var channel: String?

    @Flag(help: "Stop at the first line that is no frame, instead of saying so and reading on.")
    var strict = false

    /// Whether lines must appear as they come.
    var isLive: Bool { path == "-" }
}

/// Reads a recording for a command: says bad lines once, shows progress, knows the channels.
struct CanRecording: ~Copyable {
    /// How many bad lines are said; the others are counted only.
    private static let badLinesSaid = 10

    private let options: RecordingOptions
    private var file: RecordingFile
    private var progress: ReadingProgress
    private var first: Int64?
    private var last: Int64 = 0
    /// How often a frame came with a time of more than a second before the one before it.
    private var stepsBack = 0
    /// Whether a frame so far has a time of its own.
    private var hasTimes = false
    private var heardSince: ContinuousClock.Instant?
    private(set) var frames = 0
    private(set) var badLines = 0
    /// The channels that were heard, in the order in which they were.
    private(set) var channels: [String] = []

    init(_ options: RecordingOptions) throws {
        let file = try RecordingFile(options.path, channel: options.channel)
        self.init(file, options)
        if options.isLive { Self.outliveInterrupt() }
    }

    // Apart from opening the file: Swift 6.2 does not compile an initializer that fails half-way.
    private init(_ file: consuming RecordingFile, _ options: RecordingOptions) {
        self.options = options
        progress = ReadingProgress(size: file.size)
        self.file = file
    }

    /// Lets the first Ctrl-C end what writes into the pipe and not this program, so that it can
    /// still say what was read. The second one ends it.
    private static func outliveInterrupt() {
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in }
        action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
        unsafe sigaction(SIGINT, &action, nil)
    }

    /// The name of the recording's format.
    var format: String { file.format?.rawValue ?? "unknown" }

    /// The next frame; `nil` at the end.
    mutating func next() throws -> LogEntry? {
        while true {
            do throws(DataFileError) {
                guard let entry = try file.next() else { return nil }
                frames += 1
                note(entry.microseconds)
                if frames & 0xFFF == 0 { progress.show(file.bytesRead) }
                if channels.last != entry.channel, !channels.contains(entry.channel) {
                    channels.append(entry.channel)
                }
                return entry
            } catch {
                // What is no recording, or cannot be read, has no further lines.
                guard file.format != nil, error.place.contains(":"), !options.strict else {
                    progress.end()
                    throw error
                }
                badLines += 1
                progress.end()
                if badLines <= Self.badLinesSaid { progress.say("\(error)") }
                if badLines == Self.badLinesSaid + 1 {
                    progress.say("further lines that are no frames are counted only")
                }
            }
        }
    }

    private mutating func note(_ microseconds: Int64) {
        if first == nil { first = microseconds }
        if heardSince == nil { heardSince = .now }
        if microseconds != 0 { hasTimes = true }
        if microseconds < last - 1_000_000 { stepsBack += 1 }
        last = microseconds
    }

    /// The time of `entry` since the first frame.
    ///
    /// What comes through a pipe without times, as from a plain `candump can0`, has that at which
    /// it came.
    func time(_ entry: LogEntry) -> BootTime {
        if options.isLive, !hasTimes, let heardSince {
            let elapsed = (ContinuousClock.now - heardSince) / .milliseconds(1)
            return .boot + Milliseconds(Int64(elapsed))
        }
        return BootTime(milliseconds: max(0, (entry.microseconds - (first ?? 0)) / 1000))
    }

    /// Refuses a file whose frames have no times: nothing can be measured by it.
    ///
    /// - Throws: ``DataFileError`` that says how to record with times.
    func requireTimes() throws(DataFileError) {
        guard !options.isLive, !hasTimes, frames > 1 else { return }
        throw DataFileError(
            file: name, reason: "its frames have no times, so that no way can be measured",
            remedy: "record with 'candump -l can0'")
    }

    /// Whether the next frame of a live recording has yet to come: what waits should be shown.
    func isWaiting() -> Bool {
        guard options.isLive else { return false }
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&input, 1, 0) == 0
    }

    /// Ends the reading, and says on standard error how many lines were no frames.
    ///
    /// - Throws: ``DataFileError`` where there was no frame at all.
    mutating func finish() throws {
        progress.end()
        if badLines > 0 {
            let lines = badLines == 1 ? "1 line was no frame" : "\(badLines) lines were no frames"
            progress.say("\(name): \(lines), \(frames) were")
        }
        if stepsBack > 0 {
            let times = stepsBack == 1 ? "once" : "\(stepsBack) times"
            progress.say(
                "\(name): the time goes back \(times), as where recordings were put together; "
                    + "what lies between cannot be measured: take each by itself")
        }
        guard frames == 0 else { return }
        if let channel = options.channel {
            throw DataFileError(
                file: name, reason: "there is no frame of channel \(channel) in it",
                remedy: "leave out --channel")
        }
        throw DataFileError(
            file: name, reason: "there is no frame in it",
            remedy: "record one with 'candump -l can0'")
    }

    /// What messages call the recording.
    var name: String { options.isLive ? "standard input" : options.path }

    /// A line that says so where several channels are taken for one bus; `nil` for one.
    var channelsNote: String? {
        guard channels.count > 1 else { return nil }
        let names = channels.map { $0.isEmpty ? "(no name)" : $0 }.joined(separator: ", ")
        return "channels \(names) are heard as one bus; --channel takes one of them"
    }
}

/// How far a file has been read, and how long it will take, on a terminal.
struct ReadingProgress {
    private let size: Int?
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let line = Progress(total: 0, unit: "")
    private let begin = ContinuousClock.now
    private var shownAt = ContinuousClock.now
    private var isShown = false

    init(size: Int?) {
        self.size = size
    }

    mutating func show(_ bytes: Int) {
        let now = ContinuousClock.now
        guard isTerminal, let size, size > 0, now - shownAt >= .milliseconds(250) else { return }
        shownAt = now
        isShown = true
        let share = min(1, Double(bytes) / Double(size))
        let spent = (now - begin) / .seconds(1)
        let left = Int((spent * (1 - share) / max(share, 0.001)).rounded(.up))
        line.write("\r\u{1B}[K\(Int(share * 100)) %, \(left) s to go")
    }

    mutating func end() {
        guard isShown else { return }
        isShown = false
        line.write("\r\u{1B}[K")
    }

    func say(_ text: String) { line.say(text) }
}
