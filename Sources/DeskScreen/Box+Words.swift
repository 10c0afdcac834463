public import AccessCode
public import Box

extension InterlockReason {
    /// Why the starter inhibit may not be engaged, for a person.
    public var words: String {
        switch self {
        case .ignitionUnknown: "the ignition is unknown"
        case .ignitionOn: "the ignition is on"
        case .speedUnknown: "the speed is unknown"
        case .moving: "the car moves"
        case .tooSoon: "not a minute quiet yet"
        }
    }
}

extension StorageRoom {
    /// What the medium still takes, for a person.
    public var words: String {
        switch self {
        case .normal: "room for everything"
        case .tight: "tight: no more marks"
        case .none: "full: no new rentals"
        }
    }
}

extension ClockLoss {
    /// Why the box does not know the time, for a person.
    public var words: String {
        switch self {
        case .unset: "never set"
        case .rtcMissing: "no clock answers"
        case .oscillatorStopped: "the clock had stopped"
        case .belowFloor: "the clock went back"
        case .jump: "the clock jumped"
        }
    }
}
