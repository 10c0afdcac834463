import AccessCode
import Testing
import Units

private let start = BootTime(milliseconds: 1_000)

@Suite struct `Lockout of one lane` {
    /// The wait in minutes after so many failures.
    static let waits: [(failures: Int, minutes: Int64?)] = [
        (0, nil), (1, nil), (4, nil), (5, nil), (6, 1), (7, 2), (8, 4), (9, 8), (10, 16), (11, 32),
        (12, 64), (13, 64), (99, 64),
    ]

    @Test(arguments: waits)
    func `five failures are free, then waits double up to 64 minutes`(
        row: (failures: Int, minutes: Int64?)
    ) {
        var lockout = Lockout()
        for _ in 0..<row.failures { lockout.fail(at: start) }
        guard let minutes = row.minutes else {
            #expect(lockout.state(at: start) == .open)
            #expect(lockout.until == nil)
            return
        }
        let end = start + .minutes(minutes)
        #expect(lockout.state(at: start) == .waiting(.minutes(minutes)))
        #expect(lockout.state(at: end - Milliseconds(1)) == .waiting(Milliseconds(1)))
        #expect(lockout.state(at: end) == .open)
        #expect(lockout.state(at: end + Milliseconds(1)) == .open)
    }

    @Test func `a success takes five off and does not clear`() {
        var lockout = Lockout(failures: 8, inARow: 8, until: start + .minutes(4))
        lockout.succeed()
        #expect(lockout == Lockout(failures: 3, inARow: 0, until: nil))
        #expect(lockout.state(at: start) == .open)
        lockout.fail(at: start)
        lockout.fail(at: start)
        #expect(lockout.state(at: start) == .open)
        lockout.fail(at: start)
        #expect(lockout.state(at: start) == .waiting(.minutes(1)))
        lockout.succeed()
        lockout.succeed()
        #expect(lockout == Lockout())
    }

    @Test(arguments: [(98, false), (99, true), (100, true)] as [(Int, Bool)])
    func `a hundred in a row stop the lane`(before: Int, stopped: Bool) {
        var lockout = Lockout(failures: before, inARow: before, until: nil)
        lockout.fail(at: start)
        let much = start + .days(30)
        #expect((lockout.state(at: much) == .stopped) == stopped)
        // A restart does not start it again.
        lockout.restart(at: much)
        #expect((lockout.state(at: much + .days(1)) == .stopped) == stopped)
    }

    @Test func `a success begins the row anew`() {
        var lockout = Lockout(failures: 99, inARow: 99, until: nil)
        lockout.succeed()
        lockout.fail(at: start)
        #expect(lockout.inARow == 1)
        #expect(lockout.failures == 95)
    }

    @Test func `the owner lifts the stop, and the next failure waits its full time`() {
        var lockout = Lockout(failures: 100, inARow: 100, until: nil)
        #expect(lockout.state(at: start) == .stopped)
        lockout.lift()
        #expect(lockout.state(at: start) == .open)
        lockout.fail(at: start)
        #expect(lockout.state(at: start) == .waiting(.minutes(64)))
    }

    @Test func `a restart begins the wait anew and gives no try back`() {
        var lockout = Lockout()
        for _ in 0..<9 { lockout.fail(at: start) }
        #expect(lockout.state(at: start + .minutes(7)) == .waiting(.minutes(1)))
        var again = lockout
        again.restart(at: .boot)
        #expect(again.state(at: .boot + .minutes(7)) == .waiting(.minutes(1)))
        #expect(again.state(at: .boot + .minutes(8)) == .open)
        var over = lockout
        over.pass(to: start + .minutes(8) - Milliseconds(1))
        #expect(over == lockout)
        over.pass(to: start + .minutes(8))
        over.restart(at: .boot)
        #expect(over.state(at: .boot) == .open)
        var free = Lockout(failures: 5, inARow: 5, until: nil)
        free.restart(at: .boot)
        #expect(free.state(at: .boot) == .open)
    }
}
