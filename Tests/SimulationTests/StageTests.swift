import Box
import Ports
import Runtime
import SimulatedDisk
import Testing
import Units
import Vehicle

@testable import Simulation

/// Writes down what happens in the background.
private final class Diary: StageBackground {
    var times: [WallTime]
    private(set) var ran: [WallTime] = []
    private(set) var deaths = 0
    private(set) var turnedOff = 0
    let box: SimulatedBox

    init(_ box: SimulatedBox, at times: [WallTime] = []) {
        self.box = box
        self.times = times
    }

    func nextBackground() -> WallTime? { times.first }

    func runBackground() {
        ran.append(box.truth)
        times.removeFirst()
    }

    func boxDied() {
        deaths += 1
        box.cutPower(entropy: 1)
    }

    func boxTurnedOff() {
        turnedOff += 1
        box.cutPower(entropy: 1)
    }
}

@Suite("Stage")
struct StageTests {
    static let beginning = FittedBox.beginning

    @Test(
        arguments: [
            ("0", .digit(0)), ("9", .digit(9)), ("*", .clear), ("#", .enter),
            ("a", nil), (" ", nil), ("٣", nil), ("½", nil), ("-", nil),
        ] as [(Character, Key?)])
    func `a key of the keypad is a digit, a star or a hash`(_ sign: Character, _ key: Key?) {
        #expect(Key(sign) == key)
    }

    @Test func `time passes to the millisecond, and never back`() throws {
        let stage = Stage(box: try FittedBox.make(), framePeriod: .seconds(1))
        try stage.pass(Milliseconds(1))
        #expect(stage.now == Self.beginning + Milliseconds(1))
        try stage.pass(to: Self.beginning + .hours(30))
        #expect(stage.now == Self.beginning + .hours(30))
        try stage.pass(to: Self.beginning)
        #expect(stage.now == Self.beginning + .hours(30))
    }

    @Test func `a key takes 300 ms and the answer a second`() throws {
        let stage = Stage(box: try FittedBox.make(), framePeriod: .seconds(1))
        try stage.pass(.hours(1))
        let answer = try stage.type("363 #")
        #expect(answer == .nothingActive)
        #expect(stage.now == Self.beginning + .hours(1) + Milliseconds(4 * 300 + 1000))
    }

    @Test func `what was signalled before is no answer`() throws {
        let stage = Stage(box: try FittedBox.make(), framePeriod: .seconds(1))
        #expect(try stage.type("363#") == .nothingActive)
        #expect(try stage.type("363") == nil)
        #expect(try stage.type("*") == .cleared)
    }

    @Test(arguments: [(19_999, true), (20_000, false), (20_001, false)] as [(Int64, Bool)])
    func `the bus stays awake for 20 s after a door moved`(_ after: Int64, _ awake: Bool) throws {
        let stage = Stage(box: try FittedBox.make(), framePeriod: .seconds(1))
        #expect(!stage.isBusAwake)
        stage.setDoor(open: true)
        try stage.pass(Milliseconds(after))
        #expect(stage.isBusAwake == awake)
    }

    @Test func `the bus stays awake as long as the ignition is on`() throws {
        let stage = Stage(box: try FittedBox.make(), framePeriod: .seconds(1))
        stage.setIgnition(true)
        try stage.pass(.hours(1))
        let runtime = try #require(stage.box.runtime)
        let heard = try #require(runtime.monitor.state.lastFrameAt)
        #expect(stage.isBusAwake)
        #expect(stage.box.bootTime - heard <= .seconds(1))
    }

    @Test func `nothing is heard of a car that sleeps`() throws {
        let stage = Stage(box: try FittedBox.make(), framePeriod: .seconds(1))
        try stage.pass(.hours(1))
        #expect(stage.box.runtime?.monitor.state.lastFrameAt == nil)
    }

    /// 2 m/s each second up to 10 m/s: 25 m; then 10 m each second.
    @Test(arguments: [1, 7, 60] as [Int64])
    func `the car rolls as far as the time that passes`(_ parts: Int64) throws {
        let stage = Stage(box: try FittedBox.make(), framePeriod: Milliseconds(500))
        stage.setIgnition(true)
        try stage.pass(.seconds(5))
        let from = stage.box.car.odometer
        stage.box.car.wanted = MillimetresPerSecond(10_000)
        for _ in 0..<parts { try stage.pass(Milliseconds(420_000 / parts)) }
        let way = stage.box.car.odometer - from
        #expect((way - Millimetres(25_000 + 415 * 10_000)).magnitude < Millimetres(100))
    }

    @Test func `what happens in the background happens at its time, in order`() throws {
        let box = try FittedBox.make()
        let stage = Stage(box: box, framePeriod: .seconds(1))
        let times = [
            Self.beginning, Self.beginning + Milliseconds(1), Self.beginning + Milliseconds(1),
            Self.beginning + .hours(2),
        ]
        let diary = Diary(box, at: times)
        stage.background = diary
        try stage.pass(.hours(3))
        #expect(diary.ran == times)
        #expect(stage.now == Self.beginning + .hours(3))
    }

    @Test func `a box whose disk dies in a write is noticed once, and stays off`() throws {
        let box = try FittedBox.make()
        let stage = Stage(box: box, framePeriod: .seconds(1))
        let diary = Diary(box)
        stage.background = diary
        box.disk.failAfter(writes: 1)
        try stage.pass(.hours(1))
        #expect(diary.deaths == 1)
        #expect(!box.isOn)
        #expect(try stage.type("363#") == nil)
        try box.powerOn()
        #expect(try stage.type("363#") == .nothingActive)
        #expect(diary.deaths == 1)
    }

    @Test func `a parked box turns itself off when the battery is flat`() throws {
        let box = try FittedBox.make()
        let stage = Stage(box: box, framePeriod: .seconds(1))
        let diary = Diary(box)
        stage.background = diary
        stage.setIgnition(false)
        try stage.pass(.minutes(3))
        box.battery = Millivolts(11_500)
        box.measureBattery()
        try stage.pass(.seconds(1))
        #expect(diary.turnedOff == 0)
        box.battery = Millivolts(11_499)
        box.measureBattery()
        try stage.pass(.seconds(1))
        #expect(diary.turnedOff == 1)
        #expect(diary.deaths == 0)
    }
}
