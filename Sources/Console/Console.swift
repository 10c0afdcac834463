public import AccessCode
internal import Box
internal import Records
public import Units

/// What can happen to a console.
public enum ConsoleInput: Hashable, Sendable {
    /// Somebody opened the line.
    case connected
    /// These bytes came.
    case bytes([UInt8])
    /// A break condition came: a line held low, as when a plug is pulled.
    case broke
    /// The line was closed.
    case hungUp
    /// The answer to the request that is outstanding.
    case answered(ConsoleAnswer)
    /// The time that ``Console/nextDeadline`` asked for has come.
    case deadlinePassed
}

/// What a console wants done, in order.
public enum ConsoleEffect: Hashable, Sendable {
    /// Write these bytes on the line.
    case write([UInt8])
    /// Answer this with ``ConsoleInput/answered(_:)``, at leisure.
    case ask(ConsoleRequest)
    /// The answer to what was asked is not waited for: give what there is, soon.
    case hurry
}

/// The serial console of the box: bytes in, bytes and requests out. No I/O, no clock, no chance.
///
/// One line at a time, one request at a time; what comes meanwhile waits. It holds for every input:
/// nobody is logged in but by an answer of ``ConsoleRequest/login(_:)``, and one input never makes
/// more output than it is long, a screen, and the answer that it brings.
public struct Console: Sendable {
    /// How many lines of the log are asked for at once.
    public static let linesOfPage = 32
    /// After how long without a key a session ends.
    public static let idleMaximum = Milliseconds.minutes(10)
    /// How often a live view is drawn.
    public static let livePeriod = Milliseconds.seconds(1)
    /// How many bytes wait while a request is outstanding.
    public static let typeAheadMaximum = 4096
    /// How many bytes a bundle has at most.
    public static let bundleMaximum = 16_384

    /// Who is logged in; `nil` for nobody.
    public internal(set) var technician: TechnicianID?
    /// The challenge that waits for its answer, and whose it is: for a desk that plays the
    /// technician.
    public var openChallenge: (technician: TechnicianID, challenge: String)? {
        guard case .question(.loginAnswer(let technician, let challenge), _) = mode else {
            return nil
        }
        return (technician, challenge)
    }

    var mode = Mode.closed
    var editor = LineEditor()
    var decoder = ConsoleKeyDecoder()
    /// Whether a program is at the line.
    var isPlain = false
    var now = BootTime.boot
    var guide: Guide?
    /// Failed logins that could not be written down: a full card gives no free tries.
    var unwritten = Lockout()
    var asked: ConsoleRequest?
    /// Whether ^C came while a request was outstanding.
    var isInterrupted = false
    var typeAhead: [UInt8] = []
    var lost = 0
    var lastKeyAt = BootTime.boot
    var drawAt: BootTime?
    var out = ""
    var raw: [UInt8] = []
    var effects: [ConsoleEffect] = []

    /// A console at which nobody is.
    public init() {}

    /// What the line is for.
    enum Mode: Hashable, Sendable {
        case closed
        case command
        case question(Question, Invocation)
        case waiting(Pending, Invocation?)
        case paging(Pager)
        case live(Invocation)
    }

    /// Takes in `input` at `now` and gives out what is to be done, in order.
    public mutating func step(_ input: ConsoleInput, at now: BootTime) -> [ConsoleEffect] {
        precondition(now >= self.now, "the boot clock never goes back")
        self.now = now
        switch input {
        case .connected: connect()
        case .bytes(let bytes): take(bytes)
        case .broke: takeBreak()
        case .hungUp: close()
        case .answered(let answer): take(answer)
        case .deadlinePassed: break
        }
        tendTime()
        drainTypeAhead()
        flush()
        defer { effects = [] }
        return effects
    }

    /// When the console wants to be stepped if nothing happens before; `nil` for never.
    public var nextDeadline: BootTime? {
        switch mode {
        case .closed: nil
        case .waiting(.live, _): lastKeyAt + Self.idleMaximum
        case .waiting: nil
        case .live: drawAt.map { min($0, lastKeyAt + Self.idleMaximum) }
        case .command where technician == nil: nil
        case .command, .question, .paging: lastKeyAt + Self.idleMaximum
        }
    }
}

extension Console {
    /// Asks for the next command.
    mutating func prompt() {
        mode = .command
        guide = nil
        let prompt = technician.map { "technician \($0)> " } ?? "box> "
        writeRaw(editor.begin(prompt, echo: isPlain ? .plain : .shown))
    }

    mutating func logOut(_ words: String, asJSON: Bool) {
        technician = nil
        editor = LineEditor()
        if asJSON {
            write(
                Self.line(["command": .string(CommandName.logout.rawValue), "ok": .bool(true)]))
        } else {
            write(words + "\n")
        }
        if case .waiting = mode, asked != nil {
            mode = .waiting(.nothing, nil)
        } else {
            prompt()
        }
    }

    mutating func ask(_ request: ConsoleRequest, _ pending: Pending, _ invocation: Invocation?) {
        precondition(asked == nil, "one request is outstanding at a time")
        asked = request
        isInterrupted = false
        mode = .waiting(pending, invocation)
        effects.append(.ask(request))
    }

    private mutating func take(_ answer: ConsoleAnswer) {
        precondition(asked != nil, "an answer that nothing asked for")
        asked = nil
        guard case .waiting(let pending, let invocation) = mode else { return }
        if pending != .live { lastKeyAt = now }
        take(answer, for: pending, invocation)
    }

    /// Text for the line: a line feed becomes what a terminal needs.
    mutating func write(_ text: String) {
        for scalar in text.unicodeScalars {
            if scalar == "\n" { out += "\r\n" } else { out.unicodeScalars.append(scalar) }
        }
    }

    mutating func write(_ lines: [String]) {
        for line in lines { write(line + "\n") }
    }

    /// Text as it is.
    mutating func writeRaw(_ text: String) { out += text }

    /// A line of the log, as it is.
    mutating func write(record line: [UInt8]) {
        raw += Array(out.utf8) + line + Array("\r\n".utf8)
        out = ""
    }

    private mutating func flush() {
        let bytes = raw + Array(out.utf8)
        raw = []
        out = ""
        guard !bytes.isEmpty else { return }
        // What is written was said before what is asked.
        effects.insert(.write(bytes), at: 0)
    }

    /// One line of canonical JSON.
    static func line(_ members: [String: CanonicalJSON]) -> String {
        CanonicalJSON.object(members).text + "\n"
    }
}
