public import CAN
public import Units

/// A signal in the frames, or in the answers, that a selector names.
public struct SignalSource: Hashable, Sendable {
    /// The payloads it stands in.
    public let selector: FrameSelector
    /// The name of the signal, as the DBC file has it.
    public let name: String
    /// Where in the payload.
    public let layout: SignalLayout
    /// What must hold for the signal to count: a validity bit, or the branch of a multiplexer.
    public let gates: [SignalGate]
    /// After how long unheard its value is stale.
    public let maxAge: Milliseconds
    /// What records call it: `611.ODOMETER`.
    public let key: SourceKey

    /// How old a broadcast value may grow unless a profile says otherwise.
    public static let broadcastAge = Milliseconds.seconds(5)
    /// How old an answer may grow unless a profile says otherwise: two are asked for by then.
    public static let answerAge = Milliseconds.seconds(150)

    /// The signal `name` at `layout` in what `selector` names, as far as all `gates` are open.
    ///
    /// Without a name it is called by its place, `611.32|32`. Traps unless `maxAge` is positive.
    public init(
        _ selector: FrameSelector, name: String = "", layout: SignalLayout,
        gates: [SignalGate] = [], maxAge: Milliseconds? = nil
    ) {
        self.selector = selector
        self.name = name.isEmpty ? "\(layout.start)|\(layout.length)" : name
        self.layout = layout
        self.gates = gates
        switch selector {
        case .broadcast: self.maxAge = maxAge ?? Self.broadcastAge
        case .answer: self.maxAge = maxAge ?? Self.answerAge
        }
        precondition(self.maxAge > .zero, "A value may grow old for some time.")
        key = SourceKey("\(selector).\(self.name)")
    }

    /// The signal `name` at `layout` in the broadcast frames `id`.
    public init(
        id: CANID, name: String = "", layout: SignalLayout, gates: [SignalGate] = [],
        maxAge: Milliseconds? = nil
    ) {
        self.init(.broadcast(id), name: name, layout: layout, gates: gates, maxAge: maxAge)
    }

    /// The raw value; `nil` where the frame is too short or a gate is shut.
    @inline(__always)
    public func raw(from frame: CANFrame) -> Int64? {
        guard admits(frame) else { return nil }
        return layout.raw(from: frame)
    }

    /// Whether all gates are open.
    @inline(__always)
    public func admits(_ frame: CANFrame) -> Bool {
        for gate in gates where !gate.isOpen(frame) { return false }
        return true
    }

    /// What records call it where `unit` answers.
    func key(by unit: CANID) -> SourceKey {
        switch selector {
        case .broadcast: key
        case .answer(let answer): SourceKey("\(answer.description(by: unit)).\(name)")
        }
    }

    /// The unit that `key` says answers, where any may and the key is otherwise this one's.
    func unit(in key: SourceKey) -> CANID? {
        guard case .answer(let answer) = selector, answer.responder == .firstFunctional,
            let text = key.name.split(separator: "/").first, let number = UInt32(text, radix: 16),
            let unit = text.count == 3 ? CANID(base: number) : CANID(extended: number),
            AnswerKey.Responder.isFunctional(unit), self.key(by: unit) == key
        else { return nil }
        return unit
    }
}

/// A condition in the same frame.
public struct SignalGate: Hashable, Sendable {
    /// The signal to look at.
    public var layout: SignalLayout
    /// The raw values that it may have.
    public var values: [ClosedRange<Int64>]

    /// Open while the signal at `layout` is in one of `values`.
    public init(layout: SignalLayout, values: [ClosedRange<Int64>]) {
        self.layout = layout
        self.values = values
    }

    /// Open while the signal at `layout` is `value`.
    public init(layout: SignalLayout, value: Int64) {
        self.init(layout: layout, values: [value...value])
    }

    /// Whether the signal is in the frame and has one of the values.
    public func isOpen(_ frame: CANFrame) -> Bool {
        guard let raw = layout.raw(from: frame) else { return false }
        for range in values where range.contains(raw) { return true }
        return false
    }
}
