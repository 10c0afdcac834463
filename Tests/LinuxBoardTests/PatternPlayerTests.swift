import AccessCode
import Box
import Testing
import Units

@testable import LinuxBoard

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
        var player = PatternPlayer()
        player.play(signal, at: begin)
        var time = begin
        for beat in signal.beats {
            let expected = Lamps(green: beat.green, red: beat.red, buzzer: beat.buzzer)
            #expect(player.lamps == expected)
            let next = try #require(player.nextDeadline)
            #expect(next == time + beat.length)
            player.advance(to: next - Milliseconds(1))
            #expect(player.lamps == expected)
            player.advance(to: next)
            time = next
        }
        #expect(player.lamps == Lamps())
        #expect(player.nextDeadline == nil)
    }

    @Test func `a loop that comes late finds what is to be on now`() {
        var player = PatternPlayer()
        // GB3 -1 GB3 G20
        player.play(.opened, at: begin)
        player.advance(to: begin + Milliseconds(650))
        #expect(player.lamps == Lamps(green: true, buzzer: true))
        player.advance(to: begin + Milliseconds(750))
        #expect(player.lamps == Lamps(green: true))
        #expect(player.nextDeadline == begin + Milliseconds(2700))
        player.advance(to: begin + .hours(1))
        #expect(player.lamps == Lamps())
    }

    @Test func `a new signal takes the place of the one before`() {
        var player = PatternPlayer()
        player.play(.stopped, at: begin)
        player.play(.digit, at: begin + Milliseconds(50))
        #expect(player.lamps == Lamps(buzzer: true))
        player.advance(to: begin + Milliseconds(150))
        #expect(player.lamps == Lamps())
        #expect(player.nextDeadline == nil)
    }

    @Test func `nothing plays before the first`() {
        var player = PatternPlayer()
        player.advance(to: begin)
        #expect(player.lamps == Lamps())
        #expect(player.nextDeadline == nil)
    }
}
