import CAN
import Diagnostics
import Records
import Testing
import Units
import Vehicle

@testable import Box
@testable import Runtime

@Suite("A car that is asked", .serialized)
struct PollingTests {
    @Test
    func `the odometer is asked five seconds after the ignition, and believed once it may be`()
        throws
    {
        let car = try AskedCar()
        let start = car.now
        car.setIgnition(true)
        try car.pass(.seconds(9))
        #expect(car.odometerRequests(since: start).count == 1)
        #expect(car.runtime.monitor.state.odometer == nil, "the bus is just awake")
        try car.pass(.seconds(3))
        #expect(car.runtime.monitor.state.odometer?.display == .kilometres(50_000))
        let asked = car.odometerRequests(since: start)
        #expect(asked.count == 3)
        #expect((5_000...5_100).contains(asked[0]))
        #expect((10_000...10_200).contains(asked[1]))
        #expect((11_000...11_400).contains(asked[2]))
        #expect(car.runtime.box.car.odometer?.key == "763/22.0207.ODOMETER")
    }

    @Test func `then it is asked once a minute`() throws {
        let car = try AskedCar()
        car.setIgnition(true)
        try car.pass(.seconds(20))
        let start = car.now
        try car.pass(.minutes(5))
        #expect(car.odometerRequests(since: start).count == 5)
        let other = car.sent.filter { $0.at >= start }.map(\.frame)
        #expect(Set(other) == [AskedCar.odometerRequest, AskedCar.speedRequest])
        #expect((560...605).contains(other.count))
    }

    @Test func `a car that comes to rest is asked where it stands`() throws {
        let car = try AskedCar()
        car.setIgnition(true)
        try car.pass(.seconds(20))
        car.speed = 50
        try car.pass(.seconds(30))
        let start = car.now
        car.speed = 0
        car.odometer += 1
        try car.pass(.seconds(2))
        #expect(car.odometerRequests(since: start).isEmpty, "three were sent within this minute")
        try car.pass(.seconds(40))
        #expect(!car.odometerRequests(since: start).isEmpty)
        #expect(car.runtime.monitor.state.odometer?.display == .kilometres(50_001))
        car.speed = 30
        try car.pass(.seconds(20))
        let second = car.now
        car.speed = 0
        try car.pass(.seconds(1))
        #expect(car.odometerRequests(since: second).count == 1)
    }

    @Test func `a stopped car says where it stands without another reading`() throws {
        let car = try AskedCar()
        car.setIgnition(true)
        try car.pass(.seconds(100))
        car.setIgnition(false)
        let estimate = try #require(car.runtime.box.car.odometer)
        #expect(car.now - estimate.asOf <= .seconds(2))
        #expect(car.now - estimate.at > .seconds(5))
        #expect(car.runtime.box.isOdometerFresh)
    }

    @Test func `nothing is sent before the ignition is on`() throws {
        let car = try AskedCar()
        try car.pass(.seconds(30))
        #expect(car.sent.isEmpty)
        car.setIgnition(nil)
        try car.pass(.seconds(30))
        #expect(car.sent.isEmpty)
        car.setIgnition(true)
        try car.pass(.seconds(1))
        #expect(!car.sent.isEmpty)
    }

    @Test func `nothing is sent from the moment on in which the ignition goes off`() throws {
        let car = try AskedCar()
        car.setIgnition(true)
        try car.pass(.seconds(10))
        car.setIgnition(false)
        let count = car.sent.count
        try car.pass(.seconds(60))
        #expect(car.sent.count == count)
        #expect(car.runtime.poller.obstacle(at: car.now) == .locked, "no trip is open: it parks")
    }

    @Test(
        arguments: [(nil, true), (12_199, true), (12_200, false), (12_201, false)]
            as [(Int64?, Bool)])
    func `nothing is sent while the battery is low, or nobody knows`(
        voltage: Int64?, isQuiet: Bool
    ) throws {
        let car = try AskedCar()
        car.voltage = voltage
        car.setIgnition(true)
        try car.pass(.seconds(5))
        #expect(car.sent.isEmpty == isQuiet)
    }

    @Test func `a voltage of a minute ago is none`() throws {
        let car = try AskedCar()
        car.setIgnition(true)
        try car.pass(Milliseconds(100))
        car.voltage = nil
        let start = car.now
        try car.pass(.seconds(90))
        let last = try #require(car.sent.last?.at)
        #expect((.seconds(58)...Milliseconds.seconds(60)).contains(last - start))
        #expect(car.runtime.poller.obstacle(at: car.now) == .voltageUnknown)
    }

    @Test func `nothing is sent into a bus on which only answers are heard`() throws {
        let car = try AskedCar()
        car.setIgnition(true)
        try car.pass(.seconds(3))
        car.isAwake = false
        let start = car.now
        // Another tester goes on asking, and is answered.
        for _ in 0..<50 {
            try car.hear("7DF#02010C0000000000")
            try car.hear("7E8#04410C0FA0000000")
            try car.hear("763#0662020700C35000")
            try car.pass(Milliseconds(100))
        }
        #expect(car.sent.allSatisfy { $0.at < start + .seconds(1) })
        #expect(car.runtime.poller.obstacle(at: car.now) == .busSilent)
    }

    @Test func `nothing is sent into a car that the box has locked, until a door was open`() throws
    {
        let car = try AskedCar()
        let bench = car.bench
        bench.enter(try bench.code())
        #expect(bench.board.done.contains(.pulseDoor(.unlock)))
        car.setIgnition(true)
        try car.pass(.seconds(10))
        car.setIgnition(false)
        car.isAwake = false
        try car.pass(.seconds(10))
        bench.enter([5, 6, 2, 5])
        #expect(bench.board.done.contains(.pulseDoor(.lock)))
        let count = car.sent.count
        car.isAwake = true
        car.setIgnition(true)
        try car.pass(.seconds(20))
        #expect(car.sent.count == count)
        #expect(car.runtime.poller.obstacle(at: car.now) == .locked)
        bench.runtime.deliver(.lineRead(.doorContact, true), at: bench.now)
        bench.runtime.deliver(.lineRead(.doorContact, false), at: bench.now)
        try car.pass(.seconds(1))
        #expect(car.sent.count > count)
    }

    @Test func `a long answer is let come, and read`() throws {
        let car = try AskedCar()
        car.answers = false
        car.setIgnition(true)
        for _ in 0..<1000 where car.sent.last?.frame != AskedCar.odometerRequest {
            try car.pass(Milliseconds(10))
        }
        #expect(car.sent.last?.frame == AskedCar.odometerRequest)
        try car.hear("763#100C62020700C350")
        #expect(car.sent.last?.frame == "743#300000CCCCCCCCCC")
        try car.hear("763#2100000000000000")
        // What was read is held, and so asked for again; silence would wait for a minute.
        let start = car.now + Milliseconds(10)
        try car.pass(.seconds(6))
        #expect(car.odometerRequests(since: start).count == 1)
    }

    @Test func `a unit that refuses for ever is not asked again`() throws {
        let car = try AskedCar()
        car.answers = false
        car.setIgnition(true)
        let query = try #require(try AskedCar.profile().queries.first)
        for _ in 0..<1000 where car.sent.last?.frame != AskedCar.odometerRequest {
            try car.pass(Milliseconds(10))
        }
        #expect(!car.runtime.poller.isRefusedForEver(query))
        try car.hear("763#037F2231AAAAAAAA")
        #expect(car.runtime.poller.isRefusedForEver(query))
        let start = car.now + Milliseconds(10)
        try car.pass(.minutes(3))
        #expect(car.odometerRequests(since: start).isEmpty)
        #expect(car.sent.contains { $0.at >= start && $0.frame == AskedCar.speedRequest })
    }

    @Test func `a profile that only listens sends nothing, and reads what others are answered`()
        throws
    {
        let car = try AskedCar(try AskedCar.profile().listening)
        #expect(!car.runtime.poller.asks)
        car.setIgnition(true)
        for _ in 0..<30 {
            try car.pass(.seconds(1))
            try car.hear("743#0322020700000000")
            try car.hear("763#0662020700C35000")
            try car.hear("7E8#03410D00AAAAAAAA")
        }
        #expect(car.sent.isEmpty)
        #expect(car.runtime.monitor.state.odometer?.display == .kilometres(50_000))
        #expect(car.runtime.monitor.state.speed?.value == .zero)
    }

    @Test func `a rental ends while the bus goes on, if the car stood with its ignition on`() throws
    {
        let car = try AskedCar()
        let bench = car.bench
        bench.enter(try bench.code())
        car.setIgnition(true)
        try car.pass(.seconds(20))
        car.setIgnition(false)
        try car.pass(.seconds(10))
        bench.enter([3, 6, 3])
        #expect(bench.signals.last != .moving)
        #expect(bench.runtime.box.durable.trip == nil)
    }

    @Test func `what somebody else asked counts where this box has not asked`() throws {
        let car = try AskedCar()
        try car.pass(.seconds(1))
        try car.hear("7E8#03410D55AAAAAAAA")
        #expect(car.sent.isEmpty)
        #expect(car.runtime.monitor.state.speed?.value == .kilometresPerHour(85))
    }

    @Test func `an own question that is answered too late is not taken for somebody else's`() throws
    {
        let car = try AskedCar()
        car.answers = false
        car.setIgnition(true)
        while car.sent.isEmpty, car.now < .boot + .seconds(5) { try car.pass(Milliseconds(10)) }
        try car.pass(Milliseconds(300))
        let last = try #require(car.sent.last)
        #expect(last.frame == AskedCar.speedRequest)
        #expect(car.now - last.at > DiagnosticTiming().answer, "nothing is awaited any more")
        try car.hear("7E8#03410D55AAAAAAAA")
        #expect(car.runtime.monitor.state.speed == nil)
    }
}
