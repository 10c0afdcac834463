import Fleet
@unsafe @preconcurrency import Glibc
import LinuxIO
import LinuxSerial
import Units

/// The dialogue of an installation on a serial line, with a person at the terminal.
final class ProvisioningSession {
    /// The longest line that is kept of what the box sends.
    static let lineMaximum = 65_536
    /// How long it pauses behind each line that is sent, in milliseconds.
    static let pause: Int32 = 5

    private var dialogue: ProvisioningDialogue
    private var line: SerialLine
    private let office: ProvisioningOffice
    private var received = LineSplitter(maximum: lineMaximum)
    private var typed = LineSplitter(maximum: 512)
    /// What came while something was sent.
    private var held: [SerialLine.Event] = []
    private var isInputOpen = true
    private var deadline: BootTime?
    private var outcome: ProvisioningOutcome?

    init(_ dialogue: ProvisioningDialogue, port: String, office: ProvisioningOffice) throws {
        self.dialogue = dialogue
        self.office = office
        line = SerialLine(path: port)
    }

    /// Plays the dialogue to its end.
    func run() throws -> ProvisioningOutcome {
        take(line.handle(at: Self.now))
        if let failure = line.failure {
            let reason = SystemCallFailure.text(of: failure.code)
            throw Failure(
                "the port \(line.path): \(reason); plug the cable in, name its port, and see that "
                    + "you may use it (group dialout)", status: .unavailable)
        }
        while outcome == nil {
            if held.isEmpty { wait() }
            let before = held
            held = []
            take(before + line.handle(at: Self.now))
            if let due = deadline, due <= Self.now {
                deadline = nil
                step(.elapsed)
            }
        }
        flush()
        guard let outcome else { preconditionFailure("the loop ends with an outcome") }
        return outcome
    }

    private static var now: BootTime {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return BootTime(
            milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    private func wait() {
        var sources: [PollSource] = []
        if let source = line.source { sources.append(source) }
        let hasInput = isInputOpen
        if hasInput { sources.append(PollSource(descriptor: STDIN_FILENO, events: .readable)) }
        let left = deadline.map { max(0, ($0 - Self.now).count) } ?? 1000
        let ready = PollSource.wait(for: sources, milliseconds: Int32(clamping: min(left, 1000)))
        if hasInput, let last = ready.last, !last.isEmpty { readInput() }
    }

    private func readInput() {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = unsafe read(STDIN_FILENO, &buffer, buffer.count)
        guard count > 0 else {
            // Nobody is there any more: what is asked is left for later.
            isInputOpen = false
            return step(.inputClosed)
        }
        for line in typed.take(buffer[..<count]) { step(.typed(line)) }
    }

    private func take(_ events: [SerialLine.Event]) {
        for event in events {
            switch event {
            case .opened: step(.connected)
            case .received(let bytes):
                for line in received.take(bytes[...]) { step(.line(line)) }
            case .hungUp(let reason): step(.hungUp(reason))
            }
        }
    }

    private func step(_ input: ProvisioningDialogue.Input) {
        guard outcome == nil else { return }
        for effect in dialogue.step(input) {
            switch effect {
            case .send(let text): send(Array(text.utf8) + [0x0D])
            case .interrupt: send([0x03])
            case .wait(let length): deadline = Self.now + length
            case .tell(let words): Terminal.tell(words)
            case .ask(let question):
                deadline = nil
                Terminal.write(question)
                if !isInputOpen {
                    Terminal.write("\n")
                    step(.typed("l"))
                }
            case .need(let need):
                deadline = nil
                step(.made(office.answer(need)))
            case .end(let outcome): self.outcome = outcome
            }
        }
    }

    private func send(_ bytes: [UInt8]) {
        guard line.write(bytes) else {
            return step(.hungUp("it does not take what is sent"))
        }
        // Line by line, with a moment between: a line without flow control has no other brake.
        held += line.handle(at: Self.now)
        _ = PollSource.wait(for: [], milliseconds: Self.pause)
    }

    /// Gives the line a moment for what waits.
    private func flush() {
        let end = Self.now + .seconds(1)
        while line.isOpen, line.waiting > 0, Self.now < end {
            if let source = line.source {
                _ = PollSource.wait(for: [source], milliseconds: 50)
            }
            _ = line.handle(at: Self.now)
        }
    }
}

/// Bytes as lines, whatever ends them.
struct LineSplitter {
    private let maximum: Int
    private var rest: [UInt8] = []

    /// Keeps at most `maximum` bytes of a line; a longer one is dropped.
    init(maximum: Int) { self.maximum = maximum }

    /// The lines that are whole with `bytes`, without their ends.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == 0x0A {
                if rest.count <= maximum { lines.append(String(decoding: rest, as: UTF8.self)) }
                rest = []
            } else if byte != 0x0D, rest.count <= maximum {
                rest.append(byte)
            }
        }
        return lines
    }
}
