internal import AccessCode
internal import Box
internal import Console
internal import Probe
internal import Records
internal import Units

extension FuzzTarget {
    /// The serial console, fed with any bytes: a technician logs in only by the right answer, and
    /// it never writes more than it was given reason for.
    ///
    /// A byte 0xFE begins a directive, by the byte behind it: time passes, a break, a hang-up, an
    /// answer that does not come at once.
    static let console = FuzzTarget("console") { bytes in
        var bench = ConsoleBench()
        var run: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            guard byte == 0xFE, let directive = rest.popFirst() else {
                run.append(byte)
                continue
            }
            bench.tell(.bytes(run))
            run = []
            bench.direct(directive)
        }
        bench.tell(.bytes(run))
        bench.end()
    }
}

/// A console with a box that never lets anybody in.
private struct ConsoleBench {
    private var console = Console()
    private var now = BootTime.boot
    private var open: ConsoleRequest?
    private var isSlow = false
    private var wasRecorded = true
    private var isClaimed = true

    mutating func tell(_ input: ConsoleInput) {
        var next: ConsoleInput? = input
        while let input = next {
            next = nil
            for effect in console.step(input, at: now) {
                switch effect {
                case .write(let written):
                    precondition(
                        written.count <= Self.allowance(input), "an answer has its bounds")
                    let isText = String(validating: written, as: UTF8.self) != nil
                    precondition(isText, "what is written is text")
                case .hurry: precondition(open != nil, "what is hurried is outstanding")
                case .ask(let request):
                    precondition(open == nil, "one request at a time")
                    open = request
                }
            }
            precondition(console.technician == nil, "noise logs nobody in")
            if !isSlow { next = answer() }
        }
        if let deadline = console.nextDeadline {
            precondition(deadline >= .boot, "a deadline is a time")
        }
    }

    /// Redrawing a line takes the terminal's width a key; an answer takes some screens.
    private static func allowance(_ input: ConsoleInput) -> Int {
        guard case .bytes(let bytes) = input else { return 1 << 20 }
        return 4096 + bytes.count * 4096
    }

    mutating func direct(_ byte: UInt8) {
        switch byte & 7 {
        case 0: pass(.seconds(Int64(byte)))
        case 1: tell(.broke)
        case 2: tell(.hungUp)
        case 3: tell(.connected)
        case 4: isSlow = true
        case 5: wasRecorded.toggle()
        case 6: isClaimed.toggle()
        case _:
            isSlow = false
            if let answer = answer() { tell(answer) }
        }
    }

    /// Time passes, and the console is woken when it wants to be, but never in a busy loop.
    private mutating func pass(_ time: Milliseconds) {
        let end = now + time
        var wakes = 0
        while let deadline = console.nextDeadline, deadline <= end, wakes < 1000 {
            now = max(now, deadline)
            tell(.deadlinePassed)
            wakes += 1
        }
        precondition(wakes < 1000, "a deadline that has passed is not asked for again")
        now = max(now, end)
    }

    /// After all that, a fresh line gets its answer.
    mutating func end() {
        isSlow = false
        if let answer = answer() { tell(answer) }
        tell(.hungUp)
        tell(.connected)
        var text: [UInt8] = []
        for effect in console.step(.bytes(Array("nonsense\r".utf8)), at: now) {
            if case .write(let bytes) = effect { text += bytes }
        }
        let isRefused = String(decoding: text, as: UTF8.self).contains("(unknownCommand)")
        precondition(isRefused, "whatever came before, the console works")
    }

    private mutating func answer() -> ConsoleInput? {
        guard let request = open else { return nil }
        open = nil
        switch request {
        case .facts: return .answered(.facts(facts))
        case .challenge: return .answered(.challenge("12345678"))
        case .login: return .answered(.login(false))
        case .record: return .answered(.recorded(wasRecorded))
        case .act(.claim): return .answered(.acted(.refused(.alreadyClaimed, "")))
        case .act: preconditionFailure("nothing is done for nobody")
        case .testRelays, .testNet, .enrolment, .verifyLog, .readLog, .probe:
            preconditionFailure("nothing is asked for nobody")
        }
    }

    private var facts: BoxFacts {
        let technicians = isClaimed ? [7].compactMap { TechnicianID($0) } : []
        return BoxFacts(
            identity: BoxFacts.Identity(
                box: BoxID(1), firmware: "1", boots: 1, uptime: now - .boot),
            access: BoxFacts.Access(technicians: technicians),
            clock: BoxFacts.Clock(reading: nil, loss: .unset, floor: CivilTime.utc(2026, 1, 1)),
            board: BoxFacts.Board(interlock: nil),
            odometer: BoxFacts.Odometer(known: [], pinned: nil, isConfirmed: false),
            log: BoxFacts.Log(
                epoch: 1, head: 1, hash: Digest256(words: (0, 0, 0, 0)), acknowledged: 0,
                room: .normal),
            keys: BoxFacts.Keys(
                epoch: KeyEpoch(0), hasEpoch: false, hasSpare: false, hasOwner: false))
    }
}
