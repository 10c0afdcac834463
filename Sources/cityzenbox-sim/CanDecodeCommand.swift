import ArgumentParser
import CAN
import DBC
import DataFiles
import Glibc

/// `cityzenbox-sim can decode`: the signals of a recording, by DBC files.
struct CanDecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Print the signals of a recording by DBC files.",
        discussion: """
            A line a frame: its time, channel, identifier and message, then its signals with their \
            units and, in quotes, what the value stands for. What is not in a DBC file is counted, \
            and told on standard error.

              cityzenbox-sim can decode can0.log --dbc toyota_611.dbc
              cityzenbox-sim can decode can0.log --dbc my.dbc --signal SPEED --changes
              candump -L can0 | cityzenbox-sim can decode - --dbc toyota_611.dbc --json
            """)

    @OptionGroup var recording: RecordingOptions

    @Option(
        help: ArgumentHelp(
            "A DBC file, or the name of one beside the profiles; give several.",
            valueName: "file"))
    var dbc: [String]

    @Option(
        help: ArgumentHelp(
            "Only this signal, SPEED or MESSAGE.SPEED, a line a value; give several.",
            valueName: "name"))
    var signal: [String] = []

    @Flag(help: "Only values that are others than before.")
    var changes = false

    @Flag(help: "A JSON object a line.")
    var json = false

    func run() throws {
        var decoders: [DBCDecoder] = []
        for path in dbc {
            let file = try DBCRead.file(path)
            if let warning = file.warnings.first {
                let more = file.warnings.count + file.warningsLeftOut - 1
                ReadingProgress(size: nil).say(
                    "\(path): \(warning)" + (more > 0 ? "; \(more) more oddities" : ""))
            }
            decoders.append(DBCDecoder(file))
        }
        var lines = try SignalLines(
            decoders, wanted: signal, onlyChanges: changes, form: json ? .json : .text)
        var output = OutputBuffer()
        var recording = try CanRecording(recording)
        do {
            while let entry = try recording.next() {
                try output.append { lines.add(entry, to: &$0) }
                if recording.isWaiting() { try output.flush() }
            }
        } catch {
            // What was read before stays said.
            try output.flush()
            throw error
        }
        try output.flush()
        try recording.finish()
        for line in lines.summary { ReadingProgress(size: nil).say(line) }
    }
}

/// Reads DBC files for a command.
enum DBCRead {
    static func file(_ path: String) throws -> DBCFile {
        let file = try SignalFile.load(path)
        guard !file.messages.isEmpty else {
            throw DataFileError(
                file: path, place: "1:1", reason: "there is no message in it",
                remedy: "a DBC file has lines that begin with BO_")
        }
        return file
    }
}
