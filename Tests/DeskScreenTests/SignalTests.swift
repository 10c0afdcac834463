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
}
