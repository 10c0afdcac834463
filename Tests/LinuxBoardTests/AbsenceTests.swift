import BoardContract
import Box
import CGPIOD
import Glibc
import LinuxBench
import Records
import Testing
import Units
import Wiring

@testable import LinuxBoard

/// A clock that stands still until it is told.
private final class HandClock {
    var now = BootTime(milliseconds: 60_000)
}

@Suite struct `A board that is not there` {
    private static func layout(chip: String) throws -> BoardLayout {
        let lines = WiredCar.board.lines.map { line in
            var written = BoardDraft.Line(line.name.rawValue)
            written.chip = chip
            if case .offset(let offset) = line.place { written.offset = offset }
            written.polarity = line.polarity.rawValue
            switch line.use {
            case .input(let debounce):
                written.direction = "in"
                written.debounce = debounce.count
            case .held(let safe):
                written.direction = "out"
                written.safe = safe.rawValue
            case .pulsed(let width):
                written.direction = "out"
                written.safe = "inactive"
                written.width = width.count
            }
            return written
        }
        return try BoardLayout(BoardDraft(name: "none", title: "None.", lines: lines))
    }

    @Test func `is a condition that names what is missing, and is tried again`() throws {
        let clock = HandClock()
        let layout = try Self.layout(chip: "no-such-chip")
        let board = LinuxBoard(layout: layout, clock: { clock.now }, powerOff: {})
        guard case .absent(let error) = board.condition else {
            Issue.record("\(board.condition)")
            return
        }
        // Where chips may not be looked at, that is the better reason.
        #expect([.noChip, .denied].contains(error.code))
        #expect(error.operation == "open the chip labelled no-such-chip")
        #expect("\(error)".contains("gpiodetect") || error.code == .denied)

        #expect(board.sources.isEmpty)
        #expect(board.starterIsInhibited == nil)
        #expect(board.nextDeadline == clock.now + Reopening.firstWait)
        #expect(board.advance() == [])
        #expect(board.nextDeadline == clock.now + Reopening.firstWait)
        clock.now = clock.now + Reopening.firstWait
        #expect(board.advance() == [])
        #expect(board.nextDeadline == clock.now + Reopening.firstWait + Reopening.firstWait)
    }

    @Test func `counts the pulses that it could not give`() throws {
        let clock = HandClock()
        let layout = try Self.layout(chip: "no-such-chip")
        var isOff = false
        let board = LinuxBoard(
            layout: layout, clock: { clock.now }, powerOff: { isOff = true })
        board.pulseDoor(.unlock)
        board.releaseStarter()
        board.inhibitStarter(BoardContract.proof)
        board.signal(.opened)
        #expect(board.lostPulses == 3)
        #expect(!isOff)
        board.powerOff()
        #expect(isOff)
    }
}

@Suite struct `A keypad that is not there` {
    @Test func `is a condition, and is tried again`() {
        let clock = HandClock()
        let path = "/tmp/no-such-keypad-\(getpid())"
        let keypad = EvdevKeypad(path: path, clock: { clock.now })
        guard case .absent(let error) = keypad.condition else {
            Issue.record("\(keypad.condition)")
            return
        }
        #expect(error.code == .missing)
        #expect(error.operation == "open \(path)")
        #expect(keypad.source == nil)
        #expect(keypad.nextDeadline == clock.now + Reopening.firstWait)
        #expect(keypad.advance() == [])
        clock.now = clock.now + .seconds(1)
        #expect(keypad.advance() == [])
        #expect(keypad.nextDeadline == clock.now + Milliseconds(500))
    }

    @Test func `a file that is no input device is refused`() {
        let clock = HandClock()
        let keypad = EvdevKeypad(path: "/dev/null", clock: { clock.now })
        guard case .absent(let error) = keypad.condition else {
            Issue.record("\(keypad.condition)")
            return
        }
        #expect(error.code == .foreign)
        #expect("\(error)".contains("/dev/input"))
    }
}

@Suite struct `Trying again` {
    private let begin = BootTime(milliseconds: 1)

    @Test func `is soon at first, then ever more seldom, up to a limit`() {
        var reopening = Reopening(at: begin)
        #expect(reopening.isDue(at: begin))
        var waits: [Int64] = []
        for _ in 0..<7 {
            reopening.failed(at: begin)
            waits.append(reopening.deadline.map { ($0 - begin).count } ?? -1)
        }
        #expect(waits == [250, 500, 1000, 2000, 4000, 4000, 4000])
        #expect(!reopening.isDue(at: begin + Milliseconds(3999)))
        #expect(reopening.isDue(at: begin + Milliseconds(4000)))
    }

    @Test func `begins anew after a success`() {
        var reopening = Reopening(at: begin)
        reopening.failed(at: begin)
        reopening.failed(at: begin)
        reopening.succeeded()
        #expect(reopening.deadline == nil)
        #expect(!reopening.isDue(at: begin + .days(1)))
        reopening.failed(at: begin)
        #expect(reopening.deadline == begin + Reopening.firstWait)
    }
}

@Suite struct `Errors of lines and keypads` {
    @Test(arguments: [
        (ELIBACC, LineError.Code.noLibrary), (EBUSY, .busy), (EACCES, .denied), (EPERM, .denied),
        (EINVAL, .unsupported), (ENOTTY, .unsupported), (ENXIO, .unsupported), (ENODEV, .gone),
        (EIO, .failed), (0, .failed),
    ])
    func `a reason of the kernel has its code`(_ number: Int32, _ code: LineError.Code) {
        #expect(LineError(operation: "drive a line", number: number).code == code)
    }

    @Test(arguments: LineError.Code.allCases)
    func `says what was tried, why it failed and what to do`(_ code: LineError.Code) {
        let error = LineError(code, operation: "request door.lock", number: EBUSY)
        #expect(
            "\(error)".hasPrefix("request door.lock: Device or resource busy (\(code.rawValue)"))
        #expect(error.remedy.count > 20)
        #expect("\(error)".hasSuffix(error.remedy))
    }

    @Test(arguments: [
        (ENOENT, KeypadError.Code.missing), (ENODEV, .unplugged), (EACCES, .denied),
        (EBUSY, .busy), (ENOTTY, .foreign), (EIO, .failed),
    ])
    func `a keypad's reason has its code`(_ number: Int32, _ code: KeypadError.Code) {
        let error = KeypadError(operation: "open it", number: number)
        #expect(error.code == code)
        #expect("\(error)".hasPrefix("open it: "))
        #expect("\(error)".hasSuffix(error.remedy))
    }
}

@Suite struct `The library of GPIO lines` {
    @Test func `is loaded in one of the two versions there are`() {
        let version = unsafe cgpiod_library_version().map { unsafe String(cString: $0) } ?? ""
        #expect((1...2).contains(cgpiod_major_version()))
        #expect(version.hasPrefix("\(cgpiod_major_version())."), "\(version)")
        #expect(cgpiod_debounces() == (cgpiod_major_version() == 2))
    }
}
