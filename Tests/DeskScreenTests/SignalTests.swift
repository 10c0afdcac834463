import AccessCode
import Box
import DeskScreen
import Testing
import Units

private let signals: [Signal] =
    [
        .digit, .cleared, .opened, .reopened, .extended, .locked,
        .ended([1, 2, 3, 4, 5, 6, 7, 8]), .ended([]), .owner, .accepted, .malformed,
        .wait(minutes: 64), .stopped, .closeDoors, .ignitionOn, .moving, .codeFirst, .nothingActive,
        .storageFull, .storageFailed, .keysFailed, .starterFault,
    ] + CodeRefusal.allCases.map { .refused($0) }

@Suite struct `Signals on the desk` {
    @Test(arguments: Language.allCases)
    func `each has words of its own, which fit`(language: Language) {
        let words = signals.map { $0.words(language) }
        #expect(Set(words).count == signals.count)
        #expect(words.allSatisfy { (1...52).contains($0.count) })
    }

    @Test func `every word can be written in ASCII, in as many columns`() {
        for language in Language.allCases {
            for signal in signals {
                let words = signal.words(language)
                let folded = words.foldedToASCII
                #expect(folded.count == words.count)
                #expect(folded.utf8.allSatisfy { $0 < 0x80 })
                #expect(!folded.contains("?"), "\(words)")
            }
        }
    }

    @Test func `the receipt is part of the answer`() {
        #expect(Signal.ended([1, 2, 3, 4, 5, 6, 7, 8]).words(.english).hasSuffix("1234 5678"))
        #expect(Signal.ended([1, 2, 3, 4, 5, 6, 7, 8]).words(.french).hasSuffix("1234 5678"))
    }

    /// `opened` is GB3 -1 GB3 G20: 0.3 s green and buzzer, 0.1 s dark, 0.3 s both, 2 s green.
    @Test(arguments: [
        (0, true, true), (299, true, true), (300, false, false), (399, false, false),
        (400, true, true), (699, true, true), (700, true, false), (2699, true, false),
        (2700, false, false),
    ])
    func `a pattern plays out in time`(after: Int64, green: Bool, buzzer: Bool) {
        var player = LampPlayer()
        let start = BootTime(milliseconds: 5000)
        player.play(.opened, at: start)
        let lamps = player.lamps(at: start + Milliseconds(after))
        #expect(lamps.green == green)
        #expect(lamps.buzzer == buzzer)
        #expect(!lamps.red)
    }

    @Test func `the next change is the end of the beat, and none after the last`() {
        var player = LampPlayer()
        let start = BootTime(milliseconds: 5000)
        player.play(.opened, at: start)
        #expect(player.nextChange(after: start) == start + Milliseconds(300))
        #expect(player.nextChange(after: start + Milliseconds(299)) == start + Milliseconds(300))
        #expect(player.nextChange(after: start + Milliseconds(300)) == start + Milliseconds(400))
        #expect(player.nextChange(after: start + Milliseconds(2700)) == nil)
    }

    @Test func `a new signal replaces the one before, and without power all is dark`() {
        var player = LampPlayer()
        player.play(.stopped, at: .boot)
        #expect(player.lamps(at: .boot + Milliseconds(50)).red)
        player.play(.digit, at: .boot + Milliseconds(100))
        #expect(!player.lamps(at: .boot + Milliseconds(150)).red)
        #expect(player.lamps(at: .boot + Milliseconds(150)).buzzer)
        player.stop()
        #expect(player.lamps(at: .boot + Milliseconds(150)) == Lamps())
    }
}
