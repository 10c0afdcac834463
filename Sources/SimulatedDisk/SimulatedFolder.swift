internal import Units

/// The names on a disk: what programs see, and what a power cut leaves.
struct SimulatedFolder {
    /// A change of names that is not durable yet.
    private enum Change {
        case create(String, SimulatedFile)
        case delete(String)

        var name: String {
            switch self {
            case .create(let name, _), .delete(let name): name
            }
        }
    }

    /// How many bytes all files take together.
    var size: Int64 = 0
    private var live: [String: SimulatedFile] = [:]
    private var durable: [String: SimulatedFile] = [:]
    private var changes: [Change] = []

    var names: [String] { live.keys.sorted() }

    func file(_ name: String) -> SimulatedFile? { live[name] }

    mutating func create(_ name: String) -> SimulatedFile {
        let file = SimulatedFile()
        live[name] = file
        changes.append(.create(name, file))
        return file
    }

    mutating func delete(_ name: String) {
        guard let file = live.removeValue(forKey: name) else { return }
        size -= Int64(file.count)
        changes.append(.delete(name))
    }

    mutating func sync() {
        guard !changes.isEmpty else { return }
        durable = live
        changes.removeAll(keepingCapacity: true)
    }

    /// Of the changes to each name the first few are kept, as `dice` decide; a file is as its own
    /// losses leave it.
    mutating func losePower(_ dice: inout SplitMix64) {
        var lost: Set<String> = []
        for change in changes {
            // What comes after a lost change of the same name cannot have happened.
            if lost.contains(change.name) || dice.flip() {
                lost.insert(change.name)
                continue
            }
            switch change {
            case .create(let name, let file): durable[name] = file
            case .delete(let name): durable[name] = nil
            }
        }
        changes.removeAll()
        size = 0
        for name in durable.keys.sorted() {
            guard let file = durable[name] else { continue }
            file.losePower(&dice)
            size += Int64(file.count)
        }
        live = durable
    }
}
