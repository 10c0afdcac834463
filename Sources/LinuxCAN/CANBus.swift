internal import CAN
public import LinuxIO
internal import Netlink
public import Units

/// One bus of the car, as Linux has it: waits for its interface, verifies how that is set up, and
/// hands over what is heard.
///
/// It has no thread: its owner waits for ``sources`` and ``nextDeadline``, then calls
/// ``handle(at:_:)``.
public final class CANBus {
    /// What is known about the bus.
    public private(set) var supervisor: BusSupervisor
    /// How often each kind of trouble was told since the start, for status.
    public private(set) var troubles = BusTroubles()

    /// How many frames were taken from the socket since the start, error frames included; wraps.
    public private(set) var framesTaken: UInt64 = 0

    private var filters: [CANFilter]
    var routes: RouteSocket
    var socket: CANSocket?
    private var requestNumber: UInt32 = 0
    /// What was lost before error frames, which are not handed over: told with the next frame.
    private var lostUntold: UInt32 = 0
    /// What could not be done about the socket, to be told with the next reports.
    private var pending: [BusReport] = []

    /// Waits for the interface of `expectation`, of which `filters` are received.
    ///
    /// - Throws: ``SystemCallFailure`` when the kernel cannot be asked about interfaces. Whatever
    ///   is wrong with the interface shows in reports.
    public init(
        _ expectation: BusExpectation, filters: [CANFilter], at moment: KernelMoment
    ) throws(SystemCallFailure) {
        supervisor = BusSupervisor(expectation)
        self.filters = filters
        routes = try RouteSocket(hearing: .links)
        try ask(.listLinks)
    }

    /// Receives `wanted` from now on.
    public func receive(only wanted: [CANFilter]) {
        filters = wanted
        do throws(SystemCallFailure) {
            try socket?.receive(only: wanted, name: supervisor.expectation.interface)
        } catch {
            pending.append(.notChanged(code: error.code))
        }
    }

    /// What to wait for.
    public var sources: [PollSource] {
        guard let source = socket?.source else { return [routes.source] }
        return [source, routes.source]
    }

    /// When to call ``handle(at:_:)`` if no source is ready before.
    public var nextDeadline: BootTime? { supervisor.nextDeadline }

    /// What frames are stamped with; `nil` while the bus is not open.
    public var stamps: CANSocket.Stamps? { socket?.stamps }

    /// Takes in what the kernel has to tell and does what is due. `take` gets each frame of data,
    /// in order; error frames are understood here and not handed over.
    ///
    /// - Returns: what happened to the bus.
    public func handle(
        at moment: KernelMoment, _ take: (ReceivedFrame) -> Void
    ) -> [BusReport] {
        var reports: [BusReport] = []
        hearLinks(at: moment, &reports)
        hearFrames(at: moment, take, &reports)
        carryOut(supervisor.advance(to: moment.boot), at: moment, &reports)
        reports += pending
        pending = []
        return reports
    }

    private func hearLinks(at moment: KernelMoment, _ reports: inout [BusReport]) {
        while true {
            switch routes.receive() {
            case .messages(let bytes):
                for event in NetlinkMessages.events(in: bytes.span) {
                    hear(event, at: moment, &reports)
                }
            case .empty: return
            case .overrun: tryToAsk(.listLinks)
            case .failed(let code):
                reports.append(.notChanged(code: code))
                return tryToAsk(.listLinks)
            }
        }
    }

    private func hear(
        _ event: NetlinkEvent, at moment: KernelMoment, _ reports: inout [BusReport]
    ) {
        switch event {
        case .link(let link):
            carryOut(supervisor.see(link, at: moment.boot), at: moment, &reports)
        case .linkRemoved(let link):
            carryOut(supervisor.miss(interface: link.index), at: moment, &reports)
        case .refused(_, let code): reports.append(.notChanged(code: code))
        case .overrun: tryToAsk(.listLinks)
        case .route, .routeRemoved, .listEnded, .acknowledged, .malformed: break
        }
    }

    private func hearFrames(
        at moment: KernelMoment, _ take: (ReceivedFrame) -> Void, _ reports: inout [BusReport]
    ) {
        var events: [BusEvent] = []
        var lost: UInt32 = 0
        var hasWoken = false
        let isBench = supervisor.expectation.isBench
        let ending = socket?.receive(at: moment) { received in
            var received = received
            framesTaken &+= 1
            lost &+= received.lostBefore
            lostUntold &+= received.lostBefore
            if received.frame.kind == .error {
                if let frame = received.frame.classicFrame {
                    events += BusEvent.events(of: frame)
                }
                return
            }
            // What this machine sends shows nothing about the bus, except where it is the bus.
            if received.origin == .bus || isBench {
                if supervisor.hear(at: received.at) { hasWoken = true }
            }
            received.lostBefore = lostUntold
            lostUntold = 0
            take(received)
        }
        if hasWoken { reports.append(.woke) }
        if lost > 0 { reports.append(.framesLost(lost)) }
        for event in events {
            troubles.count(event)
            carryOut(supervisor.take(event, at: moment.boot), at: moment, &reports)
        }
        if case .failed(let code) = ending {
            carryOut(supervisor.socketBroke(code, at: moment.boot), at: moment, &reports)
        }
    }

    private func carryOut(
        _ effects: [BusEffect], at moment: KernelMoment, _ reports: inout [BusReport]
    ) {
        for effect in effects {
            switch effect {
            case .open(let interface): open(interface, at: moment, &reports)
            case .close: socket = nil
            case .askForLinks: tryToAsk(.listLinks)
            case .restartController(let interface):
                tryToAsk(.restartController(index: interface))
            case .listenOnly(let interface):
                tryToAsk(.setUp(index: interface, false))
                tryToAsk(.listenOnly(index: interface))
                tryToAsk(.setUp(index: interface, true))
            case .report(let report): reports.append(report)
            }
        }
    }

    private func open(
        _ interface: Int32, at moment: KernelMoment, _ reports: inout [BusReport]
    ) {
        do throws(SystemCallFailure) {
            socket = try CANSocket(
                interface: interface, name: supervisor.expectation.interface, filters: filters,
                at: moment)
            supervisor.socketOpened()
        } catch {
            carryOut(supervisor.socketBroke(error.code, at: moment.boot), at: moment, &reports)
        }
    }

    private func ask(_ request: NetlinkRequest) throws(SystemCallFailure) {
        requestNumber &+= 1
        try routes.send(request.bytes(number: requestNumber))
    }

    private func tryToAsk(_ request: NetlinkRequest) {
        do throws(SystemCallFailure) { try ask(request) } catch {
            pending.append(.notChanged(code: error.code))
        }
    }
}

/// How often each kind of trouble was told since the start.
public struct BusTroubles: Hashable, Sendable {
    /// Frames that nobody acknowledged.
    public private(set) var notAcknowledged = 0
    /// Frames that could not be sent in time.
    public private(set) var sendTimeouts = 0
    /// Overflows of the controller.
    public private(set) var controllerOverflows = 0
    /// Broken frames on the bus.
    public private(set) var brokenFrames = 0
    /// Faults of the wires.
    public private(set) var wireFaults = 0

    /// None so far.
    public init() {}

    mutating func count(_ event: BusEvent) {
        switch event {
        case .notAcknowledged: notAcknowledged += 1
        case .sendTimedOut: sendTimeouts += 1
        case .controllerOverflow: controllerOverflows += 1
        case .brokenFrame: brokenFrames += 1
        case .wireFault: wireFaults += 1
        case .busOff, .restarted, .errorState, .arbitrationLost: break
        }
    }
}
