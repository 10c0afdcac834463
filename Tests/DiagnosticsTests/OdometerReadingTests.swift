import CAN
import Diagnostics
import Testing
import Units

@Suite struct `Readings of the odometer` {
    /// When the odometer was asked for, in milliseconds since the first time.
    private func asked(_ car: PolledCar) -> [Int64] {
        let times = car.effects.filter { $0.effect.sent?.hasPrefix("7DF#0201A6") == true }
            .map(\.at.milliseconds)
        return times.map { $0 - 100_000 }
    }

    @Test func `what is wanted again is asked again, three times within a minute at most`() {
        var car = PolledCar([.odometer])
        for _ in 0..<9 {
            car.hear("7E8#0641A6000186A0", after: 10)
            car.want(.odometer, at: car.now + .seconds(1))
            car.pass(1000)
        }
        #expect(asked(car) == [0, 1010, 2020])
        car.pass(49_909)
        #expect(asked(car).count == 3)
        car.pass(120_000)
        // The fourth was wanted and had to wait until the first was a minute old; then nobody
        // wanted another.
        #expect(asked(car).prefix(5) == [0, 1010, 2020, 60_000, 120_000])
    }

    @Test func `a request that nobody answers counts, too`() {
        var car = PolledCar([.odometer])
        for _ in 0..<20 {
            car.want(.odometer, at: car.now)
            car.pass(500)
        }
        #expect(asked(car).count == 3)
    }

    @Test func `two queries about it have three requests a minute together`() {
        let delta = DiagnosticQuery(
            .currentData(pid: 0x31), to: .functional11, about: .odometer, every: .minutes(1))
        var car = PolledCar([.odometer, delta])
        for _ in 0..<100 {
            for query in car.client.queries { car.client.want(query, at: car.now) }
            car.pass(500)
        }
        #expect(car.sent.count == 3)
        #expect(Set(car.sent).count == 2)
    }

    @Test func `a car that is forgotten keeps to the requests that it had`() {
        var car = PolledCar([.odometer])
        for _ in 0..<20 {
            car.client.forget()
            car.want(.odometer, at: car.now)
            car.pass(500)
        }
        #expect(asked(car).count == 3)
    }

    @Test(arguments: [(4_999, 0), (5_000, 1), (5_001, 1)] as [(Int64, Int)])
    func `nobody asks for it while it is held`(after: Int64, count: Int) {
        var car = PolledCar([.speed, .odometer])
        car.client.holdOdometer(until: car.now + .seconds(5))
        car.want(.odometer, at: car.now)
        car.pass(after)
        #expect(asked(car).count == count)
        #expect(car.sent.count > 5, "the speed is asked meanwhile")
    }

    @Test func `another query that is wanted comes sooner, once`() {
        var car = PolledCar([.cluster(every: .minutes(2))])
        car.hear("763#0662020701E24000", after: 10)
        if let query = car.client.queries.first {
            car.client.want(query, at: car.now + .seconds(3))
        }
        car.pass(2_999)
        #expect(car.sent.count == 1)
        car.pass(1)
        #expect(car.sent.count == 2)
        car.hear("763#0662020701E24000", after: 10)
        car.pass(119_989)
        #expect(car.sent.count == 2)
        car.pass(1)
        #expect(car.sent.count == 3)
    }

    @Test func `who is not among the queries is not asked`() {
        var car = PolledCar([.speed])
        car.want(.odometer, at: car.now)
        car.pass(10_000)
        #expect(asked(car).isEmpty)
    }
}
