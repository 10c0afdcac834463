import Box
import Glibc
import Ports
import Runtime
import TripLog
import Units

/// How long a box takes from the start of its process until it decides, and how much memory.
struct StartFigures {
    let rounds: Int

    /// How many records the log has at the least.
    static let records: Int64 = 1_000

    func measure(_ fleet: BenchFleet, in folder: WorkFolder) throws -> [Row] {
        let end = try fill(fleet, folder)
        var ready = Sample()
        var resident = Sample()
        var own = Sample()
        for _ in 0..<rounds {
            let start = nanoseconds()
            let report = try StartedBox.start(in: folder.path, at: end)
            ready.add(report.readyAt - start)
            resident.add(report.residentKilobytes)
            own.add(report.ownKilobytes)
        }
        let megabytes = Double(resident.median) / 1024
        return [
            Row(
                figure: "Process start to first step done, log of "
                    + "\(Text.grouped(Self.records)) records",
                measured: Text.time(ready.median),
                against: "the slowest of \(rounds): " + Text.time(ready.quantile(percent: 100)),
                value: Double(ready.median) / 1e6, result: Text.time(ready.median),
                target: .atMost(100), targetText: "at most 100 ms"),
            Row(
                figure: "Resident memory of the box loop then (VmRSS)",
                measured: "\(Text.decimal(megabytes, places: 1)) MB",
                against: "of it not shared with files: "
                    + Text.decimal(Double(own.median) / 1024, places: 1) + " MB",
                value: megabytes, result: "\(Text.decimal(megabytes, places: 1)) MB",
                target: .atMost(16), targetText: "at most 16 MB"),
        ]
    }

    /// Writes a log by rentals; answers when they end.
    private func fill(_ fleet: BenchFleet, _ folder: WorkFolder) throws -> WallTime {
        let box = try FileBox(
            in: folder.path, of: fleet, isNew: true, at: BenchFleet.beginning)
        while box.log.head.sequence < Self.records {
            box.rest(.hours(8))
            _ = try box.open()
            box.drive(.minutes(2), at: TripFigures.speed)
            try box.end()
        }
        return box.wall
    }
}

/// A box in a process of its own, which says when it was ready and how large it was.
struct StartedBox {
    let readyAt: Int64
    let residentKilobytes: Int64
    let ownKilobytes: Int64

    /// The environment variables that make this program such a process.
    static let folderVariable = "CITYZENBOX_BENCH_FOLDER"
    static let timeVariable = "CITYZENBOX_BENCH_TIME"
    private static let report = "/ready"

    /// The other side: the box whose folder the environment names; `false` when it names none.
    static func beOneIfAsked() throws -> Bool {
        guard let folder = Machine.environment(folderVariable),
            let time = Machine.environment(timeVariable).flatMap({ Int64($0) })
        else { return false }
        let box = try FileBox(
            in: folder, of: BenchFleet(), isNew: false, at: WallTime(milliseconds: time))
        let readyAt = nanoseconds()
        guard box.runtime.box.durable.sequence >= StartFigures.records else {
            throw Failure("the log is shorter than it should be")
        }
        let resident = Machine.kilobytes("VmRSS") ?? 0
        let own = Machine.kilobytes("RssAnon") ?? 0
        try Machine.write("\(readyAt) \(resident) \(own)", to: folder + report)
        return true
    }

    /// Starts one on the log in `folder` and waits for its end.
    static func start(in folder: String, at time: WallTime) throws(Failure) -> StartedBox {
        unsafe setenv(folderVariable, folder, 1)
        unsafe setenv(timeVariable, String(time.milliseconds), 1)
        defer {
            unsafe unsetenv(folderVariable)
            unsafe unsetenv(timeVariable)
        }
        try run(Machine.executable())
        let numbers = (Machine.text(of: folder + report) ?? "").split(separator: " ")
            .compactMap { Int64($0) }
        guard numbers.count == 3 else { throw Failure("a started box said nothing") }
        return StartedBox(
            readyAt: numbers[0], residentKilobytes: numbers[1], ownKilobytes: numbers[2])
    }

    private static func run(_ program: String) throws(Failure) {
        var child: pid_t = 0
        let name = unsafe strdup(program)
        defer { unsafe free(name) }
        var arguments = unsafe [name, nil]
        errno = unsafe posix_spawn(&child, program, nil, nil, &arguments, environ)
        guard errno == 0 else { throw .system("start \(program)") }
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw .system("wait for a started box") }
        }
        guard status == 0 else { throw Failure("a started box ended with status \(status)") }
    }
}
