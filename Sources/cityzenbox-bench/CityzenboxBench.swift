import ArgumentParser

/// `cityzenbox-bench`: the figures that the box is held to.
struct CityzenboxBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cityzenbox-bench",
        abstract: "Measure the figures that the box is held to, and print them as one table.",
        discussion: """
            Ratios are of medians, of both sides measured in turn on this machine. The disk is \
            that of the current folder. A figure that misses its target is shown as MISS; the \
            exit status stays 0, because a busy machine is no defect.
            """)

    @Flag(help: "Also put the table between the markers in docs/bench.md.")
    var write = false

    @Flag(help: "A tenth of the rounds: to see that it works.")
    var quick = false

    @Option(help: "Only the figures whose name begins with this, such as 'code'.")
    var only = ""

    func validate() throws {
        guard !write || (only.isEmpty && !quick) else {
            throw ValidationError("the page takes the whole table: leave --only and --quick out")
        }
    }

    func run() throws {
        let table = try Table(rounds: quick ? 30 : 300, only: only).measure()
        print(table)
        if write { try BenchPage.put(table) }
    }
}

/// All figures.
struct Table {
    /// How often the two sides of a ratio are measured; figures that take long take fewer.
    let rounds: Int
    /// What the names of the figures that are wanted begin with.
    let only: String

    func measure() throws -> String {
        let fleet = try BenchFleet()
        var rows: [Row] = []
        rows += figure("code check") { [try CodeCheckFigure(rounds: rounds * 2).measure(fleet)] }
        rows += figure("code check with stores") {
            try CodeCheckFigure(rounds: rounds).measureStores(fleet, in: WorkFolder())
        }
        rows += figure("last digit to door pulse") {
            [try DoorFigure(rounds: rounds).measure(fleet, in: WorkFolder())]
        }
        rows += figure("bytes per trip") { try TripFigures().measure(fleet, in: WorkFolder()) }
        rows += figure("start and memory") {
            try StartFigures(rounds: max(5, rounds / 10)).measure(fleet, in: WorkFolder())
        }
        rows += figure("box-days") {
            [try SimulationFigure(rounds: max(3, rounds / 60)).measure(fleet)]
        }
        rows += figure("can") {
            try CANFigures(rounds: max(5, rounds / 10)).measure(in: WorkFolder())
        }
        rows += figure("bus load") { [try BusLoadFigure().measure(fleet, in: WorkFolder())] }
        let lines = [Row.head] + rows.map(\.markdown)
        return lines.joined(separator: "\n") + "\n\nMeasured on: \(Machine.description)."
    }

    /// The rows that `measure` gives; one that says why, where it cannot be measured: the other
    /// figures are worth having all the same.
    private func figure(_ name: String, _ measure: () throws -> [Row]) -> [Row] {
        guard name.hasPrefix(only) else { return [] }
        Machine.say("bench: \(name)")
        do { return try measure() } catch {
            return [
                Row(
                    figure: name, measured: "not measured: \(error)", value: .nan, result: "",
                    target: .atMost(0))
            ]
        }
    }
}

/// The page that shows the table.
enum BenchPage {
    static let path = "docs/bench.md"
    private static let begin = "<!-- table: make bench ARGS=--write -->\n"
    private static let end = "<!-- end of table -->"

    static func put(_ table: String) throws(Failure) {
        guard let page = Machine.text(of: path) else {
            throw Failure("there is no \(path) here: run this from the package's folder")
        }
        guard let before = page.firstRange(of: begin), let after = page.firstRange(of: end),
            before.upperBound <= after.lowerBound
        else { throw Failure("\(path) has lost the markers that the table stands between") }
        try Machine.write(
            page[..<before.upperBound] + table + "\n" + page[after.lowerBound...], to: path)
    }
}
