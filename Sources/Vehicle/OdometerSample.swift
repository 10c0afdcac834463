public import CAN
public import Units

/// What one frame says about an odometer, before anything is asked about its plausibility.
public enum OdometerSample: Hashable, Sendable {
    /// A reading, and the length of the count that it is in.
    case value(Millimetres, raw: Int64, perCount: Millimetres)
    /// What the cluster says before it has read its own memory: zero, or what the profile lists.
    case initial(raw: Int64)
    /// The cluster knows that its value is wrong.
    case error(raw: Int64)
    /// The cluster has no value: all ones, or what the profile lists.
    case notAvailable(raw: Int64)
    /// A value that the coding keeps back.
    case reserved(raw: Int64)
    /// The unit signal says what the profile does not know.
    case unitUnknown(raw: Int64)
    /// The frame has fewer bytes than the signal needs.
    case short(length: Int)
    /// The car itself says that this frame holds no odometer.
    case gated
}

extension OdometerSignal {
    /// What `frame` says.
    ///
    /// A zero of an odometer is ``OdometerSample/initial(raw:)``, all ones are
    /// ``OdometerSample/notAvailable(raw:)``; a distance that begins at zero may be zero.
    @inline(__always)
    public func sample(of frame: CANFrame) -> OdometerSample {
        let layout = signal.layout
        guard frame.length >= layout.bytesNeeded else { return .short(length: frame.length) }
        guard signal.admits(frame), let raw = layout.raw(from: frame) else { return .gated }
        switch special.meaning(of: raw, length: layout.length) {
        case .initial: return .initial(raw: raw)
        case .notAvailable: return .notAvailable(raw: raw)
        case .error: return .error(raw: raw)
        case .reserved: return .reserved(raw: raw)
        case .measured: break
        }
        if raw == layout.range.upperBound { return .notAvailable(raw: raw) }
        if raw == 0, role == .dash { return .initial(raw: raw) }
        return reading(raw, in: frame)
    }

    /// `raw` as a reading, in the unit that `frame` says.
    func reading(_ raw: Int64, in frame: CANFrame) -> OdometerSample {
        guard let count = unit.perCount(in: frame) else { return .unitUnknown(raw: raw) }
        return .value(count * raw, raw: raw, perCount: count)
    }
}
