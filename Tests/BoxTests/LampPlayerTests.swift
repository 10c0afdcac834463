import AccessCode
import Box
import Testing
import Units

@Suite struct `Patterns of LEDs and buzzer` {
    private let begin = BootTime(milliseconds: 7000)
    private static let signals: [Signal] =
        [
            .digit, .cleared, .opened, .reopened, .extended, .locked, .ended([1]), .owner,
            .accepted, .malformed, .wait(minutes: 2), .stopped, .closeDoors, .ignitionOn, .moving,
            .codeFirst, .nothingActive, .storageFull, .storageFailed, .keysFailed, .starterFault,
        ] + CodeRefusal.allCases.map(Signal.refused)

    @Test(arguments: signals)
    func `each beat is on for its time, and then all is dark`(_ signal: Signal) throws {
        var player = LampPlayer()
        player.play(signal, at: begin)
        var time = begin
        for beat in signal.beats {
            var expected = Lamps()
            expected.green = beat.green
            expected.red = beat.red
            expected.buzzer = beat.buzzer
            #expect(player.lamps(at: time) == expected)
            let next = try #require(player.nextChange(after: time))
            #expect(next == time + beat.length)
            #expect(player.lamps(at: next - Milliseconds(1)) == expected)
            time = next
        }
        #expect(player.lamps(at: time) == Lamps())
        #expect(player.nextChange(after: time) == nil)
    }

    @Test func `nothing plays before the first`() {
        let player = LampPlayer()
        #expect(player.lamps(at: begin) == Lamps())
        #expect(player.nextChange(after: begin) == nil)
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
