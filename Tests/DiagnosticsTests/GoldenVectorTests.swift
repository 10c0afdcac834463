import CAN
import Diagnostics
import TestData
import Testing
import Units

/// Needs the outside data; without it these are skipped.
@Suite(.enabled(if: OutsideData.isPresent, "CITYZENBOX_DATA is not there"))
struct `Recorded answers` {
    /// The identifiers of units in the recordings that the standard does not name.
    private static let own: [(request: CANID, response: CANID)] = [
        (0x743, 0x763), (0x17FC_0076, 0x17FE_0076), (0x6A6, 0x686),
    ]

    @Test func `every vector says what was recorded of it`() throws {
        let vectors = try OutsideData.decode(
            GoldenVectors.self, from: "golden/obd/obd_vectors.json"
        ).vectors
        #expect(vectors.count == 20)
        for vector in vectors {
            try check(vector)
        }
    }

    private func check(_ vector: GoldenVectors.Vector) throws {
        let expect = vector.expect
        let frames = try vector.frames.map { text throws in
            try #require(try BusFrame(text).classicFrame, "\(vector.name)")
        }
        let heard = try listen(frames)
        if let supported = expect.supported {
            var known = SupportedPIDs()
            for answer in heard {
                let isMask = known.insert(answer)
                #expect(isMask, "\(vector.name)")
            }
            let numbers = supported.compactMap { UInt8($0.dropFirst(2), radix: 16) }
            #expect(known.all == numbers, "\(vector.name)")
            #expect(known.contains(0xA6) == expect.hasA6, "\(vector.name)")
            return
        }
        let refusals = heard.compactMap { answer -> NegativeResponseCode? in
            if case .refusal(_, let code) = answer.content { code } else { nil }
        }
        if let nrc = expect.nrc {
            #expect(refusals.count == 1 && heard.count == 1, "\(vector.name)")
            #expect(refusals.first?.description.hasPrefix(nrc) == true, "\(vector.name)")
            return
        }
        #expect(refusals.count == expect.nrcPending ?? 0, "\(vector.name)")
        #expect(refusals.allSatisfy { $0 == .responsePending }, "\(vector.name)")
        if let byECU = expect.byEcu {
            let read = heard.map { ($0.ecu.description, kilometres($0)) }
            #expect(Dictionary(uniqueKeysWithValues: read) == byECU, "\(vector.name)")
            return
        }
        try checkValue(vector, frames, heard.last)
    }

    private func checkValue(
        _ vector: GoldenVectors.Vector, _ frames: [CANFrame], _ answer: DiagnosticAnswer?
    ) throws {
        let expect = vector.expect
        let frame = try #require(frames.last)
        switch frame.id {
        case 0x0F6:
            let layout = try #require(SignalLayout(start: 23, length: 24, byteOrder: .bigEndian))
            #expect(layout.raw(from: frame) == Int64((expect.odometerKm ?? 0) * 10))
        case 0x18FE_C1EE:
            #expect(try j1939(frame, start: 0, metres: 5) == expect.odometerKm)
            #expect(try j1939(frame, start: 32, metres: 5) == expect.tripKm)
        case 0x18FE_E000:
            #expect(try j1939(frame, start: 0, metres: 125) == expect.tripKm)
            #expect(try j1939(frame, start: 32, metres: 125) == expect.odometerKm)
        case _:
            let answer = try #require(answer, "\(vector.name)")
            let reading = StandardReading(answer)
            if let speed = expect.speedKmh {
                #expect(reading == .speed(.kilometresPerHour(Int64(speed))))
            } else if let fuel = expect.fuelPct {
                guard case .fuelLevel(let level)? = reading else {
                    Issue.record("\(vector.name)")
                    return
                }
                #expect(abs(Double(level.count) / 10 - fuel) <= 0.05)
            } else {
                let known = expect.odometerKm ?? expect.distanceKm
                #expect(kilometres(answer) == known, "\(vector.name)")
                let isPlausible = reading?.isPlausible ?? (known != nil)
                #expect(isPlausible == expect.plausible ?? true, "\(vector.name)")
            }
        }
    }

    /// What a listener makes of the frames.
    private func listen(_ frames: [CANFrame]) throws -> [DiagnosticAnswer] {
        let addresses = try Self.own.map { own in
            try #require(DiagnosticAddress(request: own.request, response: own.response))
        }
        var listener = AnswerListener(addresses: addresses)
        return frames.compactMap { listener.receive($0, at: .boot) }
    }

    /// The distance in an answer; a maker's own identifiers by their layouts.
    private func kilometres(_ answer: DiagnosticAnswer) -> Double? {
        switch StandardReading(answer) {
        case .odometer(let way)?, .distanceSinceCleared(let way)?:
            return Double(way.count) / 1_000_000
        case .speed?, .fuelLevel?, .supply?, nil: break
        }
        let length: Int
        switch answer.request {
        case .dataByIdentifier(0x0207)?: length = 24
        case .dataByIdentifier(0x10E0)?: length = 32
        case _: return nil
        }
        let layout = SignalLayout(start: 7, length: length, byteOrder: .bigEndian)
        guard let frame = answer.payload else { return nil }
        return layout?.raw(from: frame).map { Double($0) }
    }

    private func j1939(_ frame: CANFrame, start: Int, metres: Double) throws -> Double? {
        let layout = try #require(
            SignalLayout(start: start, length: 32, byteOrder: .littleEndian))
        let bits = try #require(layout.bits(from: frame))
        return J1939Value(bits, bits: 32).value.map { Double($0) * metres / 1000 }
    }
}
