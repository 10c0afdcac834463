internal import LinuxIO
public import Netlink
public import Units

/// Decides what to do about one bus: when to open a socket, restart a controller, keep silent.
///
/// Pure: facts and the passing of time come in, effects come out. After the third bus-off within
/// ten minutes the box keeps silent on that bus until it is started again: something is wrong with
/// it or with the bus, and the car comes first.
public struct BusSupervisor: Hashable, Sendable {
    /// How many bus-offs within ``busOffWindow`` silence the box.
    public static let busOffMaximum = 3
    /// How long a bus-off counts.
    public static let busOffWindow = Milliseconds.minutes(10)
    /// How long nothing is heard before a bus counts as asleep.
    public static let silence = Milliseconds.minutes(1)
    /// The first wait before a controller is restarted or a socket reopened.
    public static let firstWait = Milliseconds.seconds(1)
    /// The longest.
    public static let longestWait = Milliseconds.seconds(64)

    /// Where a bus stands.
    public enum State: Hashable, Sendable {
        /// There is no such interface.
        case absent
        /// It is turned off.
        case down
        /// It is set up in another way than expected, and not listened to.
        case refused(LinkMistake)
        /// It works.
        case up(BusEvent.ErrorState)
        /// Its controller took itself off the bus, and is restarted by then.
        case busOff(restartAt: BootTime)
        /// Its socket broke, and is opened again by then.
        case broken(retryAt: BootTime)
    }

    /// What is expected of the interface.
    public let expectation: BusExpectation
    /// Where the bus stands.
    public private(set) var state = State.absent
    /// Whether the box keeps silent because of repeated bus-offs.
    public private(set) var isSilenced = false
    /// Whether nothing was heard for a minute.
    public private(set) var isAsleep = false
    /// Whether the controller is set to listen only, whatever the box may do.
    public private(set) var isControllerSilent = false
    /// When something was heard last; `nil` before the first frame.
    public private(set) var heardAt: BootTime?
    /// How often the controller went off the bus since the start.
    public private(set) var busOffs = 0

    private var interface: Int32?
    /// Whether the kernel restarts the controller by itself, and then refuses to do it for us.
    private var restartsByItself = false
    private var isOpen = false
    private var upAt: BootTime?
    private var recentBusOffs: [BootTime] = []
    private var restartWait = BackOff(first: firstWait, longest: longestWait)
    private var socketWait = BackOff(first: firstWait, longest: longestWait)

    /// A supervisor of the bus behind `expectation`.
    public init(_ expectation: BusExpectation) { self.expectation = expectation }

    /// When ``advance(to:)`` has something to do; `nil` when only facts can change anything.
    public var nextDeadline: BootTime? {
        switch state {
        case .absent, .down, .refused: nil
        case .busOff(let time), .broken(let time): time
        case .up: isAsleep ? nil : (heardAt ?? upAt).map { $0 + Self.silence }
        }
    }

    /// A frame of the bus was heard. Called for each, so it does little.
    ///
    /// - Returns: whether the bus woke with it.
    public mutating func hear(at now: BootTime) -> Bool {
        heardAt = now
        guard isAsleep else { return false }
        isAsleep = false
        return true
    }

    /// The kernel described the interface.
    public mutating func see(_ link: NetworkLink, at now: BootTime) -> [BusEffect] {
        guard link.name == expectation.interface else {
            // The same interface under another name is another one.
            return miss(interface: link.index)
        }
        var effects: [BusEffect] = []
        if let interface, interface != link.index { effects += lose(.absent, .vanished) }
        interface = link.index
        guard link.isUp else {
            if state != .down { effects += lose(.down, .turnedOff) }
            return effects
        }
        if let mistake = expectation.mistake(of: link) {
            if state != .refused(mistake) { effects += lose(.refused(mistake), .refused(mistake)) }
            return effects
        }
        restartsByItself = (link.controller?.restartMilliseconds ?? 0) > 0
        isControllerSilent = link.controller?.modes.contains(.listenOnly) ?? false
        if !isOpen {
            isOpen = true
            state = .up(.active)
            upAt = now
            heardAt = nil
            isAsleep = false
            effects += [.open(interface: link.index), .report(.turnedOn)]
        }
        return effects + compare(link.controller?.state, at: now)
    }

    /// The interface with this number is gone.
    public mutating func miss(interface number: Int32) -> [BusEffect] {
        guard interface == number else { return [] }
        interface = nil
        return lose(.absent, .vanished)
    }

    /// The controller told something.
    public mutating func take(_ event: BusEvent, at now: BootTime) -> [BusEffect] {
        switch event {
        case .busOff: goBusOff(at: now)
        case .restarted: comeBack()
        case .errorState(let errors): pass(to: errors)
        case .notAcknowledged, .sendTimedOut, .controllerOverflow, .brokenFrame, .wireFault,
            .arbitrationLost:
            []
        }
    }

    /// The socket did not open, or broke, with this reason (errno).
    ///
    /// Why, the kernel tells in its own words; where it does not, the interface is asked for again
    /// after a wait.
    public mutating func socketBroke(_ code: Int32, at now: BootTime) -> [BusEffect] {
        guard isOpen else { return [] }
        isOpen = false
        state = .broken(retryAt: socketWait.fail(at: now))
        return [.close, .report(.broken(code: code))]
    }

    /// The socket was opened.
    public mutating func socketOpened() { socketWait.reset() }

    /// Lets time pass.
    public mutating func advance(to now: BootTime) -> [BusEffect] {
        guard let nextDeadline, now >= nextDeadline else { return [] }
        switch state {
        case .absent, .down, .refused: return []
        case .up:
            isAsleep = true
            return [.report(.fellAsleep)]
        case .busOff:
            state = .busOff(restartAt: restartWait.fail(at: now))
            // It may be back, and the frame that said so lost.
            guard let interface, !restartsByItself else { return [.askForLinks] }
            return [.restartController(interface: interface), .askForLinks]
        case .broken:
            state = .broken(retryAt: socketWait.fail(at: now))
            return [.askForLinks]
        }
    }
}

extension BusSupervisor {
    /// Leaves the bus for `state`.
    private mutating func lose(_ state: State, _ report: BusReport) -> [BusEffect] {
        let wasAbsent = self.state == .absent && state == .absent
        self.state = state
        isAsleep = false
        heardAt = nil
        let close: [BusEffect] = isOpen ? [.close] : []
        isOpen = false
        return wasAbsent ? close : close + [.report(report)]
    }

    /// Compares what the kernel says of the controller with what error frames told: one of them
    /// may have been lost.
    private mutating func compare(
        _ controller: CANController.State?, at now: BootTime
    ) -> [BusEffect] {
        let isOff = if case .busOff = state { true } else { false }
        switch controller {
        case .busOff: return isOff ? [] : goBusOff(at: now)
        case .errorActive: return isOff ? comeBack() : pass(to: .active)
        case .errorWarning: return isOff ? comeBack() : pass(to: .warning)
        case .errorPassive: return isOff ? comeBack() : pass(to: .passive)
        case .stopped, .sleeping, nil: return []
        }
    }

    private mutating func goBusOff(at now: BootTime) -> [BusEffect] {
        guard isOpen else { return [] }
        if case .busOff = state { return [] }
        busOffs += 1
        recentBusOffs.removeAll { now - $0 >= Self.busOffWindow }
        recentBusOffs.append(now)
        if recentBusOffs.count == 1 { restartWait.reset() }
        state = .busOff(restartAt: restartWait.fail(at: now))
        var effects: [BusEffect] = [.report(.busOff(count: busOffs))]
        guard recentBusOffs.count >= Self.busOffMaximum, !isSilenced else { return effects }
        isSilenced = true
        if let interface { effects.append(.listenOnly(interface: interface)) }
        effects.append(.report(.silenced))
        return effects
    }

    private mutating func comeBack() -> [BusEffect] {
        guard case .busOff = state else { return [] }
        state = .up(.active)
        return [.report(.restarted)]
    }

    private mutating func pass(to errors: BusEvent.ErrorState) -> [BusEffect] {
        guard case .up(let before) = state, before != errors else { return [] }
        state = .up(errors)
        return [.report(.errorState(errors))]
    }
}

/// What a ``BusSupervisor`` wants done.
public enum BusEffect: Hashable, Sendable {
    /// Open a socket on the interface with this number.
    case open(interface: Int32)
    /// Close the socket.
    case close
    /// Ask the kernel for all interfaces again.
    case askForLinks
    /// Restart the controller of this interface from bus-off.
    case restartController(interface: Int32)
    /// Turn this interface off, make its controller listen only, and turn it on again. The box
    /// keeps silent whether or not that can be done.
    case listenOnly(interface: Int32)
    /// Tell whoever looks after the box.
    case report(BusReport)
}

/// What happened to a bus, for the log and the status.
public enum BusReport: Hashable, Sendable {
    /// It is set up as expected, and listened to.
    case turnedOn
    /// Somebody turned it off.
    case turnedOff
    /// Its interface is gone.
    case vanished
    /// It is set up in another way than expected.
    case refused(LinkMistake)
    /// Its error counters passed a limit.
    case errorState(BusEvent.ErrorState)
    /// Its controller took itself off the bus, for the `count`th time since the start.
    case busOff(count: Int)
    /// Its controller is back.
    case restarted
    /// The box keeps silent on it from now on.
    case silenced
    /// The kernel refused a change of its controller, with this reason (errno).
    case notChanged(code: Int32)
    /// Nothing was heard for a minute.
    case fellAsleep
    /// Something is heard again.
    case woke
    /// The box was too slow, and so many frames are lost.
    case framesLost(UInt32)
    /// Its socket broke, with this reason (errno).
    case broken(code: Int32)
}
