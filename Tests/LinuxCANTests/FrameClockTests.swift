import LinuxCAN
import LinuxIO
import Testing
import Units

@Suite struct `Placing of time stamps` {
    /// So many milliseconds after boot, which was at `day` after 1970 by the other clock.
    private static func moment(_ boot: Int64, day: Int64 = 20_000) -> KernelMoment {
        KernelMoment(
            bootNanoseconds: boot * 1_000_000,
            realNanoseconds: (day * 86_400_000 + boot) * 1_000_000)
    }

    private static func stamp(_ boot: Int64, day: Int64 = 20_000) -> Int64 {
        moment(boot, day: day).realNanoseconds
    }

    @Test(arguments: [
        (Int64(1000), Int64(1000)), (999, 999), (990, 990), (500, 500),
        // As old as the socket, within the slack of 20 ms, and older.
        (480, 500), (479, 1000),
        // From the future.
        (1001, 1000),
    ])
    func `a frame is as old as its stamp, where that can be`(stamped: Int64, placed: Int64) {
        var clock = FrameClock(at: Self.moment(500))
        #expect(
            clock.place(Self.stamp(stamped), readAt: Self.moment(1000))
                == BootTime(milliseconds: placed))
    }

    @Test(arguments: [Int64(19_999), 20_001, 0, 40_000])
    func `a clock that was set between frame and reading places it at the reading`(day: Int64) {
        var clock = FrameClock(at: Self.moment(500))
        #expect(
            clock.place(Self.stamp(990, day: day), readAt: Self.moment(1000))
                == BootTime(milliseconds: 1000))
    }

    @Test(arguments: [Int64.min, .max, 0])
    func `a stamp that cannot be does no harm`(stamp: Int64) {
        var clock = FrameClock(at: Self.moment(500))
        #expect(
            clock.place(stamp, readAt: Self.moment(1000)) == BootTime(milliseconds: 1000))
    }

    @Test func `without a stamp a frame came when it was read`() {
        var clock = FrameClock(at: Self.moment(500))
        #expect(clock.place(nil, readAt: Self.moment(700)) == BootTime(milliseconds: 700))
    }

    @Test func `times never go backwards, and never beyond now`() {
        var clock = FrameClock(at: Self.moment(0))
        var last = BootTime.boot
        for (read, stamped) in [(100, 90), (100, 80), (101, 101), (130, 95), (130, 300)] {
            let time = clock.place(Self.stamp(Int64(stamped)), readAt: Self.moment(Int64(read)))
            #expect(time >= last && time <= BootTime(milliseconds: Int64(read)))
            last = time
        }
    }

    @Test func `a frame is not older than the last time the socket was empty`() {
        var clock = FrameClock(at: Self.moment(0))
        clock.becameEmpty(at: Self.moment(900))
        #expect(
            clock.place(Self.stamp(880), readAt: Self.moment(1000))
                == BootTime(milliseconds: 880))
        var other = FrameClock(at: Self.moment(0))
        other.becameEmpty(at: Self.moment(900))
        #expect(
            other.place(Self.stamp(879), readAt: Self.moment(1000))
                == BootTime(milliseconds: 1000))
    }
}

@Suite struct `The count of lost frames` {
    @Test func `what was lost between two frames is the difference, also where it wraps`() {
        var counter = LossCounter()
        #expect(counter.advance(to: 0) == 0)
        #expect(counter.advance(to: 3) == 3)
        #expect(counter.advance(to: 3) == 0)
        #expect(counter.advance(to: .max) == UInt32.max - 3)
        #expect(counter.advance(to: 1) == 2)
        #expect(counter.total == Int64(UInt32.max) + 2)
    }
}
