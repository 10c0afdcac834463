internal import CAN
internal import Diagnostics
internal import Units
internal import Vehicle

/// A control unit of a car: it answers what the profile asks it, over ISO-TP, when it gets to it.
///
/// It is written from the unit's side of ISO 15765-2 and ISO 14229, by hand, so that the box's own
/// client is not held against itself.
struct SimulatedUnit: Sendable {
    /// What goes wrong in an answer, and how long it takes.
    enum Mood: Hashable, Sendable {
        /// It answers in time.
        case prompt
        /// It asks for time first, and then answers.
        case pending
        /// It answers after the tester has given up.
        case late
        /// It says nothing.
        case silent
        /// It is busy, or the conditions are not right.
        case refusing
        /// Its answer lacks the last byte.
        case short
    }

    /// One frame to come, or one answer to be made when it is due.
    enum Speech: Hashable, Sendable {
        case frame(CANFrame)
        case answer(unit: Int, request: [UInt8], isShort: Bool)
    }

    /// Where it is spoken to alone.
    let requestID: CANID
    /// What it answers with.
    let responseID: CANID
    /// Where all units are spoken to; `nil` where it does not listen to that.
    let functionalID: CANID?
    /// What it knows: the bytes of a request, and what the answer carries.
    let known: [(request: [UInt8], plan: FramePlan)]
    /// Bytes that it adds to every answer, as some clusters do: the answer takes several frames.
    var surplus = 0

    /// The units of a car of `profile`: one for each that is asked alone, and two that answer what
    /// everybody is asked, of which the second knows the speed only.
    static func all(of profile: VehicleProfile, unit: Int) -> [SimulatedUnit] {
        var units: [SimulatedUnit] = []
        for (key, plan) in FramePlan.answers(of: profile, unit: unit) {
            guard let service = DiagnosticService(rawValue: key.service),
                let request = DiagnosticRequest(service: service, identifier: key.identifier),
                let query = profile.queries.first(where: { $0.request == request })
            else { continue }
            let known = (request.message, plan)
            switch key.responder {
            case .unit(let response):
                guard let alone = query.address.requestID(ofUnit: response) else { continue }
                add(known, alone, response, nil, to: &units)
            case .firstFunctional:
                let isExtended = query.address.request.isExtended
                let pairs: [(CANID, CANID)] =
                    isExtended
                    ? [(0x18DA_10F1, 0x18DA_F110), (0x18DA_18F1, 0x18DA_F118)]
                    : [(0x7E0, 0x7E8), (0x7E1, 0x7E9)]
                for (index, pair) in pairs.enumerated() {
                    guard index == 0 || request == .currentData(pid: 0x0D) else { continue }
                    add(known, pair.0, pair.1, query.address.request, to: &units)
                }
            }
        }
        return units
    }

    private static func add(
        _ known: (request: [UInt8], plan: FramePlan), _ requestID: CANID, _ responseID: CANID,
        _ functionalID: CANID?, to units: inout [SimulatedUnit]
    ) {
        guard let index = units.firstIndex(where: { $0.responseID == responseID }) else {
            units.append(
                SimulatedUnit(
                    requestID: requestID, responseID: responseID, functionalID: functionalID,
                    known: [known]))
            return
        }
        let old = units[index]
        units[index] = SimulatedUnit(
            requestID: requestID, responseID: responseID,
            functionalID: functionalID ?? old.functionalID, known: old.known + [known])
    }

    /// The request in a frame that means this unit; `nil` for any other frame.
    func request(in frame: CANFrame) -> [UInt8]? {
        guard frame.id == requestID || frame.id == functionalID, frame.length > 0,
            (1...7).contains(frame[0]), Int(frame[0]) < frame.length
        else { return nil }
        return (1...Int(frame[0])).map { frame[$0] }
    }

    /// Whether a frame tells this unit to go on with a long answer.
    func isClear(_ frame: CANFrame) -> Bool {
        frame.id == requestID && frame.length >= 3 && frame[0] == 0x30
    }

    /// The frame by which it says no to `request`, or asks for time.
    func refusal(_ code: UInt8, of request: [UInt8]) -> CANFrame {
        padded([0x03, 0x7F, request[0], code])
    }

    /// The frames of the answer to `request` by `car` as it is now: the first at once, the others
    /// once the tester lets them come. Empty where the unit does not know the question.
    func answer(to request: [UInt8], of car: SimulatedCar, isShort: Bool) -> [CANFrame] {
        guard let plan = known.first(where: { $0.request == request })?.plan else { return [] }
        var message = [request[0] | 0x40]
        message += request.dropFirst()
        message += plan.answer(of: car)
        message += Array(repeating: 0, count: surplus)
        if isShort { message.removeLast() }
        if message.count <= 7 { return [padded([UInt8(message.count)] + message)] }
        var frames = [padded([0x10, UInt8(message.count)] + message.prefix(6))]
        var rest = message.dropFirst(6)
        while !rest.isEmpty {
            frames.append(padded([0x20 | UInt8(frames.count & 0xF)] + rest.prefix(7)))
            rest = rest.dropFirst(7)
        }
        return frames
    }

    private func padded(_ bytes: [UInt8]) -> CANFrame {
        let full = bytes + Array(repeating: 0xAA, count: max(0, 8 - bytes.count))
        return CANFrame(id: responseID, bytes: full) ?? CANFrame(id: responseID, length: 0)
    }
}
