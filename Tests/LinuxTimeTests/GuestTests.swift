import AccessCode
import ClockContract
import Glibc
import LinuxIO
import LinuxTime
import Testing
import Units

/// Tests that set clocks: only on a machine that was made for them.
@Suite(
    .serialized,
    .enabled(
        if: unsafe getenv("CITYZENBOX_GUEST") != nil,
        "sets clocks: `make guest-test` runs it where that does no harm"))
struct `Clocks of a machine made for tests` {
    @Test func `the battery-backed clock is read, set and read again`() throws {
        let clock = DeviceRTC()
        let start = CivilTime.utc(2031, 2, 3, 4, 5, 6)
        let shown = try #require(clock.read())
        #expect(!shown.stopped && clock.failure == nil)
        #expect(shown.time >= start && shown.time - start < .minutes(30))
        let time = CivilTime.utc(2027, 12, 31, 23, 59, 58)
        clock.set(to: time)
        #expect(clock.failure == nil)
        let set = try #require(clock.read())
        #expect(set.time >= time - .seconds(1) && set.time - time < .seconds(20))
        #expect(!set.stopped)
        #expect(ClockContract.breaches(by: clock) == [])
    }

    @Test(arguments: [Int64(3600), -3600])
    func `a clock that is set shows, once`(seconds: Int64) throws {
        var watch = try ClockJumpWatch()
        var timer = try DeadlineTimer()
        let deadline = KernelClock.now + Milliseconds(500)
        timer.arm(deadline)
        try Self.move(seconds)
        defer { try? Self.move(-seconds) }
        #expect(PollSource.wait(for: [watch.source], milliseconds: 20_000) == [.readable])
        #expect(watch.takeJump() == true)
        #expect(watch.takeJump() == false)
        // The timer does not know that clock.
        #expect(PollSource.wait(for: [timer.source], milliseconds: 20_000) == [.readable])
        #expect(KernelClock.now >= deadline)
    }

    private struct NotSet: Error {}

    private static func move(_ seconds: Int64) throws {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        time.tv_sec += Int(seconds)
        guard unsafe clock_settime(CLOCK_REALTIME, &time) == 0 else { throw NotSet() }
    }
}
