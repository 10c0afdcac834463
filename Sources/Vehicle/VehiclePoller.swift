public import CAN
public import Diagnostics
public import Units

/// Hears what control units answer, and asks them where the profile wants that: the part beside
/// ``VehicleMonitor`` that knows diagnostic requests.
///
/// A profile that asks nothing has no client, only a listener: there is nothing here that could
/// send. In one that asks, the client takes the answers to its own questions; those to others
/// count only while it has not asked for ``ownAnswers``, so that none counts twice and none of its
/// own that came too late counts at all.
///
/// **How often the odometer is asked.** The rule is once a minute. But a single answer is believed
/// only where it confirms what was believed before; anything else needs three readings over two
/// seconds. So a reading that was held is repeated a second after its answer came, or when the bus
/// has settled after waking, and three requests within a minute are the most. Hence:
/// - five seconds after the ignition went on the odometer is asked. Where the car was not driven
///   unheard, this one answer confirms where it stood; else two more follow as soon as they can
///   count, and are believed eleven seconds after the ignition at the latest if the bus woke with
///   it;
/// - then once a minute: each answer goes on from those before, and counts by itself;
/// - when the car comes to rest, because the ignition may go off next, after which nobody may ask.
///   In stop-and-go traffic the three requests a minute bound that, too.
///
/// Between two answers the speed, which is asked twice a second, carries the odometer on.
public struct VehiclePoller: Hashable, Sendable {
    /// What is to be done.
    public enum Effect: Hashable, Sendable {
        /// Send this now, or not at all.
        case transmit(PermittedFrame)
        /// A unit answered with data: to this query, or to somebody else's request.
        case heard(DiagnosticAnswer, to: DiagnosticQuery?)
    }

    /// How long after the ignition went on the odometer is asked: clusters need a while to wake.
    public static let odometerDelay = Milliseconds.seconds(5)
    /// How long after its answer a reading that was held is repeated.
    public static let repeatDelay = Milliseconds.seconds(1)

    /// How long after a request an answer may still be one to it: P2* of five seconds, and more.
    public static let ownAnswers = Milliseconds.seconds(6)

    /// Of a profile that asks.
    private var client: DiagnosticClient?
    /// Hears what is answered to somebody else.
    private var listener: AnswerListener
    /// When the client sent something last.
    private var sentAt: BootTime?
    /// When a frame was heard that belongs to no conversation with a tester.
    private var busHeardAt: BootTime?
    private var isIgnitionOn: Bool?
    /// The query about the odometer that is billed by, once it was answered.
    private var billed: DiagnosticQuery?

    /// What `profile` wants asked, or listened to.
    public init(_ profile: VehicleProfile) {
        switch profile.diagnostics {
        case .listens(let addresses): listener = AnswerListener(addresses: addresses)
        case .asks:
            listener = AnswerListener(addresses: profile.queries.map(\.address))
            client = DiagnosticClient(profile.queries)
            billed = profile.queries.first { $0.subject == .odometer }
        }
    }

    /// Whether it may ever send.
    public var asks: Bool {
        // By pattern: a comparison with nil would copy the client first, at every frame.
        if case .some = client { true } else { false }
    }

    /// Why the car is not asked at `now`; `nil` where it may be. A profile that asks nothing has
    /// no obstacle, and sends nothing all the same.
    public func obstacle(at now: BootTime) -> PollingObstacle? {
        client?.conditions.obstacle(at: now)
    }

    /// Whether a query was refused for ever since the start.
    public func isRefusedForEver(_ query: DiagnosticQuery) -> Bool {
        client?.isRefusedForEver(query) ?? false
    }

    /// When ``advance(to:)`` has something to do; `nil` when there is nothing to wait for.
    public func nextDeadline(at now: BootTime) -> BootTime? { client?.nextDeadline(at: now) }

    /// Hears a frame of the bus, which may be anything but one that the box itself has sent.
    public mutating func receive(_ frame: CANFrame, at now: BootTime) -> [Effect] {
        let answer = listener.receive(frame, at: now).flatMap { $0.payload == nil ? nil : $0 }
        guard asks else { return answer.map { [.heard($0, to: nil)] } ?? [] }
        if frame.kind == .data, !isDiagnostic(frame.id) { busHeardAt = now }
        var wanted = effects(client?.receive(frame, at: now), at: now)
        let isForOthers = sentAt.map { now - $0 > Self.ownAnswers } ?? true
        if let answer, isForOthers { wanted.append(.heard(answer, to: nil)) }
        return wanted
    }

    /// Takes in the ignition, whether the car is locked or parked, and the voltage of its battery
    /// as they are at `now`; `nil` is unknown.
    public mutating func update(
        isIgnitionOn: Bool?, isLocked: Bool, voltage: Millivolts?, at now: BootTime
    ) -> [Effect] {
        guard asks else { return [] }
        let wentOn = isIgnitionOn == true && self.isIgnitionOn != true
        self.isIgnitionOn = isIgnitionOn
        if wentOn {
            client?.holdOdometer(until: now + Self.odometerDelay)
            if let billed { client?.want(billed, at: now + Self.odometerDelay) }
        }
        let conditions = PollingConditions(
            isIgnitionOn: isIgnitionOn, isLocked: isLocked, busHeardAt: busHeardAt,
            voltage: voltage)
        return effects(client?.update(conditions, at: now), at: now)
    }

    /// Lets time pass: ends what took too long, asks what is due.
    public mutating func advance(to now: BootTime) -> [Effect] {
        effects(client?.advance(to: now), at: now)
    }

    /// Learns what the monitor made of a frame: a car that came to rest is asked where it stands.
    public mutating func note(_ changes: VehicleChanges, at now: BootTime) {
        if changes.contains(.stopped), let billed { client?.want(billed, at: now) }
    }

    /// Learns what the monitor made of the answer to `query`: what it could not believe yet is
    /// asked again.
    ///
    /// `odometerAt` is when the odometer that is billed by was heard last, and `settledAt` from
    /// when on another reading of it can be believed.
    public mutating func note(
        _ changes: VehicleChanges, of query: DiagnosticQuery, odometerAt: BootTime?,
        settledAt: BootTime?, at now: BootTime
    ) {
        if query.subject == .odometer {
            if odometerAt == now { billed = query }
            if changes.contains(.odometerHeld) {
                client?.want(query, at: max(now + Self.repeatDelay, settledAt ?? now))
            }
        }
        note(changes, at: now)
    }

    /// Whether `id` belongs to a conversation with a tester, this one or another.
    private func isDiagnostic(_ id: CANID) -> Bool {
        if DiagnosticAddress.isDiagnostic(id) { return true }
        guard let queries = client?.queries else { return false }
        for query in queries where query.address.request == id || query.address.isAnswered(by: id) {
            return true
        }
        return false
    }

    private mutating func effects(_ wanted: [DiagnosticEffect]?, at now: BootTime) -> [Effect] {
        guard let wanted, !wanted.isEmpty else { return [] }
        var effects: [Effect] = []
        for effect in wanted {
            switch effect {
            case .transmit(let frame):
                sentAt = now
                effects.append(.transmit(frame))
            case .answered(let query, let answer): effects.append(.heard(answer, to: query))
            // What nobody answered is asked again by the client itself.
            case .refused, .silent: continue
            }
        }
        return effects
    }
}
