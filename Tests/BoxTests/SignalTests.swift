import AccessCode
import Testing
import Units

@testable import Box

@Suite("The signals")
struct SignalTests {
    static let all: [Signal] =
        [
            .digit, .cleared, .opened, .reopened, .extended, .locked, .ended([1]), .owner,
            .accepted, .malformed, .wait(minutes: 4), .stopped, .closeDoors, .ignitionOn, .moving,
            .codeFirst, .nothingActive, .storageFull, .storageFailed, .keysFailed, .starterFault,
        ] + CodeRefusal.allCases.map { .refused($0) }

    @Test func `no two signals look and sound the same`() {
        let patterns = Self.all.map(\.beats)
        for (index, pattern) in patterns.enumerated() {
            #expect(patterns.firstIndex(of: pattern) == index, "\(Self.all[index])")
        }
    }

    @Test func `each has a code of its own, in which no digit of a receipt is told`() {
        let codes = Self.all.map(\.code)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0.allSatisfy { $0.isLetter || $0 == "." } })
        #expect(Signal.refused(.closed).code == "refused.closed")
        #expect(Signal.ended([1, 2]).code == Signal.ended([]).code)
    }

    @Test(arguments: all)
    func `the notation says exactly what is shown`(_ signal: Signal) {
        let beats = signal.beats
        #expect(!beats.isEmpty)
        #expect(beats.allSatisfy { $0.length > .zero })
        let again = beats.map { beat in
            let lit =
                (beat.green ? "G" : "") + (beat.red ? "R" : "") + (beat.buzzer ? "B" : "")
            return (lit.isEmpty ? "-" : lit) + "\(beat.length.count / 100)"
        }
        #expect(again.joined(separator: " ") == signal.notation)
    }

    @Test(arguments: all)
    func `a signal lasts at most four seconds and begins with something to see or hear`(
        _ signal: Signal
    ) {
        let length = signal.beats.reduce(Milliseconds.zero) { $0 + $1.length }
        #expect(length <= .seconds(4))
        #expect(signal.beats.first.map { $0.green || $0.red || $0.buzzer } == true)
    }

    @Test func `neither the minutes nor the digits change a pattern`() {
        #expect(Signal.wait(minutes: 1).beats == Signal.wait(minutes: 64).beats)
        #expect(Signal.ended([]).beats == Signal.ended([1, 2]).beats)
    }

    @Test func `a beat is read in tenths of a second`() {
        #expect(
            Signal.opened.beats == [
                Signal.Beat(green: true, red: false, buzzer: true, length: millis(300)),
                Signal.Beat(green: false, red: false, buzzer: false, length: millis(100)),
                Signal.Beat(green: true, red: false, buzzer: true, length: millis(300)),
                Signal.Beat(green: true, red: false, buzzer: false, length: millis(2_000)),
            ])
    }
}
