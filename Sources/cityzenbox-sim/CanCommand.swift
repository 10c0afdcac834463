import ArgumentParser

/// `cityzenbox-sim can`: brings a new car in.
struct CanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "can",
        abstract: "Bring a new car in: which profile fits, what it reads, how far it went.",
        discussion: """
            All of it works on a recording of the car's bus, or live on what a pipe brings:
              candump -l can0
              cityzenbox-sim can probe candump-2026-06-12_160000.log
              candump -L can0 | cityzenbox-sim can odometer - --profile toyota_611
            """,
        subcommands: [
            CanProbeCommand.self, CanOdometerCommand.self, CanDecodeCommand.self,
            CanProfileCommand.self,
        ])
}
