internal import Box
internal import LinuxIO
internal import Units
internal import Wiring

/// All lines of a board that are in use, held while this lives.
///
/// Outputs come first: what may hurt is put to rest before anything is listened to.
final class OpenLines {
    let outputs: [OutputBank]
    let inputs: [InputBank]

    /// Asks for the lines of `layout` that the box drives or decides by.
    ///
    /// - Throws: ``LineError``; then none is held.
    init(_ layout: BoardLayout, consumer: String) throws(LineError) {
        var outputs: [OutputBank] = []
        var inputs: [InputBank] = []
        for lines in Self.outputs(of: layout) where lines.contains(where: Self.isPulsed) {
            outputs.append(try OutputBank(lines, consumer: consumer))
        }
        for chip in layout.chips {
            let lines = layout.lines.filter {
                $0.chip == chip && InputLine(rawValue: $0.name.rawValue) != nil
            }
            if !lines.isEmpty { inputs.append(try InputBank(lines, consumer: consumer)) }
        }
        self.outputs = outputs
        self.inputs = inputs
    }

    /// Asks for LEDs and buzzer where they have a chip of their own: nothing that moves the car
    /// hangs on it.
    ///
    /// - Throws: ``LineError``; then none is held.
    static func lamps(
        of layout: BoardLayout, consumer: String
    ) throws(LineError) -> [OutputBank] {
        var banks: [OutputBank] = []
        for lines in outputs(of: layout) where !lines.contains(where: isPulsed) {
            banks.append(try OutputBank(lines, consumer: consumer))
        }
        return banks
    }

    /// The outputs of each chip that has some.
    private static func outputs(of layout: BoardLayout) -> [[BoardLine]] {
        layout.chips.map { chip in
            layout.lines.filter { $0.chip == chip && $0.name.kind != .input }
        }.filter { !$0.isEmpty }
    }

    private static func isPulsed(_ line: BoardLine) -> Bool { line.name.kind == .pulsed }

    /// Makes the output `name` active or inactive; with a bound, the guard makes it safe by then.
    ///
    /// - Throws: ``LineError``.
    func set(
        _ name: LineName, active: Bool, bound: Milliseconds? = nil
    ) throws(LineError) {
        for bank in outputs { try bank.set(name, active: active, bound: bound) }
    }

    /// What became believed about the inputs by `now`.
    ///
    /// - Throws: ``LineError``.
    func takeChanges(at now: BootTime) throws(LineError) -> [BoxInput] {
        var changes: [BoxInput] = []
        for bank in inputs { changes += try bank.takeChanges(at: now) }
        return changes
    }

    /// What is believed about `line`; `nil` when the board has no such line.
    func level(of line: InputLine) -> Bool? {
        inputs.lazy.compactMap { $0.level(of: line) }.first
    }

    /// When an input will have lasted.
    var nextDeadline: BootTime? { inputs.compactMap(\.nextDeadline).min() }

    var sources: [PollSource] {
        inputs.map(\.source) + outputs.compactMap(\.guardSource)
    }
}

/// The outputs of one chip.
final class OutputBank {
    private let lines: [BoardLine]
    private let request: LineRequest
    private var pulseGuard: PulseGuard?

    init(_ lines: [BoardLine], consumer: String) throws(LineError) {
        self.lines = lines
        request = try LineRequest(lines, consumer: consumer)
    }

    private var needsGuard: Bool { lines.contains { $0.name.kind == .pulsed } }

    /// Sees that pulses are guarded, starting a guard where there is none.
    ///
    /// - Throws: ``LineError`` when there can be none.
    func keepGuard() throws(LineError) {
        dropDeadGuard()
        guard needsGuard, pulseGuard == nil else { return }
        pulseGuard = try request.startGuard()
    }

    /// Lets a guard go that has gone: its socket would never rest.
    func dropDeadGuard() {
        if !hasGuard { pulseGuard = nil }
    }

    /// Whether no guard is missing.
    var isGuarded: Bool { !needsGuard || hasGuard }

    private var hasGuard: Bool { pulseGuard?.isThere ?? false }

    func set(_ name: LineName, active: Bool, bound: Milliseconds?) throws(LineError) {
        guard let line = lines.firstIndex(where: { $0.name == name }) else { return }
        // The guard first: a pulse that it does not know of could outlive this process.
        if let bound { _ = pulseGuard?.arm(line, bound: bound) }
        try request.set(line, active: active)
    }

    var guardSource: PollSource? { pulseGuard?.source }
}

/// The inputs of one chip, each believed once it has lasted.
final class InputBank {
    private let lines: [InputLine]
    private let request: LineRequest
    private var debouncers: [Debouncer]

    init(_ lines: [BoardLine], consumer: String) throws(LineError) {
        self.lines = lines.compactMap { InputLine(rawValue: $0.name.rawValue) }
        request = try LineRequest(lines, consumer: consumer)
        debouncers = lines.map { line in
            guard !LineRequest.debounces, case .input(let debounce) = line.use else {
                return Debouncer(period: .zero)
            }
            return Debouncer(period: debounce)
        }
        for line in lines.indices {
            debouncers[line].read(try request.isActive(line), at: .boot)
        }
    }

    func takeChanges(at now: BootTime) throws(LineError) -> [BoxInput] {
        var edges = try request.takeEdges()
        while !edges.isEmpty {
            for edge in edges {
                debouncers[edge.line].change(to: edge.isActive, at: min(edge.at, now))
            }
            // Edges can be dropped by the kernel, levels cannot.
            for line in lines.indices {
                debouncers[line].read(try request.isActive(line), at: now)
            }
            edges = edges.count == LineRequest.edgesMaximum ? try request.takeEdges() : []
        }
        return lines.indices.compactMap { line in
            debouncers[line].settle(at: now).map { .lineRead(lines[line], $0) }
        }
    }

    func level(of line: InputLine) -> Bool? {
        lines.firstIndex(of: line).flatMap { debouncers[$0].level }
    }

    var nextDeadline: BootTime? { debouncers.compactMap(\.nextDeadline).min() }

    var source: PollSource { request.source }
}
