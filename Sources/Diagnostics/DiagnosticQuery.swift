public import CAN
public import Units

/// A question that is asked again and again.
public struct DiagnosticQuery: Hashable, Sendable {
    /// What it is about, which says how often it may be asked.
    public enum Subject: String, CaseIterable, Hashable, Sendable {
        /// The odometer: all queries about it together at most once a minute, never twice at once.
        case odometer
        /// Everything else.
        case other

        /// The shortest interval between two requests.
        public var shortestInterval: Milliseconds {
            switch self {
            case .odometer: .minutes(1)
            case .other: Milliseconds(100)
            }
        }
    }

    /// What is asked.
    public let request: DiagnosticRequest
    /// Who is asked.
    public let address: DiagnosticAddress
    /// What it is about.
    public let subject: Subject
    /// How long after one request the next is sent.
    public let interval: Milliseconds

    /// A query; `nil` where `interval` is shorter than the subject allows.
    public init?(
        _ request: DiagnosticRequest, to address: DiagnosticAddress, about subject: Subject,
        every interval: Milliseconds
    ) {
        guard interval >= subject.shortestInterval else { return nil }
        self.request = request
        self.address = address
        self.subject = subject
        self.interval = interval
    }
}

/// What polling depends on, as the owner of a ``DiagnosticClient`` knows it. Unknown is a no.
public struct PollingConditions: Hashable, Sendable {
    /// A car whose battery is below this is not asked anything.
    public static let lowestVoltage = Millivolts(12_200)
    /// How long ago the bus may have been heard last.
    public static let busAge = Milliseconds(1000)

    /// Whether the ignition is on; `nil` is unknown.
    public var isIgnitionOn: Bool?
    /// Whether the car is locked or parked.
    public var isLocked: Bool
    /// When a frame was heard last that is no answer to a request: those would keep a bus awake
    /// that would fall asleep.
    public var busHeardAt: BootTime?
    /// The voltage of the car's battery; `nil` is unknown.
    public var voltage: Millivolts?

    /// Conditions; by default nothing is known, and nothing is asked.
    public init(
        isIgnitionOn: Bool? = nil, isLocked: Bool = true, busHeardAt: BootTime? = nil,
        voltage: Millivolts? = nil
    ) {
        self.isIgnitionOn = isIgnitionOn
        self.isLocked = isLocked
        self.busHeardAt = busHeardAt
        self.voltage = voltage
    }

    /// Why nothing may be sent at `now`; `nil` when something may.
    public func obstacle(at now: BootTime) -> PollingObstacle? {
        if isLocked { return .locked }
        guard let isIgnitionOn else { return .ignitionUnknown }
        guard isIgnitionOn else { return .ignitionOff }
        guard let busHeardAt, now - busHeardAt < Self.busAge else { return .busSilent }
        guard let voltage else { return .voltageUnknown }
        return voltage < Self.lowestVoltage ? .voltageLow : nil
    }
}

/// Why a car is not asked. The raw value is the stable code.
public enum PollingObstacle: String, CaseIterable, Hashable, Sendable {
    /// It is locked or parked: a frame may set off its alarm.
    case locked
    /// Nobody knows whether the ignition is on.
    case ignitionUnknown
    /// The ignition is off: the frame would wake the bus.
    case ignitionOff
    /// The bus was silent for a second.
    case busSilent
    /// Nobody knows the voltage.
    case voltageUnknown
    /// The battery is below 12.2 V.
    case voltageLow
}

/// The times and bounds of asking (ISO 14229-2, ISO 15765-4).
public struct DiagnosticTiming: Hashable, Sendable {
    /// P2: how long a unit may take to answer.
    public var answer = Milliseconds(50)
    /// P2*: how long it may take after it said "pending".
    public var pending = Milliseconds(5000)
    /// How often a unit may say "pending" to one request.
    public var pendingMaximum = 10
    /// How often a request that nobody answered is sent again at once; odometer requests never are.
    public var retries = 1

    /// The times of the standards.
    public init() {}
}

/// What a ``DiagnosticClient`` wants done, or has to tell.
public enum DiagnosticEffect: Hashable, Sendable {
    /// Send this frame now, or not at all.
    case transmit(PermittedFrame)
    /// A unit answered a query with data. A functional query can be answered by several.
    case answered(DiagnosticQuery, DiagnosticAnswer)
    /// A unit, which answers with these frames, said no.
    case refused(DiagnosticQuery, ecu: CANID, NegativeResponseCode)
    /// Nobody answered in time, or no answer was whole.
    case silent(DiagnosticQuery)
}
