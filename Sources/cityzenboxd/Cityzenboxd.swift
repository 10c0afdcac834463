import ArgumentParser
import DataFiles
import Glibc
import LinuxHost
import LinuxIO
import Status

/// `cityzenboxd`: the controller in the car.
@main
struct Cityzenboxd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cityzenboxd",
        abstract: "The controller of a shared car: codes, doors, starter inhibit, kilometres.",
        discussion: """
            Without a subcommand it runs. It reads its configuration from \
            \(BoxConfiguration.usualPath), and needs a box that was provisioned.
              cityzenboxd check-config
              cityzenboxd provision
              cityzenboxd status
            """,
        version: Firmware.version,
        subcommands: [
            RunCommand.self, CheckConfigCommand.self, ProvisionCommand.self, StatusCommand.self,
        ],
        defaultSubcommand: RunCommand.self)
}

/// Where the configuration is.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: "The configuration.")
    var config = BoxConfiguration.usualPath

    /// Everything that the configuration names, checked.
    func loaded() throws(DataFileError) -> Installation {
        try Installation(try BoxConfiguration.load(config), path: config)
    }
}

/// `cityzenboxd run`
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Drive the car's board until SIGTERM.",
        discussion: """
            SIGHUP reads the configuration again; what cannot change while it runs waits for a \
            restart, and `status` says so.
            """)

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Check the configuration and everything that it names, and end.")
    var checkConfig = false

    func run() throws {
        let installation = try options.loaded()
        guard !checkConfig else { return CheckConfigCommand.report(installation) }
        switch try Self.run(installation) {
        case .stopped, .restart: break
        case .powerOff: Glibc.exit(ExitStatus.powerOff.rawValue)
        }
    }

    /// Runs the box, and again where it was paired with another car: whoever is at the console
    /// notices nothing.
    private static func run(_ installation: Installation) throws -> Daemon.Ending {
        var installation = installation
        var desk: ConsoleDesk?
        while true {
            let daemon = try Daemon.start(installation, desk: desk)
            let ending = daemon.run()
            guard ending == .restart else { return ending }
            desk = daemon.desk
            installation = try Installation(
                daemon.installation.configuration, path: installation.path)
        }
    }
}

/// `cityzenboxd check-config`
struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Check the configuration, the board file and the profile that it names.",
        discussion: "No device is touched. Nothing printed but what is used means: all is well.")

    @OptionGroup var options: ConfigurationOptions

    func run() throws { Self.report(try options.loaded()) }

    static func report(_ installation: Installation) {
        for line in installation.lines { print(line) }
    }
}

/// `cityzenboxd status`
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say how the running box stands.",
        discussion: """
            Root and the group of the box may ask. No code, no key, no person and no place is in \
            the answer. The exit status is 0 as long as the box answers, whatever its faults.
            """)

    @Flag(help: "One canonical JSON object.")
    var json = false

    @Option(help: "Where the box can be asked.")
    var socket = BoxConfiguration.usualSocket

    func run() throws {
        let answer: String
        do throws(SystemCallFailure) { answer = try LocalClient.ask(socket) } catch {
            throw Refusal("\(error)", status: .unavailable)
        }
        let lines = answer.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, first.hasPrefix("{"), answer.hasSuffix("\n") else {
            throw Refusal(
                "status: what \(socket) answers is no status; "
                    + "is it the socket of cityzenboxd?", status: .unavailable)
        }
        print(json ? String(first) : lines.dropFirst().dropLast().joined(separator: "\n"))
    }
}
