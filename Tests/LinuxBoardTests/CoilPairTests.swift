import Testing
import Units

@testable import LinuxBoard

@Suite struct `A pair of coils` {
    private static let begin = BootTime(milliseconds: 10_000)
    private let begin = Self.begin

    private func pair() -> CoilPair {
        CoilPair(first: Milliseconds(500), second: Milliseconds(60))
    }

    @Test(arguments: CoilPair.Side.allCases)
    func `a pulse begins at once and ends after its width`(_ side: CoilPair.Side) {
        var pair = pair()
        let end = begin + pair.width(side)
        #expect(pair.pulse(side, at: begin) == [.drive(side)])
        #expect(pair.nextDeadline == end)
        #expect(pair.advance(to: end - Milliseconds(1)) == [])
        #expect(pair.driven == side)
        #expect(pair.advance(to: end) == [.end(side)])
        #expect(pair.driven == nil)
        #expect(pair.nextDeadline == nil)
        #expect(pair.advance(to: end + .days(1)) == [])
    }

    @Test func `the width counts from when the output was active`() {
        var pair = pair()
        _ = pair.pulse(.second, at: begin)
        pair.began(at: begin + Milliseconds(7))
        #expect(pair.nextDeadline == begin + Milliseconds(67))
        #expect(pair.advance(to: begin + Milliseconds(66)) == [])
        #expect(pair.advance(to: begin + Milliseconds(67)) == [.end(.second)])
    }

    @Test func `a loop that comes late ends the pulse then`() {
        var pair = pair()
        _ = pair.pulse(.first, at: begin)
        #expect(pair.advance(to: begin + .minutes(5)) == [.end(.first)])
    }

    @Test func `the same pulse asked for twice is not made longer`() {
        var pair = pair()
        _ = pair.pulse(.first, at: begin)
        #expect(pair.pulse(.first, at: begin + Milliseconds(400)) == [])
        #expect(pair.nextDeadline == begin + Milliseconds(500))
    }

    @Test func `the other side ends a pulse and has to wait`() {
        var pair = pair()
        _ = pair.pulse(.first, at: begin)
        let turn = begin + Milliseconds(100)
        #expect(pair.pulse(.second, at: turn) == [.end(.first)])
        let next = turn + CoilPair.rest
        #expect(pair.nextDeadline == next)
        #expect(pair.advance(to: next - Milliseconds(1)) == [])
        #expect(pair.advance(to: next) == [.drive(.second)])
        #expect(pair.nextDeadline == next + Milliseconds(60))
    }

    @Test func `who changes his mind while both rest is heard`() {
        var pair = pair()
        _ = pair.pulse(.first, at: begin)
        _ = pair.pulse(.second, at: begin + Milliseconds(1))
        #expect(pair.pulse(.first, at: begin + Milliseconds(2)) == [])
        #expect(pair.advance(to: begin + .seconds(1)) == [.drive(.first)])
    }

    @Test func `a pulse that is over but not yet ended is ended before the next of its side`() {
        var pair = pair()
        _ = pair.pulse(.second, at: begin)
        let late = begin + .seconds(1)
        #expect(pair.pulse(.second, at: late) == [.end(.second)])
        #expect(pair.advance(to: late + CoilPair.rest) == [.drive(.second)])
    }

    @Test func `two pulses of one side rest in between`() {
        var pair = pair()
        _ = pair.pulse(.first, at: begin)
        let end = begin + Milliseconds(500)
        _ = pair.advance(to: end)
        #expect(pair.pulse(.first, at: end) == [])
        #expect(pair.advance(to: end + CoilPair.rest) == [.drive(.first)])
    }

    @Test func `outputs that are gone are not ended`() {
        var pair = pair()
        _ = pair.pulse(.first, at: begin)
        pair.forget(at: begin)
        #expect(pair.nextDeadline == nil)
        #expect(pair.advance(to: begin + .hours(1)) == [])
    }

    /// Every sequence of five orders at every spacing of interest: what must never happen.
    @Test func `never are both driven, and never one for longer than its width`() {
        let spacings: [Int64] = [0, 1, 19, 20, 21, 59, 60, 61, 500, 700]
        var checked = 0
        for orders in 0..<32 {
            for spacing in spacings {
                var pair = pair()
                var since: [CoilPair.Side: BootTime] = [:]
                func carryOut(_ effects: [CoilPair.Effect], at time: BootTime) {
                    for effect in effects {
                        switch effect {
                        case .drive(let side):
                            #expect(since.isEmpty, "both at \(time)")
                            since[side] = time
                        case .end(let side):
                            #expect(since.removeValue(forKey: side) != nil, "ended twice")
                        }
                    }
                }
                for step in 0..<4 * spacing + 1200 {
                    let now = begin + Milliseconds(step)
                    carryOut(pair.advance(to: now), at: now)
                    for order in 0..<Int64(5) where order * spacing == step {
                        let side: CoilPair.Side = orders >> order & 1 == 0 ? .first : .second
                        carryOut(pair.pulse(side, at: now), at: now)
                    }
                    for side in CoilPair.Side.allCases {
                        guard let start = since[side] else { continue }
                        if now - start > pair.width(side) { Issue.record("\(side) is too long") }
                    }
                }
                #expect(since.isEmpty)
                checked += 1
            }
        }
        #expect(checked == 320)
    }
}
