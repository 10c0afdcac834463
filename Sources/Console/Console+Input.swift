internal import AccessCode
internal import Units

/// What comes in from the line, and what time does.
extension Console {
    mutating func connect() {
        close()
        mode = .command
        lastKeyAt = now
        write("\nCityzenBox console: help shows the commands\n")
        if asked == nil { prompt() } else { mode = .waiting(.nothing, nil) }
    }

    /// Forgets the session. An answer that is still to come is then nobody's.
    mutating func close() {
        if mode != .closed, asked != nil { effects.append(.hurry) }
        mode = .closed
        technician = nil
        isPlain = false
        guide = nil
        typeAhead = []
        lost = 0
        isInterrupted = false
        decoder = ConsoleKeyDecoder()
        editor = LineEditor()
        out = ""
        raw = []
    }

    mutating func take(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        if mode == .closed { connect() }
        lastKeyAt = now
        for byte in bytes { take(byte: byte) }
    }

    mutating func take(byte: UInt8) {
        if case .waiting(let pending, _) = mode {
            if byte == 0x03 { return interrupt(pending) }
            if pending == .live { return endLive() }
            if typeAhead.count < Self.typeAheadMaximum { typeAhead.append(byte) } else { lost += 1 }
            return
        }
        guard let key = decoder.decode(byte, at: now) else { return }
        switch mode {
        case .command, .question: edit(key)
        case .paging(let pager): page(pager, key)
        case .live: endLive()
        case .closed, .waiting: break
        }
    }

    mutating func interrupt(_ pending: Pending) {
        typeAhead = []
        lost = 0
        if pending == .live { return endLive() }
        if !isInterrupted { effects.append(.hurry) }
        isInterrupted = true
    }

    /// What was typed meanwhile, until something is outstanding again. What was cut is not run.
    mutating func drainTypeAhead() {
        if case .waiting = mode { return }
        if lost > 0 {
            let count = lost + typeAhead.count
            lost = 0
            typeAhead = []
            if !isPlain { write("\n") }
            refuse(nil, .noise, "\(count) bytes came while a command ran, and were dropped")
        }
        while let byte = typeAhead.first {
            if case .waiting = mode { return }
            typeAhead.removeFirst()
            take(byte: byte)
        }
    }

    mutating func takeBreak() {
        switch mode {
        case .closed: return
        case .waiting(let pending, _): interrupt(pending)
        case .live: endLive()
        case .command, .question, .paging:
            editor.forget()
            decoder = ConsoleKeyDecoder()
            if !isPlain { write("\n") }
            refuse(nil, .noise, "a break came on the line: what was typed is dropped")
        }
    }

    mutating func edit(_ key: ConsoleKey) {
        var text = ""
        let event = editor.take(key, &text)
        writeRaw(text)
        switch event {
        case nil: return
        case .complete(let line): complete(line)
        case .interrupted: breakOff()
        case .ended: endOfInput()
        case .tooLong(let count):
            refuse(nil, .lineTooLong, "a line has 512 bytes at most; this one had \(count)")
        case .noisy(let count):
            refuse(
                nil, .noise,
                "\(count) bytes of noise: the line was not run, type it again")
        case .line(let line):
            if case .question(let question, let invocation) = mode {
                answer(question, line, invocation)
            } else {
                run(line)
            }
        }
    }

    mutating func complete(_ line: String) {
        guard case .command = mode else { return }
        let completion = CommandTree.complete(line)
        if completion.candidates.isEmpty {
            writeRaw(completion.insertion.isEmpty ? "\u{07}" : editor.insert(completion.insertion))
        } else {
            write("\n" + completion.candidates.joined(separator: "  ") + "\n")
            writeRaw(editor.redrawn())
        }
    }

    /// ^C: a question is left with everything that hangs on it, a line is forgotten.
    mutating func breakOff() {
        if case .question(_, let invocation) = mode {
            guide = nil
            return refuse(invocation, .cancelled, ConsoleRefusal.cancelled.words)
        }
        prompt()
    }

    mutating func endOfInput() {
        switch mode {
        case .question: breakOff()
        case .command, .closed, .waiting, .paging, .live: logOut("logged out", asJSON: isPlain)
        }
    }

    mutating func page(_ pager: Pager, _ key: ConsoleKey) {
        var pager = pager
        switch pager.take(key) {
        case .nothing: writeRaw("\u{07}")
        case .quit:
            writeRaw(Pager.wipe)
            prompt()
        case .last(let lines):
            writeRaw(Pager.wipe)
            write(lines)
            prompt()
        case .more(let lines):
            writeRaw(Pager.wipe)
            write(lines)
            writeRaw(Pager.question)
            mode = .paging(pager)
        }
    }

    /// Live views are drawn, and sessions end, when it is time.
    mutating func tendTime() {
        guard let deadline = nextDeadline, now >= deadline else { return }
        if now >= lastKeyAt + Self.idleMaximum {
            lastKeyAt = now
            guide = nil
            if case .paging = mode { writeRaw(Pager.wipe) } else if !isPlain { write("\n") }
            let words = "logged out after \(Report.time(Self.idleMaximum)) without a key"
            return logOut(words, asJSON: isPlain)
        }
        if case .live(let invocation) = mode { ask(.facts, .live, invocation) }
    }

    mutating func endLive() {
        guide = nil
        write("\n")
        // An answer that is still to come is nobody's.
        if asked == nil { prompt() } else { mode = .waiting(.nothing, nil) }
    }

    mutating func drawLive(_ line: String, _ invocation: Invocation) {
        writeRaw("\r" + line)
        drawAt = now + Self.livePeriod
        mode = .live(invocation)
    }
}
