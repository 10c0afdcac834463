import ArgumentParser
import Status

/// `cityzenbox-sim`: the box, its car and its fleet on a desk.
@main
struct CityzenboxSim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cityzenbox-sim",
        abstract: "The firmware of the CityzenBox with a simulated world around it.",
        discussion: """
            The same code that runs in the car: codes, Box, trip log on SQLite, odometer. Only the \
            car, the board, the clock, the disk and the people are simulated.
            """,
        version: Firmware.version,
        subcommands: [
            DemoCommand.self, LiveCommand.self, RunCommand.self, CodeCommand.self, LogCommand.self,
            CanCommand.self,
        ])
}

/// Ends a command with one clear line.
struct Failure: Error, CustomStringConvertible {
    let description: String
    /// The exit status; `nil` for 1.
    let status: SystemStatus?

    init(_ description: String, status: SystemStatus? = nil) {
        self.description = description
        self.status = status
    }
}
