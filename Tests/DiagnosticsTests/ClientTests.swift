import CAN
import Diagnostics
import Testing
import Units

@Suite struct `A diagnostic client` {
    @Test func `a request is sent at once and again after its interval`() {
        var car = PolledCar([.cluster()])
        #expect(car.sent == ["743#03220207CCCCCCCC"])
        let effects = car.hear("763#0662020701E24000", after: 20)
        #expect(effects.map(\.short) == ["22 02 07 = 01e240 of 763"])
        car.effects = []
        #expect(car.pass(9979).isEmpty)
        #expect(car.pass(1).map(\.short) == ["> 743#03220207CCCCCCCC"])
    }

    @Test func `two units answer a functional request, each once`() {
        var car = PolledCar([.odometer])
        #expect(car.sent == ["7DF#0201A6CCCCCCCCCC"])
        let first = car.hear("7E8#0641A6000186A0AA", after: 10)
        let second = car.hear("7E9#0641A6000186A1AA", after: 10)
        let again = car.hear("7E8#0641A6000186A2AA", after: 10)
        #expect(first.map(\.short) == ["01 A6 = 000186a0 of 7E8"])
        #expect(second.map(\.short) == ["01 A6 = 000186a1 of 7E9"])
        #expect(again.isEmpty)
        #expect(car.pass(1000).isEmpty)
    }

    @Test(arguments: [(49, true), (50, false), (51, false)] as [(Int64, Bool)])
    func `an answer comes within P2 or is not used`(after: Int64, isUsed: Bool) {
        var car = PolledCar([.odometer])
        let effects = car.hear("7E8#0641A6000186A0AA", after: after)
        let expected = isUsed ? "01 A6 = 000186a0 of 7E8" : "01 A6 ?"
        #expect(effects.map(\.short) == [expected])
        #expect(car.pass(1000).isEmpty)
    }

    @Test func `five times pending and then the answer`() {
        var car = PolledCar([.cluster()])
        for _ in 0..<5 { #expect(car.hear("763#037F2278AAAAAAAA", after: 49).isEmpty) }
        let effects = car.hear("763#0662020701E24000", after: 4999)
        #expect(effects.map(\.short) == ["22 02 07 = 01e240 of 763"])
        #expect(car.sent.count == 1)
    }

    @Test(arguments: [(4999, true), (5000, false), (5001, false)] as [(Int64, Bool)])
    func `after pending the answer comes within P2* or is not used`(after: Int64, isUsed: Bool) {
        var car = PolledCar([.cluster(about: .odometer, every: .minutes(1))])
        car.hear("763#037F2278AAAAAAAA", after: 10)
        let effects = car.hear("763#0662020701E24000", after: after)
        #expect(effects.map(\.short) == [isUsed ? "22 02 07 = 01e240 of 763" : "22 02 07 ?"])
    }

    @Test(arguments: [(9, true), (10, true), (11, false)])
    func `a unit may ask for time ten times`(count: Int, isAnswered: Bool) {
        var car = PolledCar([.cluster(every: .minutes(2))])
        for _ in 0..<count { car.hear("763#037F2278AAAAAAAA", after: 40) }
        car.hear("763#0662020701E24000", after: 40)
        let last = isAnswered ? "22 02 07 = 01e240 of 763" : "22 02 07 ?"
        #expect(car.effects.last?.effect.short == last)
        #expect(car.sent.count == 1, "asking again would not help")
    }

    @Test func `one unit that is pending does not end the others, nor they it`() {
        var car = PolledCar([.odometer])
        car.hear("7E9#037F0178AAAAAAAA", after: 10)
        #expect(car.hear("7E8#0641A6000186A0AA", after: 10).count == 1)
        #expect(car.hear("7E9#0641A6000186A1AA", after: 3000).count == 1)
        #expect(car.hear("7EA#0641A6000186A1AA").isEmpty)
    }

    @Test func `a silent car is asked once more, and the query is reported once`() {
        var car = PolledCar([.cluster(every: .seconds(10))])
        let effects = car.pass(5000)
        #expect(effects.map(\.short) == ["> 743#03220207CCCCCCCC", "22 02 07 ?"])
        #expect(car.effects.map(\.at.milliseconds) == [100_000, 100_050, 100_100])
    }

    @Test func `after three silences a query is asked once a minute`() {
        var car = PolledCar([.cluster(every: .seconds(1))])
        car.pass(200_000)
        let silences = car.effects.filter { $0.effect.sent == nil }.map(\.at.milliseconds)
        #expect(silences == [100_100, 101_150, 102_200, 162_300, 222_400, 282_500])
        car.pass(42_500)
        car.hear("763#0662020701E24000", after: 10)
        car.effects = []
        car.pass(2150)
        // Once answered, it may be silent again before it is asked less often.
        #expect(
            car.effects.map(\.at.milliseconds) == [
                343_500, 343_550, 343_600, 344_550, 344_600, 344_650,
            ])
    }

    @Test(arguments: [0x11, 0x12, 0x31, 0x33, 0x7F] as [UInt8])
    func `what is refused for ever is asked again for another car only`(code: UInt8) {
        var car = PolledCar([.cluster()])
        let effects = car.hear("763#037F22" + hexadecimal([code]), after: 10)
        #expect(effects.count == 1)
        #expect(car.pass(600_000).isEmpty)
        #expect(car.client.isRefusedForEver(car.client.queries[0]))
        car.client.forget()
        #expect(car.pass(600).first?.sent != nil)
    }

    @Test(arguments: [0x21, 0x22, 0x10] as [UInt8])
    func `what is refused for now is asked at its next turn`(code: UInt8) {
        var car = PolledCar([.cluster()])
        car.hear("763#037F22" + hexadecimal([code]), after: 10)
        #expect(car.pass(9989).isEmpty)
        #expect(car.pass(1).count == 1)
    }

    @Test(arguments: [("12", "12", true), ("12", "22", false), ("22", "12", false)])
    func `a query is refused for ever when all units that say no say so`(
        first: String, second: String, isForEver: Bool
    ) {
        var car = PolledCar([.speed])
        car.hear("7E8#037F01" + first, after: 10)
        car.hear("7E9#037F01" + second, after: 10)
        car.pass(40)
        #expect(car.client.isRefusedForEver(car.client.queries[0]) == isForEver)
    }

    @Test func `what one unit answers another may refuse`() {
        var car = PolledCar([.speed])
        car.hear("7E9#037F0112AAAAAAAA", after: 10)
        car.hear("7E8#03410D55AAAAAAAA", after: 10)
        #expect(car.pass(500).count == 1)
        // Even where the one that knows it is silent for once.
        car.hear("7E9#037F0112AAAAAAAA", after: 10)
        #expect(car.pass(500).count == 1)
    }

    @Test(arguments: [
        "7E8#0441310000", "7E8#037F2231", "7E8#037F0278", "7E8#03410D55", "763#0641A6000186A0",
        "18DAF110#0641A6000186A0", "7DF#0201A6", "7E0#0201A6", "7E8#R8", "7E8#", "7E8#0541A6",
        "7E8#300000", "7E8#2141A6000186A0", "7F0#0641A6000186A0", "18DA10F9#0201A6",
        "18DAF910#0641A6000186A0",
    ])
    func `a frame that is no answer to the request is not used`(text: String) {
        var car = PolledCar([.odometer])
        #expect(car.hear(text, after: 10).isEmpty)
        #expect(car.hear("7E8#0641A6000186A0", after: 10).count == 1)
    }

    @Test func `an answer with no request is not used`() {
        var car = PolledCar([.odometer])
        car.pass(1000)
        car.effects = []
        #expect(car.hear("7E8#0641A6000186A0").isEmpty)
        #expect(car.hear("7E8#1014490201575A5A").isEmpty)
    }

    @Test func `a late answer is not taken for one to the next request`() {
        var car = PolledCar([.cluster(0x0207, every: .seconds(20)), .cluster(0x0206)])
        car.pass(110)
        #expect(car.sent.last == "743#03220206CCCCCCCC")
        #expect(car.hear("763#0662020701E24000").isEmpty)
        let effects = car.hear("763#0662020601E24100", after: 5)
        #expect(effects.map(\.short) == ["22 02 06 = 01e241 of 763"])
    }

    @Test func `one request is on its way at a time`() {
        var car = PolledCar([.odometer, .speed, .cluster()])
        #expect(car.sent.count == 1)
        car.hear("7E8#0641A6000186A0", after: 10)
        #expect(car.sent.count == 1, "another unit may still answer")
        car.pass(40)
        #expect(car.sent == ["7DF#0201A6CCCCCCCCCC", "7DF#02010DCCCCCCCCCC"])
    }

    @Test func `the odometer is asked for once a minute, whichever query does it`() {
        let delta = DiagnosticQuery(
            .currentData(pid: 0x31), to: .functional11, about: .odometer, every: .minutes(1))
        var answered = PolledCar([.odometer, delta])
        for _ in 0..<3 {
            answered.hear("7E8#0641A6000186A0", after: 10)
            answered.hear("7E8#0441310010", after: 10)
            answered.pass(59_980)
        }
        let texts = ["A6CCCCCCCCCC", "31CCCCCCCCCC", "A6CCCCCCCCCC", "31CCCCCCCCCC"]
        #expect(answered.sent == texts.map { "7DF#0201" + $0 }, "each in its turn")
        var car = PolledCar([.odometer, delta, .speed])
        car.pass(300_000)
        let asked = car.effects.filter {
            guard let sent = $0.effect.sent else { return false }
            return sent.hasPrefix("7DF#0201A6") || sent.hasPrefix("7DF#020131")
        }
        let times = asked.map(\.at.milliseconds)
        #expect(times.count >= 5)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= 60_000 })
        #expect(Set(asked.compactMap(\.effect.sent)).count == 2)
    }

    @Test(arguments: [(.odometer, 60_000), (.other, 100)] as [(DiagnosticQuery.Subject, Int64)])
    func `a query is not asked more often than its subject allows`(
        subject: DiagnosticQuery.Subject, shortest: Int64
    ) {
        for interval in shortest - 1...shortest + 1 {
            let query = DiagnosticQuery(
                .currentData(pid: 1), to: .functional11, about: subject,
                every: Milliseconds(interval))
            #expect((query != nil) == (interval >= shortest))
        }
    }

    @Test func `nothing is sent while another tester waits for its answer`() {
        var car = PolledCar([.cluster()])
        car.hear("763#0662020701E24000", after: 10)
        car.pass(9980)
        car.effects = []
        #expect(car.hear("743#0322F19000000000").isEmpty)
        car.pass(59)
        #expect(car.effects.isEmpty || car.effects[0].at.milliseconds >= 110_040)
        car.pass(2)
        #expect(car.sent.count == 1)
    }

    @Test func `a car that is forgotten is asked when the request on its way is over`() {
        var car = PolledCar([.odometer, .speed, .cluster()])
        car.hear("7E8#037F0178", after: 10)
        car.client.forget()
        #expect(!car.client.isAsking)
        #expect(car.hear("7E8#0641A6000186A0", after: 10).isEmpty)
        car.effects = []
        car.pass(4989)
        #expect(car.effects.isEmpty)
        car.pass(1)
        #expect(car.sent == ["7DF#02010DCCCCCCCCCC"], "the odometer was asked for just now")
    }
}
