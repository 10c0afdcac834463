import FoundationEssentials
import Glibc

/// What other programs needed for the same files, on this machine, in this run.
struct Peers {
    private struct Entry: Decodable {
        var name: String
        var version: String
        var seconds: Double
        /// How many things it counted itself, such as signals.
        var items: Int
    }

    private let entries: [Entry]

    /// The Python that has the peers; Tools/bench.sh sets it.
    private static let variable = "CITYZENBOX_PEERS"
    private static let script = "Tests/Tools/can_peers.py"

    /// Runs them on these files; none where they are not installed.
    init(log: String, dbc: String, big: String) throws(Failure) {
        guard let python = Machine.environment(Self.variable) else {
            entries = []
            return
        }
        let output = try Machine.output(of: [python, Self.script, log, dbc, big])
        do { entries = try JSONDecoder().decode([Entry].self, from: Data(output)) } catch {
            throw Failure("\(Self.script) did not say how long its programs took")
        }
    }

    /// `python-can 4.6.1: 0.22 M frames/s`; a count of zero is the program's own.
    func rate(_ name: String, of count: Int, _ what: String) -> String {
        guard let entry = entries.first(where: { $0.name == name }) else {
            return "\(name) is not here"
        }
        let rate = Double(count == 0 ? entry.items : count) / entry.seconds
        return "\(title(entry)): \(Text.millions(rate)) \(what)/s"
    }

    /// `cantools load 45.1.0: 470.00 ms`
    func time(_ name: String) -> String {
        guard let entry = entries.first(where: { $0.name == name }) else {
            return "\(name) is not here"
        }
        return "\(title(entry)): \(Text.time(Int64(entry.seconds * 1e9)))"
    }

    private func title(_ entry: Entry) -> String {
        entry.version.isEmpty ? entry.name : "\(entry.name) (\(entry.version))"
    }
}
