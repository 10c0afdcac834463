public import CAN

/// A signal in the frames of one identifier.
public struct SignalSource: Hashable, Sendable {
    /// The frames it stands in.
    public var id: CANID
    /// Where in the frame.
    public var layout: SignalLayout
    /// What must hold for the signal to count: a validity bit, or the branch of a multiplexer.
    public var gates: [SignalGate]

    /// The signal at `layout` in frames `id`, as far as all `gates` are open.
    public init(id: CANID, layout: SignalLayout, gates: [SignalGate] = []) {
        self.id = id
        self.layout = layout
        self.gates = gates
    }

    /// The raw value; `nil` where the frame is too short or a gate is shut.
    public func raw(from frame: CANFrame) -> Int64? {
        guard admits(frame) else { return nil }
        return layout.raw(from: frame)
    }

    /// Whether all gates are open.
    public func admits(_ frame: CANFrame) -> Bool {
        for gate in gates where !gate.isOpen(frame) { return false }
        return true
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
