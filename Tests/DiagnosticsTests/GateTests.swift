import CAN
import Diagnostics
import Testing
import Units

@Suite struct `The conditions of polling` {
    private let now = BootTime(milliseconds: 100_000)

    private func obstacle(
        _ change: (inout PollingConditions) -> Void
    ) -> PollingObstacle? {
        var conditions = PollingConditions(
            isIgnitionOn: true, isLocked: false, busHeardAt: now, voltage: Millivolts(12_600))
        change(&conditions)
        return conditions.obstacle(at: now)
    }

    @Test func `all must hold`() {
        #expect(obstacle { _ in } == nil)
        #expect(obstacle { $0.isLocked = true } == .locked)
        #expect(obstacle { $0.isIgnitionOn = false } == .ignitionOff)
        #expect(obstacle { $0.isIgnitionOn = nil } == .ignitionUnknown)
        #expect(obstacle { $0.busHeardAt = nil } == .busSilent)
        #expect(obstacle { $0.voltage = nil } == .voltageUnknown)
        #expect(PollingConditions().obstacle(at: now) == .locked)
    }

    @Test(
        arguments: [(12_199, .voltageLow), (12_200, nil), (12_201, nil)]
            as [(Int64, PollingObstacle?)])
    func `the battery has 12.2 V`(voltage: Int64, expected: PollingObstacle?) {
        #expect(obstacle { $0.voltage = Millivolts(voltage) } == expected)
    }

    @Test(
        arguments: [(999, nil), (1000, .busSilent), (1001, .busSilent)]
            as [(Int64, PollingObstacle?)])
    func `the bus was heard within a second`(age: Int64, expected: PollingObstacle?) {
        #expect(obstacle { $0.busHeardAt = now - Milliseconds(age) } == expected)
    }

    @Test(arguments: 0..<5)
    func `nothing is sent while one of them fails, however long`(which: Int) {
        var car = PolledCar([.odometer, .speed])
        car.pass(10)
        car.hear("7E8#0641A6000186A0", after: 10)
        car.wake { conditions in
            switch which {
            case 0: conditions.isLocked = true
            case 1: conditions.isIgnitionOn = false
            case 2: conditions.isIgnitionOn = nil
            case 3: conditions.voltage = Millivolts(12_199)
            case _: conditions.voltage = nil
            }
        }
        car.effects = []
        #expect(car.pass(500_000).isEmpty)
        #expect(car.client.nextDeadline(at: car.now) == nil)
        #expect(car.wake().count == 1)
    }

    @Test func `a silent bus is not asked`() {
        var car = PolledCar([.speed])
        car.hear("7E8#03410D55AAAAAAAA", after: 10)
        car.isAwake = false
        car.effects = []
        car.pass(600)
        #expect(car.sent.count == 2, "the request and its repetition")
        car.pass(100_000)
        #expect(car.sent.count == 2)
    }

    @Test func `a car that is locked while it answers is not asked to go on`() throws {
        let query = DiagnosticQuery(
            .vehicleInformation(type: 2), to: .functional11, about: .other, every: .minutes(5))
        var car = PolledCar([query])
        car.pass(10)
        car.wake { $0.isLocked = true }
        #expect(car.hear("7E8#1014490201575A5A").isEmpty)
        #expect(car.pass(10_000).isEmpty, "nobody was silent")
        #expect(car.wake().isEmpty)
    }
}
