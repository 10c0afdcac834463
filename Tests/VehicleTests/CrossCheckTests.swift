import CAN
import Testing
import Units

@testable import Vehicle

@Suite struct `Comparisons of the odometer` {
    private let count = Millimetres(100_000)

    /// What a check of 1 % says at 1000 km, and again at `gone` beyond, where the witness saw
    /// `seen`.
    private func judge(_ gone: Int64, seen: Int64, perMille: Int64 = 10) -> Millimetres? {
        var check = CrossCheck<Int64>(perMille: perMille, coarseness: .zero)
        let start = Millimetres(1_000_000_000)
        _ = check.judge(start, count: count, mark: 0) { _ in 0 }
        return check.judge(start + Millimetres(gone), count: count, mark: 1) { _ in seen * 1000 }
    }

    // Up to 10 km the count of 100 m is more than 1 %, beyond it 1 % is more.
    @Test(arguments: [
        (Int64(1_000_000), Int64(99_999), false), (1_000_000, 100_000, false),
        (1_000_000, 100_001, true), (15_000_000, 149_999, false), (15_000_000, 150_000, false),
        (15_000_000, 150_001, true),
    ])
    func `allow one count or one per cent, whichever is more`(
        gone: Int64, apart: Int64, isTold: Bool
    ) {
        #expect((judge(gone, seen: gone + apart) != nil) == isTold)
        #expect((judge(gone, seen: gone - apart) != nil) == isTold)
    }

    @Test(arguments: [(Int64(449_999), false), (450_000, false), (450_001, true)])
    func `allow three per cent to a speed`(apart: Int64, isTold: Bool) {
        let seen = judge(15_000_000, seen: 15_000_000 - apart, perMille: 30)
        #expect(seen == (isTold ? Millimetres(1_015_000_000 - apart) : nil))
    }

    @Test func `are told once, and again after they have agreed for 200 counts`() {
        var check = CrossCheck<Int64>(perMille: 10, coarseness: .zero)
        var told: [Int64] = []
        var seen: Int64 = 0
        for index in Int64(0)...1000 {
            // Wrong for the first hundred counts and for those from 700 on.
            if index > 0 { seen += index < 100 || index >= 700 ? 200_000_000 : 100_000_000 }
            let now = seen
            let alarm = check.judge(count * index, count: count, mark: now) { now - $0 }
            if alarm != nil { told.append(index) }
        }
        #expect(told == [2, 701])
    }

    @Test func `begin anew behind a hole`() {
        var check = CrossCheck<Int64>(perMille: 10, coarseness: .zero)
        _ = check.judge(count, count: count, mark: 0) { _ in 0 }
        let overHole = check.judge(count * 50, count: count, mark: 1) { _ in nil }
        #expect(overHole == nil)
        let behind = check.judge(count * 51, count: count, mark: 2) { mark in
            mark == 1 ? 100_000_000 : 0
        }
        #expect(behind == nil)
    }

    @Test(arguments: [(Int64(200), false), (201, true)])
    func `allow two odometers a constant offset`(apart: Int64, isTold: Bool) {
        var check = OffsetCheck()
        let mine = Millimetres(500_000_000)
        let theirs = Millimetres(503_200_000)
        let slack = Millimetres(200)
        #expect(check.judge(theirs, against: mine, count: count, slack: slack) == nil)
        let seen = check.judge(
            theirs + Millimetres(1_000_000 + apart), against: mine + Millimetres(1_000_000),
            count: count, slack: slack)
        #expect(seen == (isTold ? mine + Millimetres(1_000_000 + apart) : nil))
        let again = check.judge(
            theirs + Millimetres(9_000_000), against: mine + Millimetres(1_000_000), count: count,
            slack: slack)
        #expect(again == nil || !isTold)
    }

    /// Drives at 20 m/s, with an odometer that counts `perMille` of the way.
    private func drive(
        perMille: Int64, hasCounter: Bool, hasSpeed: Bool, hole: Bool = false
    ) throws -> [OdometerAnomaly.Kind] {
        var profile = try TestCar.profile(hasCounter: hasCounter, hasSpeed: hasSpeed)
        if case .counter(var counter) = profile.distance {
            // 50 mm, and no more than the wheels of a car that goes 20 m/s.
            counter.nanometresPerCount = 50_000_000
            profile.distance = .counter(counter)
        }
        var car = TestCar(profile: profile)
        var told: [OdometerAnomaly.Kind] = []
        for step in Int64(0)..<6_000 {
            // Every minute nothing is heard of the wheels for two seconds.
            if !hole || step % 600 > 20 { car.wheels(count: step * 40, speed: 20_000) }
            let way = 500_000_000 + step * 2_000 * perMille / 1000
            if step.isMultiple(of: 5) { car.odometer(way / 100_000) }
            car.now += 100
            told += car.kinds()
        }
        return told
    }

    @Test func `are silent while all agree`() throws {
        #expect(try drive(perMille: 1000, hasCounter: true, hasSpeed: true) == [])
        // 0.9 % off the counter is what a tyre may be.
        #expect(try drive(perMille: 1009, hasCounter: true, hasSpeed: true) == [])
    }

    @Test func `tell a counter and a speed that went another way, once each`() throws {
        let told = try drive(perMille: 1100, hasCounter: true, hasSpeed: true)
        #expect(told.sorted { $0.rawValue < $1.rawValue } == [.counterApart, .speedApart])
        #expect(try drive(perMille: 1100, hasCounter: true, hasSpeed: false) == [.counterApart])
        #expect(try drive(perMille: 1100, hasCounter: false, hasSpeed: true) == [.speedApart])
    }

    @Test func `say nothing over holes`() throws {
        #expect(try drive(perMille: 1040, hasCounter: true, hasSpeed: true, hole: true) == [])
    }

    @Test func `tell a second odometer that goes another way, once`() throws {
        var car = try ManyOdometers([.broadcast(0x100), .broadcast(0x110)])
        var told: [OdometerAnomaly] = []
        for second in Int64(0)..<400 {
            car.now = second * 1000
            car.hear(0x100, 5000 + second / 5)
            // The second one stands 320 km higher and stops at its twentieth count.
            car.hear(0x110, 8200 + min(second / 5, 20))
            told += car.monitor.takeAnomalies()
        }
        #expect(told.map(\.kind) == [.sourcesApart])
        #expect(told.first?.source == "100.KM")
        #expect(told.first?.resolution == Metres(100))
    }
}
