import AccessCode
import Foundation
import Testing
import Units

@Suite struct `Random histories` {
    /// What the histories of one seed came to.
    private struct Sum {
        var problems: [String] = []
        var opened = 0
        var reopened = 0
        var typed = 0

        mutating func add(_ seed: UInt64) {
            var history = BoxHistory(seed: seed)
            history.run(steps: 400)
            problems += history.problems.prefix(3).map { "seed \(seed): \($0)" }
            opened += history.opened
            reopened += history.reopened
            typed += history.typed
        }
    }

    @Test func `no code opens twice, outside its window or on another box`() {
        var sum = Sum()
        for seed in 1...400 as ClosedRange<UInt64> { sum.add(seed) }
        print("Histories: \(sum.typed) typed, \(sum.opened) opened, \(sum.reopened) reopened")
        #expect(sum.problems.prefix(10) == [])
        // The histories would prove nothing if nothing happened in them.
        #expect(sum.opened > 1_200)
        #expect(sum.reopened > 400)
        #expect(sum.typed > 60_000)
    }

    @Test func `nor where codes are typed and searched for with real keys`() {
        let box = TestBox()
        for seed in 2_001...2_004 as ClosedRange<UInt64> {
            var history = BoxHistory(seed: seed, real: box)
            history.run(steps: 400)
            #expect(history.problems.prefix(3) == [])
            #expect(history.typed > 100)
        }
    }

    @Test func `nor in a history that nobody has seen before`() {
        let given = ProcessInfo.processInfo.environment["CITYZENBOX_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 1_000...UInt64.max / 2)
        print("CITYZENBOX_SEED=\(seed) replays these histories")
        var sum = Sum()
        for offset in 0..<10 as Range<UInt64> { sum.add(seed + offset) }
        #expect(sum.problems.prefix(10) == [], "CITYZENBOX_SEED=\(seed)")
    }
}
