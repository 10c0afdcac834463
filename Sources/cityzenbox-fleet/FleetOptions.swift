import ArgumentParser
import FleetStore
import FoundationEssentials
import Glibc
import Units

/// Which fleet, and in which form it is answered.
struct FleetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The fleet's folder (default: $CITYZENBOX_FLEET, or ~/.local/share/cityzenbox-fleet).",
            valueName: "folder"))
    var fleet: String?

    @Flag(help: "Answer in one line of JSON.")
    var json = false

    /// For tests, in which the time stands still.
    @Option(help: .hidden)
    var now: String?

    var folder: FleetFolder {
        get throws {
            let environment = ProcessInfo.processInfo.environment
            if let fleet = fleet ?? environment["CITYZENBOX_FLEET"], !fleet.isEmpty {
                return FleetFolder(path: fleet)
            }
            guard let home = environment["HOME"], !home.isEmpty else {
                throw Failure(
                    "the fleet's folder: there is no home to look in; name it with --fleet",
                    status: .noInput)
            }
            return FleetFolder(path: home + "/.local/share/cityzenbox-fleet")
        }
    }

    /// The time of the command.
    var time: WallTime {
        get throws {
            if let now { return try Given.time(now) }
            var time = timespec()
            _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
            return WallTime(
                milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
        }
    }
}

extension FleetTransaction {
    /// The box `id`, in use.
    func knownBox(_ id: BoxID) throws -> FleetBox {
        guard let box = try box(id) else {
            throw Failure(
                "the box \(id): the fleet does not know it; enrol it, or look it up in box list",
                status: .wrongData)
        }
        if let retired = box.retired {
            throw Failure(
                "the box \(id): it was retired at \(retired.iso); enrol it again to use it",
                status: .wrongData)
        }
        return box
    }
}
