import CAN
import Diagnostics
import Testing
import Units

@Suite struct `Answers of several frames` {
    private static let vin = [
        "7E8#1014490201574630", "7E8#2158585847505848", "7E8#224B413132333435",
    ]
    private static let query = DiagnosticQuery(
        .vehicleInformation(type: 2), to: .functional11, about: .other, every: .minutes(5))

    @Test func `a unit gets flow control and its answer is put together`() {
        var car = PolledCar([Self.query])
        let first = car.hear(Self.vin[0], after: 10)
        #expect(first.map(\.short) == ["> 7E0#300000CCCCCCCCCC"])
        #expect(car.hear(Self.vin[1], after: 900).isEmpty)
        let last = car.hear(Self.vin[2], after: 900)
        guard case .answered(_, let answer)? = last.first else {
            Issue.record("no answer: \(last)")
            return
        }
        #expect(VehicleIdentificationNumber(answer)?.description == "WF0XXXGPXHKA12345")
        #expect(car.pass(1000).isEmpty)
    }

    @Test func `two units send their answers through each other`() {
        var car = PolledCar([Self.query])
        var effects: [DiagnosticEffect] = []
        for frame in Self.vin {
            effects += car.hear(frame, after: 5)
            effects += car.hear(frame.replacing("7E8", with: "7EA"), after: 5)
        }
        #expect(effects.compactMap(\.sent) == ["7E0#300000CCCCCCCCCC", "7E2#300000CCCCCCCCCC"])
        #expect(effects.count { $0.sent == nil } == 2)
    }

    @Test(arguments: 0..<3)
    func `an answer with a frame lost is asked for again and then given up`(lost: Int) {
        var car = PolledCar([Self.query])
        for _ in 0..<2 {
            for (index, frame) in Self.vin.enumerated() where index != lost {
                car.hear(frame, after: 5)
            }
            car.pass(1100)
        }
        let requests = car.sent.filter { $0.hasPrefix("7DF") }
        #expect(requests.count == 2)
        #expect(car.effects.last?.effect.short == "09 02 ?")
        #expect(!car.client.isAsking)
    }

    @Test(arguments: 0..<3)
    func `an answer with a frame doubled is whole or nothing`(doubled: Int) {
        var car = PolledCar([Self.query])
        for (index, frame) in Self.vin.enumerated() {
            car.hear(frame, after: 5)
            if index == doubled { car.hear(frame) }
        }
        let answers = car.effects.filter { $0.effect.short.hasPrefix("09 02 =") }
        #expect(answers.count == (doubled == 1 ? 0 : 1))
    }

    @Test func `somebody else's long answer gets no flow control from us`() {
        var car = PolledCar([Self.query])
        #expect(car.hear("7E8#101462F190574630", after: 10).isEmpty)
        #expect(car.hear("7E8#1014490401574630").isEmpty)
        #expect(car.hear("7E9#101F410D55660102").isEmpty)
        #expect(car.hear(Self.vin[0]).map(\.short) == ["> 7E0#300000CCCCCCCCCC"])
    }

    @Test func `somebody else's long answer does not end the wait for ours`() {
        var car = PolledCar([Self.query])
        car.hear("7E8#037F0978", after: 10)
        #expect(car.hear("7E8#101462F190574630", after: 10).isEmpty)
        #expect(car.hear(Self.vin[0], after: 3000).map(\.short) == ["> 7E0#300000CCCCCCCCCC"])
    }

    @Test func `an answer that has begun is no longer waited for as one that is pending`() {
        var car = PolledCar([Self.query], timing: Self.noRetries)
        car.hear("7E8#037F0978", after: 10)
        car.hear(Self.vin[0], after: 10)
        #expect(car.pass(999).isEmpty)
        #expect(car.pass(1).map(\.short) == ["09 02 ?"])
    }

    private static var noRetries: DiagnosticTiming {
        var timing = DiagnosticTiming()
        timing.retries = 0
        return timing
    }

    @Test func `an answer that is too long is told so and left`() {
        var car = PolledCar([Self.query])
        let effects = car.hear("7E8#1101490201574630", after: 10)
        #expect(effects.map(\.short) == ["> 7E0#320000CCCCCCCCCC"])
    }

    @Test func `a listener reads what another asked for, and only that`() throws {
        let cluster = try #require(DiagnosticAddress(request: 0x743, response: 0x763))
        var listener = AnswerListener(addresses: [cluster])
        var answers: [DiagnosticAnswer] = []
        let frames =
            ["743#03220207", "7DF#020902", "611#2000050000003CE5", "7E8#R8"] + Self.vin[..<1]
            + ["7E0#300000", "763#0662020701E24000", "763#037F2278", "7E8#0050030032", "762#0101"]
            + Self.vin[1...] + ["18DAF110#03410D55", "7EF#03410D56", "7F0#03410D57"]
        for text in frames {
            if let answer = listener.receive(try CANFrame(text), at: .boot) {
                answers.append(answer)
            }
        }
        #expect(answers.map(\.ecu) == [0x763, 0x763, 0x7E8, 0x18DA_F110, 0x7EF])
        #expect(VehicleIdentificationNumber(answers[2]) != nil)
        #expect(answers.last?.data == [0x56])
    }

    @Test func `a listener follows a bounded number of units`() throws {
        var listener = AnswerListener()
        for round in 0..<3 {
            for unit in UInt32(0)...0xF0 {
                let id = CANID(integerLiteral: 0x18DA_F100 | unit)
                let now = BootTime(milliseconds: Int64(round) * 1000 + Int64(unit))
                let first = try #require(CANFrame(id: id, bytes: bytes("1008410D01020304")))
                #expect(listener.receive(first, at: now) == nil)
                let last = try #require(CANFrame(id: id, bytes: bytes("210506")))
                #expect(listener.receive(last, at: now)?.data.count == 6)
            }
        }
    }

    @Test func `of too many units the one unheard for longest is no longer followed`() throws {
        var listener = AnswerListener()
        let first = bytes("1008410D01020304")
        for (tick, unit) in ([0, 1] + Array(2...15) + [0, 16]).enumerated() {
            let id = CANID(integerLiteral: 0x18DA_F100 | UInt32(unit))
            let frame = try #require(CANFrame(id: id, bytes: first))
            #expect(listener.receive(frame, at: BootTime(milliseconds: Int64(tick))) == nil)
        }
        for (unit, isFollowed) in [(0, true), (1, false), (15, true), (16, true)] {
            let id = CANID(integerLiteral: 0x18DA_F100 | UInt32(unit))
            let frame = try #require(CANFrame(id: id, bytes: bytes("210506")))
            var fork = listener
            let answer = fork.receive(frame, at: BootTime(milliseconds: 100))
            #expect((answer != nil) == isFollowed, "\(unit)")
        }
    }

    @Test func `half an answer is forgotten after a second`() throws {
        var listener = AnswerListener()
        let start = BootTime(milliseconds: 5000)
        for (index, text) in Self.vin.enumerated() {
            let now = start + Milliseconds(index == 0 ? 0 : 1000)
            #expect(listener.receive(try CANFrame(text), at: now) == nil)
        }
    }
}
