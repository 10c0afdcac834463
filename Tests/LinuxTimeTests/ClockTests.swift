import AccessCode
import Box
import ClockContract
import LinuxIO
import LinuxTime
import Testing
import Units

@Suite struct `Clocks of the kernel` {
    @Test func `the boot clock runs forward`() {
        let first = KernelClock.now
        let moment = KernelClock.moment
        #expect(first > .boot && moment.boot >= first)
        // Somebody set this machine's clock since 2020.
        #expect(moment.realNanoseconds > 1_577_836_800_000_000_000)
    }

    @Test func `this boot has a name that stays`() throws {
        let name = try BootIdentifier.current()
        #expect(name == (try BootIdentifier.current()))
        #expect(name.description.count == 36)
    }

    @Test(arguments: [
        ("6e533f71-8757-4218-9d84-08ee05ffae1a", true),
        (" 6E533F71-8757-4218-9D84-08EE05FFAE1A\n", true),
        ("6e533f71-8757-4218-9d84-08ee05ffae1", false),
        ("6e533f71-8757-4218-9d84-08ee05ffae1ab", false),
        ("6e533f718757-4218-9d84-08ee05ffae1a-", false),
        ("6e533f71-8757-4218-9d84-08ee05ffae1g", false), ("", false),
    ])
    func `a name of a boot is a UUID`(text: String, isOne: Bool) {
        let name = BootIdentifier(text)
        #expect((name != nil) == isOne)
        #expect(name == nil || name?.description == "6e533f71-8757-4218-9d84-08ee05ffae1a")
    }

    @Test(arguments: [
        (true, Int64(0), true), (true, 16_000, true), (true, 16_001, false), (false, 0, false),
    ])
    func `a time that somebody keeps well is offered as a hint`(
        isKept: Bool, error: Int64, isOffered: Bool
    ) {
        let time = CivilTime.utc(2026, 11, 21)
        let state = KernelSynchronization(
            time: time, error: Milliseconds(error), isSynchronized: isKept)
        let offer = TimeOffer(time: time, error: Milliseconds(error), source: .gnss)
        #expect(state.offer == (isOffered ? offer : nil))
    }

    @Test(.enabled(if: KernelSynchronization.current() != nil, "the kernel does not tell"))
    func `the kernel tells how well its clock is kept`() throws {
        let state = try #require(KernelSynchronization.current())
        let real = KernelClock.moment.realNanoseconds / 1_000_000
        #expect((state.time.milliseconds - real).magnitude < 60_000)
        #expect(state.error > .zero)
    }
}

@Suite struct `Fields of a battery-backed clock` {
    private static func fields(
        _ year: Int32, _ month: Int32, _ day: Int32, _ hour: Int32 = 0, _ minute: Int32 = 0,
        _ second: Int32 = 0
    ) -> RTCFields {
        RTCFields(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    @Test(arguments: [
        (fields(126, 10, 21, 15, 4, 5), CivilTime.utc(2026, 11, 21, 15, 4, 5)),
        (fields(70, 0, 1), WallTime(milliseconds: 0)),
        (fields(124, 1, 29, 23, 59, 59), CivilTime.utc(2024, 2, 29, 23, 59, 59)),
        (fields(138, 0, 19, 3, 14, 8), CivilTime.utc(2038, 1, 19, 3, 14, 8)),
    ])
    func `fields and times are two ways to say the same`(fields: RTCFields, time: WallTime) {
        #expect(fields.time == time)
        #expect(RTCFields(nearest: time) == fields)
    }

    @Test(arguments: [
        fields(69, 0, 1), fields(100, 12, 1), fields(100, -1, 1), fields(100, 0, 0),
        fields(100, 0, 32), fields(100, 1, 30), fields(101, 1, 29), fields(100, 3, 31),
        fields(100, 0, 1, 24), fields(100, 0, 1, 0, 60), fields(100, 0, 1, 0, 0, 60),
        fields(100, 0, 1, -1), fields(.max, 0, 1),
    ])
    func `fields that no calendar has are no time`(fields: RTCFields) {
        #expect(fields.time == nil)
    }

    @Test(arguments: [(Int64(499), Int32(0)), (500, 1), (999, 1)])
    func `the clock is set to the nearest second`(milliseconds: Int64, second: Int32) {
        let time = CivilTime.utc(2026, 1, 1) + Milliseconds(milliseconds)
        #expect(RTCFields(nearest: time).second == second)
    }

    @Test func `a clock that is not there does not answer, and says why`() {
        let clock = DeviceRTC(path: "/dev/cityzenbox-no-such-clock")
        #expect(ClockContract.breaches(byAbsent: clock) == [])
        #expect(clock.read() == nil)
        #expect(clock.failure?.code == 2)
        clock.set(to: CivilTime.utc(2026, 1, 1))
        #expect(clock.failure?.description.contains("/dev/cityzenbox-no-such-clock") == true)
    }

    @Test func `a file that is no clock does not answer`() {
        let clock = DeviceRTC(path: "/dev/null")
        #expect(clock.read() == nil)
        #expect(clock.failure != nil)
    }
}

@Suite struct `Timers` {
    /// Only a hang takes so long.
    private static let patience: Int32 = 20_000

    @Test func `a timer goes off at its point of the boot clock, and once`() throws {
        var timer = try DeadlineTimer()
        #expect(timer.acknowledge() == false)
        let deadline = KernelClock.now + Milliseconds(30)
        timer.arm(deadline)
        #expect(timer.deadline == deadline)
        let events = PollSource.wait(for: [timer.source], milliseconds: Self.patience)
        #expect(events == [.readable])
        #expect(KernelClock.now >= deadline)
        #expect(timer.acknowledge() == true)
        #expect(timer.deadline == nil)
        #expect(timer.acknowledge() == false)
    }

    @Test(arguments: [BootTime.boot, BootTime(milliseconds: -5), BootTime(milliseconds: 1)])
    func `a point that has passed goes off at once`(point: BootTime) throws {
        var timer = try DeadlineTimer()
        timer.arm(point)
        #expect(
            PollSource.wait(for: [timer.source], milliseconds: Self.patience) == [.readable])
        #expect(timer.acknowledge() == true)
    }

    @Test func `a timer that is disarmed, or armed for the end of time, does not go off`() throws {
        var timer = try DeadlineTimer()
        timer.arm(.boot)
        timer.arm(nil)
        #expect(PollSource.wait(for: [timer.source], milliseconds: 0) == [[]])
        timer.arm(BootTime(milliseconds: .max))
        #expect(PollSource.wait(for: [timer.source], milliseconds: 0) == [[]])
        #expect(timer.acknowledge() == false)
    }

    @Test func `a clock that nobody sets does not jump`() throws {
        var watch = try ClockJumpWatch()
        #expect(PollSource.wait(for: [watch.source], milliseconds: 0) == [[]])
        #expect(watch.takeJump() == false)
    }
}
