public import ArgumentParser
public import Units

/// `cityzenbox-sim demo`: a whole rental, told as a story.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Play a whole rental on the real code, offline, and tell it.",
        discussion: """
            From the booking to the invoice, with a power cut in mid-drive. The files of the run \
            stay in a new folder: the log database, the records as JSON lines, the box's public \
            key, the signed checkpoint, the invoice. Ends with a non-zero status if any promise \
            on the way is broken.

            With --replay the kilometres come from a recording (candump, ASC, CSV or TRC) instead \
            of the simulated car:
              cityzenbox-sim demo --replay can0.log --profile toyota_611
            """)

    @Option(help: "Keys and chances of the story come from this number.")
    var seed: UInt64 = 1

    @Option(help: "The folder for the files; a number is added where it exists.")
    var out: String = "cityzenbox-demo"

    @Option(
        help: ArgumentHelp("Drive this recording instead of the simulated car.", valueName: "log"))
    var replay: String?

    @Option(help: "The car profile: a name or a path.")
    var profile: String = "renault_broadcast"

    @Option(help: "The language of text message and invoice: en or fr.")
    var language: Language = .english

    func run() throws {
        let profile = try ScenarioFile.profile(profile)
        let recording = try replay.map { try Recording($0) }
        let story = try RentalStory(
            seed: seed, profile: profile, recording: recording, language: language)
        let folder = try DemoFolder(out)
        try story.tell(into: folder)
    }
}

extension Language: ExpressibleByArgument {}
