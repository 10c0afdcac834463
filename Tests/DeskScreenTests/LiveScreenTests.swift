import AccessCode
import Box
import DeskScreen
import Records
import Testing
import Units

/// A desk on which every field is as wide as it gets.
private var widest: LiveState {
    var state = LiveState(
        box: BoxID(UInt64.max), profile: "renault_broadcast",
        time: CivilTime.utc(2026, 12, 31, 23, 59, 59))
    state.rate = 60
    state.answer = .wait(minutes: 64)
    state.car.ignition = true
    state.car.engineRuns = true
    state.car.speed = .kilometresPerHour(130)
    state.car.wanted = .kilometresPerHour(130)
    state.car.odometer = Millimetres(999_999_999_000)
    state.car.battery = Millivolts(12_600)
    var box = LiveState.BoxPart()
    box.typed = [UInt8](repeating: 8, count: Keypad.digitsMaximum)
    box.boots = 4_000_000_000
    box.clock = WallReading(
        time: state.time, error: .seconds(1800), quality: .technician)
    box.interlock = .tooSoon
    box.wanted = .engaged
    box.rental = CivilTime.utc(2026, 12, 31)..<CivilTime.utc(2027, 1, 31)
    box.trip = LiveState.TripPart(
        trip: TripID(epoch: 1, sequence: 7), distance: Metres(1_234_567), error: Metres(2001),
        quality: .odometerAndPulses)
    box.dash = .kilometres(999_999)
    state.knows = box
    state.log = (1...40).map { "#\($0) " + String(repeating: "x", count: 100) }
    state.notice = String(repeating: "n", count: 200)
    state.phone = Array(
        repeating: LiveState.PhoneEntry(
            title: "EXTEND your rental", code: "987151 644015 133186",
            window: "to 2026-06-01T19:45:00Z"), count: 5)
    return state
}

@Suite struct `Screen of the desk` {
    @Test(arguments: [LiveState.Page.log, .phone, .help])
    func `no size of terminal is exceeded`(page: LiveState.Page) {
        var state = widest
        state.page = page
        for width in 0...100 {
            for height in [0, 1, 5, 14, 15, 16, 17, 23, 24, 25, 40] {
                let lines = LiveScreen.styled(state, width: width, height: height)
                #expect(lines.count <= height)
                #expect(lines.allSatisfy { $0.width <= width })
            }
        }
    }

    @Test func `the usual terminal is filled and shows every instrument to its end`() {
        let lines = LiveScreen.lines(of: widest)
        #expect(lines.count == 24)
        let text = lines.joined(separator: "\n")
        for shown in [
            "x60", "on, the engine runs", "130 km/h, wanted 130", "999 999.999 km, dash 999 999",
            "12.6 V", "boot 4000000000", "23:59:59Z ±1800 s technician",
            "no: not a minute quiet yet", "12-31 00:00 to 01-31 00:00Z",
            "1 234 567 m ±2001 m, odo+puls", "Too many tries: wait 64 min",
            "8888 8888 8888 8888 8888_", "? keys", "q quit",
        ] {
            #expect(text.contains(shown), "\(shown)")
        }
    }

    @Test func `what is typed can be hidden`() {
        var state = widest
        state.isMasked = true
        let text = LiveScreen.lines(of: state).joined(separator: "\n")
        #expect(!text.contains("8888"))
        #expect(text.contains("**** **** **** **** ****_"))
    }

    @Test(arguments: [(0, 33...40), (8, 25...32), (32, 1...8), (33, 1...8), (1000, 1...8)])
    func `eight records are shown, and scrolling ends at the first`(
        scrolled: Int, shown: ClosedRange<Int>
    ) {
        var state = widest
        state.scrolled = scrolled
        let numbers = LiveScreen.lines(of: state).compactMap { line -> Int? in
            guard line.hasPrefix(" #") else { return nil }
            return line.dropFirst(2).split(separator: " ").first.flatMap { Int($0) }
        }
        #expect(numbers == Array(shown))
    }

    @Test func `a box without power shows what is on the board, and nothing else`() {
        var state = widest
        state.knows = nil
        let text = LiveScreen.lines(of: state).joined(separator: "\n")
        #expect(text.contains("none: p gives it back"))
        #expect(text.contains("Door      closed, locked"))
        #expect(!text.contains("technician"))
        #expect(!text.contains("8888"))
    }

    @Test func `a lost clock says why`() {
        var state = widest
        state.knows?.clock = nil
        state.knows?.clockLoss = ClockLoss.oscillatorStopped.words
        #expect(LiveScreen.lines(of: state).contains { $0.contains("lost: the clock had stopped") })
    }

    @Test(arguments: InterlockReason.allCases)
    func `the interlock says why the starter is not inhibited`(reason: InterlockReason) {
        var state = widest
        state.knows?.interlock = reason
        #expect(LiveScreen.lines(of: state).contains { $0.hasSuffix("no: \(reason.words)") })
    }

    @Test(arguments: [(60_000, 60), (1001, 2), (1000, 1), (1, 1)])
    func `the minute that must be quiet is counted down`(milliseconds: Int64, seconds: Int) {
        var state = widest
        state.knows?.quietNeeded = Milliseconds(milliseconds)
        #expect(
            LiveScreen.lines(of: state).contains { $0.hasSuffix("no: quiet, \(seconds) s to go") })
    }

    @Test func `LEDs and buzzer are shown as they are`() {
        var state = widest
        #expect(LiveScreen.lines(of: state).contains { $0.contains("( ) green   ( ) red   <    ") })
        state.lamps.green = true
        state.lamps.red = true
        state.lamps.buzzer = true
        #expect(
            LiveScreen.lines(of: state).contains { $0.contains("(*) green   (*) red   <)))") })
    }

    @Test func `colours take no columns`() {
        for line in LiveScreen.styled(widest) {
            var bare = ""
            var isCode = false
            for character in line.coloured {
                if character == "\u{1B}" { isCode = true }
                if !isCode { bare.append(character) }
                if character == "m" { isCode = false }
            }
            #expect(bare == line.pieces.map(\.text).joined())
        }
    }
}
