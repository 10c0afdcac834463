import CAN
import Diagnostics
import Testing
import Units

@Suite struct `What can never be sent` {
    /// Whatever is asked of an allow-list and whatever it hears, what it permits is harmless.
    @Test(arguments: UInt64(0)..<20)
    func `no calls of an allow-list permit anything else`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let own = try #require(DiagnosticAddress(request: 0x743, response: 0x763))
        var list = TransmitAllowList(addresses: [own])
        var witness = Witness()
        var now = BootTime(milliseconds: 0)
        var counts = (requests: 0, flows: 0)
        var last: CANFrame?
        for _ in 0..<5000 {
            now = now + Milliseconds(Int64(random.next(below: 200)))
            var frame = Traffic.frame(&random)
            if let last, random.flip() { frame = Traffic.sequel(to: last, &random) }
            if random.flip() {
                list.observe(frame, at: now)
                witness.hear(frame, at: now)
                continue
            }
            guard case .permitted(let permitted) = list.judge(frame, at: now) else { continue }
            #expect(permitted.frame == frame)
            let isFlow = witness.isFlowControl(frame)
            if isFlow { counts.flows += 1 } else { counts.requests += 1 }
            #expect(witness.isHarmless(frame, at: now), "seed \(seed): \(frame)")
            witness.send(frame)
            if !isFlow { last = frame }
        }
        #expect(counts.requests > 50 && counts.flows > 3, "seed \(seed): \(counts)")
    }

    /// A client on a bus that is full of everything, under conditions that come and go.
    @Test(arguments: UInt64(0)..<20)
    func `no client sends anything else, or when it may not`(seed: UInt64) {
        var random = SplitMix64(seed: seed ^ 0xC11E)
        var watch = ClientWatch()
        for _ in 0..<5000 { watch.step(&random) }
        #expect(watch.kinds.count == 4, "seed \(seed): \(watch.kinds)")
    }
}

/// A client, and what must hold of all that it wants done.
private struct ClientWatch {
    private var client = DiagnosticClient(
        [
            DiagnosticQuery.odometer, .speed, .cluster(),
            .cluster(0x0206, about: .odometer, every: .minutes(1)),
            DiagnosticQuery(
                .vehicleInformation(type: 2), to: .functional11, about: .other,
                every: Milliseconds(700)),
        ].compactMap(\.self))
    private var conditions = PollingConditions()
    private var witness = Witness()
    private var now = BootTime(milliseconds: 0)
    private var odometerAt: BootTime?
    /// When the request was sent that is perhaps still on its way.
    private var requestAt: BootTime?
    private var last: CANFrame?
    private(set) var kinds: Set<String> = []

    mutating func step(_ random: inout SplitMix64) {
        switch random.next(below: 8) {
        case 0:
            conditions = Traffic.conditions(&random, at: now)
            check(client.update(conditions, at: now))
        case 1, 2:
            now = now + Milliseconds(Int64(random.next(below: 300)))
            conditions.busHeardAt = now
            check(client.update(conditions, at: now))
        case 3:
            if let next = client.nextDeadline(at: now), next - now < .seconds(5) {
                now = max(now, next)
            }
            check(client.advance(to: now))
        case _:
            now = now + Milliseconds(Int64(random.next(below: 20)))
            var frame = Traffic.frame(&random)
            if let last, random.next(below: 8) > 0 { frame = Traffic.sequel(to: last, &random) }
            witness.hear(frame, at: now)
            check(client.receive(frame, at: now))
        }
    }

    private mutating func check(_ effects: [DiagnosticEffect]) {
        for effect in effects {
            switch effect {
            case .answered(let query, let answer):
                kinds.insert("answered")
                #expect(query.address.isAnswered(by: answer.ecu))
                #expect(answer.request == query.request)
                if !query.address.isFunctional { requestAt = nil }
            case .refused(let query, let ecu, let code):
                kinds.insert("refused")
                #expect(query.address.isAnswered(by: ecu) && code != .responsePending)
                if !query.address.isFunctional { requestAt = nil }
            case .silent: kinds.insert("silent")
            case .transmit(let permitted): check(permitted)
            }
        }
    }

    private mutating func check(_ permitted: PermittedFrame) {
        let frame = permitted.frame
        #expect(permitted.permittedAt == now)
        #expect(conditions.obstacle(at: now) == nil)
        #expect(witness.isHarmless(frame, at: now), "\(frame)")
        witness.send(frame)
        guard !witness.isFlowControl(frame) else {
            kinds.insert("flow control")
            return
        }
        if let requestAt { #expect(now - requestAt >= Milliseconds(50)) }
        requestAt = now
        last = frame
        guard ["0201A6", "03220206"].contains(where: frame.description.contains) else { return }
        if let odometerAt { #expect(now - odometerAt >= .minutes(1)) }
        odometerAt = now
    }
}

/// Knows what was heard, and says of a frame whether it may be sent, in other words than the code.
private struct Witness {
    /// First frames since the last request, by who may be answered, and when.
    private var firsts: [(id: UInt32, at: BootTime)] = []

    mutating func hear(_ frame: CANFrame, at now: BootTime) {
        guard frame.kind == .data, frame.length == 8, frame[0] >> 4 == 1 else { return }
        switch frame.id {
        case 0x763: firsts.append((0x743, now))
        case 0x18DA_F110: firsts.append((0x18DA_10F1, now))
        case 0x7E8...0x7EF: firsts.append((frame.id.number - 8, now))
        case _: break
        }
    }

    mutating func send(_ frame: CANFrame) {
        if isFlowControl(frame) {
            firsts.removeAll { $0.id == frame.id.number }
        } else {
            firsts = []
        }
    }

    func isFlowControl(_ frame: CANFrame) -> Bool { frame[0] >> 4 == 3 }

    func isHarmless(_ frame: CANFrame, at now: BootTime) -> Bool {
        guard frame.kind == .data else { return false }
        if isFlowControl(frame) {
            let isWhole = [0x30, 0x32].contains(frame[0]) && frame[1] == 0
            return isWhole
                && firsts.contains {
                    $0.id == frame.id.number && now - $0.at <= Milliseconds(1000)
                }
        }
        let isKnown = frame.id == 0x743 || `The transmit allow-list`.isStandardRequestID(frame.id)
        return isKnown && `The transmit allow-list`.isHarmlessRequest(frame.bytes)
    }
}

/// Frames as they could be on a bus, most of them nearly right.
private enum Traffic {
    private static let ids: [CANID] = [
        0x7DF, 0x7E0, 0x7E0, 0x7E1, 0x7E8, 0x7E8, 0x7E9, 0x743, 0x763, 0x763, 0x611, 0x18DB_33F1,
        0x18DA_10F1, 0x18DA_F110,
    ]
    private static let beginnings: [String] = [
        "0201A6", "02010D", "0209 02", "03220207", "03220206", "021003", "022701", "0641A6000186A0",
        "03410D55", "0662020701E240", "0662020601E240", "037F0178", "037F2278", "037F0122",
        "037F2231", "300000", "320000", "310000", "300100", "1014490201574630", "2158585847505848",
        "224B413132333435", "1008410D01020304", "2105060708", "100A62020701E240", "21AABBCCDD",
        "0522022E0102", "00220207", "4022", "",
    ]

    static func frame(_ random: inout SplitMix64) -> CANFrame {
        let id = ids[Int(random.next(below: UInt64(ids.count)))]
        guard random.next(below: 8) > 0 else {
            let kind: CANFrame.Kind = random.flip() ? .data : random.flip() ? .remote : .error
            return CANFrame(
                id: id, length: Int(random.next(below: 9)), payload: random.next(), kind: kind)
        }
        var content = bytes(beginnings[Int(random.next(below: UInt64(beginnings.count)))])
        let filling: UInt8 = random.flip() ? 0xCC : random.flip() ? 0x10 : 0
        if random.next(below: 4) > 0 { while content.count < 8 { content.append(filling) } }
        if random.next(below: 8) == 0, !content.isEmpty {
            let place = Int(random.next(below: UInt64(content.count)))
            content[place] = UInt8(truncatingIfNeeded: random.next())
        }
        return CANFrame(id: id, bytes: content) ?? CANFrame(id: id, length: 0)
    }

    /// A frame as it often follows a request: an answer, whole or in parts, a refusal, or our flow
    /// control to it.
    static func sequel(to request: CANFrame, _ random: inout SplitMix64) -> CANFrame {
        let units: [(answer: CANID, request: CANID)] =
            request.id == 0x743
            ? [(0x763, 0x743)] : [(0x7E8, 0x7E0), (0x7E9, 0x7E1), (0x18DA_F110, 0x18DA_10F1)]
        let unit = units[Int(random.next(below: UInt64(units.count)))]
        let message = request.bytes.dropFirst().prefix(Int(request.length > 0 ? request[0] : 0))
        let service = message.first ?? 0
        let answer = [service | 0x40] + message.dropFirst()
        var content: [UInt8]
        switch random.next(below: 9) {
        case 0: content = [UInt8(answer.count + 3)] + answer + [1, 2, 3]
        case 1, 2, 3: content = [0x10, 10] + answer + [1, 2, 3, 4]
        case 4: content = [0x21, 5, 6, 7, 8, 9, 10, 11]
        case 5: content = [3, 0x7F, service, 0x78]
        case 6: content = [3, 0x7F, service, random.flip() ? 0x22 : 0x21]
        case _:
            return CANFrame(id: unit.request, bytes: [0x30, 0, UInt8(random.next(below: 2))])
                ?? request
        }
        content = Array(content.prefix(8))
        return CANFrame(id: unit.answer, bytes: content) ?? request
    }

    static func conditions(_ random: inout SplitMix64, at now: BootTime) -> PollingConditions {
        var conditions = PollingConditions(
            isIgnitionOn: true, isLocked: false, busHeardAt: now, voltage: Millivolts(12_600))
        switch random.next(below: 10) {
        case 0: conditions.isIgnitionOn = false
        case 1: conditions.isLocked = true
        case 2: conditions.voltage = Millivolts(12_100)
        case 3: conditions.busHeardAt = now - .seconds(2)
        case _: break
        }
        return conditions
    }
}
