/// A signal of a frame: which one, and its value.
///
/// Holds places instead of names, so that none is made for a frame.
public struct DecodedSignal: Hashable, Sendable {
    /// The place of the message in ``DBCFile/messages``.
    public let message: Int
    /// The place of the signal in ``DBCMessage/signals``.
    public let signal: Int
    /// The value as it stands in the frame.
    public let raw: SignalRaw
    /// `raw * scale + offset`, in the signal's unit.
    public let physical: Double
    /// The place of what the raw value means in ``DBCSignal/choices``; the last where there are
    /// several, `nil` where the value table does not have it.
    public let choice: Int?
}
