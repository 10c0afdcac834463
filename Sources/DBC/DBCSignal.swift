public import CAN

/// A signal (`SG_`) of a DBC file.
public struct DBCSignal: Hashable, Sendable {
    /// How the bits are to be read.
    public enum Format: Hashable, Sendable {
        /// A whole number.
        case integer
        /// IEEE 754 binary16; `SIG_VALTYPE_` on 16 bits.
        case half
        /// IEEE 754 binary32; `SIG_VALTYPE_` 1.
        case single
        /// IEEE 754 binary64; `SIG_VALTYPE_` 2.
        case double
    }

    /// In which of its message's frames a signal is.
    public enum Presence: Hashable, Sendable {
        /// In every one.
        case always
        /// In those where another signal has one of these values.
        ///
        /// `by` is the place of that multiplexor among the signals of the message. The values are
        /// those of its bits without a sign, as `m3` and `SG_MUL_VAL_` write them.
        case selected(by: Int, values: [ClosedRange<UInt64>])
        /// In none: the file does not say in which, as a warning tells.
        case never
    }

    /// Its name; the long one (`SystemSignalLongSymbol`), where the file has it.
    public internal(set) var name: String
    /// Where it stands.
    public internal(set) var layout: SignalLayout
    /// How the bits are read.
    public internal(set) var format = Format.integer
    /// In which frames it is.
    public internal(set) var presence = Presence.always
    /// Whether other signals are in frames or not by its value (`M`).
    public internal(set) var isMultiplexor = false
    /// The physical value is `raw * scale + offset`.
    public internal(set) var scale: Double
    /// The physical value of a raw zero.
    public internal(set) var offset: Double
    /// The lowest physical value by the file; often a mere habit.
    public internal(set) var minimum: Double
    /// The highest physical value by the file; 0 where the lowest is, too, when not stated.
    public internal(set) var maximum: Double
    /// The unit as the file writes it; may be empty.
    public internal(set) var unit: String
    /// Who receives it. Empty where the file names nobody (`Vector__XXX`).
    public internal(set) var receivers: [String] = []
    /// The value table (`VAL_`), in the order of the file.
    public internal(set) var choices: [DBCChoice] = []
    /// What the file says about it.
    public internal(set) var comment: String?
    /// The value before the first frame (`GenSigStartValue`), as the file writes it: mostly raw.
    public internal(set) var startValue: Double?
    /// The suspect parameter number of SAE J1939 (`SPN`); `nil` where not stated or 0.
    public internal(set) var suspectParameterNumber: Int?

    /// What a raw value means by the value table; the last line counts where there are several.
    public func text(of raw: Int64) -> String? {
        choices.last { $0.raw == raw }?.text
    }
}
