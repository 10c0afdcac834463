public import CAN
public import Units

/// Asks control units the questions of a list, each at its interval, one at a time.
///
/// Pure: inputs are frames, conditions and the passing of time. It sends only while
/// ``PollingConditions`` allow it, and only what its ``TransmitAllowList`` permits. It takes the
/// answers to its own questions; for those to others there is ``AnswerListener``.
///
/// A question that a unit refuses for ever is not asked again until ``forget()``. One that nobody
/// answers is sent again once, the odometer's not; after three such silences it is asked once a
/// minute at most. An answer that comes too late is not used: nobody knows how old it is.
///
/// A reading of the odometer is one request. Where one answer is not enough to believe it, or at a
/// moment that is worth it, the owner may ask for more with ``want(_:at:)``. However often it
/// does, at most three requests about the odometer are sent within any minute.
public struct DiagnosticClient: Hashable, Sendable {
    /// After how many silences in a row a question is asked less often, and then how often.
    public static let silencesMaximum = 3
    /// The interval after so many silences.
    public static let silentInterval = Milliseconds.minutes(1)
    /// How many requests about the odometer are sent within ``odometerPeriod`` at most, by all
    /// queries together.
    public static let odometerRequestsMaximum = 3
    /// The time in which they are counted.
    public static let odometerPeriod = Milliseconds.minutes(1)

    private struct Schedule: Hashable {
        var due = BootTime.boot
        /// When the owner wants it asked, if that is sooner.
        var wanted: BootTime?
        var silences = 0
        /// Whether it has been answered with data.
        var isKnown = false
        var isRefusedForEver = false
    }

    /// The questions.
    public let queries: [DiagnosticQuery]
    /// What polling depends on; see ``update(_:at:)``.
    public private(set) var conditions = PollingConditions()
    private let timing: DiagnosticTiming
    private let padding: UInt8
    private var allowList: TransmitAllowList
    private var schedules: [Schedule]
    private var exchange: DiagnosticExchange?
    /// When the odometer is asked for again unless somebody wants it sooner, by whichever query.
    private var odometerDue = BootTime.boot
    /// Before this nobody asks for the odometer.
    private var odometerHeldUntil = BootTime.boot
    /// The last requests about the odometer, oldest first: as many as a minute may have.
    private var odometerRequests: [BootTime] = []
    /// Until when a unit may have something to answer that was not asked by this exchange.
    private var othersUntil = BootTime.boot

    /// A client for `queries`, whose frames are filled up with `padding`: 00, 55, AA, CC or FF.
    ///
    /// Traps for any other padding.
    public init(
        _ queries: [DiagnosticQuery], timing: DiagnosticTiming = .init(), padding: UInt8 = 0xCC
    ) {
        precondition(
            TransmitAllowList.paddings.contains(padding), "A frame is filled up with a usual byte.")
        self.queries = queries
        self.timing = timing
        self.padding = padding
        allowList = TransmitAllowList(addresses: queries.map(\.address))
        schedules = queries.map { _ in Schedule() }
    }

    /// Whether a request is on its way.
    public var isAsking: Bool {
        // By pattern: a comparison with nil would copy the exchange first.
        if case .some = exchange { true } else { false }
    }

    /// Whether a query was refused for ever.
    public func isRefusedForEver(_ query: DiagnosticQuery) -> Bool {
        queries.indices.contains { queries[$0] == query && schedules[$0].isRefusedForEver }
    }

    /// When ``advance(to:)`` has something to do; `nil` when there is nothing to wait for.
    ///
    /// While the conditions forbid to ask there is nothing, for only new conditions change that.
    public func nextDeadline(at now: BootTime) -> BootTime? {
        if let exchange { return exchange.deadline }
        guard conditions.obstacle(at: now) == nil, let next else { return nil }
        return max(due(next), othersUntil)
    }

    /// The car is another one, or may have other units: everything is asked again, after the time
    /// of a request that is on its way. The odometer keeps to its requests a minute.
    public mutating func forget() {
        schedules = queries.map { _ in Schedule() }
        if let exchange { othersUntil = max(othersUntil, exchange.deadline) }
        exchange = nil
    }

    /// Asks `query` at `time`, unless it is due before: once, in addition to its interval.
    ///
    /// What is not among ``queries`` is not asked. The odometer is asked when its three requests a
    /// minute allow it; a wish that has to wait for that is not lost.
    public mutating func want(_ query: DiagnosticQuery, at time: BootTime) {
        for index in queries.indices where queries[index] == query {
            schedules[index].wanted = schedules[index].wanted.map { min($0, time) } ?? time
        }
    }

    /// Does not ask for the odometer before `time`.
    public mutating func holdOdometer(until time: BootTime) {
        odometerHeldUntil = max(odometerHeldUntil, time)
    }

    /// Takes in the conditions at `now`. An exchange that they forbid ends by itself.
    public mutating func update(
        _ conditions: PollingConditions, at now: BootTime
    ) -> [DiagnosticEffect] {
        self.conditions = conditions
        return advance(to: now)
    }

    /// Lets time pass: ends what took too long, asks what is due.
    public mutating func advance(to now: BootTime) -> [DiagnosticEffect] {
        var effects: [DiagnosticEffect] = []
        if let exchange, exchange.isOver(at: now) { finish(exchange, at: now, &effects) }
        if !isAsking { askNext(at: now, &effects) }
        return effects
    }

    /// Hears a frame of the bus, which may be anything; the client's own frames are not heard.
    public mutating func receive(_ frame: CANFrame, at now: BootTime) -> [DiagnosticEffect] {
        var effects: [DiagnosticEffect] = []
        if isRequestOfOthers(frame) { othersUntil = max(othersUntil, now + timing.answer) }
        guard let index = exchange?.query else { return [] }
        let query = queries[index]
        guard query.address.isAnswered(by: frame.id) else { return [] }
        allowList.observe(frame, at: now)
        // Not bound to a name of its own: a copy would be made of all that was heard.
        guard let outcome = exchange?.receive(frame, at: now) else { return [] }
        switch outcome {
        case .nothing: break
        case .flowControl(let flow):
            let verdict =
                conditions.obstacle(at: now) == nil ? allowList.judge(flow, at: now) : nil
            switch verdict {
            case .permitted(let permitted): effects.append(.transmit(permitted))
            case .refused, nil: exchange?.abandon(frame.id)
            }
        case .answer(let answer):
            switch answer.content {
            case .data:
                effects.append(.answered(query, answer))
            case .refusal(_, let code):
                effects.append(.refused(query, ecu: answer.ecu, code))
            }
        }
        if exchange?.isOver(at: now) ?? false { effects += advance(to: now) }
        return effects
    }

    private func isRequestOfOthers(_ frame: CANFrame) -> Bool {
        guard frame.kind == .data else { return false }
        if DiagnosticAddress.isRequest(frame.id) { return true }
        for query in queries where query.address.request == frame.id { return true }
        return false
    }

    /// When a query may be asked.
    private func due(_ index: Int) -> BootTime {
        let schedule = schedules[index]
        switch queries[index].subject {
        case .odometer:
            let regular = max(schedule.due, odometerDue)
            let sooner = schedule.wanted.map { min($0, regular) } ?? regular
            return max(sooner, odometerFree)
        case .other:
            return schedule.wanted.map { min($0, schedule.due) } ?? schedule.due
        }
    }

    /// When one more request about the odometer may be sent.
    private var odometerFree: BootTime {
        guard odometerRequests.count == Self.odometerRequestsMaximum,
            let oldest = odometerRequests.first
        else { return odometerHeldUntil }
        return max(odometerHeldUntil, oldest + Self.odometerPeriod)
    }

    /// The query to ask next: the one that is due first, and of several the one due longest.
    private var next: Int? {
        var best: Int?
        for index in queries.indices where !schedules[index].isRefusedForEver {
            guard let other = best else {
                best = index
                continue
            }
            let isSooner =
                (due(index), schedules[index].due) < (due(other), schedules[other].due)
            if isSooner { best = index }
        }
        return best
    }

    private mutating func askNext(at now: BootTime, _ effects: inout [DiagnosticEffect]) {
        guard conditions.obstacle(at: now) == nil, now >= othersUntil,
            let next, now >= due(next)
        else { return }
        ask(next, attempt: 1, at: now, &effects)
    }

    private mutating func ask(
        _ index: Int, attempt: Int, at now: BootTime, _ effects: inout [DiagnosticEffect]
    ) {
        let query = queries[index]
        let message = query.request.message
        let content = [UInt8(message.count)] + message
        let frame = ISOTPFrameFormat.classic(padding: padding).frame(
            ISOTPAddress(id: query.address.request), content)
        guard let frame = frame.classicFrame else { return }
        schedules[index].due = now + query.interval
        schedules[index].wanted = nil
        if query.subject == .odometer { noteOdometerRequest(at: now) }
        switch allowList.judge(frame, at: now) {
        case .refused:
            preconditionFailure("A query is always something that may be sent.")
        case .permitted(let permitted):
            exchange = DiagnosticExchange(
                query: index, of: queries, attempt: attempt, timing: timing, padding: padding,
                at: now)
            effects.append(.transmit(permitted))
        }
    }

    private mutating func noteOdometerRequest(at now: BootTime) {
        odometerDue = now + DiagnosticQuery.Subject.odometer.shortestInterval
        if odometerRequests.count == Self.odometerRequestsMaximum { odometerRequests.removeFirst() }
        odometerRequests.append(now)
    }

    private mutating func finish(
        _ exchange: DiagnosticExchange, at now: BootTime, _ effects: inout [DiagnosticEffect]
    ) {
        self.exchange = nil
        let index = exchange.query
        if exchange.hasData {
            schedules[index].isKnown = true
            schedules[index].silences = 0
            return
        }
        if let isForEver = exchange.isRefusedForEver {
            schedules[index].silences = 0
            // Of several units one may refuse what another has given before.
            if isForEver, !schedules[index].isKnown { schedules[index].isRefusedForEver = true }
            return
        }
        // Where the car could not be asked to go on, nobody was silent.
        guard conditions.obstacle(at: now) == nil else { return }
        let mayRetry = queries[index].subject == .other && !exchange.isKeptWaiting
        if mayRetry, exchange.attempt <= timing.retries, now >= othersUntil {
            ask(index, attempt: exchange.attempt + 1, at: now, &effects)
            return
        }
        schedules[index].silences += 1
        if schedules[index].silences >= Self.silencesMaximum {
            let rare = max(queries[index].interval, Self.silentInterval)
            schedules[index].due = max(schedules[index].due, now + rare)
        }
        effects.append(.silent(queries[index]))
    }
}
