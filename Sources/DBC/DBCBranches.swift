/// The multiplexed signals of a file while it is read: which multiplexor chooses a signal is known
/// at the end only.
struct DBCBranches {
    private struct Branch {
        /// `nil` where the file takes for granted that there is one.
        var multiplexor: Int?
        var values: [ClosedRange<UInt64>]
        var place: (line: Int, column: Int)

        func warning(_ kind: DBCWarning.Kind, _ reason: String) -> DBCWarning {
            DBCWarning(line: place.line, column: place.column, kind: kind, reason: reason)
        }
    }

    private var branches: [DBCParser.SignalPlace: Branch] = [:]

    /// Takes note of `m3`.
    mutating func add(
        _ value: UInt64, of signal: DBCParser.SignalPlace, at place: (line: Int, column: Int)
    ) {
        branches[signal] = Branch(multiplexor: nil, values: [value...value], place: place)
    }

    /// Takes note of `SG_MUL_VAL_`, which counts more than `m3`.
    mutating func add(
        _ values: [ClosedRange<UInt64>], by multiplexor: Int, of signal: DBCParser.SignalPlace,
        at place: (line: Int, column: Int)
    ) {
        branches[signal] = Branch(multiplexor: multiplexor, values: values, place: place)
    }

    /// Gives the signals of a message their presence.
    func resolve(_ message: Int, in dbc: inout DBCFile) {
        guard !branches.isEmpty else { return }
        let count = dbc.messages[message].signals.count
        let own = (0..<count).map { branches[DBCParser.SignalPlace(message: message, signal: $0)] }
        // Those that are in every frame may choose what says `m3` and no more.
        let roots = (0..<count).filter {
            own[$0] == nil && dbc.messages[message].signals[$0].isMultiplexor
        }
        for (signal, branch) in own.enumerated() {
            guard let branch else { continue }
            let name = dbc.messages[message].signals[signal].name
            if branch.multiplexor == nil, roots.count > 1 {
                dbc.warn(
                    branch.warning(.ambiguousMultiplexor, "signal \(name) has several multiplexors")
                )
            }
            if let multiplexor = branch.multiplexor ?? roots.first {
                dbc.messages[message].signals[signal].presence = .selected(
                    by: multiplexor, values: branch.values)
            } else {
                dbc.warn(
                    branch.warning(.missingMultiplexor, "signal \(name) has no multiplexor"))
                dbc.messages[message].signals[signal].presence = .never
            }
        }
        for signal in circular(dbc.messages[message].signals) {
            let name = dbc.messages[message].signals[signal].name
            dbc.messages[message].signals[signal].presence = .never
            if let branch = own[signal] {
                dbc.warn(
                    branch.warning(.circularMultiplexors, "signal \(name) depends on itself"))
            }
        }
    }

    /// The signals whose multiplexors lead nowhere, in the order of the file.
    private func circular(_ signals: [DBCSignal]) -> [Int] {
        enum State { case unknown, onPath, sound, circular }
        var states = [State](repeating: .unknown, count: signals.count)
        for first in signals.indices {
            var path: [Int] = []
            var next: Int? = first
            var end = State.sound
            while let signal = next {
                guard states[signal] == .unknown else {
                    end = states[signal] == .sound ? .sound : .circular
                    break
                }
                states[signal] = .onPath
                path.append(signal)
                switch signals[signal].presence {
                case .always, .never: next = nil
                case .selected(let multiplexor, _): next = multiplexor
                }
            }
            for signal in path { states[signal] = end }
        }
        return signals.indices.filter { states[$0] == .circular }
    }
}
