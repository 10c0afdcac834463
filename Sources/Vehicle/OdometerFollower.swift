internal import CAN
internal import Units

/// One of the car's odometers, followed whether or not it is the one that is billed by.
struct OdometerFollower: Hashable, Sendable {
    /// What records call it.
    private(set) var key: SourceKey
    var acceptance: OdometerAcceptance
    /// Its offset to the pinned one.
    var offset = OffsetCheck()
    /// The unit that answers, where any may: the first that gave a reading.
    private var unit: CANID?
    private let isOpen: Bool

    init(_ signal: OdometerSignal, _ plausibility: Plausibility) {
        key = signal.signal.key
        acceptance = OdometerAcceptance(signal: signal, plausibility: plausibility)
        switch signal.signal.selector {
        case .answer(let answer): isOpen = answer.responder == .firstFunctional
        case .broadcast: isOpen = false
        }
    }

    /// Whether it is called `key`, or will be once that unit answers.
    mutating func takes(_ key: SourceKey) -> Bool {
        if self.key == key { return true }
        guard isOpen, unit == nil, let unit = acceptance.signal.signal.unit(in: key) else {
            return false
        }
        self.unit = unit
        self.key = key
        return true
    }

    /// Whether `frame` is this odometer's.
    @inline(__always)
    mutating func admits(_ frame: CANFrame, _ origin: FrameOrigin) -> Bool {
        guard acceptance.signal.signal.selector.admits(frame, origin) else { return false }
        guard isOpen else { return true }
        if let unit { return unit == frame.id }
        guard case .value = acceptance.signal.sample(of: frame) else { return false }
        unit = frame.id
        key = acceptance.signal.signal.key(by: frame.id)
        return true
    }

    /// Whether it was accepted in this boot, not too long before `now` to be followed.
    func isHeard(at now: BootTime) -> Bool {
        guard acceptance.believed != nil, let heardAt = acceptance.heardAt else { return false }
        return heardAt >= .boot && now - heardAt <= acceptance.signal.signal.maxAge
    }
}

/// Which odometer is billed by.
enum OdometerPin: Hashable, Sendable {
    /// None yet: one is pinned by itself.
    case open
    /// This one. Its position has begun once it was heard since it was pinned.
    case pinned(Int, hasBegun: Bool)
    /// One that the profile does not have: nothing is billed by another until somebody says so.
    case missing(SourceKey)
}
