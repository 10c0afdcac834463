import AccessCode
import Box
import Records
import Testing
import Units
import Vehicle

@testable import Console

/// A console and a box behind it, in a talk that is written down.
struct Talk {
    var console = Console()
    var box = FakeBox()
    var now = BootTime(milliseconds: 1000)
    /// Whether requests are left open until the next directive.
    var isSlow = false
    var open: ConsoleRequest?
    private(set) var lines: [String] = []
    private var partial = ""

    mutating func tell(_ input: ConsoleInput) {
        var next: ConsoleInput? = input
        while let input = next {
            next = nil
            for effect in console.step(input, at: now) {
                switch effect {
                case .write(let bytes): note(bytes)
                case .hurry: note(line: "? hurry")
                case .ask(let request):
                    note(line: "? \(Self.words(request))")
                    if isSlow { open = request } else { next = .answered(box.answer(request)) }
                }
            }
        }
    }

    mutating func type(_ text: String) { tell(.bytes(Array(text.utf8))) }

    /// Lets the clock run, waking the console when it asks for it.
    mutating func wait(_ time: Milliseconds) {
        let end = now + time
        while let deadline = console.nextDeadline, deadline <= end {
            now = max(now, deadline)
            tell(.deadlinePassed)
            guard console.nextDeadline != deadline else {
                Issue.record("a deadline that has passed is a busy loop")
                break
            }
        }
        now = end
    }

    mutating func answerOpen() {
        guard let request = open else { return }
        open = nil
        tell(.answered(box.answer(request)))
    }

    /// What is on the line and has no end yet.
    mutating func take() -> [String] {
        if !partial.isEmpty { lines.append("~ " + partial) }
        partial = ""
        defer { lines = [] }
        return lines
    }

    private mutating func note(line: String) {
        if !partial.isEmpty { lines.append("~ " + partial) }
        partial = ""
        lines.append(line)
    }

    private mutating func note(_ bytes: [UInt8]) {
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\r": partial += partial.hasSuffix("\\r") ? "\\r" : "\\r"
            case "\n":
                if partial.hasSuffix("\\r") { partial.removeLast(2) } else { partial += "\\n" }
                lines.append(partial.isEmpty ? "|" : "| " + partial)
                partial = ""
            case "\u{08}": partial += "\\b"
            case "\u{07}": partial += "\\a"
            case _: partial.unicodeScalars.append(scalar)
            }
        }
    }

    /// A request as a transcript has it.
    static func words(_ request: ConsoleRequest) -> String {
        switch request {
        case .facts: "facts"
        case .challenge: "challenge"
        case .login(let login): "login of \(login.technician): \(login.answer)"
        case .record(let body): "record \"\(body.action)\" by \(body.who)"
        case .act(.installKeys(let bundle)): "act installKeys, \(bundle.utf8.count) bytes"
        case .act(.installSpare(let bundle)): "act installSpare, \(bundle.utf8.count) bytes"
        case .act(.setClock(let time)): "act setClock \(time.iso)"
        case .act(let action): "act \(action)"
        case .testRelays: "test relays"
        case .testNet: "test net"
        case .enrolment: "enrolment"
        case .verifyLog: "verify log"
        case .readLog(let from): "read log from \(from)"
        case .probe(let time): "probe for \(time)"
        }
    }
}

extension Talk {
    /// Does what a line of a transcript says that begins with `@ `.
    mutating func direct(_ text: String) -> Bool {
        let words = text.split(separator: " ").map(String.init)
        switch words.first {
        case "connect": tell(.connected)
        case "hang": tell(.hungUp)
        case "break": tell(.broke)
        case "wait": wait(.seconds(words.last.flatMap { Int64($0) } ?? 0))
        case "logged":  // in
            tell(.connected)
            type("login 7\r01501458\r")
            _ = take()
            box.records = []
            if console.technician == nil { return false }
            type("\r")
            _ = take()
            lines = []
            partial = "technician 7> "
        case "json":
            type("json on\r")
            _ = take()
        case "noise": tell(.bytes([0x73, 0xFF, 0x00, 0x74]))
        case "flood":
            tell(.bytes([UInt8](repeating: 0x78, count: words.last.flatMap { Int($0) } ?? 0)))
        case "slow": isSlow = true
        case "answer": answerOpen()
        case _: return set(words, text)
        }
        return true
    }

    private mutating func set(_ words: [String], _ text: String) -> Bool {
        switch words.first {
        case "new": box.facts = FakeBox.new
        case "unprovisioned":
            box.facts = FakeBox.new
            box.facts.access.technicians = FakeBox.installed.access.technicians
        case "interlock":
            box.facts.board.interlock = words.last.flatMap { InterlockReason(rawValue: $0) }
        case "trip":
            box.facts.rental.window = FakeBox.time - .hours(1)..<FakeBox.time + .hours(7)
            box.facts.rental.trip = TripID(epoch: 1, sequence: 33)
        case "refuse":
            guard words.count > 1, let refusal = ConsoleRefusal(rawValue: words[1]) else {
                return false
            }
            box.outcome = .refused(refusal, words.dropFirst(2).joined(separator: " "))
        case "unavailable": box.unavailable = words.dropFirst().joined(separator: " ")
        case "records": box.recordsFail = true
        case "silent": box.keysAreSilent = true
        case "chance": box.hasChance = false
        case "unreadable": box.logFails = true
        case "defect": box.defect = "record 12: its hash is another"
        case "stuck": box.relayIsStuck = true
        case "offline": box.facts.net.online = false
        case "spare": box.facts.keys.hasSpare = false
        case "keypad": box.facts.tests.keypad = true
        case "code": box.facts.tests.code = true
        case "speed":
            box.facts.car.speed = Reading(
                .kilometresPerHour(Int64(words.last ?? "") ?? 0), from: "180.SPEED", at: now)
        case _: return false
        }
        return true
    }
}
