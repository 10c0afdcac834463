import AccessCode
import Testing
import Units

@testable import Box

/// Blocks of `signals.md`.
enum SignalsPage {
    static let blocks = [
        Block("signals", "keypad") { keypad },
        Block("signals", "granted") { try table(of: signals.filter { kind($0) == .granted }) },
        Block("signals", "told") { try table(of: signals.filter { kind($0) == .told }) },
        Block("signals", "refused") { try table(of: signals.filter { kind($0) == .refused }) },
    ]

    /// Every signal; a test compares it with the cases that the source declares.
    static let signals: [Signal] =
        [
            .digit, .cleared, .opened, .reopened, .extended, .locked, .ended([]), .owner,
            .accepted, .malformed, .wait(minutes: 1), .stopped, .closeDoors, .ignitionOn,
            .moving, .nothingActive, .storageFull, .storageFailed, .keysFailed, .starterFault,
        ] + CodeRefusal.allCases.map { .refused($0) }

    /// The stable code: the name of the case, and of the refusal.
    static func code(_ signal: Signal) -> String {
        if case .refused(let refusal) = signal { return "refused.\(refusal.rawValue)" }
        return String("\(signal)".prefix { $0 != "(" })
    }

    private enum Kind { case granted, told, refused }

    private static func kind(_ signal: Signal) -> Kind {
        switch signal {
        case .digit, .cleared, .opened, .reopened, .extended, .locked, .ended, .owner, .accepted:
            .granted
        case .malformed, .wait, .stopped, .closeDoors, .ignitionOn, .moving, .nothingActive,
            .storageFull, .storageFailed, .keysFailed, .starterFault:
            .told
        case .refused: .refused
        }
    }

    private static func table(of signals: [Signal]) throws -> [String] {
        Table.lines(
            ["signal", "what it tells the driver", "notation", "seen and heard"],
            signals.map { signal in
                [
                    Table.code(code(signal)), meaning(signal), Table.code(signal.notation),
                    pattern(signal),
                ]
            })
    }

    /// `green + buzzer 0.3 s, pause 0.1 s`
    static func pattern(_ signal: Signal) -> String {
        signal.beats.map { beat in
            let lit = [
                beat.green ? "green" : nil, beat.red ? "red" : nil, beat.buzzer ? "buzzer" : nil,
            ].compactMap(\.self)
            let tenths = beat.length.count / 100
            return (lit.isEmpty ? "pause" : lit.joined(separator: " + "))
                + " \(tenths / 10).\(tenths % 10) s"
        }
        .joined(separator: ", ")
    }

    private static func meaning(_ signal: Signal) -> String {
        switch signal {
        case .digit: "The key was taken."
        case .cleared: "Nothing is typed; begin again."
        case .opened: "Welcome: the doors open, your rental begins."
        case .reopened: "The doors open again."
        case .extended: "Your rental ends later, as you asked."
        case .locked: "The doors lock. Your rental goes on: the same code opens them again."
        case .ended: "Your rental is over and the doors lock. A display shows the RETURN receipt."
        case .owner: "The owner is recognised; the doors open."
        case .accepted: "The box did what the fleet's code says."
        case .malformed: "No code has this form: count the digits and type again."
        case .wait: "Too many wrong codes: wait. A display shows how many minutes."
        case .stopped: "Far too many wrong codes: only the owner or a technician can help."
        case .closeDoors: "Close the doors and the boot, then type the word again."
        case .ignitionOn: "Switch the ignition off, then type END again."
        case .moving: "Stop, wait a moment, then type the word again."
        case .nothingActive: "There is no rental here to lock or to end."
        case .storageFull: "The box has no room for another rental: call the hotline."
        case .storageFailed: "The box could not write this down: try again, then call the hotline."
        case .keysFailed: "The box cannot check codes now: try again, then call the hotline."
        case .starterFault:
            "The starter may be blocked: type your code again, then call the hotline."
        case .refused(let refusal): meaning(refusal)
        }
    }

    private static func meaning(_ refusal: CodeRefusal) -> String {
        switch refusal {
        case .tooEarly: "This code is good later: come back when your rental begins."
        case .expired: "The time of this code is over."
        case .closed: "The rental of this code was ended: it opens no more."
        case .superseded: "A newer code for this time was used: look for a newer message."
        case .revoked: "The owner or the fleet revoked this code."
        case .wrong: "This is no code for this car now: compare it with your message."
        case .noRental: "This code makes a rental longer, and none is active: open the car first."
        case .stale: "This time code is too old: ask the hotline for a new one."
        case .clockLost: "The box does not know the time: call the hotline for a time code."
        case .moving: "This cannot be done while the car moves."
        }
    }

    private static var keypad: [String] {
        let keys: [Key] = [.digit(0), .clear, .enter]
        return Table.lines(
            ["typed", "name", "what it does"],
            keys.map(row) + KeypadWord.allCases.map(row))
    }

    private static func row(_ key: Key) -> [String] {
        switch key {
        case .digit:
            [
                "`0`...`9`", "digit",
                "Adds a digit; behind digit \(Keypad.digitsMaximum) nothing is added. "
                    + "After \(Amount.text(Keypad.silence)) of silence all digits are forgotten.",
            ]
        case .clear: ["`*`", "clear", "Forgets what was typed."]
        case .enter: ["`#`", "enter", "Enters what was typed."]
        }
    }

    private static func row(_ word: KeypadWord) -> [String] {
        let typed = Table.code(word.rawValue + "#")
        return switch word {
        case .end:
            [
                typed, "END",
                "Ends the rental: car standing, ignition off, doors closed. Doors lock, "
                    + "the trip is closed, the receipt is shown.",
            ]
        case .lock: [typed, "LOCK", "Locks the doors; the rental goes on."]
        case .revoke:
            [
                typed, "REVOKE",
                "In the owner's session and with the car standing: closes every code that has "
                    + "begun by now.",
            ]
        }
    }
}

/// Lengths of time as people write them.
enum Amount {
    static func text(_ time: Milliseconds) -> String {
        let units: [(Int64, String)] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min")]
        for (length, unit) in units where time.count >= length && time.count % length == 0 {
            return "\(time.count / length) \(unit)"
        }
        return time.count % 1000 == 0 ? "\(time.count / 1000) s" : "\(time.count) ms"
    }
}

@Suite struct `The page of signals` {
    @Test func `every signal that the source declares is in the list`() throws {
        let declared = try SourceTree.declarations(of: "Box")
            .filter { $0.type == "Signal" && $0.keyword == "case" }.map(\.name)
        let listed = Set(
            SignalsPage.signals.map { SignalsPage.code($0) }.map { $0.prefix { $0 != "." } })
        #expect(declared.sorted() == listed.map(String.init).sorted())
        #expect(!declared.isEmpty)
    }

    @Test func `a pattern is told in words`() {
        #expect(
            SignalsPage.pattern(.opened)
                == "green + buzzer 0.3 s, pause 0.1 s, green + buzzer 0.3 s, green 2.0 s")
        #expect(SignalsPage.pattern(.closeDoors).hasPrefix("green + red + buzzer 0.2 s"))
    }

    @Test(arguments: [
        (Milliseconds(500), "500 ms"), (.seconds(90), "90 s"), (.minutes(64), "64 min"),
        (.hours(2), "2 h"), (.days(8), "8 d"), (.minutes(90), "90 min"),
    ])
    func `a length of time has the greatest unit that fits`(time: Milliseconds, text: String) {
        #expect(Amount.text(time) == text)
    }
}
