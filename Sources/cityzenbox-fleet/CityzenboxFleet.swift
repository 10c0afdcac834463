import ArgumentParser
import Status

/// `cityzenbox-fleet`: the fleet's side of the box.
@main
struct CityzenboxFleet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cityzenbox-fleet",
        abstract: "The fleet's side of the CityzenBox: keys, boxes, technicians, bookings, codes.",
        discussion: """
            A fleet is a folder: its database, and the master keys from which the keys of every \
            box, technician and owner come. Whoever has the folder opens every car of the fleet.
            Times are UTC, as 2026-06-13T08:00Z. A box is written as 16 hexadecimal digits.
            """,
        version: Firmware.version,
        subcommands: [
            InitCommand.self, ShowCommand.self, EnrolCommand.self, ProvisionCommand.self,
            BoxCommand.self, TechnicianCommand.self, BookingCommand.self, CodeCommand.self,
            OwnerCommand.self,
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
