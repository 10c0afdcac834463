internal import CAN

/// The steps that read the signals of all messages of a file, in one flat list.
struct SignalProgram: Sendable {
    /// Reads a signal, or looks whether a branch is taken.
    private struct Step {
        var bits: BitField
        var action: Action
    }

    private enum Action {
        case read(Reading)
        /// Goes on at `end` unless the bits are in one of the ranges.
        case branch(ranges: Range<Int>, end: Int)
    }

    /// What a signal's bits mean.
    private struct Reading {
        var signal: Int32
        var format: DBCSignal.Format
        var isSigned: Bool
        var choices: ChoiceTables.Place
        var scale: Double
        var offset: Double
    }

    private var steps: [Step] = []
    private var messages: [Range<Int>] = []
    private var ranges: [ClosedRange<UInt64>] = []
    private var choices = ChoiceTables()

    init(_ file: DBCFile) {
        messages.reserveCapacity(file.messages.count)
        for message in file.messages {
            let first = steps.count
            append(message.signals)
            messages.append(first..<steps.count)
        }
    }

    /// Hands the signals of a payload to `visit`.
    @inline(__always)
    func run(_ message: Int, on payload: some SignalPayload, _ visit: (DecodedSignal) -> Void) {
        let range = messages[message]
        var index = range.lowerBound
        while index < range.upperBound {
            let step = steps[index]
            let fits = Int(step.bits.bytesNeeded) <= payload.length
            switch step.action {
            case .branch(let ranges, let end):
                let isTaken = fits && takes(ranges, step.bits.number(from: payload))
                index = isTaken ? index + 1 : end
            case .read(let reading):
                index += 1
                if fits { visit(decoded(reading, step.bits, payload, message)) }
            }
        }
    }

    @inline(__always)
    private func takes(_ places: Range<Int>, _ value: UInt64) -> Bool {
        for place in places where ranges[place].contains(value) { return true }
        return false
    }

    @inline(__always)
    private func decoded(
        _ reading: Reading, _ bits: BitField, _ payload: some SignalPayload, _ message: Int
    ) -> DecodedSignal {
        let raw: SignalRaw
        switch reading.format {
        case .integer where reading.isSigned: raw = .signed(bits.signedNumber(from: payload))
        case .integer: raw = .unsigned(bits.number(from: payload))
        case .half, .single, .double:
            raw = .float(reading.format.float(ofBits: bits.number(from: payload)))
        }
        let choice =
            reading.choices.isEmpty
            ? nil
            : raw.whole.flatMap { whole in
                choices.find(whole, in: reading.choices)
            }
        return DecodedSignal(
            message: message, signal: Int(reading.signal), raw: raw,
            physical: raw.double * reading.scale + reading.offset, choice: choice)
    }
}

extension SignalProgram {
    /// What is still to be compiled.
    private enum Pending {
        case signal(Int)
        case branch(by: Int, values: [ClosedRange<UInt64>], signals: [Int])
        /// The branch that stands at a place ends here.
        case end(of: Int)
    }

    /// Appends the steps of a message: every multiplexor with its branches right behind it.
    private mutating func append(_ signals: [DBCSignal]) {
        let branches = Self.branches(signals)
        var pending = signals.indices.reversed().filter { signals[$0].presence == .always }
            .map { Pending.signal($0) }
        // A chain of multiplexors may be as long as a file: no recursion.
        while let next = pending.popLast() {
            switch next {
            case .signal(let index):
                append(signals[index], at: index)
                pending += branches[index].reversed()
            case .branch(let multiplexor, let values, let chosen):
                pending.append(.end(of: steps.count))
                pending += chosen.reversed().map { .signal($0) }
                let first = ranges.count
                ranges += values
                steps.append(
                    Step(
                        bits: BitField(signals[multiplexor].layout),
                        action: .branch(ranges: first..<ranges.count, end: 0)))
            case .end(let branch):
                guard case .branch(let ranges, _) = steps[branch].action else { continue }
                steps[branch].action = .branch(ranges: ranges, end: steps.count)
            }
        }
    }

    /// For every signal, the branches that it chooses: signals of the same values together.
    private static func branches(_ signals: [DBCSignal]) -> [[Pending]] {
        struct Key: Hashable {
            var multiplexor: Int
            var values: [ClosedRange<UInt64>]
        }
        var keys: [Key] = []
        var chosen: [Key: [Int]] = [:]
        for (index, signal) in signals.enumerated() {
            guard case .selected(let multiplexor, let values) = signal.presence else { continue }
            let key = Key(multiplexor: multiplexor, values: values)
            if chosen[key] == nil { keys.append(key) }
            chosen[key, default: []].append(index)
        }
        var branches = [[Pending]](repeating: [], count: signals.count)
        for key in keys {
            branches[key.multiplexor].append(
                .branch(by: key.multiplexor, values: key.values, signals: chosen[key] ?? []))
        }
        return branches
    }

    private mutating func append(_ signal: DBCSignal, at index: Int) {
        let reading = Reading(
            signal: Int32(index), format: signal.format, isSigned: signal.layout.isSigned,
            choices: choices.add(signal.choices), scale: signal.scale, offset: signal.offset)
        steps.append(Step(bits: BitField(signal.layout), action: .read(reading)))
    }
}
