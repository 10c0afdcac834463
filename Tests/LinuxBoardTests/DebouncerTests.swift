import Testing
import Units

@testable import LinuxBoard

@Suite struct `A debounced input` {
    private let begin = BootTime(milliseconds: 5000)
    private let period = Milliseconds(50)

    private func debouncer() -> Debouncer {
        var debouncer = Debouncer(period: period)
        debouncer.read(false, at: .boot)
        return debouncer
    }

    @Test(arguments: [false, true])
    func `the first reading is believed`(_ level: Bool) {
        var debouncer = Debouncer(period: period)
        #expect(debouncer.level == nil)
        debouncer.read(level, at: begin)
        #expect(debouncer.level == level)
        #expect(debouncer.settle(at: begin) == nil)
        #expect(debouncer.nextDeadline == nil)
    }

    @Test(arguments: [(Int64(49), nil), (50, true), (51, true)] as [(Int64, Bool?)])
    func `a level is believed once it has lasted`(_ after: Int64, _ told: Bool?) {
        var debouncer = debouncer()
        debouncer.change(to: true, at: begin)
        #expect(debouncer.nextDeadline == begin + period)
        #expect(debouncer.settle(at: begin + Milliseconds(after)) == told)
        #expect(debouncer.level == (told ?? false))
    }

    @Test func `a level is told once`() {
        var debouncer = debouncer()
        debouncer.change(to: true, at: begin)
        #expect(debouncer.settle(at: begin + period) == true)
        #expect(debouncer.settle(at: begin + .hours(1)) == nil)
        #expect(debouncer.nextDeadline == nil)
    }

    @Test func `a spike is nothing`() {
        var debouncer = debouncer()
        debouncer.change(to: true, at: begin)
        debouncer.change(to: false, at: begin + Milliseconds(49))
        #expect(debouncer.nextDeadline == nil)
        #expect(debouncer.settle(at: begin + .hours(1)) == nil)
    }

    @Test func `a bounce makes the wait begin anew`() {
        var debouncer = debouncer()
        debouncer.change(to: true, at: begin)
        debouncer.change(to: false, at: begin + Milliseconds(10))
        debouncer.change(to: true, at: begin + Milliseconds(20))
        #expect(debouncer.settle(at: begin + Milliseconds(69)) == nil)
        #expect(debouncer.settle(at: begin + Milliseconds(70)) == true)
    }

    @Test func `a bounce of which one edge was missed makes the wait begin anew`() {
        var debouncer = debouncer()
        debouncer.change(to: true, at: begin)
        debouncer.change(to: true, at: begin + Milliseconds(30))
        #expect(debouncer.settle(at: begin + Milliseconds(79)) == nil)
        #expect(debouncer.settle(at: begin + Milliseconds(80)) == true)
    }

    @Test func `looking again makes nobody wait longer`() {
        var debouncer = debouncer()
        debouncer.change(to: true, at: begin)
        debouncer.read(true, at: begin + Milliseconds(40))
        #expect(debouncer.settle(at: begin + period) == true)
    }

    @Test func `a level of which every edge was missed is seen by looking`() {
        var debouncer = debouncer()
        debouncer.read(true, at: begin)
        #expect(debouncer.settle(at: begin + period) == true)
    }

    @Test func `an edge that is told late does not shorten the wait`() {
        var debouncer = debouncer()
        debouncer.read(true, at: begin)
        debouncer.change(to: true, at: begin - Milliseconds(40))
        #expect(debouncer.nextDeadline == begin + period)
    }

    @Test func `without a period a level is believed at once`() {
        var debouncer = Debouncer(period: .zero)
        debouncer.read(true, at: .boot)
        debouncer.change(to: false, at: begin)
        #expect(debouncer.settle(at: begin) == false)
    }
}
